"""A field with two axes, on which lines and points lie."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log, log10

from donor.report.page.drawing import MUTED, RULE, Canvas, Point

__all__ = ["Field", "Scale", "even_scale", "spread_scale"]

_DIGITS = 11.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where an axis goes.

    Args:
        low: its one end.
        high: its other end, another number.
        ticks: what is written beside it.
        by_factor: whether equal steps are equal factors; then `low` is above 0.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    by_factor: bool = False

    def share(self, value: float) -> float:
        """Where the value lies, from 0 to 1; what lies outside is drawn at the end."""
        inside = min(max(value, self.low), self.high)
        if self.by_factor:
            return log(inside / self.low) / log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


def even_scale(values: Iterable[float], *, steps: int, most: float | None = None) -> Scale:
    """The scale of at most so many equal steps, of 1, 2 or 5, on which the values lie.

    >>> even_scale([0.31, 0.52], steps=4).ticks
    (0.3, 0.4, 0.5, 0.6)

    Args:
        values: without any, it goes from 0 to 1.
        steps: at most.
        most: where it ends at the latest.
    """
    known = list(values) or [0.0, 1.0]
    least, greatest = min(known), max(known)
    step = _round_step((greatest - least) / steps or abs(greatest) / steps or 1.0)
    first = floor(least / step + 1e-9)
    last = max(ceil(greatest / step - 1e-9), first + 1)
    if most is not None and last * step > most + 1e-9:
        last = floor(most / step + 1e-9)
        first = min(first, last - 1)
    digits = max(0, 2 - floor(log10(step)))
    ticks = tuple(round(n * step, digits) for n in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _round_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(power * n for n in (1, 2, 5, 10, 20) if power * n >= least * (1 - 1e-9))


def spread_scale(values: Sequence[float], *, wide: float) -> Scale:
    """The scale from the least to the greatest value, with the values themselves as its ticks.

    Args:
        values: some.
        wide: from how many times the least on steps are factors.
    """
    ordered = tuple(sorted(set(values)))
    low, high = ordered[0], ordered[-1]
    if low == high:
        return Scale(low - 1, high + 1, ordered)
    return Scale(low, high, ordered, by_factor=low > 0 and high / low >= wide)


@dataclass(frozen=True, slots=True)
class Field:
    """Where the two axes lie in a picture, in its pixels."""

    canvas: Canvas
    left: float
    right: float
    top: float
    bottom: float
    across: Scale
    up: Scale

    def at(self, across: float, up: float) -> Point:
        """Where a point lies."""
        return (
            self.left + self.across.share(across) * (self.right - self.left),
            self.bottom - self.up.share(up) * (self.bottom - self.top),
        )

    def grid(self, said: Callable[[float], str], below: Callable[[float], str]) -> None:
        """Nothing; draws lines over the field, with words beside and below it.

        Args:
            said: what is written beside a line.
            below: what is written below; where there is no room for all, some are left out, and
                the last one never is.
        """
        for tick in self.up.ticks:
            _, y = self.at(self.across.low, tick)
            self.canvas.line([(self.left, y), (self.right, y)], ink=RULE, width=0.8)
            self.canvas.text(said(tick), self.left - 7, y, size=11, ink=MUTED, at="right")
        free = self.right + 1e3
        for tick in reversed(self.across.ticks):
            x, _ = self.at(tick, self.up.low)
            words = below(tick)
            half = _DIGITS * 0.6 * len(words) / 2
            if x + half < free - 6:
                self.canvas.text(words, x, self.bottom + 13, size=11, ink=MUTED, at="center")
                free = x - half

    def interval(self, across: float, between: Sequence[float] | None, *, ink: str) -> None:
        """Nothing; draws a bar from where to where a figure goes."""
        if between:
            ends = [self.at(across, edge) for edge in between]
            self.canvas.line(ends, ink=ink, width=2)
