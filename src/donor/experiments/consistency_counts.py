"""What several transfers of one document agree on, as counts that add up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from donor.data import Interval, Span, Transfer
from donor.languages import tokenize
from donor.score.agreement import Coincidences, aligned, coincidences
from donor.score.metric import Row

__all__ = ["Compared", "compared", "example", "segments_of"]

_OUTSIDE = "O"
_NOTHING = Coincidences(0.0, {})


@dataclass(frozen=True, slots=True)
class Compared:
    """The transfers of one document beside each other; pairs of runs in their order.

    Args:
        document: its id.
        words: the tokens of the translations, segment by segment.
        segments: how many are the same in all runs, and how many there are.
        span_words: the tokens that the spans became, span by span.
        labels: the labels of the tokens, in runs that have the very same target text.
        places: of each pair of runs, the strict counts of the one against the other.
        same_text: of each pair of runs, whether its places are compared by their offsets.
        placed: of each run, how many spans have a place, and how many there are.
        outcomes: for how many spans all runs say placed, or all unresolved; and of how many.
        untranslated: of each run, whether there is no valid translation.
    """

    document: str
    words: Coincidences
    segments: Row
    span_words: Coincidences
    labels: Coincidences
    places: tuple[Row, ...]
    same_text: tuple[bool, ...]
    placed: tuple[Row, ...]
    outcomes: Row
    untranslated: tuple[bool, ...]

    @property
    def words_apart(self) -> float:
        """The share of the translations' tokens, pair by pair, that differ."""
        return self.words.differing / self.words.pairable if self.words.pairable else 0.0

    @property
    def places_apart(self) -> float:
        """What all pairs of runs together lack of an F1 of 1."""
        right, wrong, missed = map(sum, zip(*self.places, strict=True))
        everything = 2 * right + wrong + missed
        return (wrong + missed) / everything if everything else 0.0

    @property
    def varies(self) -> bool:
        """Whether any two runs say something different."""
        same, segments = self.segments
        return same < segments or self.places_apart > 0


def compared(transfers: Sequence[Transfer]) -> Compared:
    """What the transfers of one document, one of each run, have in common."""
    segments = zip(*map(segments_of, transfers), strict=True)
    said = [versions for versions in segments if any(map(str.strip, versions))]
    rows = list(zip(*(transfer.spans for transfer in transfers), strict=True))
    pairs = list(combinations(transfers, 2))
    same_text = tuple(_same_text(*pair) for pair in pairs)
    outcomes = [len({row.placed is None for row in span}) == 1 for span in rows]
    return Compared(
        document=transfers[0].source.id,
        words=_together(_tokens_of(versions, transfers[0]) for versions in said),
        segments=(sum(len(set(versions)) == 1 for versions in said), len(said)),
        span_words=_together(
            [_words(run, row.placed) for run, row in zip(transfers, span, strict=True)]
            for span in rows
        ),
        labels=_labels(transfers),
        places=tuple(
            _strict(_places(one, by_offsets=same), _places(other, by_offsets=same))
            for (one, other), same in zip(pairs, same_text, strict=True)
        ),
        same_text=same_text,
        placed=tuple(
            (sum(row.placed is not None for row in run.spans), len(run.spans)) for run in transfers
        ),
        outcomes=(sum(outcomes), len(outcomes)),
        untranslated=tuple(_text(run) is None for run in transfers),
    )


def _together(texts: Iterable[Sequence[Sequence[str]]]) -> Coincidences:
    return sum(map(aligned, texts), _NOTHING)


def _tokens_of(versions: Iterable[str], transfer: Transfer) -> list[list[str]]:
    return [_tokens(text, transfer) for text in versions]


def segments_of(transfer: Transfer) -> tuple[str, ...]:
    """The translation of each segment and side text; empty ones where it is not valid."""
    translation, source = transfer.translation, transfer.source
    if translation.problem:
        return ("",) * (len(source.segments) + len(source.side_texts))
    return translation.segments + translation.side_texts


