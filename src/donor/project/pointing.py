"""Methods whose answer points at places in the translation, span by span.

They show the same: the source with its tags, the translation, the spans to answer for. They
differ in how the translation is written and in what says a place; that is their `Form`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from donor.data import (
    Candidate,
    Declined,
    Example,
    Guidance,
    Interval,
    Intervals,
    Quote,
    Reason,
)
from donor.data.markup import insert_tags
from donor.languages import Language
from donor.llm import (
    Asked,
    Message,
    Method,
    Question,
    Request,
    ask_in_chunks,
    chunks,
    object_schema,
)
from donor.project.task import Projection, example_of
from donor.prompts import guided, prompt

__all__ = ["Form", "Pointer", "point"]

Part = tuple[int, ...]
"""The positions of the segments that one request is about."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What an answer says of one span in one request.

    Args:
        task: what was asked.
        segments: the positions of the segments in which the span has pieces there.
        asked: the positions of all segments that were shown.
        items: what the model pointed at, as it came.
        span_id: of which span.
    """

    task: Projection
    segments: Sequence[int]
    asked: Part
    items: Sequence[Mapping[str, Any]]
    span_id: str

    def declined(self, method: str, reason: Reason, detail: str) -> Declined:
        """The word that this span has no candidate."""
        return Declined(self.span_id, method, reason, detail)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """How a method shows a translation, and how its answers point. It equals only itself.

    Args:
        method: the method's name, which is its prompt's too.
        item: the JSON schema of one thing that is pointed at.
        show: the translation of a segment, by its position, as the model sees it.
        read: quotes or intervals for what was pointed at, or why that is none.
        tell: the item that is right for a piece of the translation of a segment.
    """

    method: str
    item: Mapping[str, Any]
    show: Callable[[Projection, int], Any]
    read: Callable[[Pointer], tuple[Quote, ...] | tuple[Interval, ...] | Declined]
    tell: Callable[[Projection, int, Interval], Mapping[str, Any]]


def point(task: Projection, form: Form) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span at which the model points, else why there is none.

    The segments of a document go into one request unless they are too long together; a span
    over two requests is pointed at in both. One wrong key does not cost the other spans of an
    answer theirs, should the corrective retry fail too.
    """
    answers: dict[Part, dict[str, Any]] = {}
    ended: dict[int, Part] = {}

    def question(positions: Sequence[int]) -> Question:
        part = tuple(positions)
        ended.update(dict.fromkeys(part, part))

        def check(answer: dict[str, Any]) -> str:
            answers[part] = answer
            return ""

        def rescue(sound: dict[str, Any]) -> None:
            answers.setdefault(part, {}).update(sound)

        return _request(task, part, form), check, rescue

    def worth(positions: Sequence[int]) -> bool:
        return any(position in task.pieces for position in positions)

    asked = yield from ask_in_chunks(_parts(task), question, worth)
    return tuple(_answer(task, number, form, answers, ended, asked) for number in task.wanted)


def _parts(task: Projection) -> list[list[int]]:
    """The segments of each request; those without a piece are shown beside others."""
    source, target = task.source.segments, task.target.segments
    return chunks(
        range(len(source)),
        lambda position: len(source[position]) + len(target[position]),
        2 * task.guidance.chunk_characters,
    )


def _request(task: Projection, part: Part, form: Form) -> Request:
    data = _data(task, part, form)
    remarked = "remarks" in data
    system = _system(task.source_language, task.target_language, task.guidance, form, remarked)
    return Request(
        messages=(system, Message("user", orjson.dumps(data).decode())),
        schema=object_schema(
            {name: {"type": "array", "items": form.item} for name in data["spans"]}
        ),
        task=form.method,
        document=task.source.id,
    )


@lru_cache(maxsize=64)  # the same for all documents of a run
def _system(
    source: Language, target: Language, guidance: Guidance, form: Form, remarked: bool
) -> Message:
    examples = [_shown(example, source, target, form) for example in guidance.examples]
    system = guided(
        prompt(form.method).filled(source=source.name, target=target.name),
        instructions=guidance.instructions,
        labels=guidance.labels,
        examples=examples,
        remarked=remarked,
    )
    return Message("system", system)


def _data(task: Projection, part: Part, form: Form) -> dict[str, dict[str, Any]]:
    texts = {position: task.source.segments[position].of(task.source.text) for position in part}
    inside = {number: _inside(task, number, part) for number in task.wanted}
    remarks = task.remarked(part)
    return {
        "source": {
            str(position + 1): insert_tags(text, task.pieces.get(position, ()), task.letter)
            for position, text in texts.items()
        },
        "translation": {str(position + 1): form.show(task, position) for position in part},
        "spans": {
            f"{task.letter}{number}": {
                "label": task.wanted[number].label,
                "words": _words(task, number, positions),
                "segment": ", ".join(str(position + 1) for position in positions),
            }
            for number, positions in inside.items()
            if positions
        },
        **({"remarks": remarks} if remarks else {}),
    }


def _inside(task: Projection, number: int, part: Part) -> list[int]:
    return [position for position in task.segments_of[number] if position in part]


def _words(task: Projection, number: int, positions: Sequence[int]) -> str:
    """The words of a span, of which only a part may lie in the segments of the request."""
    if len(positions) == len(task.segments_of[number]):
        return task.wanted[number].surface(task.source.text)
    return " … ".join(
        piece.interval.of(task.source.segments[position].of(task.source.text))
        for position in positions
        for piece in task.pieces[position]
        if piece.number == number
    )


def _answer(
    task: Projection,
    number: int,
    form: Form,
    answers: Mapping[Part, Mapping[str, Any]],
    ended: Mapping[int, Part],
    asked: Mapping[int, Asked],
) -> Candidate | Declined:
    span_id, positions = task.wanted[number].id, task.segments_of[number]
    if not positions:
        what = "the span lies between the segments"
        return Declined(span_id, form.method, Reason.NO_COUNTERPART, what)
    places: list[Any] = []
    for part in dict.fromkeys(ended[position] for position in positions):
        items = answers.get(part, {}).get(f"{task.letter}{number}")
        if items is None:
            how = asked[part[0]]
            reason = how.problem or Reason.INVALID_ANSWER
            return Declined(span_id, form.method, reason, how.detail)
        pointer = Pointer(task, _inside(task, number, part), part, items, span_id)
        found = form.read(pointer)
        if isinstance(found, Declined):
            return found
        places += found
    if not places:
        what = "the model points at nothing"
        return Declined(span_id, form.method, Reason.NO_COUNTERPART, what)
    answer = tuple(places) if isinstance(places[0], Quote) else Intervals(tuple(places))
    return Candidate(span_id, form.method, answer)


def _shown(example: Example, source: Language, target: Language, form: Form) -> tuple[str, str]:
    """An example's message and its right answer."""
    shown, pieces = example_of(example, source, target)
    data = _data(shown, tuple(range(len(shown.source.segments))), form)
    answer: dict[str, list[Mapping[str, Any]]] = {name: [] for name in data["spans"]}
    for position, own in pieces.items():
        for piece in own:
            items = answer.setdefault(f"{shown.letter}{piece.number}", [])
            items.append(form.tell(shown, position, piece.interval))
    return orjson.dumps(data).decode(), orjson.dumps(answer).decode()
