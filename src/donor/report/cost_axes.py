"""Quality against cost: the points, and the two axes on which they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

__all__ = ["Across", "Point", "Up", "in_usd", "points_of"]

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
# Where the dearest costs so many times what the cheapest does, tenfold steps are even.
_WIDE = 20.0
_DOCUMENTS = 1_000


@dataclass(frozen=True, slots=True)
class Point:
    """A run in the picture.

    Args:
        name: of the run, or of the run and its method.
        usd: what a thousand documents cost.
        score: a share of one.
        interval: where the score lies with 95 %.
    """

    name: str
    usd: float
    score: float
    interval: tuple[float, float] | None = None


def points_of(found: Mapping[str, Any]) -> tuple[list[Point], dict[str, str]]:
    """The points of the runs by strict F1, and by name why the others have none.

    Args:
        found: the shape of `donor compare --json`.
    """
    points: list[Point] = []
    missing: dict[str, str] = {}
    for name, run in found["runs"].items():
        strict = (run["spans"] or {}).get("strict")
        usd = run["cost"]["per_document"]["usd"]
        if strict is None or strict["f1"] is None:
            missing[name] = "no span score"
        elif usd is None:
            missing[name] = "its cost is not known"
        else:
            edges = tuple(strict["interval"]) if strict["interval"] else None
            points.append(Point(name, _DOCUMENTS * usd, strict["f1"], edges))
    return points, missing


@dataclass(frozen=True, slots=True)
class Across:
    """The axis of cost: from the cheapest to the dearest, tenfold steps where these lie far."""

    low: float
    high: float
    tenfold: bool
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, usd: Sequence[float]) -> "Across":
        """The axis on which all of these lie."""
        least, most = min(usd, default=0.0), max(usd, default=1.0)
        if least > 0 and most / least > _WIDE:
            powers = range(floor(log10(least)), ceil(log10(most)) + 1)
            ticks = tuple(10.0**power for power in powers)
            return cls(ticks[0], ticks[-1], True, ticks)
        most = most or 1.0
        step = _even_step(most / 5)
        ticks = tuple(step * n for n in range(ceil(most / step - 1e-9) + 1))
        return cls(0.0, ticks[-1], False, ticks)

    def share(self, usd: float) -> float:
        """Where this cost lies, from 0 to 1."""
        if self.tenfold:
            return (log10(usd) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (usd - self.low) / (self.high - self.low)


def _even_step(least: float) -> float:
    """The next of 1, 2, 5, 10, … that is as large."""
    power = 10.0 ** floor(log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class Up:
    """The axis of the score, no longer than the intervals need."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> "Up":
        """The axis on which all intervals lie."""
        edges = [edge for point in points for edge in (point.score, *(point.interval or ()))]
        least, most = min(edges, default=0.0), max(edges, default=1.0)
        step = next((one for one in _STEPS if (most - least) / one <= 6), _STEPS[-1])
        low = max(0, floor(least / step + 1e-9)) * step
        high = min(1.0, ceil(most / step - 1e-9) * step)
        return cls(low if high > low else max(0.0, high - step), max(high, step), step)

    def share(self, score: float) -> float:
        """Where this score lies, from 0 below to 1 above."""
        return (score - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        """Where a line stands."""
        steps = round((self.high - self.low) / self.step)
        return [self.low + n * self.step for n in range(steps + 1)]


def in_usd(value: float) -> str:
    """An amount with two digits that say something.

    >>> in_usd(12.0), in_usd(0.034), in_usd(0.5), in_usd(1234.5)
    ('12', '0.034', '0.5', '1,234')
    """
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = max(0, 2 - ceil(log10(value) + 1e-9)) if value < 10 else 1
    text = f"{value:.{max(2, digits)}f}"
    return text.rstrip("0").rstrip(".")
