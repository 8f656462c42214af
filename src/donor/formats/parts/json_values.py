"""JSON objects in a file: one a line, a list of them, or a single one; and documents in them."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from itertools import chain
from typing import Any

import orjson

from donor.data import Document, Interval, Span, TextLabel
from donor.errors import DocumentError, FormatError
from donor.formats.format import Refuse
from donor.formats.parts.further import further_values

__all__ = [
    "Layout",
    "Record",
    "as_read",
    "documents",
    "documents_of_objects",
    "extent",
    "fingerprint",
    "first_object",
    "free_names",
    "integer",
    "kept_layout",
    "laid_out",
    "layout_of",
    "mapping",
    "objects",
    "of_text",
    "others",
    "put_back",
    "sequence",
    "side_name",
    "string",
    "unsaid",
    "usual_layout",
    "whole",
]

# A line of JSON lines ends its object; the first line of a value over several lines does not.
_UNFINISHED = ("{", "[", ",", ":")
_WHITE = " \t\r\n"


class Layout(StrEnum):
    """How the objects stand in a file."""

    LINES = "lines"
    LIST = "list"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file.

    Attributes:
        value: the object.
        where: file and line, for errors.
        number: of the line, or of the object in its list; from 1.
        layout: how it stands in its file.
    """

    value: dict[str, Any]
    where: str
    number: int
    layout: Layout


def objects(lines: Iterable[str], *, file: str, refuse: Refuse) -> Iterator[Record]:
    """The objects of a file; one a line is read as a stream, anything else as a whole."""
    rest = iter(lines)
    blank = 0
    for first in rest:
        if first.strip(_WHITE):
            break
        blank += 1
    else:
        return
    start = first.strip(_WHITE)
    if start.startswith("[") or start.endswith(_UNFINISHED):
        yield from _in_value("\n" * blank + first + "".join(rest), file, refuse)
    else:
        yield from _in_lines(chain((first,), rest), blank + 1, file, refuse)


def _in_lines(lines: Iterable[str], at: int, file: str, refuse: Refuse) -> Iterator[Record]:
    for number, line in enumerate(lines, start=at):
        if not line.strip(_WHITE):
            continue
        where = f"{file}:{number}"
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            refuse(FormatError(f"{where}:{error.colno}", f"not JSON: {error.msg}"))
            continue
        if isinstance(value, dict):
            yield Record(value, where, number, Layout.LINES)
        else:
            refuse(FormatError(where, "not a JSON object", "each line is one record"))


def _in_value(text: str, file: str, refuse: Refuse) -> Iterator[Record]:
    layout = Layout.LIST if text.lstrip(_WHITE).startswith("[") else Layout.ONE
    done, line = 0, 1
    try:
        for number, (start, end) in enumerate(_extents(text), start=1):
            line, done = line + text.count("\n", done, start), start
            where = f"{file}:{line}"
            try:
                value = orjson.loads(text[start:end])
            except orjson.JSONDecodeError as error:
                refuse(FormatError(where, f"not JSON: {error.msg}"))
                continue
            if isinstance(value, dict):
                yield Record(value, where, number, layout)
            else:
                refuse(FormatError(where, "not a JSON object", "each is one record"))
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        refuse(FormatError(where, f"not JSON: {error.msg}", "nothing behind this can be read"))


