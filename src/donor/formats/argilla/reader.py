"""What the questions of a record of Argilla say: spans, labels, texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.formats.format import Warn
from donor.formats.parts.json_values import (
    Record,
    fingerprint,
    integer,
    kept_layout,
    mapping,
    others,
    put_back,
    sequence,
    string,
    whole,
)
from donor.formats.parts.units import CODE_POINTS, UTF_16, Units, likelier_unit

__all__ = [
    "LABEL",
    "PLACE",
    "RESPONSES",
    "SPANS",
    "SUGGESTIONS",
    "TEXT",
    "Reader",
    "placed",
    "with_answers",
]

_WORDS_OF_A_LABEL = 5
RESPONSES, SUGGESTIONS = "responses", "suggestions"
PLACE = ("start", "end", "label")
# What the values of a question are.
SPANS, LABELS, LABEL, TEXT = "spans", "labels", "label", "text"


@dataclass(slots=True)
class _Read:
    """What the questions of a record say."""

    spans: list[Span] = field(default_factory=list)
    labels: list[TextLabel] = field(default_factory=list)
    sides: list[SideText] = field(default_factory=list)


class Reader:
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
        responses = mapping(self.value.get(RESPONSES) or {}, RESPONSES)
        suggestions = mapping(self.value.get(SUGGESTIONS) or {}, SUGGESTIONS)
        for question in dict.fromkeys((*responses, *suggestions)):
            answers = sequence(responses.get(question), f"responses to {question}")
            self._question(question, answers, suggestions.get(question))
        hidden = {"fields": put_back(self.fields, dict.fromkeys((self.text_key, *sides)))}
        kept = {
            "record": with_answers(put_back(self.value, hidden), self.chosen, {}),
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
                self._answer(question, answer["value"], [RESPONSES, position])
                return
        if suggestion is not None:
            value = mapping(suggestion, f"suggestion for {question}").get("value")
            self._answer(question, value, [SUGGESTIONS])

    def _answer(self, question: str, value: Any, place: list[Any]) -> None:
        kind = kind_of(value)
        if kind == LABEL and question in self.texts:
            kind = TEXT
        if kind is None:
            return
        if kind == LABEL and len(value.split()) > _WORDS_OF_A_LABEL:
            what = f"the answer to {question} reads like a text: --field side={question} translates"
            self.warn(self.record.where, what)
        self.kinds[question], self.chosen[question] = kind, place
        if kind == SPANS:
            self._spans(question, value, place[0])
        elif kind == TEXT:
            self.read.sides.append(SideText(question, value))
        else:
            some = [value] if kind == LABEL else value
            self.read.labels += [TextLabel(question, label) for label in some]

    def _spans(self, question: str, items: list[dict[str, Any]], origin: str) -> None:
        places = [(integer(item["start"]), integer(item["end"])) for item in items]
        usual = UTF_16 if origin == RESPONSES else CODE_POINTS
        unit = self.said_unit or likelier_unit(self.text, places, usual=usual)
        if unit != usual and not self.said_unit:
            self.warn(self.record.where, f"offsets are read as {unit}: as {usual} they cut words")
        self.units[question], units = unit, Units(self.text, unit)
        for item, (start, end) in zip(items, places, strict=True):
            number = len(self.read.spans) + 1
            label = string(item["label"], f"label of span {number}")
            place = Interval(units.read(start), units.read(end))
            more = {"question": question} | others(item, PLACE)
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


def kind_of(value: Any) -> str | None:
    """What a value says; None where it is nothing of ours, such as a rating or a ranking."""
    if isinstance(value, str):
        return LABEL
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(item, str) for item in value):
        return LABELS
    return SPANS if placed(value) else None


def placed(value: Any) -> bool:
    """Whether a value stands at places of the text."""
    some = value if isinstance(value, list) else []
    return bool(some) and all(isinstance(s, dict) and set(PLACE) <= s.keys() for s in some)


def with_answers(
    record: Mapping[str, Any], chosen: Mapping[str, list[Any]], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The record with these values in the answers that count, and none where there is no value."""
    made = {key: dict(record.get(key) or {}) for key in {place[0] for place in chosen.values()}}
    for question, (origin, *position) in chosen.items():
        value = {"value": values.get(question)}
        if origin == SUGGESTIONS:
            made[origin][question] = put_back(made[origin][question], value)
        else:
            answers = list(made[origin][question])
            answers[position[0]] = put_back(answers[position[0]], value)
            made[origin][question] = answers
    return put_back(record, made)