def example(transfers: Sequence[Transfer]) -> dict[str, Any]:
    """Two runs that differ, by their numbers, and in what: the first segment, and the spans."""
    numbers = combinations(range(len(transfers)), 2)
    a, b = next(pair for pair in numbers if _differ(*(transfers[n] for n in pair)))
    pair = transfers[a], transfers[b]
    source = pair[0].source
    said = (*source.segment_texts(), *(side.text for side in source.side_texts))
    targets = zip(*map(segments_of, pair), strict=True)
    segments = (
        {"source": text, "targets": list(found)}
        for text, found in zip(said, targets, strict=True)
        if len(set(found)) > 1
    )
    return {"runs": [a, b], "segment": next(segments, None), "spans": _moved(pair)}


def _moved(pair: tuple[Transfer, Transfer]) -> list[dict[str, Any]]:
    """The spans that have another place in the one than in the other, and their words there."""
    source, by_offsets = pair[0].source, _same_text(*pair)
    return [
        {
            "id": span.id,
            "label": span.label,
            "source": span.surface(source.text),
            "targets": [_surface(run, row.placed) for run, row in zip(pair, rows, strict=True)],
        }
        for span, *rows in zip(source.spans, *(run.spans for run in pair), strict=True)
        if len({_place(run, row.placed, by_offsets) for run, row in zip(pair, rows, strict=True)})
        > 1
    ]


def _differ(one: Transfer, other: Transfer) -> bool:
    by_offsets = _same_text(one, other)
    places = (_places(run, by_offsets=by_offsets) for run in (one, other))
    return segments_of(one) != segments_of(other) or next(places) != next(places)


def _same_text(one: Transfer, other: Transfer) -> bool:
    text = _text(one)
    return text is not None and text == _text(other)


def _text(transfer: Transfer) -> str | None:
    return transfer.target.text if transfer.target else None


def _tokens(text: str, transfer: Transfer) -> list[str]:
    return [token.of(text) for token in tokenize(text, transfer.translation.language)]


def _words(transfer: Transfer, span: Span | None) -> list[str]:
    """The tokens that a span became; none where it has no place."""
    if span is None or transfer.target is None:
        return []
    text = transfer.target.text
    return [token for part in span.fragments for token in _tokens(part.of(text), transfer)]


def _surface(transfer: Transfer, span: Span | None) -> str | None:
    return span.surface(transfer.target.text) if span and transfer.target else None


def _places(transfer: Transfer, *, by_offsets: bool) -> set[object]:
    """What the placed spans are compared by; each has an id of its own."""
    found = ((row.span_id, _place(transfer, row.placed, by_offsets)) for row in transfer.spans)
    return {(name, place) for name, place in found if place is not None}


def _place(transfer: Transfer, span: Span | None, by_offsets: bool) -> object:
    """A span's label with its offsets, or with the words of its fragments."""
    if span is None or transfer.target is None:
        return None
    if by_offsets:
        return span.label, span.fragments
    return span.label, tuple(part.of(transfer.target.text) for part in span.fragments)


def _strict(one: set[object], other: set[object]) -> Row:
    right = len(one & other)
    return right, len(one) - right, len(other) - right


def _labels(transfers: Sequence[Transfer]) -> Coincidences:
    """The coincidences of the tokens' labels, between the runs of one text."""
    groups: defaultdict[str | None, list[Transfer]] = defaultdict(list)
    for transfer in transfers:
        groups[_text(transfer)].append(transfer)
    found = _NOTHING
    for text, runs in groups.items():
        if text is not None and len(runs) > 1:
            tokens = tokenize(text, runs[0].translation.language)
            found += coincidences(zip(*(_labelled(run, tokens) for run in runs), strict=True))
    return found


def _labelled(transfer: Transfer, tokens: Iterable[Interval]) -> list[str]:
    """The labels of the spans over each token, together one value; `O` where there are none."""
    parts = [
        (part, row.placed.label)
        for row in transfer.spans
        if row.placed
        for part in row.placed.fragments
    ]
    return [
        "+".join(sorted({label for part, label in parts if _meet(part, token)})) or _OUTSIDE
        for token in tokens
    ]


def _meet(one: Interval, other: Interval) -> bool:
    return one.start < other.end and other.start < one.end
