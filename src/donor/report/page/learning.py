"""What more gold would bring, and where the silver data lies beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.report.page.axes import Field, even_scale, spread_scale
from donor.report.page.drawing import BAD, GOOD, MUTED, RULE, SECOND, Canvas
from donor.report.page.numbers import range_of, share, whole

__all__ = ["learning_pictures"]

Point = Mapping[str, Any]

_GOLD, _SILVER, _BOTH = "gold", "silver", "gold+silver"
_INKS = {_GOLD: GOOD, _SILVER: SECOND, _BOTH: BAD}
_TOP, _BELOW = 40.0, 44.0
# From so many times the least on, equal steps are equal factors.
_WIDE = 6.0


def learning_pictures(
    points: Sequence[Point], metric: str, found: float | None, *, key: str
) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without a score on gold.

    Args:
        points: each with what was trained on, how many examples that were, and the score.
        metric: what the score is called.
        found: so many examples of gold are as good as silver, where that is known.
        key: what the ids in the pictures begin with.
    """
    shown = [one for one in points if one["mean"] is not None]
    if not any(one["train"] == _GOLD for one in shown):
        return ""
    return "".join(_drawn(shown, metric, found, key, wide=wide) for wide in (True, False))


def _drawn(
    points: Sequence[Point], metric: str, found: float | None, key: str, *, wide: bool
) -> str:
    width, height = (860.0, 330.0) if wide else (350.0, 300.0)
    canvas = Canvas.of(width, height)
    gold = sorted((p for p in points if p["train"] == _GOLD), key=lambda one: one["examples"])
    across = spread_scale([one["examples"] for one in gold], wide=_WIDE)
    edges = [edge for one in points for edge in (one["mean"], *(one.get("interval") or ()))]
    up = even_scale(edges, steps=5, most=1.0)
    field = Field(canvas, 44.0, width - 16, _TOP, height - _BELOW, across, up)
    silver = next((one for one in points if one["train"] == _SILVER), None)
    if silver and silver.get("interval"):
        _band(field, silver["interval"])
    field.grid(lambda tick: f"{100 * tick:.3g}", whole)
    if silver:
        ends = [field.at(edge, silver["mean"]) for edge in (across.low, across.high)]
        canvas.line(ends, ink=SECOND, width=2)
        if found is not None and across.low <= found <= across.high:
            down = [field.at(found, silver["mean"]), field.at(found, up.low)]
            canvas.line(down, ink=MUTED, width=1.2, dashes=True)
    canvas.line([field.at(one["examples"], one["mean"]) for one in gold], ink=GOOD, width=2)
    for one in [*gold, *(p for p in points if p["train"] == _BOTH)]:
        ink = _INKS[one["train"]]
        at = min(one["examples"], across.high)
        field.interval(at, one.get("interval"), ink=ink)
        canvas.dot(*field.at(at, one["mean"]), ink=ink, size=7.5, hollow=one["train"] == _BOTH)
    _key(canvas, {one["train"] for one in points})
    words = "examples of gold that were trained on"
    canvas.text(words, (44 + width - 16) / 2, height - 12, size=11.5, ink=MUTED, at="center")
    name = "wide" if wide else "narrow"
    title = f"{metric} by how much gold was trained on"
    return canvas.svg(title, _told(points), key=f"{key}-{name}", name=name)


def _band(field: Field, between: Sequence[float]) -> None:
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


def _told(points: Sequence[Point]) -> str:
    parts = []
    for one in points:
        said = f"{one['train']}, {whole(one['examples'])} examples: {share(one['mean'])}"
        between = one.get("interval")
        parts.append(said + (f" ({range_of(between)})." if between else "."))
    return " ".join(parts)
