"""What more gold would bring, and where the silver data lies beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.report.page.axes import Field, even_scale, spread_scale
from donor.report.page.drawing import BAD, GOOD, MUTED, RULE, SECOND, Canvas
from donor.report.page.numbers import range_of, share, whole

__all__ = ["Curve", "learning_pictures"]

Point = Mapping[str, Any]

_GOLD, _SILVER, _BOTH = "gold", "silver", "gold+silver"
_INKS = {_GOLD: GOOD, _SILVER: SECOND, _BOTH: BAD}
_LEFT, _RIGHT, _TOP, _BELOW = 44.0, 16.0, 40.0, 44.0
# From so many times the least on, equal steps are equal factors.
_WIDE = 6.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores by how much was trained on.

    Args:
        points: each with what was trained on, its size, and the score.
        title: what the score is called.
        counted_in: what the size counts.
        found: gold of this size is as good as silver, where that is known.
    """

    points: Sequence[Point]
    title: str
    counted_in: str
    found: float | None

    def of(self, train: str) -> list[Point]:
        """The points of one kind of data that have a score, the smallest first."""
        own = [p for p in self.points if p["train"] == train and p["mean"] is not None]
        return sorted(own, key=lambda point: point["size"])


def learning_pictures(curve: Curve, *, key: str) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without a score on gold.

    Args:
        curve: what is drawn.
        key: what the ids in the pictures begin with.
    """
    if not curve.of(_GOLD):
        return ""
    return "".join(_drawn(curve, key, wide=wide) for wide in (True, False))


def _drawn(curve: Curve, key: str, *, wide: bool) -> str:
    width, height = (860.0, 330.0) if wide else (350.0, 300.0)
    canvas = Canvas.of(width, height)
    every = [point for train in _INKS for point in curve.of(train)]
    edges = [edge for one in every for edge in (one["mean"], *(one.get("interval") or ()))]
    across = spread_scale([one["size"] for one in curve.of(_GOLD)], wide=_WIDE)
    up = even_scale(edges, steps=5, most=1.0)
    field = Field(canvas, _LEFT, width - _RIGHT, _TOP, height - _BELOW, across, up)
    for silver in curve.of(_SILVER)[:1]:
        _band(field, silver.get("interval"))
    field.grid(lambda tick: f"{100 * tick:.3g}", whole)
    for silver in curve.of(_SILVER)[:1]:
        _level(field, silver["mean"], curve.found)
    canvas.line([field.at(one["size"], one["mean"]) for one in curve.of(_GOLD)], ink=GOOD, width=2)
    for train in (_GOLD, _BOTH):  # both together have all of gold, and stand at its end
        for one in curve.of(train):
            field.interval(one["size"], one.get("interval"), ink=_INKS[train])
            at = field.at(one["size"], one["mean"])
            canvas.dot(*at, ink=_INKS[train], size=7.5, hollow=train == _BOTH)
    _key(canvas, {one["train"] for one in every})
    below, middle = (
        f"{curve.counted_in} of gold that were trained on",
        (field.left + field.right) / 2,
    )
    canvas.text(below, middle, height - 12, size=11.5, ink=MUTED, at="center")
    name, title = "wide" if wide else "narrow", f"{curve.title} by the size of gold"
    return canvas.svg(title, _told(every, curve.counted_in), key=f"{key}-{name}", name=name)


def _level(field: Field, score: float, found: float | None) -> None:
    """The score of silver, and where gold is as good."""
    low, high = field.across.low, field.across.high
    field.canvas.line([field.at(low, score), field.at(high, score)], ink=SECOND, width=2)
    if found is not None and low <= found <= high:
        down = [field.at(found, score), field.at(found, field.up.low)]
        field.canvas.line(down, ink=MUTED, width=1.2, dashes=True)


def _band(field: Field, between: Sequence[float] | None) -> None:
    if not between:
        return
    left, top = field.at(field.across.low, between[1])
    right, bottom = field.at(field.across.high, between[0])
    field.canvas.box(left, top, right - left, bottom - top, ink=RULE)


def _key(canvas: Canvas, there: set[str]) -> None:
    """Which mark is which."""
    left = 44.0
    for name, ink in _INKS.items():
        if name not in there:
            continue
        if name == _SILVER:
            canvas.line([(left - 2, 13), (left + 12, 13)], ink=ink, width=2)
        else:
            canvas.dot(left + 4, 13, ink=ink, hollow=name == _BOTH, size=7.5)
        canvas.text(name, left + 18, 13, size=11.5, ink=MUTED)
        left += 34 + 6.4 * len(name)


def _told(points: Sequence[Point], counted_in: str) -> str:
    parts = []
    for one in points:
        said = f"{one['train']}, {whole(one['size'])} {counted_in}: {share(one['mean'])}"
        between = one.get("interval")
        parts.append(said + (f" ({range_of(between)})." if between else "."))
    return " ".join(parts)
