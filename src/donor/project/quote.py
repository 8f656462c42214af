"""`quote`: for each span id the model quotes the corresponding words of the translation.

The winner of "Be My Donor" (arXiv 2410.14074), with what its recipe lacks: the span is shown
in its place, and the answer says which of several occurrences is meant.
"""

from typing import Any

import orjson

from donor.data import Candidate, Declined, Interval, Quote, Reason
from donor.llm import Asked, Message, Method, Request, ask_checked
from donor.project.markup import insert_tags
from donor.project.task import Projection
from donor.prompts import prompt

__all__ = ["project"]

METHOD = "quote"


def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span that the model quotes, else why there is none."""
    answers: dict[str, Any] = {}

    def check(answer: dict[str, Any]) -> str:
        answers.update(answer)
        return ""

    asked = yield from ask_checked(_request(task), check)
    return tuple(_answer(task, number, answers, asked) for number in task.wanted)


def _request(task: Projection) -> Request:
    source, target = task.source.segment_texts(), task.target.segment_texts()
    data: dict[str, dict[str, Any]] = {
        "source": {
            str(n + 1): insert_tags(text, task.pieces.get(n, ()), task.letter)
            for n, text in enumerate(source)
        },
        "translation": {str(n + 1): text for n, text in enumerate(target)},
        "spans": {
            f"{task.letter}{number}": {
                "label": span.label,
                "words": span.surface(task.source.text),
                "segment": ", ".join(str(n + 1) for n in task.segments_of[number]),
            }
            for number, span in task.wanted.items()
        },
    }
    system = prompt("quote").filled(
        source=task.source_language.name, target=task.target_language.name
    )
    return Request(
        messages=(Message("system", system), Message("user", orjson.dumps(data).decode())),
        schema=_schema(list(data["spans"])),
        task=METHOD,
        document=task.source.id,
    )


def _schema(names: list[str]) -> dict[str, Any]:
    quote = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "occurrence": {"type": "integer"},
        },
        "required": ["text", "occurrence"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {name: {"type": "array", "items": quote} for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _answer(
    task: Projection, number: int, answers: dict[str, Any], asked: Asked
) -> Candidate | Declined:
    span_id = task.wanted[number].id
    if asked.problem:
        return Declined(span_id, METHOD, asked.problem, asked.detail)
    given = answers[f"{task.letter}{number}"]
    if not any(quote["text"].strip() for quote in given):
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, "the model quotes nothing")
    within = _within(task, number)
    # Occurrences are counted in one segment: over several, a number would say nothing.
    several = len(task.segments_of[number]) > 1
    quotes = [
        Quote(
            quote["text"], occurrence=None if several else _occurrence(quote, task), within=within
        )
        for quote in given
        if quote["text"].strip()
    ]
    return Candidate(span_id, METHOD, tuple(quotes))


def _occurrence(quote: dict[str, Any], task: Projection) -> int | None:
    """The number as a whole one that can be written down: JSON's 2.0 and 1e300 are legal.

    None for a number below 1, which says nothing: the first, counted from 0, or none.
    """
    number = min(int(quote["occurrence"]), len(task.target.text))
    return number if number >= 1 else None


def _within(task: Projection, number: int) -> Interval | None:
    """The part of the translation that answers to the span's segments."""
    positions = task.segments_of[number]
    if not positions:
        return None
    segments = task.target.segments
    return Interval(segments[positions[0]].start, segments[positions[-1]].end)
