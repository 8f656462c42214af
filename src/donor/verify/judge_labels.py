"""Whether a judge that sees the target text alone gives it the labels that were carried over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from donor.data import Check, Document, Finding, Guidance, TextLabel, Transfer
from donor.languages import Language
from donor.llm import Message, Method, Request, ask_checked, object_schema
from donor.prompts import guided, prompt
from donor.verify.judged import Judged, Unjudged

__all__ = ["judge_labels"]

TASK = "judge-labels"

_VALUES = {"type": "array", "items": {"type": "string"}}
# With more values it is a score or a title, and no class.
_MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: a name of labels, of the whole or a segment, and the carried values."""

    name: str
    segment: int | None
    carried: list[TextLabel]
    values: Sequence[str]

    @property
    def what(self) -> str:
        where = "" if self.segment is None else f" of segment {self.segment + 1}"
        return f"label {self.name}{where}"

    def unjudged(self, reason: str) -> list[Unjudged]:
        return [Unjudged(self.what, reason)] * len(self.carried)

    def as_data(self) -> dict[str, Any]:
        of = "whole" if self.segment is None else str(self.segment + 1)
        return {"name": self.name, "of": of, "values": list(self.values)}


def judge_labels(
    transfer: Transfer,
    source: Language,
    target: Language,
    guidance: Guidance,
    values: Mapping[str, Sequence[str]],
) -> Method[Judged]:
    """The carried labels that the judge does not give; the transfer must have a translation.

    Labels of which the other values are not known are not asked for.
    """
    side = transfer.target
    assert side is not None, "without a translation no label is carried"
    wanted, unjudged = _questions(side.labels, values)
    if not wanted:
        return Judged(unjudged=tuple(unjudged))
    given: dict[str, list[str]] = {}

    def check(answer: dict[str, list[str]]) -> str:
        given.update({key: answer[key] for key in answer if not _strange(wanted[key], answer[key])})
        strange = (_strange(wanted[key], answer[key]) for key in answer)
        return "; ".join(problem for problem in strange if problem)

    asked = yield from ask_checked(
        _request(side, wanted, _system(source, target, guidance)), check, check
    )
    for key, one in wanted.items():
        unjudged += [] if key in given else one.unjudged(f"{asked.problem}: {asked.detail}")
    findings = [
        Finding(Check.LABEL_DOUBTFUL, _doubt(label, given[key]), one.segment)
        for key, one in wanted.items()
        for label in one.carried
        if key in given and label.value not in given[key]
    ]
    judged = sum(len(one.carried) for key, one in wanted.items() if key in given)
    return Judged(tuple(findings), labels=judged, unjudged=tuple(unjudged))


def _questions(
    labels: Sequence[TextLabel], values: Mapping[str, Sequence[str]]
) -> tuple[dict[str, _Asked], list[Unjudged]]:
    """The labels of one name and place together, by their ids; and those not to be asked for."""
    groups: dict[tuple[str, int | None], _Asked] = {}
    for label in labels:
        known = values.get(label.name, ())
        place = label.name, label.segment
        groups.setdefault(place, _Asked(*place, [], known)).carried.append(label)
    wanted: dict[str, _Asked] = {}
    unjudged: list[Unjudged] = []
    for one in groups.values():
        if 2 <= len(one.values) <= _MOST_VALUES and all(c.value in one.values for c in one.carried):
            wanted[f"l{len(wanted) + 1}"] = one
        else:
            reason = "its values are not known" if not one.values else "it is no choice of classes"
            unjudged += one.unjudged(reason)
    return wanted, unjudged


def _request(side: Document, wanted: Mapping[str, _Asked], system: Message) -> Request:
    data = {
        "text": {str(n): text for n, text in enumerate(side.segment_texts(), start=1)},
        "side_texts": {one.name: one.text for one in side.side_texts},
        "labels": {key: one.as_data() for key, one in wanted.items()},
    }
    return Request(
        messages=(system, Message("user", orjson.dumps(data).decode())),
        schema=object_schema(dict.fromkeys(wanted, _VALUES)),
        task=TASK,
        document=side.id,
    )


@lru_cache(maxsize=64)  # the same for all documents of a run
def _system(source: Language, target: Language, guidance: Guidance) -> Message:
    system = guided(
        prompt(TASK).filled(source=source.name, target=target.name),
        instructions=guidance.instructions,
        labels=guidance.labels,
    )
    return Message("system", system)


def _strange(one: _Asked, answer: Sequence[str]) -> str:
    """What is wrong with the values for a label, or ""."""
    if not answer:
        return f"{one.what} has no value"
    other = next((value for value in answer if value not in one.values), None)
    return "" if other is None else f"{other!r} is none of the values of {one.what}"


def _doubt(label: TextLabel, given: Sequence[str]) -> str:
    other = " or ".join(map(repr, given))
    return f"{label.name} is {label.value!r}, of the translation alone the judge says {other}"
