"""READ and WRITE: one file per format; files open in `opening` and `placing` alone.

A format is a pair of pure functions between lines, or named byte streams, and documents. `read`
finds the files, guesses their format, names their documents; `write` puts each document back into
the file that its metadata names.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import cast

from donor.data import Document
from donor.errors import FormatError, InputError
from donor.formats.files.detect import (
    InputFile,
    as_source,
    as_text,
    beside,
    files_of,
    guess,
    may_be_called,
)
from donor.formats.files.placing import below, write_lines, write_pieces
from donor.formats.files.reading import documents_in
from donor.formats.files.seen import SeenIds
from donor.formats.format import (
    DEFAULTS,
    Configurable,
    Flatten,
    Format,
    Options,
    Refuse,
    Snap,
    SourceFormat,
    Warn,
    fields_for_output,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.pairs import paired, target_of
from donor.plugins import object_named

__all__ = [
    "DEFAULTS",
    "FORMATS",
    "Flatten",
    "Format",
    "InputFile",
    "Options",
    "Refuse",
    "Snap",
    "fields_for_output",
    "find_files",
    "format_named",
    "format_of",
    "may_be_called",
    "of_transfer",
    "raise_at_once",
    "read",
    "read_sides",
    "write",
]

# The first that says yes to a file's content reads it; jsonl, the most general, comes last.
FORMATS = {
    "deft": "donor.formats.deft:DEFT",
    "defteval": "donor.formats.defteval:DEFTEVAL",
    "hf": "donor.formats.hf:HF",
    "csv": "donor.formats.table:CSV",
    "tsv": "donor.formats.table:TSV",
    "brat": "donor.formats.brat:BRAT",
    "absa": "donor.formats.absa:ABSA",
    "xml": "donor.formats.inline_xml:XML",
    "squad": "donor.formats.squad:SQUAD",
    "conll": "donor.formats.conll:CONLL",
    "conllu": "donor.formats.conllu:CONLLU",
    "tacred": "donor.formats.tacred:TACRED",
    "spert": "donor.formats.spert:SPERT",
    "docred": "donor.formats.docred:DOCRED",
    "pairs": "donor.formats.pairs:PAIRS",
    "doccano": "donor.formats.doccano:DOCCANO",
    "prodigy": "donor.formats.prodigy:PRODIGY",
    "label-studio": "donor.formats.label_studio:LABEL_STUDIO",
    "argilla": "donor.formats.argilla:ARGILLA",
    "spacy": "donor.formats.spacy_docbin:SPACY",
    "spacy-json": "donor.formats.spacy_json:SPACY_JSON",
    "jsonl": "donor.formats.jsonl:JSONL",
}

# Their documents may come from files of other formats, and say so.
_BRINGS_NAMES = ("jsonl", "pairs")

GROUP = "donor.formats"
"""The entry points by which other packages bring formats; those are used where they are named."""


def format_named(name: str, options: Options = DEFAULTS) -> Format:
    """The format of that name, Donor's or another package's, as the options change it.

    Raises ConfigError, which lists the known ones, or names the package that is broken.
    """
    found = object_named(name, kind="format", known=FORMATS, group=GROUP, fits=_is_format)
    if hasattr(found, "configured"):
        found = cast(Configurable, found).configured(options)
    return cast(Format, found)


_PROMISED = ("name", "suffixes", "language", "parallel", "losses")
_BOTH_WAYS = (("parse", "serialize"), ("parse_source", "serialize_source"))


def _is_format(found: object) -> bool:
    ways = (all(hasattr(found, way) for way in both) for both in _BOTH_WAYS)
    return all(hasattr(found, name) for name in _PROMISED) and any(ways)


def _formats(format: str | None, options: Options) -> list[Format]:
    return [format_named(name, options) for name in ([format] if format else FORMATS)]


def find_files(
    inputs: Sequence[Path],
    *,
    format: str | None = None,
    options: Options = DEFAULTS,
    warn: Warn = ignore_warnings,
) -> list[InputFile]:
    """The files that the inputs stand for; in a folder, those with a known ending, by name.

    A folder in a format of several files is one `InputFile` itself. A file that belongs to one
    that was named before it, such as an `.ann` to its `.txt`, is none of its own.

    Raises:
        InputError: an input does not exist, a folder holds no file to read, or files of several
            formats.
    """
    formats = _formats(format, options)
    files: list[InputFile] = []
    taken: set[Path] = set()
    for path in inputs:
        if path.is_dir():
            files += _in_folder(path, formats, prefixed=len(inputs) > 1, warn=warn)
        elif not path.is_file():
            files.append(_elsewhere(str(path), format, formats))
        elif path not in taken:
            known = formats[0] if format else guess(path, formats)
            files.append(InputFile(path, path.name, format=known.name))
            if as_source(known):
                taken |= {file for _, file in beside(path, known.suffixes)} - {path}
    repeated = [name for name, n in Counter(file.name for file in files).items() if n > 1]
    if repeated:
        what = "two inputs of this name"
        raise InputError(repeated[0], what, "their documents would mix: give the folders instead")
    return files


def _elsewhere(name: str, format: str | None, formats: Sequence[Format]) -> InputFile:
    """An input that is no file, for a format that may have it from elsewhere, as from a hub.

    Raises InputError where none may; a name without its owner counts only if the format is given.
    """
    owned = name.count("/") == 1 and "." not in name.rpartition("/")[2]
    for known in formats:
        if hasattr(known, "elsewhere") and (format or owned) and known.elsewhere(name):
            return InputFile(Path(name), name, format=known.name)
    raise InputError(name, "there is no such file or folder")


def _in_folder(
    folder: Path, formats: Sequence[Format], *, prefixed: bool, warn: Warn
) -> Iterator[InputFile]:
    own = folder.resolve().name
    prefix = f"{own}/" if prefixed else ""
    for path, kind in files_of(folder, formats, warn=warn):
        if path == folder:
            yield InputFile(path, own, asked_for=False, format=kind, prefix=prefix)
        else:
            name = prefix + path.relative_to(folder).as_posix()
            yield InputFile(path, name, asked_for=False, format=kind)


def format_of(file: InputFile, format: str | None = None) -> str:
    """The name of the format that a file is read as."""
    return format or file.format or guess(file.path, _formats(None, DEFAULTS)).name


def read(
    inputs: Sequence[Path | str] | Path | str,
    *,
    format: str | None = None,
    language: str | None = None,
    warn: Warn = ignore_warnings,
    refuse: Refuse = raise_at_once,
    by_input_file: bool = False,
    options: Options = DEFAULTS,
) -> Iterator[Document]:
    """The documents of files and folders, in the order of the inputs and of the file names.

    Args:
        inputs: files and folders; a folder stands for all its files of known endings.
        format: a name from `FORMATS`; guessed from name and content where None.
        language: the language of the documents, where they do not say it themselves.
        warn: takes where and what of oddities that reading gets past.
        refuse: takes what cannot be read. Where it returns, reading goes on behind it: with
            `refuse=errors.append` all that can be read comes, and the list holds the rest.
        by_input_file: whether "file" in the metadata is the file that was read, even where the
            documents say another.
        options: how formats are read that can be read in several ways.

    Raises:
        InputError: a file is missing or empty; its subclass FormatError, through `refuse`, names
            what breaks its format, is not UTF-8, or has the id of another document.
    """
    many = [inputs] if isinstance(inputs, str | Path) else inputs
    paths = [Path(path) for path in many]
    ids = SeenIds()
    some = False
    refusals = 0

    def counted(error: FormatError) -> None:
        nonlocal refusals
        refusals += 1
        refuse(error)

    for file in find_files(paths, format=format, options=options, warn=warn):
        known = format_named(format_of(file, format), options)
        count, before = 0, refusals
        spoken = language or known.language
        for document in documents_in(
            file, known, warn=warn, refuse=counted, to_the_end=refuse is not raise_at_once
        ):
            count += 1
            if not ids.add(document.id):
                counted(_used_twice(document, file, count + refusals - before))
                continue
            some = True
            if spoken and document.language is None:
                document = replace(document, language=spoken)
            if by_input_file and not file.path.is_dir():
                document = _as_of(file.name, document)
            yield document
        if not count and refusals == before:
            if file.asked_for:
                raise _nothing_in(file, known)
            warn(str(file.path), "the file holds no document")
    if not some:
        hint = f"{refusals} could not be read: --on-error stop tells why" if refusals else ""
        raise InputError(", ".join(map(str, many)), "no file holds a document", hint)


def _used_twice(document: Document, file: InputFile, number: int) -> FormatError:
    """The error for an id that is there again; `number` is that of the document in its input."""
    inside = document.metadata.get("file") if file.path.is_dir() else None
    where = file.path / str(inside) if inside else file.path
    what = f"document {number}: its id {document.id!r} is used twice"
    return FormatError(str(where), what, "ids are unique in a dataset")


def _nothing_in(file: InputFile, known: Format) -> InputError:
    """The error for an input without a document, which says what the format would read."""
    if as_source(known) and not file.path.is_dir() and not file.name.endswith(known.suffixes):
        what = f"no file for {known.name}, whose files end in {' or '.join(known.suffixes)}"
        return InputError(str(file.path), what, "leave --format out, and the content decides")
    return InputError(str(file.path), "the file holds no document")


def _as_of(file: str, document: Document) -> Document:
    if document.metadata.get("file") == file:
        return document
    return replace(document, metadata={**document.metadata, "file": file})


def read_sides(
    path: Path | str,
    *,
    format: str | None = None,
    language: str | None = None,
    options: Options = DEFAULTS,
) -> Iterator[tuple[Document | None, Document]]:
    """The documents of a dataset in the target language, each behind its source.

    Of pairs these are their targets; a document that is no pair's has the source None.

    `language` is that of the documents that do not say theirs.

    Raises:
        InputError: as `read` does.
    """
    parallel = {
        file.name
        for file in find_files([Path(path)], format=format, options=options)
        if format_named(format_of(file, format)).parallel
    }
    for document in read(
        path, format=format, language=language, by_input_file=True, options=options
    ):
        in_pairs = document.metadata.get("file") in parallel
        yield (document, target_of(document)) if in_pairs else (None, document)


def of_transfer(source: Document, target: Document, format: Format) -> Document:
    """The document that the format writes of a transfer: the target, or the pair of both."""
    return paired(source, target) if format.parallel else target


def write(
    documents: Iterable[Document],
    output: Path | str,
    *,
    format: str,
    options: Options = DEFAULTS,
) -> Counter[str]:
    """What the format could not say, counted, after the documents are written.

    An `output` that ends like a file becomes one file; else it is a folder with the files of the
    format, most often one for each input file. Documents of one file must stand together.

    Raises:
        InputError: a file cannot be written, or its documents do not stand together.
    """
    known = format_named(format, options)
    output = Path(output)
    losses: Counter[str] = Counter()

    counted = partial(_counted, known, losses)
    text, source = as_text(known), as_source(known)
    single = _is_one_file(output, known)
    try:
        if source and single:
            _write_beside(output, counted(documents), source)
        elif source:
            output.mkdir(parents=True, exist_ok=True)
            write_pieces(output, source.serialize_source(counted(documents)))
        elif text and single:
            # Where .json is a list and .jsonl are lines, the output's name says which it is.
            if {".json", ".jsonl"} <= set(known.suffixes):
                documents = (_as_of(output.name, document) for document in documents)
            write_lines(output, text.serialize(counted(documents)))
        elif text:
            for name, group in _by_file(documents, known, keep_names=options.keep_names):
                write_lines(output / name, text.serialize(counted(group)))
    except OSError as error:
        raise InputError(str(error.filename or output), f"cannot write: {error.strerror}") from None
    return losses


def _is_one_file(output: Path, known: Format) -> bool:
    """Whether it is named like a file: of the format, or of any that has lines as it has.

    CoNLL columns in a .txt or a .tsv are one file too.
    """
    if output.is_dir():
        return False
    if output.name.endswith(known.suffixes):
        return True
    every = (suffix for name in FORMATS for suffix in format_named(name).suffixes)
    return as_text(known) is not None and output.name.endswith(tuple(every))


def _counted(
    known: Format, losses: Counter[str], documents: Iterable[Document]
) -> Iterator[Document]:
    """The documents of one file, their losses counted as they come by."""
    together = getattr(known, "losses_together", None)
    first: Document | None = None
    for number, document in enumerate(documents, start=1):
        losses.update(known.losses(document))
        first = first or document
        if together and number > 1:
            for one in (first, document) if number == 2 else (document,):
                losses.update(together(one))
        yield document


def _by_file(
    documents: Iterable[Document], known: Format, *, keep_names: bool
) -> Iterator[tuple[str, Iterator[Document]]]:
    """The documents of each output file. Raises InputError where they do not stand together."""
    endings = tuple({ending for one in _formats(None, DEFAULTS) for ending in one.suffixes})
    keep_names = keep_names and known.name not in _BRINGS_NAMES

    def name_of(document: Document) -> str:
        said = _file_said(document)
        return below(said, () if keep_names and said else known.suffixes, endings)

    done: set[str] = set()
    for name, group in groupby(documents, key=name_of):
        if name in done:
            what = "its documents do not stand together"
            raise InputError(name, what, "sort the documents by their file")
        done.add(name)
        yield name, group


def _file_said(document: Document) -> str:
    return str(document.metadata.get("file") or "")


def _write_beside(output: Path, documents: Iterable[Document], known: SourceFormat) -> None:
    """Writes the one file, and what the format puts beside it under the same name."""
    ending = next(suffix for suffix in known.suffixes if output.name.endswith(suffix))
    stem = output.name.removesuffix(ending)
    ours = {stem + suffix for suffix in known.suffixes}

    def fitting() -> Iterator[tuple[str, bytes]]:
        of_output = (_as_of(output.name, document) for document in documents)
        for name, piece in known.serialize_source(of_output):
            if name not in ours:
                what = f"{known.name} writes this dataset as several files, among them {name}"
                raise InputError(str(output), what, "give a folder")
            yield name, piece

    write_pieces(output.parent, fitting())
