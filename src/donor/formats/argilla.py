"""Records of Argilla 2, as `dataset.records.to_json()` gives them, or one a line.

::

    [{"id": "1", "fields": {"text": "Ions move"}, "metadata": {}, "vectors": {},
      "suggestions": {"topic": {"value": "physics", "score": 0.9, "agent": "m"}},
      "responses": {"span": [{"value": [{"start": 0, "end": 4, "label": "TERM"}],
                              "user_id": "…"}]}}]

Argilla's page counts UTF-16 units (argilla-io/argilla#5729), programs count code points: responses
are read in the first, suggestions in the second, unless their places make sense in the other alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.errors import ConfigError
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.json_values import (
    Record,
    as_read,
    documents,
    extent,
    fingerprint,
    first_object,
    free_names,
    integer,
    kept_layout,
    laid_out,
    layout_of,
    mapping,
    objects,
    of_text,
    others,
    put_back,
    sequence,
    string,
    unsaid,
    whole,
)
from donor.formats.units import CODE_POINTS, UTF_16, Units, likelier_unit

__all__ = ["ARGILLA", "ArgillaFormat"]

_HINT = "docs/formats.md shows records of Argilla; --text-field names the field of the text"
_PLACE = ("start", "end", "label")
_NEW = "span"
"""The question of spans that come from no question."""

_WORDS_OF_A_LABEL = 5
_RESPONSES, _SUGGESTIONS = "responses", "suggestions"
# What the values of a question are.
_SPANS, _LABELS, _LABEL, _TEXT = "spans", "labels", "label", "text"


@dataclass(frozen=True, slots=True)
class ArgillaFormat:
    """Reads and writes records of Argilla.

    Of the options it takes the fields `text`, `side` (the questions whose answers are texts to
    translate) and `offsets` (`utf-16` or `code-points`).
    """

    name: str = "argilla"
    suffixes: tuple[str, ...] = (".json", ".jsonl")
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> "ArgillaFormat":
        """The same format with these fields. Raises ConfigError for an unknown unit of offsets."""
        unit = options.fields.get("offsets", UTF_16)
        if unit not in (UTF_16, CODE_POINTS):
            raise ConfigError(f"offsets {unit!r}", "not known", f"known: {UTF_16}, {CODE_POINTS}")
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has fields, and answers or suggestions."""
        value = first_object(head)
        if value is None:
            return all(f'"{key}"' in head for key in ("fields", _RESPONSES, _SUGGESTIONS))
        known = isinstance(value.get(_RESPONSES), dict) or isinstance(value.get(_SUGGESTIONS), dict)
        return known and isinstance(value.get("fields"), dict)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a record; an error names the line at which it begins."""

        def read(record: Record, name: str) -> Document:
            reader = _Reader(record, self.options.fields, warn)
            return reader.document(name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The records in the layout of the first one's file."""
        some = iter(documents)
        first = next(some, None)
        if first is None:
            return iter(())
        return laid_out(map(_written, chain((first,), some)), layout_of(first, _kept_of(first)))

    def losses(self, document: Document) -> Counter[str]:
        """What Argilla cannot say, and what was said or computed of another text."""
        kept = _kept_of(document)
        lost = unsaid(document, "argilla") + Counter(
            {
                "relations": len(document.relations),
                "span ids": sum(s.id != f"s{n}" for n, s in enumerate(document.spans, start=1)),
                "attributes": sum(bool(s.attributes.keys() & set(_PLACE)) for s in document.spans)
                + sum(bool(label.attributes) for label in document.labels),
                "offsets in code points": int(not kept and _misread(document)),
            }
        )
        if kept and not as_read(kept, document):
            record = kept["record"]
            lost["vectors"] += len(record.get("vectors") or ())
            lost["further annotations"] += sum(1 for _ in _stale(record, kept["chosen"]))
            lost["server ids"] += int(bool(record.get("_server_id")))
        return +lost


ARGILLA = ArgillaFormat()


@dataclass(slots=True)
class _Read:
    """What the questions of a record say."""

    spans: list[Span] = field(default_factory=list)
    labels: list[TextLabel] = field(default_factory=list)
    sides: list[SideText] = field(default_factory=list)


