"""Quality against cost as a picture: a point for each run, and the front that none beats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any
from xml.sax.saxutils import escape

from donor.costs import front
from donor.report.palette import label_colours
from donor.report.svg import SANS, box, element, path, prose, titled
from donor.report.visible import visible

__all__ = ["Point", "cost_plot", "points_of"]

_WIDTH, _LEFT, _RIGHT, _TOP, _HEIGHT, _BELOW = 720, 64, 24, 62, 340, 64
_INK, _GREY, _GRID, _FRONT = "#1f2328", "#57606a", "#d8dee4", "#8c959f"
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


def cost_plot(
    points: Sequence[Point], *, title: str, missing: Mapping[str, str] | None = None
) -> str:
    """An SVG picture of quality against cost, with the same in words for who cannot see it.

    Args:
        points: the runs.
        title: what stands above it.
        missing: the runs that cannot be drawn, and why; told below.
    """
    best = front({point.name: (point.usd, point.score) for point in points})
    across, up = _Across.of([point.usd for point in points]), _Up.of(points)
    told = [f"{name} is not drawn: {why}" for name, why in (missing or {}).items()]
    bottom = _TOP + _HEIGHT
    height = bottom + _BELOW + 20 * len(told)
    colours = label_colours(point.name for point in points)
    return element(
        "svg",
        titled(title),
        element("desc", escape(visible("; ".join([*_words(points, best), *told])))),
        box(0, 0, _WIDTH, height, fill="#ffffff"),
        prose(title, x=20, y=26, font_size=16, font_weight="600", fill=_INK),
        prose(
            "strict F1 in per cent with its 95 % interval; filled: no other is cheaper and better",
            x=20, y=44, font_size=12, fill=_GREY,
        ),
        *_grid(across, up),
        _staircase([p for name in best for p in points if p.name == name], across, up),
        *(
            _point(point, across, up, colours[point.name].line, on_front=point.name in best)
            for point in points
        ),
        *(_name(point, x, y) for point, x, y in _names(points, across, up)),
        *(
            prose(line, x=20, y=bottom + _BELOW + 20 * n, font_size=12, fill=_GREY)
            for n, line in enumerate(told)
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        font_family=SANS,
        role="img",
    )  # fmt: skip


def _words(points: Sequence[Point], best: Sequence[str]) -> Iterator[str]:
    for point in sorted(points, key=lambda point: (point.usd, point.name)):
        also = ", on the front" if point.name in best else ""
        yield _said(point) + also


def _said(point: Point) -> str:
    edges = point.interval
    between = f", between {100 * edges[0]:.1f} and {100 * edges[1]:.1f}" if edges else ""
    return f"{point.name}: F1 {100 * point.score:.1f}{between}, USD {_usd(point.usd)} for 1,000"


@dataclass(frozen=True, slots=True)
class _Across:
    """The axis of cost: from the cheapest to the dearest, tenfold steps where these lie far."""

    low: float
    high: float
    tenfold: bool
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, usd: Sequence[float]) -> "_Across":
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

    def x(self, usd: float) -> float:
        """Where this cost lies."""
        if self.tenfold:
            share = (log10(usd) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (usd - self.low) / (self.high - self.low)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _even_step(least: float) -> float:
    """The next of 1, 2, 5, 10, … that is as large."""
    power = 10.0 ** floor(log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class _Up:
    """The axis of the score, no longer than the intervals need."""

    low: float
    high: float
    step: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> "_Up":
        """The axis on which all intervals lie."""
        edges = [edge for point in points for edge in (point.score, *(point.interval or ()))]
        least, most = min(edges, default=0.0), max(edges, default=1.0)
        step = next((one for one in _STEPS if (most - least) / one <= 6), _STEPS[-1])
        low = max(0, floor(least / step + 1e-9)) * step
        high = min(1.0, ceil(most / step - 1e-9) * step)
        return cls(low if high > low else max(0.0, high - step), max(high, step), step)

    def y(self, score: float) -> float:
        """Where this score lies."""
        return _TOP + (self.high - score) / (self.high - self.low) * _HEIGHT


def _grid(across: _Across, up: _Up) -> Iterator[str]:
    bottom = _TOP + _HEIGHT
    for n in range(round((up.high - up.low) / up.step) + 1):
        value = up.low + n * up.step
        y = up.y(value)
        yield path("M", _LEFT, y, "H", _WIDTH - _RIGHT, stroke=_GRID, stroke_width=1)
        yield prose(
            f"{100 * value:.0f}", x=_LEFT - 8, y=y + 4, font_size=12, fill=_GREY, text_anchor="end"
        )
    for value in across.ticks:
        x = across.x(value)
        yield path("M", x, bottom, "V", bottom + 5, stroke=_GREY, stroke_width=1)
        yield prose(_usd(value), x=x, y=bottom + 20, font_size=12, fill=_GREY, text_anchor="middle")
    words = "USD for 1,000 documents" + (", in tenfold steps" if across.tenfold else "")
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield prose(words, x=middle, y=bottom + 40, font_size=12, fill=_GREY, text_anchor="middle")


def _staircase(best: Sequence[Point], across: _Across, up: _Up) -> str:
    """The line below which every point is beaten: as good as the best that is as cheap."""
    if not best:
        return ""
    steps: list[str | float] = ["M", across.x(best[0].usd), up.y(best[0].score)]
    for point in best[1:]:
        steps += ["H", across.x(point.usd), "V", up.y(point.score)]
    steps += ["H", _WIDTH - _RIGHT]
    return path(*steps, stroke=_FRONT, stroke_width=1.5, stroke_dasharray="5 4", fill="none")


def _point(point: Point, across: _Across, up: _Up, colour: str, *, on_front: bool) -> str:
    x, y = across.x(point.usd), up.y(point.score)
    low, high = point.interval or (point.score, point.score)
    return element(
        "g",
        titled(_said(point)),
        path("M", x, up.y(low), "V", up.y(high), stroke=colour, stroke_width=2),
        element(
            "circle", cx=x, cy=y, r=6, fill=colour if on_front else "#ffffff", stroke=colour,
            stroke_width=2,
        ),
    )  # fmt: skip


def _names(
    points: Sequence[Point], across: _Across, up: _Up
) -> Iterator[tuple[Point, float, float]]:
    """Where each name stands: beside its point, or a line lower where another name stands."""
    taken: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: up.y(point.score)):
        x, y = across.x(point.usd), up.y(point.score) - 8
        while any(abs(y - other) < 15 and abs(x - there) < 160 for there, other in taken):
            y += 15
        taken.append((x, y))
        yield point, x, y


def _name(point: Point, x: float, y: float) -> str:
    left = x > _WIDTH - 200
    anchor = "end" if left else "start"
    return prose(
        point.name, x=x - 9 if left else x + 9, y=y, font_size=13, fill=_INK, text_anchor=anchor
    )


def _usd(value: float) -> str:
    """An amount with two digits that say something.

    >>> _usd(12.0), _usd(0.034), _usd(0.5), _usd(1234.5)
    ('12', '0.034', '0.5', '1,234')
    """
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = max(0, 2 - ceil(log10(value) + 1e-9)) if value < 10 else 1
    text = f"{value:.{max(2, digits)}f}"
    return text.rstrip("0").rstrip(".")
