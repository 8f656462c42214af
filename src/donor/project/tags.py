"""`tags`: the model copies the translation and inserts the source's id-bearing tags.

The answer proves itself: with the tags deleted it must be the translation letter by letter,
but for white space and the kind of its quotation marks and dashes, and each id must stand there
as in the source. What passes needs no search.
Method after Chen, Jiang, Ritter, Xu, "Frustratingly Easy Label Projection for Cross-lingual
Transfer" (Findings of ACL 2023), in the form that keeps the translation frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from donor.data import Candidate, Declined, Interval, Intervals, Reason
from donor.data.copied import differing, offsets_in
from donor.data.markup import Piece, insert_tags, miscounted, remove_tags
from donor.llm import Asked, Message, Method, Question, Request, ask_in_chunks, chunks
from donor.project.task import Projection, example_of
from donor.prompts import guided, prompt

__all__ = ["project"]

METHOD = "tags"


@dataclass
class _Read:
    """What answers have brought so far, by the position of the segment.

    Attributes:
        enclosed: the intervals of the target text that each number encloses, where all is well.
        altered: what the model changed in the text, as last seen.
    """

    enclosed: dict[int, dict[int, list[Interval]]] = field(default_factory=dict)
    altered: dict[int, str] = field(default_factory=dict)


def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span whose segments passed the check, else why not.

    One corrective retry; segments that pass are kept even where others fail. The segments of
    a document go into one request unless they are too long together.
    """
    read = _Read()

    def question(positions: Sequence[int]) -> Question:
        return _request(task, positions), lambda answer: _check(answer, positions, task, read)

    source, target = task.source.segments, task.target.segments
    parts = chunks(
        task.pieces,
        lambda position: len(source[position]) + len(target[position]),
        2 * task.guidance.chunk_characters,
    )
    asked = yield from ask_in_chunks(parts, question)
    return tuple(_answer(task, number, read, asked) for number in task.wanted)


def _request(task: Projection, positions: Sequence[int]) -> Request:
    system = guided(
        prompt(METHOD).filled(source=task.source_language.name, target=task.target_language.name),
        instructions=task.guidance.instructions,
        labels=task.guidance.labels,
        examples=_examples(task),
    )
    data = _data(task, positions)
    return Request(
        messages=(Message("system", system), Message("user", orjson.dumps(data).decode())),
        schema={
            "type": "object",
            "properties": {key: {"type": "string"} for key in data["source"]},
            "required": list(data["source"]),
            "additionalProperties": False,
        },
        task=METHOD,
        document=task.source.id,
    )


def _data(task: Projection, positions: Sequence[int]) -> dict[str, dict[str, str]]:
    source, target = task.source, task.target
    return {
        "source": {
            str(at + 1): insert_tags(
                source.segments[at].of(source.text), task.pieces[at], task.letter
            )
            for at in positions
        },
        "translation": {str(at + 1): target.segments[at].of(target.text) for at in positions},
    }


def _check(
    answer: Mapping[str, Any], positions: Sequence[int], task: Projection, read: _Read
) -> str:
    """What is wrong with an answer, or ""; what is right of it is kept."""
    problems = []
    for position in positions:
        problem = _check_segment(answer[str(position + 1)], position, task, read)
        if problem:
            problems.append(f"segment {position + 1}: {problem}")
    return "; ".join(problems)


def _check_segment(tagged: str, position: int, task: Projection, read: _Read) -> str:
    segment = task.target.segments[position]
    wanted = segment.of(task.target.text)
    untagged = remove_tags(tagged, task.letter)
    offsets = offsets_in(wanted, untagged.text)
    read.altered.pop(position, None)
    if offsets is None:
        problem = differing(untagged.text, wanted)
        read.altered[position] = problem
        return problem
    problem = untagged.problem or miscounted(untagged.enclosed, task.pieces[position], task.letter)
    if not problem:
        read.enclosed[position] = {
            number: [
                Interval(offsets[part.start], offsets[part.end]).shifted(segment.start)
                for part in parts
                if len(part)
            ]
            for number, parts in untagged.enclosed.items()
        }
    return problem


def _answer(
    task: Projection, number: int, read: _Read, asked: Mapping[int, Asked]
) -> Candidate | Declined:
    span_id, segments = task.wanted[number].id, task.segments_of[number]
    if not segments:
        what = "the span lies between the segments"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    for position in segments:
        if position not in read.enclosed:
            return _declined(span_id, asked[position], read.altered.get(position))
    parts = [
        part for position in segments for part in read.enclosed[position].get(number, ()) if part
    ]
    if not parts:
        what = "the model put empty tags: no counterpart"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    return Candidate(span_id, METHOD, Intervals(tuple(sorted(parts))))


def _declined(span_id: str, asked: Asked, altered: str | None) -> Declined:
    if altered and asked.problem is Reason.INVALID_ANSWER:
        return Declined(span_id, METHOD, Reason.TEXT_ALTERED, altered)
    return Declined(span_id, METHOD, asked.problem or Reason.INVALID_ANSWER, asked.detail)


def _examples(task: Projection) -> list[tuple[str, str]]:
    """The examples of the guidance as messages with their right answers."""
    found = []
    for example in task.guidance.examples:
        shown, pieces = example_of(example, task)
        positions = list(shown.pieces)
        data = _data(shown, positions)
        answer = {str(at + 1): _tagged(shown, at, pieces.get(at, ())) for at in positions}
        found.append((orjson.dumps(data).decode(), orjson.dumps(answer).decode()))
    return found


def _tagged(task: Projection, position: int, pieces: Sequence[Piece]) -> str:
    """The right answer: tags around the pieces, and empty ones for what has none there."""
    text = task.target.segments[position].of(task.target.text)
    there = {piece.number for piece in pieces}
    wanted = dict.fromkeys(piece.number for piece in task.pieces[position])
    empty = [Piece(n, Interval(len(text), len(text))) for n in wanted if n not in there]
    return insert_tags(text, [*pieces, *empty], task.letter)
