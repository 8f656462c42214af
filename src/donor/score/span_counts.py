"""Spans against gold in one document, in each way as counts that add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from donor.data import Document, Span
from donor.languages.tokens import plain_spans
from donor.score.counts import Counts, Matches, of_both, summed
from donor.score.pairing import (
    NO_PAIRS,
    Pairing,
    Place,
    most_pairs,
    overlapping,
    pieces,
    shared_characters,
)
from donor.score.tokens import Edges, Run, flat

__all__ = ["LENGTHS", "LabelScores", "SpanScores", "length_class", "span_scores"]

LENGTHS = {"1": 0, "2": 2, "3-5": 3, "6+": 6}
"""The classes of length, each with its least number of words."""

_NONE, _NO_MATCHES = Counts(), Matches()

_Key = tuple[str, Place, str | None]
"""What is compared: label, place, and the id of a span that is compared by it."""

_Columns = tuple[list[_Key], list[_Key], list[_Key]]
"""The spans that both sides have, those only predicted, and those only in gold."""

_Near = Sequence[Mapping[int, bool]]
"""For each wrong span the missed ones it overlaps, and whether the label is the same."""


@dataclass(frozen=True, slots=True)
class LabelScores:
    """The counts of the spans of one label.

    Args:
        matches: exactly right ones are correct, those that overlap are partial.
        character: characters; under two spans, a character counts twice.
        token: runs of whole tokens, as seqeval counts them.
    """

    matches: Matches = _NO_MATCHES
    character: Counts = _NONE
    token: Counts = _NONE

    def __add__(self, other: "LabelScores") -> "LabelScores":
        return LabelScores(
            self.matches + other.matches,
            self.character + other.character,
            self.token + other.token,
        )

    @property
    def strict(self) -> Counts:
        """Of spans whose offsets are right."""
        return self.matches.counts


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The counts of one document, or of many together.

    The four ways of SemEval-2013 task 9.1 are `strict`, `partial`, `label_only` and
    `boundary_only`; each span has one partner at most (`donor.score.pairing`).

    Args:
        strict: correct where label and offsets are right.
        label_only: correct where the label is, of spans that overlap.
        boundary_only: correct where the offsets are, whatever the label.
        repeated: strict, of the spans whose words stand in the text more than once.
        left_out: the spans, predicted and gold, that are not among the runs of tokens, as
            they overlap others or are over no token.
        by_label: by label.
        by_length: strict, by the class of `LENGTHS` that a span's words make.
    """

    strict: Matches = _NO_MATCHES
    label_only: Matches = _NO_MATCHES
    boundary_only: Matches = _NO_MATCHES
    repeated: Counts = _NONE
    left_out: tuple[int, int] = (0, 0)
    by_label: Mapping[str, LabelScores] = field(default_factory=dict)
    by_length: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: "SpanScores") -> "SpanScores":
        return SpanScores(
            self.strict + other.strict,
            self.label_only + other.label_only,
            self.boundary_only + other.boundary_only,
            self.repeated + other.repeated,
            (self.left_out[0] + other.left_out[0], self.left_out[1] + other.left_out[1]),
            of_both(self.by_label, other.by_label),
            of_both(self.by_length, other.by_length),
        )

    @property
    def partial(self) -> Matches:
        """Correct where the offsets are right, partial where spans overlap, whatever the label."""
        found = self.boundary_only
        return _matched(found.correct, 0, found.incorrect, found.missed, found.spurious)

    @property
    def character(self) -> Counts:
        """Characters under the right label."""
        return summed(one.character for one in self.by_label.values())

    @property
    def token(self) -> Counts:
        """Runs of whole tokens under the right label."""
        return summed(one.token for one in self.by_label.values())


_NOTHING = SpanScores()


