"""Parallel texts with spans on both sides: one JSON object a line for each pair.

::

    {"id": "p1", "source": {"lang": "en", "text": "Nice staff.",
                            "spans": [{"start": 5, "end": 10, "label": "TARGET", "id": "a"}]},
                 "target": {"lang": "ru", "text": "Милый персонал.",
                            "spans": [{"start": 6, "end": 14, "label": "TARGET", "id": "a"}]}}

Offsets are half-open and count code points. Only the texts must be there. A line is read as its
source document; the target stands in the metadata as it is written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from donor.data import Document, Interval, Span
from donor.errors import DocumentError, FormatError
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.one_a_line import one_a_line

__all__ = ["PAIRS", "PairsFormat", "paired", "target_of"]

_HINT = "docs/formats.md shows a whole pair"
_SIDE = ("lang", "text", "spans")
_SPAN = ("start", "end", "fragments", "label", "id")
# What a line says itself; the rest of the metadata stands beside these.
_LINE = ("id", "source", "target")
_NONE: Mapping[str, Any] = {}


class PairsFormat:
    """Reads and writes pairs of a source and a target document."""

    name = "pairs"
    suffixes = (".jsonl",)
    language = None
    parallel = True

    def sniff(self, head: str) -> bool:
        """Whether the first line that is not blank is an object with a source, and no text."""
        try:
            value = orjson.loads(head.strip().partition("\n")[0])
        except orjson.JSONDecodeError:
            return False
        if not isinstance(value, dict) or "text" in value:
            return False
        return "source" in value or "target" in value

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One source document a line; `refuse` gets the line of each that is no pair, and why."""
        return one_a_line(lines, file, refuse, _read_line)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One line a pair."""
        for document in documents:
            yield orjson.dumps(_written(document)).decode() + "\n"

    def losses(self, document: Document) -> Counter[str]:
        """What a pair cannot say. Raises FormatError for a document without a target."""
        if "target" not in document.metadata:
            what = "the document has no target to stand beside it"
            hint = "donor transfer writes pairs, and donor convert from pairs"
            raise FormatError(f"document {document.id}", what, hint)
        try:
            target_of(document)
        except (ValueError, TypeError, DocumentError) as error:
            raise FormatError(f"document {document.id}", str(error), _HINT) from None
        return +Counter(
            {
                "segments": int(document.segments != _segments(document.text)),
                "tokens": len(document.tokens),
                "relations": len(document.relations),
                "text labels": len(document.labels),
                "side texts": len(document.side_texts),
                "attributes": sum(bool(set(s.attributes) & set(_SPAN)) for s in document.spans),
                "metadata": int("id" in document.metadata or _unsaid(document)),
            }
        )


PAIRS = PairsFormat()


def paired(source: Document, target: Document) -> Document:
    """The source with this target beside it: the document that the format writes."""
    return replace(source, metadata={**source.metadata, "target": _side(target)})


def target_of(pair: Document) -> Document:
    """The target document of a pair; spans without an id get one that no other span has.

    Raises:
        ValueError, TypeError, DocumentError: the metadata holds no target, or a broken one.
    """
    taken = {span.id for span in pair.spans}
    return _document(pair.metadata.get("target"), "target", pair.id, taken)


def _read_line(line: str, file: str, number: int) -> Document:
    where = f"{file}:{number}"
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FormatError(where, f"not JSON: {error.msg} at column {error.colno}") from None
    try:
        return _read(value, file, f"{file.removesuffix('.jsonl')}:{number}")
    except (ValueError, TypeError) as error:
        raise FormatError(where, str(error), _HINT) from None
    except DocumentError as error:
        raise FormatError(where, error.what, _HINT) from None


def _read(value: Any, file: str, default_id: str) -> Document:
    if not isinstance(value, dict):
        raise TypeError("not a JSON object")
    for key in ("source", "target"):
        if key not in value:
            raise ValueError(f"key {key!r} is missing")
    name = _string(value.get("id", default_id), "id")
    _check_target(value["target"], name)
    metadata = {key: part for key, part in value.items() if key not in ("id", "source")}
    side = value["source"]
    if isinstance(side, dict) and (more := {key: side[key] for key in side if key not in _SIDE}):
        metadata["source"] = more
    if file:
        metadata.setdefault("file", file)
    # A made id is none of the target's: an id on both sides says that the two belong together.
    return _document(side, "source", name, _said_ids(value["target"]), metadata)


def _check_target(value: Any, name: str) -> None:
    """Nothing. Raises as `_document` does, which is asked only where there are spans to check."""
    plain = isinstance(value, dict) and value.get("spans", []) == []
    if not (
        plain and isinstance(value.get("text"), str) and isinstance(value.get("lang", ""), str)
    ):
        _document(value, "target", name, set())


def _document(
    value: Any, side: str, name: str, taken: set[str], metadata: Mapping[str, Any] = _NONE
) -> Document:
    """The document of one side of a pair; made span ids are not in `taken`."""
    if not isinstance(value, dict):
        raise TypeError(f"{side} is not a JSON object")
    if "text" not in value:
        raise ValueError(f"{side}: key 'text' is missing")
    text, language = _string(value["text"], f"{side} text"), value.get("lang")
    spans = value.get("spans", [])
    if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
        raise TypeError(f"{side}: spans is not a list of JSON objects")
    try:
        return Document(
            id=name,
            language=None if language is None else _string(language, f"{side} lang"),
            text=text,
            segments=_segments(text),
            spans=tuple(_spans(spans, taken)),
            metadata=metadata,
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"{side}: {error}") from None
    except DocumentError as error:
        raise DocumentError(error.where, f"{side}: {error.what}") from None


def _segments(text: str) -> tuple[Interval, ...]:
    """The whole text as one segment, without the white space at its edges."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (Interval(start, end),) if start < end else ()


