"""`tags`: the model copies the translation and inserts the source's id-bearing tags.

The answer proves itself: with the tags deleted it must be the translation letter by letter,
and each id must stand there as in the source. What passes needs no search.
Method after Chen, Jiang, Ritter, Xu, "Frustratingly Easy Label Projection for Cross-lingual
Transfer" (Findings of ACL 2023), in the form that keeps the translation frozen.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson

from donor.data import Candidate, Declined, Interval, Intervals, Reason
from donor.llm import Asked, Message, Method, Request, ask_checked
from donor.project.markup import insert_tags, remove_tags
from donor.project.task import Piece, Projection
from donor.prompts import prompt

__all__ = ["project"]

METHOD = "tags"


def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span whose segments passed the check, else why not.

    One corrective retry; segments that pass are kept even where others fail.
    """
    enclosed: dict[int, dict[int, list[Interval]]] = {}

    def check(answer: dict[str, Any]) -> str:
        problems = []
        for position in task.pieces:
            found, problem = _read_segment(answer[str(position + 1)], position, task)
            if problem:
                problems.append(f"segment {position + 1}: {problem}")
            else:
                enclosed[position] = found
        return "; ".join(problems)

    asked = (yield from ask_checked(_request(task), check)) if task.pieces else Asked()
    reason = asked.problem or Reason.INVALID_ANSWER
    return tuple(_answer(task, number, enclosed, reason, asked.detail) for number in task.wanted)


def _request(task: Projection) -> Request:
    source, target = task.source.segment_texts(), task.target.segment_texts()
    tagged = {
        str(position + 1): insert_tags(source[position], pieces, task.letter)
        for position, pieces in task.pieces.items()
    }
    bare = {key: target[int(key) - 1] for key in tagged}
    system = prompt("tags").filled(
        source=task.source_language.name, target=task.target_language.name
    )
    return Request(
        messages=(
            Message("system", system),
            Message("user", orjson.dumps({"source": tagged, "translation": bare}).decode()),
        ),
        schema={
            "type": "object",
            "properties": {key: {"type": "string"} for key in tagged},
            "required": list(tagged),
            "additionalProperties": False,
        },
        task=METHOD,
        document=task.source.id,
    )


def _read_segment(
    tagged: str, position: int, task: Projection
) -> tuple[dict[int, list[Interval]], str]:
    """What each number encloses in the target text, or what is wrong with the answer."""
    segment = task.target.segments[position]
    untagged = remove_tags(tagged, task.letter)
    problem = (
        _altered(untagged.text, segment.of(task.target.text))
        or untagged.problem
        or _miscounted(untagged.enclosed, task.pieces[position], task.letter)
    )
    enclosed = {
        number: [interval.shifted(segment.start) for interval in intervals if len(interval)]
        for number, intervals in untagged.enclosed.items()
    }
    return enclosed, problem


def _altered(found: str, wanted: str) -> str:
    if found == wanted:
        return ""
    pairs = zip(found, wanted, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(found), len(wanted)))
    there, here = found[same : same + 20] or "the end", wanted[same : same + 20] or "the end"
    return f"without its tags the text differs from the translation: {there!r} for {here!r}"


def _miscounted(enclosed: dict[int, list[Interval]], pieces: Sequence[Piece], letter: str) -> str:
    """Each id as often as in the source; a span in several pieces may come in fewer."""
    wanted = Counter(piece.number for piece in pieces)
    for number in enclosed:
        if number not in wanted:
            return f"tag <{letter}{number}> is not in the source segment"
    for number, most in wanted.items():
        n = len(enclosed.get(number, ()))
        if not 1 <= n <= most:
            return f"tag <{letter}{number}> stands {n} times, expected {most}"
    return ""


def _answer(
    task: Projection,
    number: int,
    enclosed: dict[int, dict[int, list[Interval]]],
    reason: Reason,
    detail: str,
) -> Candidate | Declined:
    span_id = task.wanted[number].id
    segments = task.segments_of[number]
    if not segments:
        what = "the span lies between the segments"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    if any(position not in enclosed for position in segments):
        return Declined(span_id, METHOD, reason, detail)
    parts = [part for position in segments for part in enclosed[position].get(number, ())]
    if not parts:
        what = "the model put empty tags: no counterpart"
        return Declined(span_id, METHOD, Reason.NO_COUNTERPART, what)
    return Candidate(span_id, METHOD, Intervals(tuple(sorted(parts))))
