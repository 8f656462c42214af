"""How many gold sentences the silver data is worth: where gold's learning curve reaches its score.

Between the points of the curve the score is taken as linear in the number of sentences, after the
points are made to rise (isotonic regression: what falls is levelled with what stands before it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.score import Measurement, Metric, interval
from donor.train.scoring import over_seeds

__all__ = ["Point", "reached", "rising", "worth"]

# Where a draw reaches the score before the first point, or after the last, as a multiple of it.
_BEFORE, _AFTER = 0.0, 2.0
# A model with less has not learnt its task.
_LEARNT = 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """A part of gold that was learnt from: how much it is, and the score, seed by seed."""

    sentences: int
    examples: int
    of_seeds: Sequence[Measurement]


def worth(
    points: Sequence[Point], silver: Sequence[Measurement], silver_size: Mapping[str, int]
) -> dict[str, Any] | None:
    """How many sentences and examples of gold give the silver score; `worth` in the JSON.

    A number is None where it lies outside the curve, an interval open (None) at an end that does,
    and None where it lies outside altogether; `what` then says where. The interval is a bootstrap
    over the documents of the test set, which are the same for all points. None for fewer than two
    points, or where a score is not defined.

    Args:
        points: gold's, from the fewest sentences to the most.
        silver: the measurements of each seed of what has learnt from silver data.
        silver_size: its `sentences` and `examples`.
    """
    if len(points) < 2:
        return None
    scores = [over_seeds(one.of_seeds) for one in points]
    reaching = {
        unit: _Reaching.of([getattr(point, unit) for point in points], scores, silver)
        for unit in ("examples", "sentences")
    }
    examples, sentences = reaching["examples"], reaching["sentences"]
    if examples is None or sentences is None:
        return None
    found = {
        "silver_examples": silver_size["examples"],
        "silver_sentences": silver_size["sentences"],
    }
    curve = rising([one.score or 0.0 for one in scores])
    of_silver = over_seeds(silver).score or 0.0
    if max(curve[-1], of_silver) < _LEARNT:
        nothing = "neither gold nor the transferred data has taught the task: nothing can be told"
        return found | dict.fromkeys(_NUMBERS) | {"what": nothing}
    if curve[0] == curve[-1]:
        flat = "gold's learning curve does not rise: nothing can be told from it"
        return found | dict.fromkeys(_NUMBERS) | {"what": flat}
    numbers = (examples.inside, examples.ends, sentences.inside, sentences.ends)
    told = dict(zip(_NUMBERS, numbers, strict=True))
    return found | told | {"what": sentences.told(silver_size["sentences"])}


_NUMBERS = ("gold_examples", "interval", "gold_sentences", "sentences_interval")


@dataclass(frozen=True, slots=True)
class _Reaching:
    """Where a curve reaches the silver score, and the interval of that; see `reached`."""

    sizes: Sequence[int]
    at: float
    interval: Sequence[float] | None

    @classmethod
    def of(
        cls, sizes: Sequence[int], scores: Sequence[Measurement], silver: Sequence[Measurement]
    ) -> "_Reaching | None":
        crossing = _crossing(sizes, scores, silver)
        at = crossing.score
        return None if at is None else cls(sizes, at, interval(crossing))

    @property
    def inside(self) -> int | None:
        """The number; None outside the curve."""
        return self._inside(self.at)

    @property
    def ends(self) -> list[int | None] | None:
        """The interval; None where both ends are outside the curve."""
        found = [self._inside(end) for end in self.interval or ()]
        return found if any(end is not None for end in found) else None

    def told(self, silver: int) -> str:
        """What so many silver sentences are worth, as people say it."""
        about = "about " if self.inside is not None else ""
        number = self._told(self.at)
        whole = f"the {silver:,} transferred sentences are worth {about}{number} gold sentences"
        if self.interval is None:
            return f"{whole} (no interval: one document alone has anything to be counted)"
        low, high = map(self._told, self.interval)
        return f"{whole} (95 %: {low if low == high else f'{low} to {high}'})"

    def _inside(self, at: float) -> int | None:
        return round(at) if self.sizes[0] <= at <= self.sizes[-1] else None

    def _told(self, at: float) -> str:
        if at < self.sizes[0]:
            return f"fewer than {self.sizes[0]:,}"
        return f"more than {self.sizes[-1]:,}" if at > self.sizes[-1] else f"{round(at):,}"


def rising(scores: Sequence[float]) -> list[float]:
    """The rising scores that are nearest to these (pool adjacent violators; Ayer et al. 1955).

    >>> rising([0.1, 0.4, 0.2, 0.6])
    [0.1, 0.30000000000000004, 0.30000000000000004, 0.6]
    """
    pools: list[tuple[float, int]] = []
    for score in scores:
        pool = (score, 1)
        while pools and pools[-1][0] >= pool[0]:
            mean, number = pools.pop()
            both = number + pool[1]
            pool = ((mean * number + pool[0] * pool[1]) / both, both)
        pools.append(pool)
    return [mean for mean, number in pools for _ in range(number)]


def reached(sizes: Sequence[int], scores: Sequence[float], wanted: float) -> float:
    """The least size at which a rising curve has the wanted score.

    0 if its first point has no less, twice the last size if its last point has less.

    >>> reached([100, 200], [0.4, 0.6], 0.5)
    150.0
    """
    curve = rising(scores)
    if wanted <= curve[0]:
        return _BEFORE
    if wanted > curve[-1]:
        return _AFTER * sizes[-1]
    at = next(n for n, score in enumerate(curve) if score >= wanted)
    share = (wanted - curve[at - 1]) / (curve[at] - curve[at - 1])
    return sizes[at - 1] + share * (sizes[at] - sizes[at - 1])


def _crossing(
    sizes: Sequence[int], points: Sequence[Measurement], silver: Sequence[Measurement]
) -> Measurement:
    """The size at which the points reach the silver score, as a measurement of the test set."""
    parts = [*points, over_seeds(silver)]
    metrics = [one.metric for one in parts]

    def of(counts: Sequence[float]) -> float | None:
        scores, at = [], 0
        for metric in metrics:
            scores.append(metric.of(counts[at : at + len(metric.columns)]))
            at += len(metric.columns)
        known = [score for score in scores if score is not None]
        return reached(sizes, known[:-1], known[-1]) if len(known) == len(scores) else None

    columns = tuple(name for metric in metrics for name in metric.columns)
    rows = [sum(map(tuple, row), ()) for row in zip(*(one.rows for one in parts), strict=True)]
    return Measurement(Metric("worth", columns, of), rows)
