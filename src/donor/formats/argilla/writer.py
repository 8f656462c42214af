"""A document becomes a record of Argilla: the answers that count, made anew."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from donor.data import Document, Span
from donor.formats.argilla.reader import (
    LABEL,
    PLACE,
    RESPONSES,
    SPANS,
    SUGGESTIONS,
    TEXT,
    placed,
    with_answers,
)
from donor.formats.parts.json_values import as_read, extent, free_names, of_text, others, put_back
from donor.formats.parts.units import CODE_POINTS, Units

__all__ = ["stale", "written"]

_NEW = "span"
"""The question of spans that come from no question."""


def stale(
    record: Mapping[str, Any], chosen: Mapping[str, list[Any]]
) -> Iterator[tuple[str, str, int]]:
    """The answers and suggestions of places in another text, beside those that count."""
    for question, answers in (record.get(RESPONSES) or {}).items():
        for position, answer in enumerate(answers or ()):
            own = chosen.get(question) == [RESPONSES, position]
            if not own and placed(answer.get("value")):
                yield RESPONSES, question, position
    for question, suggestion in (record.get(SUGGESTIONS) or {}).items():
        if chosen.get(question) != [SUGGESTIONS] and placed((suggestion or {}).get("value")):
            yield SUGGESTIONS, question, 0


def written(document: Document, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The record of the document, of which the metadata keep this; else a new one."""
    if not kept:
        return _new(document)
    record, there = kept["record"], {side.name: side.text for side in document.side_texts}
    texts = {kept["text_key"]: document.text}
    texts |= {key: there[key] for key in kept["sides"] if key in there}
    record = put_back(record, {"fields": put_back(record["fields"], texts)})
    values = {q: _value(document, q, kept) for q in kept["kinds"]}
    record = with_answers(record, kept["chosen"], values)
    dropped = {
        (origin, question, position[0] if position else 0)
        for question, (origin, *position) in kept["chosen"].items()
        if values[question] is None
    }
    if not as_read(kept, document):
        dropped |= set(stale(kept["record"], kept["chosen"]))
        fresh: dict[str, Any] = {"vectors": {}, "_server_id": None}
        record = put_back(record, {key: part for key, part in fresh.items() if key in record})
    return _with_new(_without(record, dropped), document, kept["kinds"])


def _without(record: Mapping[str, Any], dropped: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """The record without these answers and suggestions."""
    gone = set(dropped)
    made: dict[str, Any] = {}
    if any(origin == SUGGESTIONS for origin, *_ in gone):
        names = {question for origin, question, _ in gone if origin == SUGGESTIONS}
        made[SUGGESTIONS] = others(record[SUGGESTIONS], names)
    if any(origin == RESPONSES for origin, *_ in gone):
        left = {
            question: [a for n, a in enumerate(some) if (RESPONSES, question, n) not in gone]
            for question, some in record[RESPONSES].items()
        }
        had = record[RESPONSES]
        made[RESPONSES] = {q: some for q, some in left.items() if some or not had[q]}
    return put_back(record, made)


def _value(document: Document, question: str, kept: Mapping[str, Any]) -> Any:
    """What the document says to a question; None if nothing is left."""
    kind = kept["kinds"][question]
    if kind == SPANS:
        units = Units(document.text, kept["units"][question])
        own = [s for s in document.spans if s.attributes.get("question") == question]
        return [_item(span, units) for span in own]
    if kind == TEXT:
        return next((s.text for s in document.side_texts if s.name == question), None)
    labels = [label.value for label in of_text(document) if label.name == question]
    if kind == LABEL and len(labels) < 2:
        return labels[0] if labels else None
    return labels


def _item(span: Span, units: Units) -> dict[str, Any]:
    start, end = map(units.written, extent(span))
    more = others(span.attributes, (*PLACE, "question"))
    return {"start": start, "end": end, "label": span.label, **more}


def _new(document: Document) -> dict[str, Any]:
    sides = {side.name: side.text for side in document.side_texts}
    record = {
        "id": document.id,
        "fields": sides | {"text": document.text},
        "metadata": {},
        SUGGESTIONS: {},
        RESPONSES: {},
        "vectors": {},
    }
    return _with_new(record, document, {})


def _with_new(
    record: dict[str, Any], document: Document, known: Mapping[str, str]
) -> dict[str, Any]:
    """The record with suggestions of what belongs to none of its questions."""
    values: dict[str, Any] = {}
    units = Units(document.text, CODE_POINTS)
    names = {label.name for label in of_text(document)}
    free = next(
        name for name in chain((_NEW,), free_names(names, prefix=_NEW)) if name not in names
    )
    for span in document.spans:
        question = str(span.attributes.get("question", free))
        if question not in known:
            values.setdefault(question, []).append(_item(span, units))
    for label in of_text(document):
        if label.name not in known:
            values.setdefault(label.name, []).append(label.value)
    if not values:
        return record
    made = {
        question: {"value": _alone(value), "score": None, "agent": None}
        for question, value in values.items()
    }
    return put_back(record, {SUGGESTIONS: {**(record.get(SUGGESTIONS) or {}), **made}})


def _alone(value: list[Any]) -> Any:
    return value[0] if len(value) == 1 and isinstance(value[0], str) else value
