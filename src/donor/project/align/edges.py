"""Where a stretch of target words begins and ends: signs, brackets, articles and prepositions.

At its edges the source span decides: what it has there, its counterpart has too.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from donor.languages.codes import primary
from donor.project.align.segment import Segment

__all__ = ["edged"]
_QUOTES = frozenset("\"'″")

CLAUSE = 6
"""Words from which on a span is hardly a name or a term."""

_YEAR = re.compile(r"1\d{3}|20\d{2}")
_YEARS = {
    "be": "год года годзе годам гады гадоў гадах",
    "ru": "год года году годом годы годов годах",
    "uk": "рік року році роком роки років роках",
}
"""Where a year is not said without the word for it, whatever the source language does."""

LEAVING = 0.5
_SURE, _CLEAR = 0.3, 0.8
_OPENING, _CLOSING = frozenset("([{«“（「『"), frozenset(")]}»”）」』")


def edged(segment: Segment, inside: range, stretch: range, taken: Collection[int] = ()) -> range:
    """The stretch with the edges that the source words, `inside`, ask for.

    What is all of a segment is all of its translation, and a clause goes to the sign at which it
    ends. Words that are taken are never added.
    """
    source, target = segment.source, segment.target
    core = source.told(inside)
    if len(core) > 1 and core == source.told(range(len(source.words))):
        found = target.told(range(len(target.words))) or stretch
    else:
        found = _without_small(segment, core, target.told(stretch) or stretch)
        if len(core) >= CLAUSE:
            found = _to_signs(segment, core, found)
        found = _with_numbers(segment, core, found)
    found = _signed(segment, inside, core, found)
    return stretch if any(at in taken for at in found) else found


def _to_signs(segment: Segment, core: range, stretch: range) -> range:
    """The stretch up to the sign or the end of the text where the source span ends at one too.

    Only words that are not linked to words outside are gone over.
    """
    source, target = segment.source.signs, segment.target.signs
    leaving = [0.0] * len(target)
    for link in segment.links:
        if link.source not in core:
            leaving[link.target] += max(link.forward, link.backward)
    over = [not sign and left < LEAVING for sign, left in zip(target, leaving, strict=True)]
    first, end = stretch.start, stretch.stop
    if core.start == 0 or source[core.start - 1]:
        start = first
        while start > 0 and over[start - 1]:
            start -= 1
        first = start if start == 0 or target[start - 1] else first
    if core.stop == len(source) or source[core.stop]:
        stop = end
        while stop < len(over) and over[stop]:
            stop += 1
        end = stop if stop == len(over) or target[stop] else end
    return range(first, end)


def _with_numbers(segment: Segment, core: range, stretch: range) -> range:
    """The stretch with all groups of figures of a number, and with the word that a year needs."""
    words, first, end = segment.target.words, stretch.start, stretch.stop
    numbers = {_figures(segment.source.words[at]) for at in core} - {""}
    if not numbers:
        return stretch
    for at in (first, end - 1):
        start, stop = _groups(words, at)
        if "".join(words[start:stop]) in numbers:
            first, end = min(first, start), max(end, stop)
    years = _YEARS.get(primary(segment.target.tag), "").split()
    if end < len(words) and words[end] in years and _YEAR.match(words[end - 1]):
        end += 1
    return range(first, end)


def _groups(words: Sequence[str], at: int) -> tuple[int, int]:
    """From where to where words are figures only."""
    start = stop = at
    while start > 0 and words[start - 1].isdecimal():
        start -= 1
    while stop < len(words) and words[stop].isdecimal():
        stop += 1
    return start, stop


def _figures(word: str) -> str:
    return "".join(filter(str.isdecimal, word))


def _without_small(segment: Segment, core: range, stretch: range) -> range:
    """The stretch without small words at its edges, unless the source has them there too."""
    linked = _linked(segment)
    first, end = stretch.start, stretch.stop
    while first < end - 1 and _loose(segment, linked[first], first, core[:2]):
        first += 1
    while first < end - 1 and _loose(segment, linked[end - 1], end - 1, core[:-3:-1]):
        end -= 1
    return range(first, end)


def _loose(
    segment: Segment, linked: Sequence[tuple[int, float]], at: int, edge: Sequence[int]
) -> bool:
    """Whether a word is a sign, or a small word that answers to none at the edge of the source.

    Args:
        segment: where they stand.
        linked: the source words that it is linked to, and how surely.
        at: the position of the word.
        edge: the last two words of the source span, the outermost first; none of mere signs.
    """
    source, target = segment.source, segment.target
    if target.signs[at]:
        return True
    if not target.small[at]:
        return False
    return not any(
        (i in edge[:1] and sure >= _CLEAR)
        or (
            i in edge and sure >= _SURE and (source.light[i] or source.words[i] == target.words[at])
        )
        for i, sure in linked
    )


def _linked(segment: Segment) -> defaultdict[int, list[tuple[int, float]]]:
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for source, at, forward, backward in segment.links:
        found[at].append((source, max(forward, backward)))
    return found


def _signed(segment: Segment, inside: range, core: range, stretch: range) -> range:
    """The stretch with the signs around it that the source span has too, and whole brackets."""
    words, around = segment.target.words, segment.source.words
    first, end = stretch.start, stretch.stop
    before, after = around[inside.start : core.start], around[core.stop : inside.stop]
    opened = sum((word in _OPENING) - (word in _CLOSING) for word in words[first:end])
    quotes = sum(word in _QUOTES for word in words[first:end])
    if quotes % 2 and end < len(words) and words[end] in _QUOTES:
        end += 1
    while end < len(words) and ((opened > 0 and words[end] in _CLOSING) or words[end] in after):
        opened -= words[end] in _CLOSING
        end += 1
    while first > 0 and (
        (opened < 0 and words[first - 1] in _OPENING) or words[first - 1] in before
    ):
        opened += words[first - 1] in _OPENING
        first -= 1
    return range(first, end)