def _extents(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the objects of a list, or of those that follow each other.

    Raises JSONDecodeError.
    """
    at = _behind_white(text, 0)
    if text[at : at + 1] == "[":
        at = yield from _elements(text, at)
    while at < len(text):
        _, end = json.JSONDecoder().raw_decode(text, at)
        yield at, end
        at = _behind_white(text, end)


def _elements(text: str, at: int) -> Generator[tuple[int, int], None, int]:
    """Start and end of the elements of the list that begins there; returns what stands behind."""
    decoder = json.JSONDecoder()
    at = _behind_white(text, at + 1)
    while text[at : at + 1] != "]":
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = _behind_white(text, end)
        if text[at : at + 1] == ",":
            at = _behind_white(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("expected , or ] behind a record", text, at)
    return _behind_white(text, at + 1)


def _behind_white(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITE:
        at += 1
    return at


def first_object(head: str) -> dict[str, Any] | None:
    """The first object of a file that begins so; None if it is none, or longer than the head."""
    at = _behind_white(head, 0)
    if head[at : at + 1] == "[":
        at = _behind_white(head, at + 1)
    try:
        value, _ = json.JSONDecoder().raw_decode(head, at)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def documents(
    records: Iterable[Record],
    read: Callable[[Record, str], Document],
    *,
    file: str,
    refuse: Refuse,
    hint: str,
) -> Iterator[Document]:
    """The documents that `read` makes of the records and of their ids.

    What it raises (KeyError, TypeError, ValueError, DocumentError) goes to `refuse`.
    """
    stem = _stem(file)
    for record in records:
        name = f"{stem}:{record.number}" if stem else str(record.number)
        try:
            document = read(record, name)
        except KeyError as error:
            refuse(FormatError(record.where, f"key {error.args[0]!r} is missing", hint))
        except DocumentError as error:
            refuse(FormatError(record.where, error.what, hint))
        except (TypeError, ValueError) as error:
            refuse(FormatError(record.where, str(error), hint))
        else:
            yield document


def documents_of_objects(
    lines: Iterable[str],
    read: Callable[[Record, str, str], Document],
    *,
    file: str,
    refuse: Refuse,
    hint: str,
) -> Iterator[Document]:
    """The documents that `read` makes of the objects in some lines, of their ids and the file."""

    def made(record: Record, name: str) -> Document:
        return read(record, name, file)

    records = objects(lines, file=file, refuse=refuse)
    return documents(records, made, file=file, refuse=refuse, hint=hint)


def _stem(file: str) -> str:
    folder, slash, name = file.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] or name)


def laid_out(values: Iterable[Mapping[str, Any]], layout: Layout) -> Iterator[str]:
    """The lines of a file that holds these objects in that layout."""
    if layout is not Layout.LIST:
        for value in values:
            yield orjson.dumps(value).decode() + "\n"
        return
    before = "[\n"
    for value in values:
        yield before + orjson.dumps(value).decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def usual_layout(file: str) -> Layout:
    """The layout that the ending of a file's name promises."""
    return Layout.LINES if file.lower().endswith(".jsonl") else Layout.LIST


def kept_layout(layout: Layout, file: str) -> dict[str, str]:
    """What the metadata keep of a layout: nothing of one that the file's name promises."""
    return {} if layout is usual_layout(file) else {"layout": layout.value}


def layout_of(document: Document, kept: Mapping[str, Any]) -> Layout:
    """The layout of the file in which the document is written."""
    said = kept.get("layout")
    return Layout(said) if said else usual_layout(str(document.metadata.get("file") or ""))


def whole(text: str) -> tuple[Interval, ...]:
    """The text as one segment, without the white space at its edges."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (Interval(start, end),) if start < end else ()


def fingerprint(text: str) -> str:
    """What tells whether a text is still the one that was read."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def as_read(kept: Mapping[str, Any], document: Document) -> bool:
    """Whether the text is still that of the record which the metadata of a format keep."""
    return bool(kept) and kept.get("text") == fingerprint(document.text)


def put_back(record: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The record with what was made anew in its place, and what is new behind it."""
    return {key: made.get(key, part) for key, part in record.items()} | dict(made)


def others(value: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """What the object says beyond these keys."""
    own = set(keys)
    return {key: part for key, part in value.items() if key not in own}


def unsaid(document: Document, name: str) -> Counter[str]:
    """What a record of a text, its spans and labels cannot say of the document, by kind.

    Args:
        document: the document.
        name: the key in the metadata under which the format keeps its own.
    """
    return Counter(
        {
            "segments": int(document.segments != whole(document.text)),
            "tokens": len(document.tokens),
            "discontinuous spans": sum(span.discontinuous for span in document.spans),
            "labels of segments": sum(label.segment is not None for label in document.labels),
            "metadata": further_values(document, name),
        }
    )


def of_text(document: Document) -> tuple[TextLabel, ...]:
    """The labels of the whole text."""
    return tuple(label for label in document.labels if label.segment is None)


def side_name(key: str, number: int) -> str:
    """The name of a side text: its key, with a number from the second one on."""
    return key if number == 1 else f"{key}:{number}"


def extent(span: Span) -> tuple[int, int]:
    """Where the span begins and ends; a discontinuous one from its first fragment to its last."""
    return span.extent.start, span.extent.end


def free_names(taken: Iterable[str], prefix: str = "s") -> Iterator[str]:
    """Names for what has none, such as `s1`, `s2`; none of the taken ones."""
    used = set(taken)
    number = 0
    while True:
        number += 1
        if f"{prefix}{number}" not in used:
            yield f"{prefix}{number}"


def string(value: object, name: str) -> str:
    """The value. Raises TypeError if it is no string."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a string")
    return value


def integer(value: object, name: str = "offset") -> int:
    """The value. Raises TypeError if it is no whole number."""
    if type(value) is not int:
        raise TypeError(f"{name} {value!r} is not a whole number")
    return value


def mapping(value: object, name: str) -> dict[str, Any]:
    """The value. Raises TypeError if it is no object."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} is not a JSON object")
    return value


def sequence(value: object, name: str) -> list[Any]:
    """The value, or nothing for null. Raises TypeError if it is no list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError(f"{name} is not a list")
    return value
