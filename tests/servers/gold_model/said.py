"""What is said of the spans, in the form of each task; spoilt or not; and how it is written.

A `Said` is one span's part of an answer. It can be changed before it is written down.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .asked import Asked, Segment
from .pairs import Place, bare_places
from .truth import Truth

SPACELESS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
    (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass
class Mark:
    """A pair of tags in a segment's translation."""

    name: str
    key: str
    place: Place


@dataclass
class Edit:
    """Other words in place of some of a segment's translation."""

    key: str
    place: Place
    words: str


@dataclass
class Said:
    """One span's part of an answer.

    Attributes:
        name: the span id.
        where: the places of the span, by segment: in characters of the translation, for
            `index-words` in numbers of words (first and last).
        marks: for `tags` and `joint`: the pairs of tags; no counterpart is an empty pair.
        edits: for `tags` and `joint`: what is written anew in the translation.
        entries: for the other tasks: the keys of the answer's object and their lists.
    """

    name: str
    where: list[tuple[Segment, Place]]
    marks: list[Mark] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    entries: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)


def true_answer(asked: Asked, truth: Truth, *, occurrences: str) -> list[Said]:
    """The right answer, span by span."""
    by_key = {segment.key: segment for segment in asked.segments}
    if asked.task in ("tags", "joint"):
        return [_tagged(name, asked, truth) for name in asked.spans]
    found = []
    for name in asked.spans:
        where = _where(truth.places.get(name, {}), by_key, asked, name)
        entries = [entry_of(asked.task, segment, place, occurrences) for segment, place in where]
        found.append(Said(name, where, entries=[(name, entries)]))
    return found


def _where(
    places: dict[str, list[Place]], by_key: dict[str, Segment], asked: Asked, name: str
) -> list[tuple[Segment, Place]]:
    """The places in the segments where the source has the span, else wherever they are."""
    own = {key: p for key, p in places.items() if name in by_key[key].pieces} or places
    return [
        (by_key[key], in_form(asked.task, by_key[key], place))
        for key, of_segment in own.items()
        for place in of_segment
    ]


def in_form(task: str, segment: Segment, place: Place) -> Place:
    """A bare place in the units of the task."""
    return segment.in_words(place) if task == "index-words" else segment.in_text(place)


def _tagged(name: str, asked: Asked, truth: Truth) -> Said:
    """Each id as often as in the source: what has no counterpart is an empty pair at the end."""
    said = Said(name, [])
    for segment in asked.segments:
        allowed = len(segment.pieces.get(name, ()))
        places = truth.places.get(name, {}).get(segment.key, [])
        for place in _at_most(allowed, [segment.in_text(place) for place in places]):
            said.where.append((segment, place))
            said.marks.append(Mark(name, segment.key, place))
        end = len(segment.text or "")
        missing = allowed - len(places)
        said.marks += [Mark(name, segment.key, (end, end)) for _ in range(missing)]
    return said


def _at_most(allowed: int, places: list[Place]) -> list[Place]:
    """The places, the last of them joined where the source has fewer."""
    if len(places) <= allowed or not allowed:
        return places[:allowed]
    return [*places[: allowed - 1], (places[allowed - 1][0], places[-1][1])]


def entry_of(task: str, segment: Segment, place: Place, occurrences: str) -> dict[str, Any]:
    """A place as an element of the answer's list."""
    if task == "quote":
        text = segment.text or ""
        words = text[slice(*place)]
        number = places_on(text, words, occurrences, place).index(place[0]) + 1
        return {"text": words, "occurrence": number}
    names = ("first", "last") if task == "index-words" else ("start", "end")
    number = int(segment.key) if segment.key.isdecimal() else segment.key
    return {"segment": number, **dict(zip(names, place, strict=True))}


