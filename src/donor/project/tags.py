"""`tags`: the model copies the translation and inserts the source's id-bearing tags.

The answer proves itself: with the tags deleted it must be the translation letter by letter,
but for white space and the kind of its quotation marks and dashes, and each id must stand there
as in the source. What passes needs no search. Where an answer fails and its corrected one too,
the ids that are sound by themselves are kept: if the model changed the text elsewhere, as quotes
with their neighbours, for which the resolver has to look.
Method after Chen, Jiang, Ritter, Xu, "Frustratingly Easy Label Projection for Cross-lingual
Transfer" (Findings of ACL 2023), in the form that keeps the translation frozen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from donor.data import Candidate, Declined, Example, Guidance, Interval, Intervals, Quote, Reason
from donor.data.copied import differing, offsets_in
from donor.data.markup import Piece, Untagged, insert_tags, miscounted, remove_tags, sound_numbers
from donor.languages import Language
from donor.llm import (
    Asked,
    Message,
    Method,
    Question,
    Request,
    ask_in_chunks,
    chunks,
    strings_schema,
)
from donor.project.task import Projection, example_of
from donor.prompts import guided, prompt

__all__ = ["project"]

METHOD = "tags"

_NEIGHBOURS = 4

_Places = list[Interval] | list[Quote]


@dataclass
class _Read:
    """What answers have brought so far, by the position of the segment.

    Attributes:
        enclosed: the intervals of the target text that each number encloses, where all is well.
        rescued: the places of the numbers that were sound where not all was well.
        altered: what the model changed in the text, as last seen.
    """

    enclosed: dict[int, dict[int, _Places]] = field(default_factory=dict)
    rescued: dict[int, dict[int, _Places]] = field(default_factory=dict)
    altered: dict[int, str] = field(default_factory=dict)

    def places(self, position: int, number: int) -> _Places | None:
        """What is known of a number in a segment; None if nothing is."""
        known = self.enclosed.get(position, self.rescued.get(position, {}))
        return known.get(number, [] if position in self.enclosed else None)


def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span whose segments passed the check, else why not.

    One corrective retry; segments that pass are kept even where others fail. The segments of
    a document go into one request unless they are too long together.
    """
    read = _Read()

    def question(positions: Sequence[int]) -> Question:
        def check(answer: Mapping[str, Any]) -> str:
            return _check(answer, positions, task, read)

        return _request(task, positions), check, check

    source, target = task.source.segments, task.target.segments
    parts = chunks(
        task.pieces,
        lambda position: len(source[position]) + len(target[position]),
        2 * task.guidance.chunk_characters,
    )
    asked = yield from ask_in_chunks(parts, question)
    return tuple([_answer(task, number, read, asked) for number in task.wanted])


def _request(task: Projection, positions: Sequence[int]) -> Request:
    data = _data(task, positions)
    system = _system(task.source_language, task.target_language, task.guidance, "remarks" in data)
    return Request(
        messages=(system, Message("user", orjson.dumps(data).decode())),
        schema=strings_schema(data["source"]),
        task=METHOD,
        document=task.source.id,
    )


@lru_cache(maxsize=64)  # the same for all documents of a run
def _system(source: Language, target: Language, guidance: Guidance, remarked: bool) -> Message:
    system = guided(
        prompt(METHOD).filled(source=source.name, target=target.name),
        instructions=guidance.instructions,
        labels=guidance.labels,
        examples=[_shown(example, source, target) for example in guidance.examples],
        remarked=remarked,
    )
    return Message("system", system)


def _data(task: Projection, positions: Sequence[int]) -> dict[str, dict[str, str]]:
    source, target = task.source, task.target
    remarks = task.remarked(positions)
    return {
        "source": {
            str(at + 1): insert_tags(
                source.segments[at].of(source.text), task.pieces[at], task.letter
            )
            for at in positions
        },
        "translation": {str(at + 1): target.segments[at].of(target.text) for at in positions},
        **({"remarks": remarks} if remarks else {}),
    }


def _check(
    answer: Mapping[str, Any], positions: Sequence[int], task: Projection, read: _Read
) -> str:
    """What is wrong with an answer, or ""; what is right of it is kept."""
    problems = []
    for position in positions:
        if str(position + 1) not in answer:
            continue
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
        found: dict[int, _Places] = dict(_quotes(untagged, position, task))
    else:
        pieces = task.pieces[position]
        problem = untagged.problem or miscounted(untagged.enclosed, pieces, task.letter)
        found = {
            number: [
                Interval(offsets[part.start], offsets[part.end]).shifted(segment.start)
                for part in untagged.enclosed[number]
                if len(part)
            ]
            for number in sound_numbers(untagged, pieces)
        }
    if problem:
        read.rescued.setdefault(position, {}).update(found)
    else:
        read.enclosed[position] = found
    return problem


def _quotes(
    untagged: Untagged, position: int, task: Projection
) -> Iterator[tuple[int, list[Quote]]]:
    """What sound numbers enclose in an altered text, to be looked for in the translation."""
    segment, text = task.target.segments[position], untagged.text
    for number in sound_numbers(untagged, task.pieces[position]):
        parts = [part for part in untagged.enclosed[number] if part.of(text).strip()]
        if parts:
            yield number, [_quote(text, part, segment) for part in parts]


def _quote(text: str, part: Interval, segment: Interval) -> Quote:
    return Quote(
        part.of(text).strip(),
        before=" ".join(text[: part.start].split()[-_NEIGHBOURS:]),
        after=" ".join(text[part.end :].split()[:_NEIGHBOURS]),
        within=segment,
    )


def _answer(
    task: Projection, number: int, read: _Read, asked: Mapping[int, Asked]
) -> Candidate | Declined:
    span_id, segments = task.wanted[number].id, task.segments_of[number]
    if not segments:
        what = "the span lies between the segments"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    found: list[Interval | Quote] = []
    for position in segments:
        places = read.places(position, number)
        if places is None:
            return _declined(span_id, asked[position], read.altered.get(position))
        found += places
    quotes = tuple([place for place in found if isinstance(place, Quote)])
    intervals = tuple(sorted([place for place in found if isinstance(place, Interval)]))
    if quotes and intervals:
        return _declined(span_id, asked[segments[0]], next(iter(read.altered.values()), None))
    if not found:
        what = "the model put empty tags: no counterpart"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    return Candidate(span_id, METHOD, quotes or Intervals(intervals))


def _declined(span_id: str, asked: Asked, altered: str | None) -> Declined:
    if altered and asked.problem is Reason.INVALID_ANSWER:
        return Declined(span_id, METHOD, Reason.TEXT_ALTERED, altered)
    return Declined(span_id, METHOD, asked.problem or Reason.INVALID_ANSWER, asked.detail)


def _shown(example: Example, source: Language, target: Language) -> tuple[str, str]:
    """An example's message and its right answer."""
    shown, pieces = example_of(example, source, target)
    data = _data(shown, list(shown.pieces))
    answer = {str(at + 1): _tagged(shown, at, pieces.get(at, ())) for at in shown.pieces}
    return orjson.dumps(data).decode(), orjson.dumps(answer).decode()


def _tagged(task: Projection, position: int, pieces: Sequence[Piece]) -> str:
    """The right answer: tags around the pieces, and empty ones for what has none there."""
    text = task.target.segments[position].of(task.target.text)
    there = {piece.number for piece in pieces}
    wanted = dict.fromkeys(piece.number for piece in task.pieces[position])
    empty = [Piece(n, Interval(len(text), len(text))) for n in wanted if n not in there]
    return insert_tags(text, [*pieces, *empty], task.letter)
