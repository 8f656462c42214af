"""`index-words`, `index-characters`: the model says by numbers where a span stands.

The loser of "Be My Donor" (arXiv 2410.14074), in two honest forms, kept to measure by. Numbers
that point outside and offsets that miss the edge of a word by one are told apart, and neither
is mended.
"""

from collections.abc import Mapping
from typing import Any

from donor.data import Candidate, Declined, Interval, Reason
from donor.languages import tokenize
from donor.languages.characters import edges
from donor.llm import Method, object_schema
from donor.project.pointing import Form, Pointer, point
from donor.project.task import Projection

__all__ = ["by_characters", "by_words"]

WORDS, CHARACTERS = "index-words", "index-characters"

_Found = tuple[Interval, ...] | Declined


def by_words(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span to which the model gives runs of numbered words."""
    return point(task, _WORDS)


def by_characters(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span to which the model gives offsets of characters."""
    return point(task, _CHARACTERS)


def _text(task: Projection, position: int) -> str:
    return task.target.segments[position].of(task.target.text)


def _tokens(task: Projection, position: int) -> tuple[Interval, ...]:
    return tokenize(_text(task, position), task.target_language.tag)


def _numbered(task: Projection, position: int) -> dict[str, str]:
    text = _text(task, position)
    tokens = _tokens(task, position)
    return {str(n): token.of(text) for n, token in enumerate(tokens, start=1)}


def _read_words(pointer: Pointer) -> _Found:
    found = []
    for item in pointer.items:
        position = _position(pointer, item)
        if position is None:
            return pointer.declined(WORDS, Reason.OUT_OF_RANGE, _no_segment(item))
        tokens = _tokens(pointer.task, position)
        first, last = item["first"], item["last"]
        if not 1 <= first <= last <= len(tokens):
            where = f"segment {position + 1} has words 1 to {len(tokens)}"
            what = f"the answer says words {first:.0f} to {last:.0f}, {where}"
            return pointer.declined(WORDS, Reason.OUT_OF_RANGE, what)
        start, end = tokens[int(first) - 1].start, tokens[int(last) - 1].end
        found.append(Interval(start, end).shifted(pointer.task.target.segments[position].start))
    return tuple(found)


def _read_characters(pointer: Pointer) -> _Found:
    found = []
    for item in pointer.items:
        position = _position(pointer, item)
        if position is None:
            return pointer.declined(CHARACTERS, Reason.OUT_OF_RANGE, _no_segment(item))
        text, start, end = _text(pointer.task, position), item["start"], item["end"]
        if not 0 <= start < end <= len(text):
            where = f"segment {position + 1} has {len(text)} characters"
            what = f"the answer says {start:.0f} to {end:.0f}, {where}"
            return pointer.declined(CHARACTERS, Reason.OUT_OF_RANGE, what)
        place = Interval(int(start), int(end))
        cut = "" if _cuts_words(pointer) else _cut(text, place)
        if cut:
            reason = Reason.OFF_BY_ONE if _misses_by_one(text, place) else Reason.INVALID_ANSWER
            return pointer.declined(CHARACTERS, reason, cut)
        found.append(place.shifted(pointer.task.target.segments[position].start))
    return tuple(found)


def _position(pointer: Pointer, item: Mapping[str, Any]) -> int | None:
    position = item["segment"] - 1
    return int(position) if position in pointer.asked else None


def _no_segment(item: Mapping[str, Any]) -> str:
    return f"the answer speaks of segment {item['segment']:.0f}, which was not shown"


def _cuts_words(pointer: Pointer) -> bool:
    """Whether the source span itself begins or ends within a word."""
    span, text = pointer.task.source.span(pointer.span_id), pointer.task.source.text
    allowed = edges(text)
    return not all(allowed[part.start] and allowed[part.end] for part in span.fragments)


def _cut(text: str, place: Interval) -> str:
    """What is wrong with an interval that begins or ends within a word, or ""."""
    allowed = edges(text)
    if allowed[place.start] and allowed[place.end]:
        return ""
    around = Interval(max(0, place.start - 5), min(len(text), place.end + 5)).of(text)
    return f"{place.of(text)!r} cuts a word, in {around!r}"


def _misses_by_one(text: str, place: Interval) -> bool:
    """Whether both edges come to stand on edges of words, each moved by one at most."""
    allowed = edges(text)

    def near(offset: int) -> bool:
        around = range(max(0, offset - 1), min(len(text), offset + 1) + 1)
        return any(allowed[there] for there in around)

    return near(place.start) and near(place.end)


def _tell_words(task: Projection, position: int, piece: Interval) -> dict[str, Any]:
    tokens = enumerate(_tokens(task, position), start=1)
    covered = [number for number, token in tokens if token.overlaps(piece)]
    return {"segment": position + 1, "first": covered[0], "last": covered[-1]}


def _tell_characters(task: Projection, position: int, piece: Interval) -> dict[str, Any]:
    return {"segment": position + 1, "start": piece.start, "end": piece.end}


def _item(*names: str) -> dict[str, Any]:
    return object_schema({name: {"type": "integer"} for name in ("segment", *names)})


_WORDS = Form(WORDS, _item("first", "last"), _numbered, _read_words, _tell_words)
_CHARACTERS = Form(CHARACTERS, _item("start", "end"), _text, _read_characters, _tell_characters)
