"""How a window repeats its sentences: what each copy holds, so that the same copies come out again.

A copy is `[segment, claims, strays]`. A claim `[tag id, root id, relation]` names a fragment and
one head of it. A stray `[place, other]` is a row at `place` that has been filled with the row of
another occurrence of its word in the sentence, at `other`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from donor.formats.deft.rows import NO_HEAD, OUTSIDE, Row

__all__ = ["Claim", "Copy", "arranged", "copies_said"]

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One reading of some tokens: a fragment of a span with one of its heads."""

    tokens: range
    label: str
    tag_id: str
    root_id: str
    relation: str

    @property
    def key(self) -> _Key:
        """What it says, without its place."""
        return self.tag_id, self.root_id, self.relation

    def within(self, tokens: range) -> range:
        """Its part of a sentence's tokens."""
        start = max(self.tokens.start, tokens.start)
        return range(start, max(start, min(self.tokens.stop, tokens.stop)))


@dataclass(slots=True)
class Copy:
    """One block of rows: a sentence with the claims that a copy of it holds.

    Attributes:
        segment: which sentence.
        claims: by token.
        strays: the token whose row stands in place of a token's own.
        self_rooted: the ids of roots that name themselves as root.
    """

    segment: int
    claims: dict[int, Claim] = field(default_factory=dict)
    strays: dict[int, int] = field(default_factory=dict)
    self_rooted: Collection[str] = ()

    def take(self, claim: Claim, tokens: range) -> bool:
        """Whether the sentence's part of the claim has room here; then it stands here."""
        own = claim.within(tokens)
        if not own or any(token in self.claims for token in own):
            return False
        self.claims.update(dict.fromkeys(own, claim))
        return True


def copies_said(
    blocks: Sequence[tuple[int, Sequence[Row]]], firsts: Sequence[Sequence[Row]]
) -> list[Any]:
    """The copies of a window in their order; nothing where the writer makes the same unasked.

    Args:
        blocks: each with the index of its sentence.
        firsts: the first copy of each sentence, whose offsets count.
    """
    tagged = (row for _, block in blocks for row in block if row.tag != OUTSIDE)
    if len(blocks) == len(firsts) and all(row.root_id != row.tag_id for row in tagged):
        return []
    return [[index, *_said(block, firsts[index])] for index, block in blocks]


def _said(block: Sequence[Row], first: Sequence[Row]) -> tuple[list[list[str]], list[list[int]]]:
    places = {row.start: n for n, row in enumerate(first)}
    claims: dict[_Key, None] = {}
    strays: list[list[int]] = []
    for n, (row, own) in enumerate(zip(block, first, strict=True)):
        other = places.get(row.start, n)
        if row.start == own.start and row.tag != OUTSIDE:
            claims[row.tag_id, row.root_id, row.relation] = None
        elif other != n and first[other].token == row.token:
            strays.append([n, other])
    return [list(claim) for claim in claims], strays


def arranged(
    claims: Sequence[Claim], sentences: Sequence[range], said: Any, words: Sequence[str]
) -> list[Copy]:
    """The blocks of a window: the copies that it came with, and more where there is no room.

    A claim stands in the copies that named it, else in each in which it has room. Without copies
    that fit, each sentence stands once, and again as often as its claims need.

    Args:
        claims: what is to be said, the first ones first.
        sentences: the tokens of each segment.
        said: the copies as the metadata keep them.
        words: the tokens.
    """
    known = _fitting(said, len(sentences))
    named: defaultdict[_Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        named[claim.key].append(claim)
    copies: list[Copy] = []
    placed: set[tuple[Claim, int]] = set()
    for segment, keys, strays in known:
        copy = Copy(segment, strays=_strays(strays, sentences[segment], words))
        copy.self_rooted = {tag for tag, root, _ in keys if tag == root}
        for claim in (claim for key in keys for claim in named[_plain(key)]):
            if copy.take(claim, sentences[segment]):
                placed.add((claim, segment))
        copies.append(copy)
    if not known:
        copies = [Copy(n) for n, _ in enumerate(sentences)]
    for claim in claims:
        for segment in _segments(claim, sentences):
            if (claim, segment) not in placed:
                _add(claim, segment, copies, sentences[segment], everywhere=bool(known))
    return copies


def _fitting(said: Any, segments: int) -> list[Any]:
    """The copies, if they are of a window with so many sentences."""
    copies = list(said) if isinstance(said, Sequence) else []
    order = list(dict.fromkeys(copy[0] for copy in copies))
    return copies if order == list(range(segments)) else []


def _plain(key: Sequence[str]) -> _Key:
    """The key of a claim; a root that names itself, or nothing, is one that names none."""
    tag, root, relation = key
    rootless = root in (NO_HEAD, "", "-1", tag) or relation in (NO_HEAD, "", "-1")
    return (tag, NO_HEAD, NO_HEAD) if rootless else (tag, root, relation)


def _strays(said: Sequence[Sequence[int]], own: range, words: Sequence[str]) -> dict[int, int]:
    """The strays that are still two occurrences of one word."""
    inside = {own[n]: own[other] for n, other in said if max(n, other) < len(own)}
    return {n: other for n, other in inside.items() if words[n] == words[other]}


def _segments(claim: Claim, sentences: Sequence[range]) -> Iterator[int]:
    return (n for n, own in enumerate(sentences) if claim.within(own))


def _add(claim: Claim, segment: int, copies: list[Copy], own: range, *, everywhere: bool) -> None:
    """Puts a claim into the first copy that has room, or each; into a new one if none has."""
    there = [n for n, copy in enumerate(copies) if copy.segment == segment]
    taken = False
    for n in there:
        if not taken or everywhere:
            taken = copies[n].take(claim, own) or taken
    if not taken:
        new = Copy(segment)
        new.take(claim, own)
        copies.insert(there[-1] + 1, new)
