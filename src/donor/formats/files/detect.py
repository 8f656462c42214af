"""Which files of an input are read, and as which format: by their names, then by their content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from donor.errors import InputError
from donor.formats.files.opening import head_of, not_utf8, source_of
from donor.formats.format import Format, Source, SourceFormat, TextFormat, Warn

__all__ = [
    "InputFile",
    "as_source",
    "as_text",
    "beside",
    "files_of",
    "guess",
    "may_be_called",
]

# What may lie beside a dataset and is none; it counts only where a folder holds nothing else.
_WEAK = (".json", ".txt", ".xml")
# What tables are called, and tokens with tags as often; columns of tags, and CoNLL-U as often.
_SHARED = (".tsv", ".conll")
_BESIDE = ("readme", "license", "licence", "changelog", "citation", "dataset_info", "dataset_dict")
_MOST_GENERAL = "jsonl"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read, or a folder that is read as a whole; and who chose it.

    Attributes:
        path: where it is.
        name: under which its documents go.
        asked_for: whether it was named itself, and not found in a folder.
        format: the name of its format, where the folder has told it.
        prefix: what stands before the files' names of a folder that is read as a whole.
    """

    path: Path
    name: str
    asked_for: bool = True
    format: str | None = None
    prefix: str = ""

    def files(self) -> list[tuple[str, Path]]:
        """The files that it stands for, by the names of their documents' files."""
        if not self.path.is_dir():
            return [(self.name, self.path)]
        return [(self.prefix + name, path) for name, path in _names_below(self.path)]

    def source(self, suffixes: tuple[str, ...]) -> Source:
        """Its byte streams: of all files below the folder, or of the file and those beside it."""
        folder = self.path.is_dir()
        files = _names_below(self.path) if folder else beside(self.path, suffixes)
        return source_of(self.path.name, files)


def as_source(known: Format) -> SourceFormat | None:
    """The format if it is one of named byte streams."""
    return cast(SourceFormat, known) if hasattr(known, "parse_source") else None


def as_text(known: Format) -> TextFormat | None:
    """The format if it is one of lines."""
    return None if hasattr(known, "parse_source") else known


def _names_below(folder: Path) -> list[tuple[str, Path]]:
    """All files below a folder by their names in it, in their order; without hidden ones."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    inside = [path.relative_to(folder) for path in paths]
    return [
        (name.as_posix(), folder / name)
        for name in inside
        if not any(part.startswith(".") for part in name.parts)
    ]


def beside(path: Path, suffixes: tuple[str, ...]) -> list[tuple[str, Path]]:
    """A file and those that share its name but for the format's endings, by their names."""
    stem = next((path.name[: -len(s)] for s in suffixes if _ends(path, (s,))), None)
    names = {path.name} if stem is None else {path.name, *(stem + suffix for suffix in suffixes)}
    return [(name, path.with_name(name)) for name in sorted(names) if path.with_name(name).exists()]


def guess(path: Path, formats: Sequence[Format]) -> Format:
    """The format by the file's ending, and by its content where that does not decide.

    Raises:
        InputError: no format says that this is one of its files; FormatError: it is not UTF-8.
    """
    known = _recognised(path, formats)
    if known:
        return known
    by_ending = [known for known in formats if _ends(path, known.suffixes)]
    general = [known for known in by_ending if known.name == _MOST_GENERAL]
    head = head_of(path)
    if by_ending and not (head and head.strip()):
        return (general or by_ending)[0]
    if general:
        # Its errors say what a line lacks.
        return general[0]
    if head is None:
        raise not_utf8(path, name=str(path))
    if not head.strip():
        raise InputError(str(path), "the file is empty")
    what = f"looks like no known format{' of its ending' if by_ending else ''}"
    likely = formats if _ends(path, (".txt",)) else by_ending or formats
    raise InputError(str(path), what, "name it: --format " + _names(likely))


def _recognised(path: Path, formats: Sequence[Format]) -> Format | None:
    """The format that is the only one of the file's ending, or that knows its content."""
    by_ending = [known for known in formats if _may_have(known, path)]
    if len(by_ending) == 1 and not _ends(path, (*_WEAK, *_SHARED)):
        return by_ending[0]
    head = head_of(path)
    if head is not None and not head.strip():
        return None
    others = [known for known in formats if known not in by_ending]
    known_ones = (known for known in (*by_ending, *others) if _says_yes(known, path, head))
    return next(known_ones, by_ending[0] if by_ending and _ends(path, _SHARED) else None)