def span_scores(
    predicted: Document | None, gold: Document, *, ids: frozenset[str] = frozenset()
) -> SpanScores:
    """The scores of a document's spans; all of gold is missed where `predicted` is None.

    Spans are compared as a multiset of label and fragments. A span whose id is in `ids` is
    compared only with that of the same id, so that a swap of two equal labels is an error.
    """
    found = _keys(predicted.spans, ids) if predicted else []
    wanted = _keys(gold.spans, ids)
    if not found and not wanted:
        return _NOTHING
    columns = equal, wrong, missed = _apart(found, wanted)
    near = _edges(wrong, missed) if wrong and missed else []
    best = most_pairs(near) if near else NO_PAIRS
    strict = _matches(len(equal), best.most, columns)
    tally = _Tally(columns, gold.text)
    left_out = tally.add_runs(columns, Edges(gold.text, gold.tokens))
    return SpanScores(
        strict,
        _label_only(columns, best),
        _boundary_only(columns, near, strict),
        _counts(*tally.again),
        left_out,
        {label: _of_label(label, row, columns, near) for label, row in tally.labels.items()},
        {name: _counts(*row) for name, row in tally.lengths.items()},
    )


# Most documents have the same few small counts.
_counts = lru_cache(maxsize=1 << 12)(Counts)
_matched = lru_cache(maxsize=1 << 12)(Matches)


def _keys(spans: Iterable[Span], ids: frozenset[str]) -> list[_Key]:
    return [(span.label, _place(span), span.id if span.id in ids else None) for span in spans]


def _place(span: Span) -> Place:
    fragments = span.fragments
    if len(fragments) == 1:
        (part,) = fragments
        return part.start, part.end
    return tuple(edge for part in fragments for edge in (part.start, part.end))


def _apart(found: list[_Key], wanted: list[_Key]) -> _Columns:
    """The spans of both, those that are only predicted, and those that only gold has."""
    if found == wanted:
        return found, [], []
    left = Counter(wanted)
    equal: list[_Key] = []
    wrong: list[_Key] = []
    for key in found:
        if left[key] > 0:
            left[key] -= 1
            equal.append(key)
        else:
            wrong.append(key)
    return equal, wrong, [key for key, n in left.items() for _ in range(n)]


def _edges(found: Sequence[_Key], wanted: Sequence[_Key]) -> list[dict[int, bool]]:
    """For each span found, those it overlaps, and whether the label is the same."""
    near = overlapping([key[1] for key in found], [key[1] for key in wanted])
    return [
        {n: key[0] == wanted[n][0] for n in own if key[2] == wanted[n][2]}
        for key, own in zip(found, near, strict=True)
    ]


def _matches(right: int, paired: int, columns: _Columns) -> Matches:
    """So many are right, and so many of those that are not equal have a partner."""
    equal, wrong, missed = columns
    more = right - len(equal)
    return _matched(right, paired - more, 0, len(missed) - paired, len(wrong) - paired)


def _label_only(columns: _Columns, best: Pairing) -> Matches:
    """Equal spans are partners, except where they can help others to one."""
    equal, wrong, missed = columns
    if wrong and missed and equal and any(_edges(wrong, equal)):
        best = most_pairs(_edges(equal + wrong, equal + missed))
        best = Pairing(best.right - len(equal), best.pairs - len(equal), 0)
    return _matches(len(equal) + best.right, best.pairs, columns)


def _boundary_only(columns: _Columns, near: _Near, strict: Matches) -> Matches:
    equal, wrong, missed = columns
    if not near:
        return strict
    pairs = ((wrong[n], missed[m]) for n, own in enumerate(near) for m in own)
    if not any(one[1:] == other[1:] for one, other in pairs):
        return strict
    same, other, lost = _apart([("", *key[1:]) for key in wrong], [("", *k[1:]) for k in missed])
    paired = most_pairs(_edges(other, lost)).most
    right = len(equal) + len(same)
    return Matches(right, paired, 0, len(lost) - paired, len(other) - paired)


