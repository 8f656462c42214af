"""How good confidences are: whether they are true, and how well they tell right from wrong."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from donor.score import SEED

__all__ = ["BINS", "Bin", "Known", "Reliability", "brier", "reliability"]

BINS = 10
COVERAGES = (0.5, 0.8, 0.9, 0.95, 1.0)
_RESAMPLES = 1_000
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Known:
    """A placed span's confidence and whether it is exact, with what it stands together with."""

    text: str
    confidence: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Spans of about the same confidence: their number, mean confidence and share of exact."""

    low: float
    high: float
    spans: int
    confidence: float
    exact: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The quality of confidences on spans whose truth is known.

    Args:
        documents: how many documents.
        spans: how many placed spans they have.
        base_rate: the share of exact spans.
        brier: the mean squared difference between confidence and truth (Brier 1950).
        brier_interval: its 95 % bootstrap interval over documents.
        brier_base: what the base rate as everyone's confidence scores: p (1 - p).
        ece: the expected calibration error over `bins`: the mean difference between confidence
            and share of exact, weighed by spans (Naeini et al. 2015).
        ece_interval: its 95 % bootstrap interval over documents.
        ece_by_chance: what perfectly calibrated confidences of these spans score on average.
        bins: the reliability diagram, in bins of equal mass.
        precision_at: the share of exact spans among the most confident ones, by the share of
            spans that they are.
    """

    documents: int
    spans: int
    base_rate: float
    brier: float
    brier_interval: tuple[float, float]
    brier_base: float
    ece: float
    ece_interval: tuple[float, float]
    ece_by_chance: float
    bins: tuple[Bin, ...]
    precision_at: tuple[tuple[float, float, float], ...]

    def as_json(self) -> dict[str, Any]:
        """The figures as a JSON object."""
        names = ("coverage", "threshold", "precision")
        rows = [dict(zip(names, row, strict=True)) for row in self.precision_at]
        return asdict(self) | {"precision_at": rows, "bins": [asdict(one) for one in self.bins]}


def brier(confidences: Sequence[float], truths: Sequence[bool]) -> float:
    """The Brier score.

    >>> brier([1.0, 0.5], [True, False])
    0.125
    """
    return sum((c - t) ** 2 for c, t in zip(confidences, truths, strict=True)) / len(truths)


def reliability(known: Sequence[Known], *, bins: int = BINS, seed: int = SEED) -> Reliability:
    """The quality of the confidences of at least one span."""
    cuts = _cuts([one.confidence for one in known], bins)
    binned = _binned(known, cuts)
    base = sum(one.exact for one in known) / len(known)
    documents = _by_document(known, cuts)
    briers, eces = [], []
    chance = Random(seed)
    for _ in range(_RESAMPLES):
        drawn = chance.choices(documents, k=len(documents))
        spans = sum(one.spans for one in drawn)
        briers.append(sum(one.squares for one in drawn) / spans)
        eces.append(_gap(drawn, len(cuts) + 1) / spans)
    return Reliability(
        documents=len(documents),
        spans=len(known),
        base_rate=base,
        brier=brier([one.confidence for one in known], [one.exact for one in known]),
        brier_interval=_interval(briers),
        brier_base=base * (1 - base),
        ece=sum(one.spans * abs(one.confidence - one.exact) for one in binned) / len(known),
        ece_interval=_interval(eces),
        ece_by_chance=_by_chance([one.confidence for one in known], cuts, chance),
        bins=binned,
        precision_at=tuple(_precision_at(known)),
    )


def _cuts(confidences: Iterable[float], bins: int) -> list[float]:
    """The upper edges of all bins but the last: quantiles, so that bins hold equally many.

    Equal confidences are in one bin, which may leave others empty.
    """
    ordered = sorted(confidences)
    places = [n / bins * (len(ordered) - 1) for n in range(1, bins)]
    return [_at(ordered, place) for place in places]


def _at(ordered: Sequence[float], place: float) -> float:
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _binned(known: Iterable[Known], cuts: Sequence[float]) -> tuple[Bin, ...]:
    inside: list[list[Known]] = [[] for _ in range(len(cuts) + 1)]
    for one in known:
        inside[bisect_left(cuts, one.confidence)].append(one)
    return tuple(
        Bin(
            low=min(one.confidence for one in spans),
            high=max(one.confidence for one in spans),
            spans=len(spans),
            confidence=sum(one.confidence for one in spans) / len(spans),
            exact=sum(one.exact for one in spans) / len(spans),
        )
        for spans in inside
        if spans
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a document adds: its spans, their squared errors, and by bin confidence less truth."""

    spans: int
    squares: float
    gaps: tuple[tuple[int, float], ...]


def _by_document(known: Iterable[Known], cuts: Sequence[float]) -> list[_Sums]:
    documents: dict[str, list[Known]] = {}
    for one in known:
        documents.setdefault(one.text, []).append(one)
    return [
        _Sums(
            len(spans),
            sum((one.confidence - one.exact) ** 2 for one in spans),
            tuple((bisect_left(cuts, one.confidence), one.confidence - one.exact) for one in spans),
        )
        for spans in documents.values()
    ]


def _gap(documents: Iterable[_Sums], bins: int) -> float:
    sums = [0.0] * bins
    for document in documents:
        for at, gap in document.gaps:
            sums[at] += gap
    return sum(map(abs, sums))


def _by_chance(confidences: Sequence[float], cuts: Sequence[float], chance: Random) -> float:
    """The mean error of spans that are exact as often as their confidence says."""
    places = [bisect_left(cuts, confidence) for confidence in confidences]
    total = 0.0
    for _ in range(_DRAWS):
        sums = [0.0] * (len(cuts) + 1)
        for at, confidence in zip(places, confidences, strict=True):
            sums[at] += confidence - (chance.random() < confidence)
        total += sum(map(abs, sums)) / len(confidences)
    return total / _DRAWS


def _interval(values: Iterable[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = 0.025 * (len(ordered) - 1)
    return _at(ordered, cut), _at(ordered, len(ordered) - 1 - cut)


def _precision_at(known: Sequence[Known]) -> Iterable[tuple[float, float, float]]:
    """For each coverage the share of spans, the least confidence, the share of exact ones.

    Equal confidences are taken together, so that the share may be larger than asked for.
    """
    ordered = sorted(known, key=lambda one: -one.confidence)
    for coverage in COVERAGES:
        threshold = ordered[max(0, round(coverage * len(ordered)) - 1)].confidence
        taken = [one.exact for one in ordered if one.confidence >= threshold]
        yield len(taken) / len(ordered), threshold, sum(taken) / len(taken)
