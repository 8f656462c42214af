"""Shares as points on their intervals, a row each."""

from collections.abc import Sequence
from dataclasses import dataclass

from donor.report.page.drawing import GOOD, INK, MUTED, RULE, SECOND, Canvas
from donor.report.page.numbers import range_of, share
from donor.report.page.plain import shortened

__all__ = ["MOST_ROWS", "Row", "range_pictures"]

MOST_ROWS = 14
"""So many rows are drawn."""

_ROW, _TOP, _BOTTOM, _RIGHT = 30.0, 34.0, 24.0, 14.0
_KEY = 26
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


@dataclass(frozen=True, slots=True)
class Row:
    """A name with up to two shares, the second of another series, each with its interval."""

    name: str
    first: float | None
    interval: Sequence[float] | None = None
    second: float | None = None
    second_interval: Sequence[float] | None = None


def range_pictures(rows: Sequence[Row], title: str, series: Sequence[str], *, key: str) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without any figure.

    Args:
        rows: the first fourteen are drawn.
        title: what the picture shows.
        series: the name of the first shares, and of the second ones where there are any.
        key: what the ids in the pictures begin with.
    """
    shown = [row for row in rows if row.first is not None or row.second is not None][:MOST_ROWS]
    if not shown:
        return ""
    return "".join(_drawn(shown, title, series, key, wide=wide) for wide in (True, False))


def _drawn(rows: Sequence[Row], title: str, series: Sequence[str], key: str, *, wide: bool) -> str:
    width, names, letters = (860.0, 190.0, 26) if wide else (350.0, 118.0, 16)
    low, step = _axis(rows)
    bottom = _TOP + _ROW * len(rows)
    canvas = Canvas.of(width, bottom + _BOTTOM)

    def x(value: float) -> float:
        return names + (max(value, low) - low) / (1 - low) * (width - names - _RIGHT)

    for tick in range(round((1 - low) / step) + 1):
        at = x(low + tick * step)
        canvas.line([(at, _TOP - 4), (at, bottom)], ink=RULE, width=0.8)
        words = f"{100 * (low + tick * step):.0f}"
        canvas.text(words, at, bottom + 12, size=11, ink=MUTED, at="center")
    _key(canvas, [shortened(one, _KEY) for one in series], names)
    for n, row in enumerate(rows):
        y = _TOP + _ROW * (n + 0.5)
        canvas.text(shortened(row.name, letters), names - 10, y, size=12, at="right", ink=INK)
        both = row.second is not None and row.first is not None
        for value, between, ink, hollow, shift in (
            (row.first, row.interval, GOOD, False, -5 if both else 0),
            (row.second, row.second_interval, SECOND, True, 5 if both else 0),
        ):
            if value is None:
                continue
            if between:
                ends = [(x(between[0]), y + shift), (x(between[1]), y + shift)]
                canvas.line(ends, ink=ink, width=2.4)
            canvas.dot(x(value), y + shift, ink=ink, hollow=hollow, size=7.5)
    name = "wide" if wide else "narrow"
    return canvas.svg(title, _told(rows, series), key=f"{key}-{name}", name=name)


def _key(canvas: Canvas, series: Sequence[str], left: float) -> None:
    """Which mark is which series."""
    at = left
    for n, name in enumerate(series):
        canvas.dot(at + 4, 11, ink=(GOOD, SECOND)[n], hollow=n == 1, size=7.5)
        canvas.text(name, at + 14, 11, size=11.5, ink=MUTED)
        at += 26 + 6.4 * len(name)


def _axis(rows: Sequence[Row]) -> tuple[float, float]:
    """From where the axis goes to 1, and in which steps."""
    edges = [1.0]
    for row in rows:
        for value, between in ((row.first, row.interval), (row.second, row.second_interval)):
            edges += [] if value is None else [value]
            edges += between or []
    least = min(edges)
    step = next((one for one in _STEPS if (1 - least) / one <= 5), _STEPS[-1])
    low = 1.0
    while low > least - step / 4 and low > 0:
        low = max(0.0, round(low - step, 6))
    return low, step


def _told(rows: Sequence[Row], series: Sequence[str]) -> str:
    parts = []
    for row in rows:
        said = f"{row.name}: {series[0]} {share(row.first)}"
        if row.interval:
            said += f" ({range_of(row.interval)})"
        if row.second is not None:
            said += f", {series[-1]} {share(row.second)}"
        parts.append(said + ".")
    return " ".join(parts)
