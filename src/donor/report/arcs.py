"""Relations as arrows: over one line, or along the margin from line to line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from donor.report.layout import stack
from donor.report.svg import box, element, label, path
from donor.report.visible import cells

__all__ = ["Arc", "Foot", "Route", "draw_routes", "levels_of", "route_all"]

ROW, FIRST_ROW = 16.0, 11.0
_NAME_CELL, _NAME_SIZE = 6.2, 10.3
_LANE_STEP, _LANES = 7.0, 4
_INSET, _STEP = 15.0, 9.0
_RADIUS = 6.0
_INK, _LOST_INK = "#57606a", "#6e7781"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Arc:
    """A relation to draw, from the tail to the head, by span ids."""

    name: str
    tail: str
    head: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """A piece of a span on which an arrow may stand, in pixels from the left of the text."""

    line: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an arrow: where it stands, and the lane in the margin if it changes the line."""

    arc: Arc
    tail: tuple[int, float]
    head: tuple[int, float]
    lane: float | None = None

    def lines(self) -> tuple[int, ...]:
        """The lines over which it runs."""
        return (self.tail[0],) if self.lane is None else (self.tail[0], self.head[0])

    def run(self, line: int) -> Point:
        """From where to where it runs over the line."""
        if self.lane is None:
            ends = (self.tail[1], self.head[1])
        else:
            ends = (self.lane, self.tail[1] if line == self.tail[0] else self.head[1])
        return min(ends), max(ends)

    def name_at(self, width: float) -> tuple[int, float, float]:
        """The line over which the name stands, and from where to where."""
        line = max(self.lines(), key=lambda line: self.run(line)[1] - self.run(line)[0])
        left, right = self.run(line)
        size = cells(self.arc.name) * _NAME_CELL
        start = max(0.0, min((max(left, 0) + min(right, width) - size) / 2, width - size))
        return line, start, start + size


def route_all(
    arcs: Iterable[Arc], feet: Mapping[str, Sequence[Foot]], width: float
) -> tuple[Route, ...]:
    """A way for each arc whose two spans have feet; near ones stand inside of far ones."""
    taken: dict[int, list[float]] = {}
    chosen = [
        (arc, *min(product(feet[arc.tail], feet[arc.head]), key=_distance_of_feet))
        for arc in arcs
        if feet.get(arc.tail) and feet.get(arc.head)
    ]
    chosen.sort(key=lambda choice: _distance_of_feet(choice[1:]))
    return _with_lanes([_route(*choice, width, taken) for choice in chosen], width)


def _distance_of_feet(pair: tuple[Foot, Foot]) -> tuple[int, float]:
    one, other = pair
    gap = max(one.left, other.left) - min(one.right, other.right)
    return abs(one.line - other.line), gap


def _route(arc: Arc, tail: Foot, head: Foot, width: float, taken: dict[int, list[float]]) -> Route:
    if tail.line != head.line:
        over_left = tail.left + head.left <= 2 * width - tail.right - head.right
        from_left = (over_left, over_left)
        lane = -1.0 if over_left else 1.0
    else:
        from_left = (tail.left + tail.right > head.left + head.right, tail.left < head.left)
        lane = None
    start = _anchor(tail, from_left[0], taken)
    return Route(arc, (tail.line, start), (head.line, _anchor(head, from_left[1], taken)), lane)


def _anchor(foot: Foot, from_left: bool, taken: dict[int, list[float]]) -> float:
    """Near the side from which the arrow comes, and a little apart from other arrows."""
    inset = min(_INSET, (foot.right - foot.left) / 3)
    first = foot.left + inset if from_left else foot.right - inset
    step = _STEP if from_left else -_STEP
    others = taken.setdefault(foot.line, [])
    at = first
    while any(abs(at - other) < _STEP - 1 for other in others):
        at += step
        if not foot.left + 3 <= at <= foot.right - 3:
            at = first
            break
    others.append(at)
    return at