class _Reader:
    """Reads one record."""

    def __init__(self, record: Record, fields: Mapping[str, str], warn: Warn) -> None:
        self.record, self.value, self.warn = record, record.value, warn
        self.texts = {name.strip() for name in fields.get("side", "").split(",")}
        self.said_unit = fields.get("offsets")
        self.fields = mapping(self.value["fields"], "fields")
        self.text_key = _text_key(self.fields, fields.get("text"))
        self.text = string(self.fields[self.text_key], self.text_key)
        self.chosen: dict[str, list[Any]] = {}
        self.kinds: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.read = _Read()

    def document(self, name: str, file: str) -> Document:
        """The document of the record. Raises KeyError, TypeError, ValueError, DocumentError."""
        sides = [key for key, part in self.fields.items() if isinstance(part, str)]
        sides.remove(self.text_key)
        responses = mapping(self.value.get(_RESPONSES) or {}, _RESPONSES)
        suggestions = mapping(self.value.get(_SUGGESTIONS) or {}, _SUGGESTIONS)
        for question in dict.fromkeys((*responses, *suggestions)):
            answers = sequence(responses.get(question), f"responses to {question}")
            self._question(question, answers, suggestions.get(question))
        hidden = {"fields": put_back(self.fields, dict.fromkeys((self.text_key, *sides)))}
        kept = {
            "record": _with_answers(put_back(self.value, hidden), self.chosen, {}),
            "text": fingerprint(self.text),
            "text_key": self.text_key,
            "chosen": self.chosen,
            "kinds": self.kinds,
            "units": self.units,
            "sides": sides,
            **kept_layout(self.record.layout, file),
        }
        return Document(
            id=name,
            language=None,
            text=self.text,
            segments=whole(self.text),
            spans=tuple(self.read.spans),
            labels=tuple(self.read.labels),
            side_texts=(*(SideText(key, self.fields[key]) for key in sides), *self.read.sides),
            metadata=({"file": file} if file else {}) | {"argilla": kept},
        )

    def _question(self, question: str, answers: list[Any], suggestion: Any) -> None:
        """Reads the first answer that people gave, else the suggestion."""
        for position, answer in enumerate(answers):
            if mapping(answer, f"response to {question}").get("value") is not None:
                self._answer(question, answer["value"], [_RESPONSES, position])
                return
        if suggestion is not None:
            value = mapping(suggestion, f"suggestion for {question}").get("value")
            self._answer(question, value, [_SUGGESTIONS])

    def _answer(self, question: str, value: Any, place: list[Any]) -> None:
        kind = _kind(value)
        if kind == _LABEL and question in self.texts:
            kind = _TEXT
        if kind is None:
            return
        if kind == _LABEL and len(value.split()) > _WORDS_OF_A_LABEL:
            what = f"the answer to {question} reads like a text: --field side={question} translates"
            self.warn(self.record.where, what)
        self.kinds[question], self.chosen[question] = kind, place
        if kind == _SPANS:
            self._spans(question, value, place[0])
        elif kind == _TEXT:
            self.read.sides.append(SideText(question, value))
        else:
            some = [value] if kind == _LABEL else value
            self.read.labels += [TextLabel(question, label) for label in some]

    def _spans(self, question: str, items: list[dict[str, Any]], origin: str) -> None:
        places = [(integer(item["start"]), integer(item["end"])) for item in items]
        usual = UTF_16 if origin == _RESPONSES else CODE_POINTS
        unit = self.said_unit or likelier_unit(self.text, places, usual=usual)
        if unit != usual and not self.said_unit:
            self.warn(self.record.where, f"offsets are read as {unit}: as {usual} they cut words")
        self.units[question], units = unit, Units(self.text, unit)
        for item, (start, end) in zip(items, places, strict=True):
            number = len(self.read.spans) + 1
            label = string(item["label"], f"label of span {number}")
            place = Interval(units.read(start), units.read(end))
            more = {"question": question} | others(item, _PLACE)
            self.read.spans.append(Span(f"s{number}", label, (place,), more))


def _text_key(fields: Mapping[str, Any], said: str | None) -> str:
    if said is not None:
        said = said.removeprefix("fields.")
        if said not in fields:
            raise ValueError(f"no field {said!r}; there are {', '.join(fields)}")
        return said
    strings = [key for key, part in fields.items() if isinstance(part, str)]
    if "text" in strings:
        return "text"
    if len(strings) != 1:
        several = f"which of {', '.join(strings)} is the text?" if strings else "no field is a text"
        raise ValueError(several)
    return strings[0]


def _kind(value: Any) -> str | None:
    """What a value says; None where it is nothing of ours, such as a rating or a ranking."""
    if isinstance(value, str):
        return _LABEL
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(item, str) for item in value):
        return _LABELS
    return _SPANS if _placed(value) else None


def _placed(value: Any) -> bool:
    """Whether a value stands at places of the text."""
    some = value if isinstance(value, list) else []
    return bool(some) and all(isinstance(s, dict) and set(_PLACE) <= s.keys() for s in some)


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("argilla")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def _misread(document: Document) -> bool:
    places = map(extent, document.spans)
    return likelier_unit(document.text, places, usual=CODE_POINTS) != CODE_POINTS


