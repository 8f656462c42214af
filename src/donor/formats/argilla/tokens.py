"""Records of tokens of Argilla 1: `{"text", "tokens", "annotation": [[label, start, end]], …}`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.data import Document, Interval, Span
from donor.formats.parts.json_values import (
    Record,
    as_read,
    extent,
    fingerprint,
    integer,
    kept_layout,
    of_text,
    others,
    put_back,
    sequence,
    string,
    whole,
)
from donor.languages import split_at, tokenize

__all__ = [
    "is_token_record",
    "stale_annotations",
    "token_document",
    "token_losses",
    "written_tokens",
]

_WHICH = ("annotation", "prediction")
_KEYS = ("label", "start", "end", "score")
# What is computed of the text.
_COMPUTED = ("vectors", "metrics", "search_keywords", "explanation")


def is_token_record(value: Mapping[str, Any]) -> bool:
    """Whether the record has a text, its tokens as strings, and an annotation or a prediction."""
    tokens = value.get("tokens")
    return (
        isinstance(value.get("text"), str)
        and isinstance(tokens, list)
        and all(isinstance(token, str) for token in tokens)
        and bool(value.keys() & set(_WHICH))
    )


def token_document(record: Record, name: str, file: str) -> Document:
    """The document of a record; its annotation counts, else its prediction.

    Raises KeyError, TypeError, ValueError, DocumentError.
    """
    value, text = record.value, string(record.value["text"], "text")
    which = next((key for key in _WHICH if value.get(key) is not None), "annotation")
    items = sequence(value.get(which), which)
    hidden = dict.fromkeys({"text", "tokens", which} & value.keys())
    kept = {
        "record": put_back(value, hidden),
        "text": fingerprint(text),
        "which": which,
        "null": value.get(which) is None,
        "objects": any(isinstance(item, dict) for item in items),
        **kept_layout(record.layout, file),
    }
    return Document(
        id=name,
        language=None,
        text=text,
        segments=whole(text),
        tokens=tuple(_tokens(value["tokens"], text)),
        spans=tuple(_span(item, n) for n, item in enumerate(items, start=1)),
        metadata=({"file": file} if file else {}) | {"argilla": kept},
    )


def _tokens(words: Sequence[str], text: str) -> Iterator[Interval]:
    at = 0
    for word in words:
        start = text.find(word, at)
        if start < 0:
            raise ValueError(f"token {word!r} is not in the text behind {text[:at][-20:]!r}")
        at = start + len(word)
        yield Interval(start, at)


def _span(item: Any, number: int) -> Span:
    if isinstance(item, list):
        if not 3 <= len(item) <= len(_KEYS):
            raise ValueError(f"span {number} is not [label, start, end]")
        item = dict(zip(_KEYS, item, strict=False))
    if not isinstance(item, dict):
        raise TypeError(f"span {number} is neither an object nor a list")
    place = Interval(integer(item["start"]), integer(item["end"]))
    label = string(item["label"], f"label of span {number}")
    return Span(f"s{number}", label, (place,), others(item, _KEYS[:3]))


def token_losses(document: Document) -> Counter[str]:
    """What a record of tokens cannot say beyond what no record of Argilla can."""
    return Counter(
        {
            "text labels": len(of_text(document)),
            "side texts": len(document.side_texts),
            "tokens": -len(document.tokens),
        }
    )


def stale_annotations(kept: Mapping[str, Any]) -> int:
    """How many predictions of the source text stand beside the annotation that counts."""
    return sum(len(kept["record"].get(key) or ()) for key in _WHICH if key != kept["which"])


def written_tokens(document: Document, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a document; of another text, nothing stays that was computed of it."""
    which, text = kept["which"], document.text
    tokens = document.tokens
    if not tokens:
        edges = [edge for span in document.spans for edge in extent(span)]
        tokens = split_at(tokenize(text, document.language or "und"), edges)
    items = [_written(span, kept["objects"]) for span in document.spans]
    made: dict[str, Any] = {
        "text": text,
        "tokens": [token.of(text) for token in tokens],
        which: None if kept["null"] and not items else items,
    }
    record = put_back(kept["record"], made)
    if as_read(kept, document):
        return record
    stale = {key for key in (*_WHICH, *_COMPUTED) if key in record and key != which}
    return put_back(record, dict.fromkeys(stale))


def _written(span: Span, as_object: bool) -> Any:
    start, end = extent(span)
    item = {"label": span.label, "start": start, "end": end, **others(span.attributes, _KEYS[:3])}
    return item if as_object else [item[key] for key in _KEYS if key in item]
