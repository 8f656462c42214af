"""Shares as points on their intervals, a row each."""

from collections.abc import Sequence
from dataclasses import dataclass

from donor.report.page.axes import Scale, even_scale
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


@dataclass(frozen=True, slots=True)
class _Ranges:
    """What is drawn twice: rows, what they show, the names of their series, and the axis."""

    rows: Sequence[Row]
    title: str
    series: Sequence[str]
    scale: Scale


def range_pictures(
    rows: Sequence[Row], title: str, series: Sequence[str], *, key: str, to_one: bool = True
) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without any figure.

    Args:
        rows: the first fourteen are drawn.
        title: what the picture shows.
        series: the name of the first shares, and of the second ones where there are any.
        key: what the ids in the pictures begin with.
        to_one: whether the axis goes to 1, however low the shares are.
    """
    shown = [row for row in rows if row.first is not None or row.second is not None][:MOST_ROWS]
    if not shown:
        return ""
    scale = _axis(shown) if to_one else even_scale(_edges(shown), steps=5, most=1.0)
    drawn = _Ranges(shown, title, series, scale)
    return "".join(_drawn(drawn, key, wide=wide) for wide in (True, False))


def _drawn(drawn: _Ranges, key: str, *, wide: bool) -> str:
    width, names, letters = (860.0, 190.0, 26) if wide else (350.0, 118.0, 16)
    bottom = _TOP + _ROW * len(drawn.rows)
    canvas = Canvas.of(width, bottom + _BOTTOM)

    def x(value: float) -> float:
        return names + drawn.scale.share(value) * (width - names - _RIGHT)

    for tick in drawn.scale.ticks:
        canvas.line([(x(tick), _TOP - 4), (x(tick), bottom)], ink=RULE, width=0.8)
        canvas.text(f"{100 * tick:.3g}", x(tick), bottom + 12, size=11, ink=MUTED, at="center")
    _key(canvas, [shortened(one, _KEY) for one in drawn.series], names)
    for n, row in enumerate(drawn.rows):
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
    told = _told(drawn.rows, drawn.series)
    return canvas.svg(drawn.title, told, key=f"{key}-{name}", name=name)


def _key(canvas: Canvas, series: Sequence[str], left: float) -> None:
    """Which mark is which series."""
    at = left
    for n, name in enumerate(series):
        canvas.dot(at + 4, 11, ink=(GOOD, SECOND)[n], hollow=n == 1, size=7.5)
        canvas.text(name, at + 14, 11, size=11.5, ink=MUTED)
        at += 26 + 6.4 * len(name)


def _axis(rows: Sequence[Row]) -> Scale:
    """An axis that goes to 1, in at most five steps."""
    least = min(1.0, *_edges(rows))
    step = next((one for one in _STEPS if (1 - least) / one <= 5), _STEPS[-1])
    low = 1.0
    while low > least - step / 4 and low > 0:
        low = max(0.0, round(low - step, 6))
    return Scale(low, 1.0, tuple(low + n * step for n in range(round((1 - low) / step) + 1)))


def _edges(rows: Sequence[Row]) -> list[float]:
    """All that an axis is to hold."""
    edges: list[float] = []
    for row in rows:
        for value, between in ((row.first, row.interval), (row.second, row.second_interval)):
            edges += [] if value is None else [value]
            edges += between or []
    return edges


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