def _with_answers(
    record: Mapping[str, Any], chosen: Mapping[str, list[Any]], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The record with these values in the answers that count, and none where there is no value."""
    made = {key: dict(record.get(key) or {}) for key in {place[0] for place in chosen.values()}}
    for question, (origin, *position) in chosen.items():
        value = {"value": values.get(question)}
        if origin == _SUGGESTIONS:
            made[origin][question] = put_back(made[origin][question], value)
        else:
            answers = list(made[origin][question])
            answers[position[0]] = put_back(answers[position[0]], value)
            made[origin][question] = answers
    return put_back(record, made)


def _stale(
    record: Mapping[str, Any], chosen: Mapping[str, list[Any]]
) -> Iterator[tuple[str, str, int]]:
    """The answers and suggestions of places in another text, beside those that count."""
    for question, answers in (record.get(_RESPONSES) or {}).items():
        for position, answer in enumerate(answers or ()):
            own = chosen.get(question) == [_RESPONSES, position]
            if not own and _placed(answer.get("value")):
                yield _RESPONSES, question, position
    for question, suggestion in (record.get(_SUGGESTIONS) or {}).items():
        if chosen.get(question) != [_SUGGESTIONS] and _placed((suggestion or {}).get("value")):
            yield _SUGGESTIONS, question, 0


def _written(document: Document) -> dict[str, Any]:
    kept = _kept_of(document)
    if not kept:
        return _new(document)
    record, there = kept["record"], {side.name: side.text for side in document.side_texts}
    texts = {kept["text_key"]: document.text}
    texts |= {key: there[key] for key in kept["sides"] if key in there}
    record = put_back(record, {"fields": put_back(record["fields"], texts)})
    values = {q: _value(document, q, kept) for q in kept["kinds"]}
    record = _with_answers(record, kept["chosen"], values)
    dropped = {
        (origin, question, position[0] if position else 0)
        for question, (origin, *position) in kept["chosen"].items()
        if values[question] is None
    }
    if not as_read(kept, document):
        dropped |= set(_stale(kept["record"], kept["chosen"]))
        fresh: dict[str, Any] = {"vectors": {}, "_server_id": None}
        record = put_back(record, {key: part for key, part in fresh.items() if key in record})
    return _with_new(_without(record, dropped), document, kept["kinds"])


def _without(record: Mapping[str, Any], dropped: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """The record without these answers and suggestions."""
    gone = set(dropped)
    made: dict[str, Any] = {}
    if any(origin == _SUGGESTIONS for origin, *_ in gone):
        names = {question for origin, question, _ in gone if origin == _SUGGESTIONS}
        made[_SUGGESTIONS] = others(record[_SUGGESTIONS], names)
    if any(origin == _RESPONSES for origin, *_ in gone):
        left = {
            question: [a for n, a in enumerate(some) if (_RESPONSES, question, n) not in gone]
            for question, some in record[_RESPONSES].items()
        }
        had = record[_RESPONSES]
        made[_RESPONSES] = {q: some for q, some in left.items() if some or not had[q]}
    return put_back(record, made)


def _value(document: Document, question: str, kept: Mapping[str, Any]) -> Any:
    """What the document says to a question; None if nothing is left."""
    kind = kept["kinds"][question]
    if kind == _SPANS:
        units = Units(document.text, kept["units"][question])
        own = [s for s in document.spans if s.attributes.get("question") == question]
        return [_item(span, units) for span in own]
    if kind == _TEXT:
        return next((s.text for s in document.side_texts if s.name == question), None)
    labels = [label.value for label in of_text(document) if label.name == question]
    if kind == _LABEL and len(labels) < 2:
        return labels[0] if labels else None
    return labels


def _item(span: Span, units: Units) -> dict[str, Any]:
    start, end = map(units.written, extent(span))
    more = others(span.attributes, (*_PLACE, "question"))
    return {"start": start, "end": end, "label": span.label, **more}


def _new(document: Document) -> dict[str, Any]:
    sides = {side.name: side.text for side in document.side_texts}
    record = {
        "id": document.id,
        "fields": sides | {"text": document.text},
        "metadata": {},
        _SUGGESTIONS: {},
        _RESPONSES: {},
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
    return put_back(record, {_SUGGESTIONS: {**(record.get(_SUGGESTIONS) or {}), **made}})


def _alone(value: list[Any]) -> Any:
    return value[0] if len(value) == 1 and isinstance(value[0], str) else value
