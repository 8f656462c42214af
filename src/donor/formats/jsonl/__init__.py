"""Donor's own format: one JSON object a line for each document, nothing lost.

Only `text` must be there. Offsets are half-open and count code points::

    {"id": "d1", "language": "en", "text": "An ion is charged.", "segments": [[0, 18]],
     "spans": [{"id": "T1", "label": "Term", "fragments": [[0, 6]]}], "relations": []}

A span may also be written as `{"start": 0, "end": 6, "label": "Term"}`.

Records of another shape, such as `{"text": "Ions move", "label": "physics"}`, are read by their
obvious fields, and written back in their own shape.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import DocumentError, FormatError
from donor.formats.format import (
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.jsonl.mapped import MAPPED, MappedJsonlFormat
from donor.formats.jsonl.obvious import obvious_fields
from donor.formats.parts.one_a_line import one_a_line

__all__ = ["JSONL", "JsonlFormat", "decode", "encode"]

_ARC = ("label", "head", "tail")
_FIELDS = "records of another shape: --text-field, --spans-field, --label-field name their fields"
_SPAN = {"id", "label", "fragments", "start", "end", "attributes"}
_KEYS = {
    "id",
    "labels",
    "language",
    "metadata",
    "relations",
    "segments",
    "side_texts",
    "spans",
    "text",
    "tokens",
}


class JsonlFormat:
    """Reads and writes Donor's JSON lines."""

    name = "jsonl"
    suffixes = (".jsonl",)
    language = None
    parallel = False

    def configured(self, options: Options) -> "JsonlFormat | MappedJsonlFormat":
        """This format, or that of foreign records where their fields are named."""
        return MappedJsonlFormat(options) if options.fields.keys() & set(MAPPED) else self

    def sniff(self, head: str) -> bool:
        """Whether the first line that is not blank is or begins an object with a text."""
        first = head.lstrip().partition("\n")[0]
        try:
            value = orjson.loads(first)
        except orjson.JSONDecodeError:
            return first.startswith("{")
        return isinstance(value, dict) and "text" in value

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a line; `refuse` gets the line of each that is none, and what is wrong."""
        return one_a_line(lines, file, refuse, _read)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One line a document; one that came in another shape goes out in it."""
        for document in documents:
            foreign = _foreign(document)
            value = foreign.written(document) if foreign else encode(document)
            yield orjson.dumps(value).decode() + "\n"

    def losses(self, document: Document) -> Counter[str]:
        """Nothing, for the format says all that a document holds; what a foreign record cannot."""
        foreign = _foreign(document)
        return foreign.losses(document) if foreign else Counter()


JSONL = JsonlFormat()


def encode(document: Document) -> dict[str, Any]:
    """The document as JSON values; empty parts are left out."""
    value: dict[str, Any] = {
        "id": document.id,
        "language": document.language,
        "text": document.text,
        "segments": [[i.start, i.end] for i in document.segments],
    }
    if document.tokens:
        value["tokens"] = [[i.start, i.end] for i in document.tokens]
    if document.spans:
        value["spans"] = [encode_span(span) for span in document.spans]
    if document.relations:
        value["relations"] = [encode_relation(relation) for relation in document.relations]
    if document.labels:
        value["labels"] = [_encode_label(label) for label in document.labels]
    if document.side_texts:
        value["side_texts"] = [{"name": s.name, "text": s.text} for s in document.side_texts]
    if document.metadata:
        value["metadata"] = dict(document.metadata)
    return value


def encode_span(span: Span) -> dict[str, Any]:
    """The span as JSON values."""
    fragments = [[i.start, i.end] for i in span.fragments]
    value: dict[str, Any] = {"id": span.id, "label": span.label, "fragments": fragments}
    if span.attributes:
        value["attributes"] = dict(span.attributes)
    return value


def encode_relation(relation: Relation) -> dict[str, Any]:
    """The relation as JSON values."""
    value = {"label": relation.label, "head": relation.head, "tail": relation.tail}
    return value | ({"attributes": dict(relation.attributes)} if relation.attributes else {})


def _encode_label(label: TextLabel) -> dict[str, Any]:
    value: dict[str, Any] = {"name": label.name, "value": label.value}
    if label.segment is not None:
        value["segment"] = label.segment
    return value | ({"attributes": dict(label.attributes)} if label.attributes else {})


