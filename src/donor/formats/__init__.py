"""READ and WRITE: one file per format; this is the one place where files open.

A format is a pair of pure functions between lines and documents. `read` finds the files,
guesses their format, names their documents; `write` puts each document back into the file
that its metadata names.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import cast

from donor.data import Document
from donor.errors import FormatError, InputError
from donor.formats.format import Format, Warn, ignore_warnings
from donor.formats.pairs import paired, target_of
from donor.plugins import object_named

__all__ = [
    "FORMATS",
    "Format",
    "InputFile",
    "find_files",
    "format_named",
    "format_of",
    "of_transfer",
    "read",
    "read_targets",
    "write",
]

FORMATS = {
    "deft": "donor.formats.deft:DEFT",
    "jsonl": "donor.formats.jsonl:JSONL",
    "pairs": "donor.formats.pairs:PAIRS",
}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: where it is, the name under which its documents go, who chose it.

    Attributes:
        asked_for: whether it was named itself, and not found in a folder.
    """

    path: Path
    name: str
    asked_for: bool = True


GROUP = "donor.formats"
"""The entry points by which other packages bring formats; those are used where they are named."""


def format_named(name: str) -> Format:
    """The format of that name, Donor's or another package's.

    Raises ConfigError, which lists the known ones, or names the package that is broken.
    """
    found = object_named(name, kind="format", known=FORMATS, group=GROUP, fits=_is_format)
    return cast(Format, found)


_PROMISED = ("name", "suffixes", "language", "parallel", "parse", "serialize", "losses")


def _is_format(found: object) -> bool:
    return all(hasattr(found, name) for name in _PROMISED)


def find_files(inputs: Sequence[Path], *, format: str | None = None) -> list[InputFile]:
    """The files that the inputs stand for; in a folder, those with a known ending, by name.

    Raises:
        InputError: an input does not exist, a folder holds no file to read, or files of several
            formats.
    """
    files: list[InputFile] = []
    for path in inputs:
        if path.is_dir():
            prefix = f"{path.resolve().name}/" if len(inputs) > 1 else ""
            found = _files_in(path, format)
            files += [
                InputFile(f, prefix + f.relative_to(path).as_posix(), asked_for=False)
                for f in found
            ]
        elif path.is_file():
            files.append(InputFile(path, path.name))
        else:
            raise InputError(str(path), "there is no such file or folder")
    repeated = [name for name, n in Counter(file.name for file in files).items() if n > 1]
    if repeated:
        what = "two inputs of this name"
        raise InputError(repeated[0], what, "their documents would mix: give the folders instead")
    return files


def _files_in(folder: Path, format: str | None) -> list[Path]:
    formats = [format_named(name) for name in ([format] if format else FORMATS)]
    suffixes = tuple(suffix for known in formats for suffix in known.suffixes)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    wanted = [path for path in found if path.name.endswith(suffixes)]
    kinds = sorted({path.suffix for path in wanted})
    if len(kinds) > 1:
        what = f"the folder holds files of several formats: {', '.join(kinds)}"
        raise InputError(str(folder), what, "say which to read: --format NAME")
    if not wanted:
        what = f"the folder holds no file that ends in {' or '.join(suffixes)}"
        raise InputError(str(folder), what, "give the files themselves, with --format")
    return wanted


def read(
    inputs: Sequence[Path | str] | Path | str,
    *,
    format: str | None = None,
    language: str | None = None,
    warn: Warn = ignore_warnings,
    by_input_file: bool = False,
) -> Iterator[Document]:
    """The documents of files and folders, in the order of the inputs and of the file names.

    Args:
        inputs: files and folders; a folder stands for all its files of known endings.
        format: a name from `FORMATS`; guessed from name and content where None.
        language: the language of the documents, where they do not say it themselves.
        warn: takes where and what of oddities that reading gets past.
        by_input_file: whether "file" in the metadata is the file that was read, even where the
            documents say another.

    Raises:
        InputError: a file is missing, empty, or not UTF-8; its subclass FormatError names
            the line that breaks the format.
    """
    many = [inputs] if isinstance(inputs, str | Path) else inputs
    ids: set[str] = set()
    for file in find_files([Path(path) for path in many], format=format):
        known = format_named(format) if format else _guess(file.path)
        count = 0
        for document in _parse(known, file, warn):
            count += 1
            if document.id in ids:
                what = f"document id {document.id!r} is used twice"
                raise InputError(str(file.path), what, "ids are unique in a dataset")
            ids.add(document.id)
            if document.language is None:
                document = replace(document, language=language or known.language)
            if by_input_file and document.metadata.get("file") != file.name:
                document = replace(document, metadata={**document.metadata, "file": file.name})
            yield document
        if not count:
            if file.asked_for:
                raise InputError(str(file.path), "the file holds no document")
            warn(str(file.path), "the file holds no document")
    if not ids:
        raise InputError(", ".join(map(str, many)), "no file holds a document")


