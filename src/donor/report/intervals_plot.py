"""Methods side by side as a picture: each F1 as a point on its interval, and the paired tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.report.palette import label_colours
from donor.report.svg import SANS, box, element, path, prose, titled

__all__ = ["intervals_plot"]

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 720, 190, 70, 58, 34
_INK, _GREY, _GRID = "#1f2328", "#57606a", "#d8dee4"
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


def intervals_plot(found: Mapping[str, Any], *, title: str) -> str:
    """An SVG picture of what `donor bench` has found.

    Args:
        found: the shape of `donor bench --json`.
        title: what stands above it.
    """
    methods = {name: one["strict"] for name, one in found["methods"].items()}
    shown = {name: strict for name, strict in methods.items() if strict["f1"] is not None}
    low, high, step = _axis(shown.values())
    tests = [test for test in found["tests"] if test["difference"] is not None]
    bottom = _TOP + _ROW * max(1, len(shown))
    height = bottom + 52 + 20 * len(tests)
    parts = [
        box(0, 0, _WIDTH, height, fill="#ffffff"),
        prose(title, x=20, y=26, font_size=16, font_weight="600", fill=_INK),
        prose(f"{found['pairs']:,} pairs", x=20, y=44, font_size=12, fill=_GREY),
        *_grid(low, high, step, bottom),
    ]
    colours = label_colours(methods)
    for row, (name, strict) in enumerate(shown.items()):
        y = _TOP + _ROW * (row + 0.5)
        parts.append(_method(name, strict, y, low, high, colours[name].line))
    for row, test in enumerate(tests):
        parts.append(prose(_told(test), x=20, y=bottom + 58 + 20 * row, font_size=12, fill=_GREY))
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        font_family=SANS,
        role="img",
    )


def _axis(scores: Any) -> tuple[float, float, float]:
    """From where to where the axis goes, and in which steps."""
    edges = [edge for one in scores for edge in (one["f1"], *(one["interval"] or ()))]
    least, most = min(edges, default=0.0), max(edges, default=1.0)
    step = next((one for one in _STEPS if (most - least) / one <= 6), _STEPS[-1])
    low = min(max(0, int(least / step)) * step, 1.0 - step)
    high = low + step
    while high < most:
        high += step
    return low, min(1.0, max(high, low + step)), step


def _grid(low: float, high: float, step: float, bottom: float) -> Sequence[str]:
    """Vertical lines with their F1 in per cent below."""
    parts = []
    ticks = round((high - low) / step)
    for tick in range(ticks + 1):
        value = low + tick * step
        x = _x(value, low, high)
        parts.append(path("M", x, _TOP, "V", bottom, stroke=_GRID, stroke_width=1))
        parts.append(
            prose(
                f"{100 * value:.0f}",
                x=x,
                y=bottom + 18,
                font_size=12,
                fill=_GREY,
                text_anchor="middle",
            )
        )
    middle = _x((low + high) / 2, low, high)
    words = "strict F1 in per cent, with its 95 % interval"
    parts.append(
        prose(words, x=middle, y=bottom + 36, font_size=12, fill=_GREY, text_anchor="middle")
    )
    return parts


def _method(
    name: str, strict: Mapping[str, Any], y: float, low: float, high: float, colour: str
) -> str:
    f1 = strict["f1"]
    first, last = strict["interval"] or (f1, f1)
    words = f"{name}: {100 * f1:.1f}, between {100 * first:.1f} and {100 * last:.1f}"
    x = _x(f1, low, high)
    return element(
        "g",
        titled(words),
        prose(name, x=_LEFT - 14, y=y + 4, font_size=13, fill=_INK, text_anchor="end"),
        path("M", _x(first, low, high), y, "H", _x(last, low, high), stroke=colour, stroke_width=3),
        element("circle", cx=x, cy=y, r=6, fill=colour),
        prose(f"{100 * f1:.1f}", x=_WIDTH - _RIGHT + 16, y=y + 4, font_size=13, fill=_INK),
    )


def _x(value: float, low: float, high: float) -> float:
    return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _told(test: Mapping[str, Any]) -> str:
    """A paired test in a line."""
    p = "p < 0.001" if test["p"] < 0.001 else f"p = {test['p']:.3f}"
    points = f"{100 * test['difference']:+.1f}"
    sides = f"{test['a']} against {test['b']}"
    return f"{sides}: {points} points of F1, {p} (approximate randomisation)"