def _read(line: str, file: str, number: int) -> Document:
    where = f"{file}:{number}"
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FormatError(where, f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(value, dict):
        raise FormatError(where, "not a JSON object", "each line is one document")
    try:
        foreign = None if "segments" in value or _is_own(value) else _shape_of(value)
        if foreign is None:
            return decode(value, file=file, number=number)
        name = f"{file.removesuffix('.jsonl')}:{number}"
        return _with_shape(foreign.document(value, name, file), foreign)
    except KeyError as error:
        what = f"key {error.args[0]!r} is missing"
        raise FormatError(where, what, "docs/formats.md shows a whole document") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise FormatError(where, f"not a document: {error}", _FIELDS) from None
    except DocumentError as error:
        raise FormatError(where, error.what) from None


def _is_own(value: dict[str, Any]) -> bool:
    """Whether a record has keys of Donor's documents, and no others."""
    if not value.keys() <= _KEYS or not isinstance(value.get("id", ""), str):
        return False
    for span in value.get("spans", ()):
        if not isinstance(span, dict) or not span.keys() <= _SPAN:
            return False
    labels = value.get("labels", ())
    return not labels or all(isinstance(label, dict) for label in labels)


def _shape_of(value: dict[str, Any]) -> MappedJsonlFormat | None:
    """How a record is read that is none of Donor's own; None where it is open."""
    fields = obvious_fields(value)
    return _by_fields(tuple(fields.items())) if fields else None


@lru_cache(maxsize=64)
def _by_fields(fields: tuple[tuple[str, str], ...]) -> MappedJsonlFormat:
    return MappedJsonlFormat(Options(fields=dict(fields)))


def _with_shape(document: Document, foreign: MappedJsonlFormat) -> Document:
    """The document, which says itself how it is written."""
    kept = {**document.metadata["jsonl"], "fields": dict(foreign.options.fields)}
    return replace(document, metadata={**document.metadata, "jsonl": kept})


def _foreign(document: Document) -> MappedJsonlFormat | None:
    """The shape in which the document came, if it was not Donor's own."""
    kept = document.metadata.get("jsonl")
    fields = kept.get("fields") if isinstance(kept, dict) else None
    return _by_fields(tuple(fields.items())) if isinstance(fields, dict) else None


def decode(value: Mapping[str, Any], *, file: str = "", number: int = 1) -> Document:
    """The document in JSON values. Raises KeyError, TypeError, ValueError, DocumentError."""
    if not value.keys() <= _KEYS:
        unknown = min(value.keys() - _KEYS)
        raise ValueError(f"unknown key {unknown!r}; what is yours goes into metadata")
    get = value.get
    text, language = _string(value["text"], "text"), get("language")
    name = value["id"] if "id" in value else f"{file.removesuffix('.jsonl')}:{number}"
    metadata = dict(value["metadata"]) if "metadata" in value else {}
    if file:
        metadata.setdefault("file", file)
    segments = get("segments")
    return Document(
        _string(name, "id"),
        None if language is None else _string(language, "language"),
        text,
        _intervals(segments) if segments else (Interval(0, len(text)),) if text else (),
        _intervals(value["tokens"]) if get("tokens") else (),
        tuple([decode_span(s, n) for n, s in enumerate(get("spans", ()), start=1)]),
        tuple(map(_relation, get("relations", ()))),
        tuple(map(_label, get("labels", ()))),
        tuple(map(_side_text, get("side_texts", ()))),
        metadata,
    )


def decode_span(value: Mapping[str, Any], number: int = 1) -> Span:
    """The span in JSON values; without an id it is called `s` and its number."""
    fragments = value.get("fragments")
    if fragments is None:
        fragments = ((value["start"], value["end"]),)
    return Span(
        _string(value["id"], "span id") if "id" in value else f"s{number}",
        _string(value["label"], "label"),
        _intervals(fragments),
        dict(value["attributes"]) if "attributes" in value else {},
    )


def _relation(value: Mapping[str, Any]) -> Relation:
    attributes = dict(value.get("attributes", {}))
    label, head, tail = (_string(value[key], f"relation {key}") for key in _ARC)
    return Relation(label, head, tail, attributes)


def _side_text(value: Mapping[str, Any]) -> SideText:
    return SideText(_string(value["name"], "side text name"), _string(value["text"], "side text"))


def _label(value: Mapping[str, Any]) -> TextLabel:
    attributes = dict(value.get("attributes", {}))
    name, said = _string(value["name"], "label name"), _string(value["value"], "label value")
    return TextLabel(name, said, value.get("segment"), attributes)


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a string")
    return value


def _intervals(pairs: Iterable[Any]) -> tuple[Interval, ...]:
    return tuple([_interval(start, end) for start, end in pairs])


def _interval(start: object, end: object) -> Interval:
    if type(start) is int and type(end) is int:
        return Interval(start, end)
    wrong = end if type(start) is int else start
    raise TypeError(f"offset {wrong!r} is not a whole number")