def read_targets(path: Path | str, *, format: str | None = None) -> Iterator[Document]:
    """The documents of a dataset in the target language: of pairs, their targets.

    Raises:
        InputError: as `read` does.
    """
    parallel = {
        file.name
        for file in find_files([Path(path)], format=format)
        if format_named(format_of(file, format)).parallel
    }
    for document in read(path, format=format, by_input_file=True):
        in_pairs = document.metadata["file"] in parallel
        yield target_of(document) if in_pairs else document


def _parse(known: Format, file: InputFile, warn: Warn) -> Iterator[Document]:
    """The file's documents; errors name the path as the user gave it."""
    try:
        yield from known.parse(_lines(file.path), file=file.name, warn=warn)
    except FormatError as error:
        line = error.where.removeprefix(file.name)
        raise FormatError(f"{file.path}{line}", error.what, error.hint) from None


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _not_utf8(path: Path) -> InputError:
    """The error that names the line and a likely encoding."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
        line = 1
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    likely = _likely_encoding(raw)
    hint = f"it looks like {likely}: iconv -f {likely} -t UTF-8 {path}"
    return InputError(f"{path}:{line}", "not UTF-8", hint)


def _likely_encoding(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in raw[:200]:
        return "UTF-16"
    high = [byte for byte in raw if byte >= 0x80]
    cyrillic = sum(byte >= 0xC0 for byte in high)
    # In Cyrillic text nearly all high bytes are letters, and they stand side by side.
    pairs = sum(a >= 0xC0 and b >= 0xC0 for a, b in pairwise(raw))
    return "WINDOWS-1251" if pairs > cyrillic / 2 > len(high) / 4 else "WINDOWS-1252"


def format_of(file: InputFile, format: str | None = None) -> str:
    """The name of the format that a file is read as."""
    return format or _guess(file.path).name


def _guess(path: Path) -> Format:
    """The format by the file's ending, and by its first lines where several have this ending."""
    formats = [format_named(name) for name in FORMATS]
    by_ending = [known for known in formats if path.name.endswith(known.suffixes)]
    if len(by_ending) == 1:
        return by_ending[0]
    head = "".join(line for line, _ in zip(_lines(path), range(20), strict=False))
    for known in by_ending or formats:
        if head.strip() and known.sniff(head):
            return known
    if by_ending:
        return by_ending[0]
    if not head.strip():
        raise InputError(str(path), "the file is empty")
    raise InputError(str(path), "no known format", "name it: --format " + "|".join(FORMATS))


def of_transfer(source: Document, target: Document, format: Format) -> Document:
    """The document that the format writes of a transfer: the target, or the pair of both."""
    return paired(source, target) if format.parallel else target


def write(documents: Iterable[Document], output: Path | str, *, format: str) -> Counter[str]:
    """What the format could not say, counted, after the documents are written.

    An `output` that ends like a file of the format becomes one file; else it is a folder with
    a file for each input file. Documents of one file must stand together.

    Raises:
        InputError: a file cannot be written, or its documents do not stand together.
    """
    known = format_named(format)
    output = Path(output)
    losses: Counter[str] = Counter()

    def counted(some: Iterable[Document]) -> Iterator[Document]:
        for document in some:
            losses.update(known.losses(document))
            yield document

    try:
        if output.name.endswith(known.suffixes) and not output.is_dir():
            _write_file(output, known.serialize(counted(documents)))
        else:
            written: set[str] = set()
            for name, group in groupby(documents, key=lambda d: _file_name(d, known)):
                if name in written:
                    what = "its documents do not stand together"
                    raise InputError(name, what, "sort the documents by their file")
                written.add(name)
                _write_file(output / name, known.serialize(counted(group)))
    except OSError as error:
        raise InputError(str(error.filename or output), f"cannot write: {error.strerror}") from None
    return losses


def _file_name(document: Document, known: Format) -> str:
    """The document's file, below the output folder whatever its metadata says."""
    return _file_below(str(document.metadata.get("file") or ""), known.suffixes)


@lru_cache(maxsize=1024)  # documents of one file stand together
def _file_below(said: str, suffixes: tuple[str, ...]) -> str:
    path = Path(said)
    below = [part for part in path.parts if part not in (path.anchor, "..")]
    name = Path(*below) if below else Path("documents")
    return str(name if name.suffix in suffixes else name.with_suffix(suffixes[0]))


def _write_file(path: Path, lines: Iterator[str]) -> None:
    """Writes under another name first, so that what carries the name is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(lines)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
