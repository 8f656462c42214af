"""Quality against cost in the page's own colours; `donor compare --plot` draws the same alone."""

from collections.abc import Iterator, Sequence

from donor.costs import front
from donor.report.cost_axes import Across, Point, Up, in_usd
from donor.report.page.axes import Field, Scale
from donor.report.page.drawing import GOOD, INK, MUTED, Canvas
from donor.report.page.numbers import range_of, share
from donor.report.page.plain import shortened

__all__ = ["cost_pictures"]

_LEFT, _RIGHT, _TOP, _BELOW = 44.0, 16.0, 34.0, 46.0


def cost_pictures(points: Sequence[Point]) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without any point."""
    return "".join(_drawn(points, wide=wide) for wide in (True, False)) if points else ""


def _drawn(points: Sequence[Point], *, wide: bool) -> str:
    width, height, letters = (860.0, 340.0, 30) if wide else (350.0, 300.0, 18)
    canvas = Canvas.of(width, height)
    cost, score = Across.of([point.usd for point in points]), Up.of(points)
    across = Scale(cost.low, cost.high, cost.ticks, by_factor=cost.tenfold)
    up = Scale(score.low, score.high, tuple(score.ticks))
    field = Field(canvas, _LEFT, width - _RIGHT, _TOP, height - _BELOW, across, up)
    field.grid(lambda tick: f"{100 * tick:.0f}", in_usd)
    canvas.text("strict F1, %", 4, 12, size=11.5, ink=MUTED)
    words = "USD for 1,000 documents" + (", in tenfold steps" if cost.tenfold else "")
    middle = (field.left + field.right) / 2
    canvas.text(words, middle, height - 12, size=11.5, ink=MUTED, at="center")
    best = front({point.name: (point.usd, point.score) for point in points})
    stairs = _stairs([p for name in best for p in points if p.name == name], cost.high)
    canvas.line([field.at(*corner) for corner in stairs], ink=MUTED, dashes=True)
    for point in points:
        field.interval(point.usd, point.interval, ink=GOOD)
        hollow = point.name not in best
        canvas.dot(*field.at(point.usd, point.score), ink=GOOD, size=8, hollow=hollow)
    _names(field, points, letters)
    name = "wide" if wide else "narrow"
    told = _told(points, best)
    return canvas.svg("Strict F1 against cost", told, key=f"cost-{name}", name=name)


def _names(field: Field, points: Sequence[Point], letters: int) -> None:
    """Each name beside its point, or lower where another name stands."""
    taken: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda one: -one.score):
        x, y = field.at(point.usd, point.score)
        y -= 9
        while any(abs(y - used) < 14 and abs(x - there) < 170 for there, used in taken):
            y += 14
        taken.append((x, y))
        left = x > (field.left + field.right) / 2
        side, shift = ("right", -9) if left else ("left", 9)
        words = shortened(point.name, letters)
        field.canvas.text(words, x + shift, y, ink=INK, at=side)


def _stairs(best: Sequence[Point], last: float) -> Iterator[tuple[float, float]]:
    """The corners of the line below which every point is beaten."""
    for n, point in enumerate(best):
        if n:
            yield point.usd, best[n - 1].score
        yield point.usd, point.score
    yield last, best[-1].score


def _told(points: Sequence[Point], best: Sequence[str]) -> str:
    parts = []
    for point in sorted(points, key=lambda one: (one.usd, one.name)):
        said = f"{point.name}: F1 {share(point.score)}"
        if point.interval:
            said += f" ({range_of(point.interval)})"
        also = ", no other is cheaper and better" if point.name in best else ""
        parts.append(f"{said}, USD {in_usd(point.usd)} for 1,000 documents{also}.")
    return " ".join(parts)