def _spans(values: list[dict[str, Any]], taken: set[str]) -> Iterator[Span]:
    if not values:
        return
    said = _said_ids({"spans": values})
    number = 0
    for value in values:
        span_id = value.get("id")
        if span_id is None:
            number += 1
            while f"s{number}" in said | taken:
                number += 1
            span_id = f"s{number}"
        yield _span(value, _string(span_id, "span id"))


def _said_ids(side: Mapping[str, Any]) -> set[str]:
    ids = (span.get("id") for span in side.get("spans", ()))
    return {span_id for span_id in ids if isinstance(span_id, str)}


def _span(value: Mapping[str, Any], span_id: str) -> Span:
    fragments = value.get("fragments")
    needed = ("start", "end", "label") if fragments is None else ("label",)
    for key in needed:
        if key not in value:
            raise ValueError(f"span {span_id}: key {key!r} is missing")
    if fragments is None:
        fragments = ((value["start"], value["end"]),)
    return Span(
        id=span_id,
        label=_string(value["label"], f"span {span_id}: label"),
        fragments=tuple([Interval(_offset(start), _offset(end)) for start, end in fragments]),
        attributes={key: part for key, part in value.items() if key not in _SPAN},
    )


def _written(document: Document) -> dict[str, Any]:
    metadata = document.metadata
    source = _more_of(metadata.get("source")) | _side(document)
    more = {key: part for key, part in metadata.items() if key not in _LINE}
    return {"id": document.id, "source": source, "target": metadata["target"], **more}


def _unsaid(document: Document) -> bool:
    """Whether the metadata say something under a name that pairs use themselves."""
    said = document.metadata.get("source")
    return said is not None and _more_of(said) != said


def _more_of(said: Any) -> dict[str, Any]:
    """What a pair's line says of its source beyond the document; nothing of another's metadata."""
    if not isinstance(said, dict):
        return {}
    return {key: part for key, part in said.items() if key not in _SIDE}


def _side(document: Document) -> dict[str, Any]:
    language = {"lang": document.language} if document.language is not None else {}
    spans = [_written_span(span) for span in document.spans]
    return {**language, "text": document.text, "spans": spans}


def _written_span(span: Span) -> dict[str, Any]:
    more = {key: part for key, part in span.attributes.items() if key not in _SPAN}
    if span.discontinuous:
        place: dict[str, Any] = {"fragments": [[i.start, i.end] for i in span.fragments]}
    else:
        place = {"start": span.extent.start, "end": span.extent.end}
    return {"id": span.id, **place, "label": span.label, **more}


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a string")
    return value


def _offset(value: object) -> int:
    if type(value) is not int:
        raise TypeError(f"offset {value!r} is not a whole number")
    return value