def places_on(text: str, words: str, occurrences: str, place: Place | None = None) -> list[int]:
    """Where the words stand in the text: "words" counts whole words alone, "all" every place.

    What stands within a longer word itself is counted among all.
    """
    every = []
    at = text.find(words)
    while at >= 0:
        every.append(at)
        at = text.find(words, at + 1)
    whole = [at for at in every if _on_edges(text, at, at + len(words))]
    if occurrences == "all" or (place and place[0] not in whole):
        return every
    return whole


def _on_edges(text: str, start: int, end: int) -> bool:
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    """Whether an offset lies within a word."""
    return 0 < at < len(text) and in_word(text[at - 1]) and in_word(text[at]) and not (
        spaceless(text[at - 1]) and spaceless(text[at])
    )  # fmt: skip


def in_word(character: str) -> bool:
    """Whether a character is a letter, a digit or a mark."""
    return unicodedata.category(character)[0] in "LNM"


def spaceless(character: str) -> bool:
    """Whether a character belongs to a script that writes no spaces."""
    return any(first <= ord(character) <= last for first, last in SPACELESS)


def written(asked: Asked, said: Sequence[Said]) -> str:
    """The answer as JSON; keys may stand there twice."""
    if asked.task in ("tags", "joint"):
        marks = [mark for one in said for mark in one.marks]
        edits = [edit for one in said for edit in one.edits]
        parts: Iterable[tuple[str, Any]] = (
            (segment.key, tagged(segment, marks, edits)) for segment in asked.segments
        )
    else:
        parts = (entry for one in said for entry in one.entries)
    return "{" + ", ".join(f"{_json(key)}: {_json(value)}" for key, value in parts) + "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def tagged(segment: Segment, marks: Sequence[Mark], edits: Sequence[Edit]) -> str:
    """A segment's translation with the tags in it, and some of its words written anew."""
    text = segment.text or ""
    own = [mark for mark in marks if mark.key == segment.key]
    written_anew = {
        at: edit for edit in _apart(e for e in edits if e.key == segment.key)
        for at in range(*edit.place)
    }  # fmt: skip
    tags = _tags(own)
    parts = []
    for at in range(len(text) + 1):
        parts += tags.get(at, ())
        edit = written_anew.get(at)
        if edit is None:
            parts.append(text[at : at + 1])
        elif at == edit.place[0]:
            parts.append(edit.words)
    return "".join(parts)


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits that overlap none before them."""
    done: list[Place] = []
    for edit in edits:
        start, end = edit.place
        if all(end <= other[0] or start >= other[1] for other in done):
            done.append(edit.place)
            yield edit


def _tags(marks: Sequence[Mark]) -> dict[int, list[str]]:
    """The tags at each offset: those that close, inner ones first; then those that open,
    outer ones first; then the empty pairs."""
    closing: dict[int, list[tuple[int, int, str]]] = {}
    opening: dict[int, list[tuple[int, int, str]]] = {}
    empty: dict[int, list[str]] = {}
    for n, mark in enumerate(marks):
        start, end = mark.place
        if start == end:
            empty.setdefault(start, []).append(f"<{mark.name}></{mark.name}>")
            continue
        opening.setdefault(start, []).append((-end, n, f"<{mark.name}>"))
        closing.setdefault(end, []).append((-start, -n, f"</{mark.name}>"))
    return {
        at: [
            *(tag for _, _, tag in sorted(closing.get(at, ()))),
            *(tag for _, _, tag in sorted(opening.get(at, ()))),
            *empty.get(at, ()),
        ]
        for at in {*closing, *opening, *empty}
    }


def word_places(text: str) -> list[Place]:
    """The words of a text: runs of letters, digits and marks; single letters where a script
    writes no spaces."""
    places: list[Place] = []
    for at in bare_places(text):
        if not in_word(text[at]):
            continue
        apart = at == 0 or not in_word(text[at - 1]) or (
            spaceless(text[at]) and unicodedata.category(text[at])[0] != "M"
        )  # fmt: skip
        if apart or not places:
            places.append((at, at + 1))
        else:
            places[-1] = (places[-1][0], at + 1)
    return places
