"""Quality against cost as a picture: a point for each run, and the front that none beats."""

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from donor.costs import front
from donor.report.cost_axes import Across, Point, Up, in_usd
from donor.report.palette import label_colours
from donor.report.svg import SANS, box, element, path, prose, titled
from donor.report.visible import visible

__all__ = ["cost_plot"]

_WIDTH, _LEFT, _RIGHT, _TOP, _HEIGHT, _BELOW = 720, 64, 24, 62, 340, 64
_INK, _GREY, _GRID, _FRONT = "#1f2328", "#57606a", "#d8dee4", "#8c959f"


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
    across, up = Across.of([point.usd for point in points]), Up.of(points)
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
    return f"{point.name}: F1 {100 * point.score:.1f}{between}, USD {in_usd(point.usd)} for 1,000"


def _x(across: Across, usd: float) -> float:
    return _LEFT + across.share(usd) * (_WIDTH - _LEFT - _RIGHT)


def _y(up: Up, score: float) -> float:
    return _TOP + (1 - up.share(score)) * _HEIGHT


def _grid(across: Across, up: Up) -> Iterator[str]:
    bottom = _TOP + _HEIGHT
    for value in up.ticks:
        y = _y(up, value)
        yield path("M", _LEFT, y, "H", _WIDTH - _RIGHT, stroke=_GRID, stroke_width=1)
        yield prose(
            f"{100 * value:.0f}", x=_LEFT - 8, y=y + 4, font_size=12, fill=_GREY, text_anchor="end"
        )
    for value in across.ticks:
        x = _x(across, value)
        yield path("M", x, bottom, "V", bottom + 5, stroke=_GREY, stroke_width=1)
        yield prose(
            in_usd(value), x=x, y=bottom + 20, font_size=12, fill=_GREY, text_anchor="middle"
        )
    words = "USD for 1,000 documents" + (", in tenfold steps" if across.tenfold else "")
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield prose(words, x=middle, y=bottom + 40, font_size=12, fill=_GREY, text_anchor="middle")


def _staircase(best: Sequence[Point], across: Across, up: Up) -> str:
    """The line below which every point is beaten: as good as the best that is as cheap."""
    if not best:
        return ""
    steps: list[str | float] = ["M", _x(across, best[0].usd), _y(up, best[0].score)]
    for point in best[1:]:
        steps += ["H", _x(across, point.usd), "V", _y(up, point.score)]
    steps += ["H", _WIDTH - _RIGHT]
    return path(*steps, stroke=_FRONT, stroke_width=1.5, stroke_dasharray="5 4", fill="none")


def _point(point: Point, across: Across, up: Up, colour: str, *, on_front: bool) -> str:
    x, y = _x(across, point.usd), _y(up, point.score)
    low, high = point.interval or (point.score, point.score)
    return element(
        "g",
        titled(_said(point)),
        path("M", x, _y(up, low), "V", _y(up, high), stroke=colour, stroke_width=2),
        element(
            "circle", cx=x, cy=y, r=6, fill=colour if on_front else "#ffffff", stroke=colour,
            stroke_width=2,
        ),
    )  # fmt: skip


def _names(points: Sequence[Point], across: Across, up: Up) -> Iterator[tuple[Point, float, float]]:
    """Where each name stands: beside its point, or a line lower where another name stands."""
    taken: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: _y(up, point.score)):
        x, y = _x(across, point.usd), _y(up, point.score) - 8
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
