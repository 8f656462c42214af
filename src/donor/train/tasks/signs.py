"""Signs of scripts without spaces between words: those that one token stands for go together.

Thai, Lao, Khmer, Burmese and Tibetan have no words without a dictionary, so that each sign is a
word by itself, as Donor cuts texts. A pre-trained encoder has never seen them one by one; its
tokens, several signs each, are what can bear a tag there. One from scratch learns signs as well,
and its tokens, of few texts, end where spans do not.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from donor.data.tags import OUTSIDE
from donor.languages.scripts import has_unspaced
from donor.train.tasks.windows import Place, together

__all__ = ["Run", "joined_signs", "joined_tags", "tag_inside"]


class Run(NamedTuple):
    """Words that bear one tag together: from `start` to the one before `end`."""

    start: int
    end: int


class _Piece(NamedTuple):
    """What of a span lies in a run: its words, its label, and whether it begins there."""

    start: int
    end: int
    label: str
    begins: bool


def joined_signs(
    places: Sequence[Place | None], text: str, words: Sequence[Place], firsts: Sequence[int]
) -> list[Run]:
    """The words as runs, in order: signs under one token together, any other word by itself.

    Args:
        places: of the tokens.
        text: the text.
        words: in their order, disjoint.
        firsts: of each sentence its first word; no run goes over a sentence's edge.
    """
    ends = [end for _, end in words]
    edges = set(firsts)
    joined: set[int] = set()
    for start, end in together(places):
        own = [place for place in places[start:end] if place]
        if own:
            first, last = min(a for a, _ in own), max(b for _, b in own)
            at = bisect_right(ends, first) + 1
            while at < len(words) and words[at][0] < last:
                if at not in edges and _go_together(text, words[at - 1], words[at]):
                    joined.add(at)
                at += 1
    begins = [n for n in range(len(words)) if n not in joined]
    return [Run(*both) for both in pairwise([*begins, len(words)])]


def _go_together(text: str, one: Place, other: Place) -> bool:
    return one[1] == other[0] and has_unspaced(text[one[0]]) and has_unspaced(text[other[0]])


def joined_tags(tags: Sequence[str], runs: Sequence[Run]) -> list[str]:
    """The tags of the words, those of each run together as that of one word.

    A run is of the span that most of it is of, of equal shares the first; that span gets all of
    it. What of another span goes on behind the run begins there.
    """
    found = list(tags)
    for start, end in runs:
        pieces = list(_pieces(found, start, end)) if end - start > 1 else []
        if pieces:
            most = max(pieces, key=lambda one: one.end - one.start)
            inside = f"I{most.label}"
            first = f"B{most.label}" if most.begins else inside
            found[start:end] = [first, *[inside] * (end - start - 1)]
            last = pieces[-1]
            if last is not most and last.end == end < len(found) and found[end] == f"I{last.label}":
                found[end] = f"B{last.label}"
    return found


def _pieces(tags: Sequence[str], start: int, end: int) -> Iterator[_Piece]:
    """The pieces of spans in a run; labels with the hyphen before them."""
    at = start
    while at < end:
        if tags[at] == OUTSIDE:
            at += 1
            continue
        first, label = at, tags[at][1:]
        at += 1
        while at < end and tags[at] == f"I{label}":
            at += 1
        yield _Piece(first, at, label, tags[first][0] == "B")


def tag_inside(tag: str) -> str:
    """The tag of what goes on with a word of that tag."""
    return tag if tag == OUTSIDE else f"I{tag[1:]}"