class _Tally:
    """Counts of the spans that both sides have, that are only predicted, and only in gold.

    Attributes:
        labels: by label the number of spans, their characters, their runs of tokens.
        lengths: by the class of their length; a wrong span counts with its own words.
        again: of spans of which a fragment's words, as a string, stand in the text once more.
    """

    __slots__ = ("again", "labels", "lengths")

    def __init__(self, columns: _Columns, text: str) -> None:
        self.labels: dict[str, list[int]] = {}
        self.lengths: dict[str, list[int]] = {}
        self.again = [0, 0, 0]
        labels, lengths, again = self.labels, self.lengths, self.again
        for column, keys in enumerate(columns):
            for label, place, _ in keys:
                if len(place) == 2:
                    start, end = place
                    size, surface = end - start, text[start:end]
                    name = length_class((surface,))
                    again[column] += text.count(surface) > 1
                else:
                    surfaces = [text[start:end] for start, end in pieces(place)]
                    size, name = sum(map(len, surfaces)), length_class(tuple(surfaces))
                    again[column] += any(text.count(surface) > 1 for surface in surfaces)
                if label not in labels:
                    labels[label] = [0] * 9
                if name not in lengths:
                    lengths[name] = [0, 0, 0]
                labels[label][column] += 1
                labels[label][3 + column] += size
                lengths[name][column] += 1

    def add_runs(self, columns: _Columns, edges: Edges) -> tuple[int, int]:
        """How many spans of each side have no run of tokens; counts the runs of the others."""
        equal, wrong, missed = (_runs(keys, edges) for keys in columns)
        found, wanted = equal + wrong, equal + missed
        here = flat(found)
        there = here if not (wrong or missed) else flat(wanted)
        for run in here if here is there else set(here) & set(there):
            self.labels[run[0]][6] += 1
        if here is not there:
            for run in set(here).difference(there):
                self.labels[run[0]][7] += 1
            for run in set(there).difference(here):
                self.labels[run[0]][8] += 1
        both = len(columns[0])
        return both + len(columns[1]) - len(here), both + len(columns[2]) - len(there)


def _runs(keys: Sequence[_Key], edges: Edges) -> list[Run]:
    """The runs that stand for the spans; for one in several pieces, that of its longest."""
    runs: list[Run] = []
    for label, place, group in keys:
        start, end = place if len(place) == 2 else max(pieces(place), key=_size)
        run = edges.run(start, end)
        if run is not None:
            runs.append((label, *run, group))
    return runs


def _size(piece: tuple[int, int]) -> int:
    return piece[1] - piece[0]


@lru_cache(maxsize=1 << 16)
def length_class(surfaces: tuple[str, ...]) -> str:
    """The class of a length in words; in scripts without spaces, in characters."""
    words = sum(
        any(map(str.isalnum, surface[start:end]))
        for surface in surfaces
        for start, end in plain_spans(surface)
    )
    return next(name for name, least in reversed(LENGTHS.items()) if words >= least)


def _of_label(label: str, row: Sequence[int], columns: _Columns, near: _Near) -> LabelScores:
    equal, wrong, missed, equal_long, wrong_long, missed_long, *runs = row
    paired = shared = 0
    if wrong and missed and near:
        paired = _paired_under(label, columns[1], near)
        shared = _shared(label, columns) if paired else 0
    return LabelScores(
        _matched(equal, 0, paired, missed - paired, wrong - paired),
        Counts(equal_long + shared, wrong_long - shared, missed_long - shared),
        _counts(*runs),
    )


def _paired_under(label: str, wrong: Sequence[_Key], near: _Near) -> int:
    """How many spans of a label that are not right can have a partner of that label."""
    own = [
        {m: True for m, same in edges.items() if same}
        for key, edges in zip(wrong, near, strict=True)
        if key[0] == label and edges
    ]
    return most_pairs(own).most if own else 0


def _shared(label: str, columns: _Columns) -> int:
    """How many characters both sides cover under a label, beyond those of equal spans."""
    sides = [[key for key in keys if key[0] == label] for keys in columns[1:]]
    return sum(
        shared_characters(*([key[1] for key in keys if key[2] == group] for keys in sides))
        for group in {key[2] for key in sides[0]}
    )