def may_be_called(known: Format, name: str) -> bool:
    """Whether the format lets a file have this name, whose ending is its own.

    A format that tells its files by their whole names has `has_file`.
    """
    by_name = getattr(known, "has_file", None)
    return by_name is None or bool(by_name(name))


def _may_have(known: Format, path: Path) -> bool:
    return _ends(path, known.suffixes) and may_be_called(known, path.name)


def _says_yes(known: Format, path: Path, head: str | None) -> bool:
    text, source = as_text(known), as_source(known)
    if source:
        return source.recognises(source_of(path.name, beside(path, known.suffixes)))
    return text is not None and head is not None and text.sniff(head)


def files_of(
    folder: Path, formats: Sequence[Format], *, warn: Warn
) -> list[tuple[Path, str | None]]:
    """The files of a folder that are read, each with the name of its format; or the folder itself.

    A single format is the one that was asked for. What is not read although it might be goes to
    `warn`.

    Raises:
        InputError: the folder holds no file to read, or files of several formats.
    """
    there = _names_below(folder)
    if len(formats) == 1:
        return _of_format(folder, formats[0], there)
    source = _whole(folder, formats, there)
    claimed = source.suffixes if source else ()
    endings = tuple({suffix for known in formats for suffix in known.suffixes})
    wanted = [path for _, path in there if _is_data(path, (*endings, *_WEAK))]
    data = [path for path in wanted if not _ends(path, claimed)]
    strong = [path for path in data if not _ends(path, _WEAK)]
    weak = [path for path in data if _ends(path, _WEAK)]
    if not source and not data:
        # Shared tasks have endings of their own: eng.train, eng.testa.
        weak = [path for _, path in there if _is_data(path)]
    found = {path: _recognised(path, formats) for path in strong}
    if source:
        found[folder] = source
    for path in weak:
        known = _recognised(path, formats)
        if known is None:
            warn(str(path), "looks like no known format: not read")
        elif source or strong:
            warn(str(path), f"looks like {known.name}: not read beside the other files")
        else:
            found[path] = known
    if not found:
        raise _nothing_in(folder, endings)
    kind = _only_kind(folder, found.values())
    return [(path, kind) for path in ([folder] if source else found)]


def _whole(
    folder: Path, formats: Iterable[Format], there: Iterable[tuple[str, Path]]
) -> SourceFormat | None:
    """The first format that takes the folder as a whole."""
    whole = source_of(folder.name, there)
    sources = (source for known in formats if (source := as_source(known)))
    return next((known for known in sources if known.recognises(whole)), None)


def _of_format(
    folder: Path, known: Format, there: Iterable[tuple[str, Path]]
) -> list[tuple[Path, str | None]]:
    found = [path for _, path in there if _is_data(path, known.suffixes)]
    if not found:
        found = [path for _, path in there if _is_data(path) and _recognised(path, [known])]
    if not found:
        raise _nothing_in(folder, known.suffixes)
    return [(path, known.name) for path in ([folder] if as_source(known) else found)]


def _only_kind(folder: Path, found: Iterable[Format | None]) -> str | None:
    """The format of all the files; one that tells nothing is of any. None if all are such."""
    kinds = sorted({known.name for known in found if known})
    if len(kinds) > 1:
        what = f"the folder holds files of several formats: {', '.join(kinds)}"
        raise InputError(str(folder), what, "say which to read: --format NAME")
    return kinds[0] if kinds else None


def _nothing_in(folder: Path, endings: Iterable[str]) -> InputError:
    what = f"the folder holds no file that ends in {' or '.join(sorted(endings))}"
    return InputError(str(folder), what, "give the files themselves, with --format")


def _is_data(path: Path, endings: tuple[str, ...] = ("",)) -> bool:
    return _ends(path, endings) and not path.name.lower().startswith(_BESIDE)


def _ends(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)


def _names(formats: Iterable[Format]) -> str:
    return "|".join(known.name for known in formats)