def _with_lanes(routes: Sequence[Route], width: float) -> tuple[Route, ...]:
    placed = dict(enumerate(routes))
    for side, edge in ((-1.0, 0.0), (1.0, width)):
        chosen = [n for n, route in placed.items() if route.lane == side]
        chosen.sort(key=lambda n: abs(routes[n].tail[0] - routes[n].head[0]))
        extents = [sorted((routes[n].tail[0], routes[n].head[0])) for n in chosen]
        lanes = stack([(first, last + 0.5) for first, last in extents])
        for n, lane in zip(chosen, lanes, strict=True):
            x = edge + side * (8 + _LANE_STEP * (lane % _LANES))
            placed[n] = Route(routes[n].arc, routes[n].tail, routes[n].head, x)
    return tuple(placed[n] for n in range(len(routes)))


def levels_of(routes: Sequence[Route], line: int, width: float) -> dict[int, int]:
    """The level over the line of each route that runs there, by its position."""
    here = [n for n, route in enumerate(routes) if line in route.lines()]
    extents = {n: _extent(routes[n], line, width) for n in here}
    here.sort(key=lambda n: extents[n][1] - extents[n][0])
    return dict(zip(here, stack([extents[n] for n in here]), strict=True))


def _extent(route: Route, line: int, width: float) -> Point:
    left, right = route.run(line)
    name_line, name_left, name_right = route.name_at(width)
    if name_line == line:
        left, right = min(left, name_left), max(right, name_right)
    return left - 5, right + 5


def draw_routes(
    routes: Sequence[Route],
    levels: Sequence[Mapping[int, int]],
    tops: Sequence[float],
    *,
    left: float,
    width: float,
) -> str:
    """The arrows, then their names over them. `levels` and `tops` have a value for each line."""
    heights = [
        {line: tops[line] - FIRST_ROW - ROW * levels[line][n] for line in route.lines()}
        for n, route in enumerate(routes)
    ]
    arrows = [
        _arrow(route, height, tops, left) for route, height in zip(routes, heights, strict=True)
    ]
    names = [
        _name(route, height, left, width) for route, height in zip(routes, heights, strict=True)
    ]
    return "".join(arrows + names)


def _arrow(route: Route, heights: Mapping[int, float], tops: Sequence[float], left: float) -> str:
    (tail_line, tail_x), (head_line, head_x) = route.tail, route.head
    points = [(tail_x, tops[tail_line] - 2), (tail_x, heights[tail_line])]
    if route.lane is not None:
        points += [(route.lane, heights[tail_line]), (route.lane, heights[head_line])]
    points += [(head_x, heights[head_line]), (head_x, tops[head_line] - 5)]
    points = [(left + x, y) for x, y in points]
    ink = _LOST_INK if route.arc.lost else _INK
    tip_x, tip_y = points[-1][0], tops[head_line] - 0.5
    return element(
        "g",
        path(
            *_rounded(points),
            fill="none",
            stroke=ink,
            stroke_width=1.3,
            stroke_dasharray="3 3" if route.arc.lost else None,
        ),
        element("circle", cx=points[0][0], cy=points[0][1], r=2, fill=ink),
        path(
            "M", tip_x, tip_y, "L", tip_x - 3.6, tip_y - 6.5, "L", tip_x + 3.6, tip_y - 6.5, "Z",
            fill=ink,
        ),
    )  # fmt: skip


def _rounded(points: Sequence[Point]) -> list[str | float]:
    """The steps of a path along right angles, with round corners."""
    steps: list[str | float] = ["M", *points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
        steps += ["L", *_towards(corner, before, radius), "Q", *corner]
        steps += [*_towards(corner, after, radius)]
    return [*steps, "L", *points[-1]]


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, goal: Point, by: float) -> Point:
    share = by / (_distance(start, goal) or 1)
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share


def _name(route: Route, heights: Mapping[int, float], left: float, width: float) -> str:
    line, start, end = route.name_at(width)
    y = heights[line] - 3
    return box(
        left + start - 2, y - 8.5, end - start + 4, 10, fill="#ffffff", fill_opacity="0.9"
    ) + label(
        route.arc.name,
        left + start,
        y,
        _NAME_CELL,
        font_size=_NAME_SIZE,
        fill=_LOST_INK if route.arc.lost else _INK,
    )
