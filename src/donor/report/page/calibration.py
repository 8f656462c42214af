"""The reliability diagram, and below it how many spans have which confidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.report.page.drawing import GOOD, GOOD_SOFT, MUTED, RULE, SECOND, Canvas

__all__ = ["confidence_picture"]

_WIDTH, _LEFT, _TOP, _SIDE, _BARS = 350.0, 40.0, 26.0, 250.0, 54.0


def confidence_picture(counts: Sequence[int], reliability: Mapping[str, Any] | None) -> str:
    """The picture; without reliability, the bars alone; "" without any confidence.

    Args:
        counts: how many placed spans have a confidence in each equal part from 0 to 1.
        reliability: what `donor calibrate --json` says of held-back documents.
    """
    if not sum(counts) and not reliability:
        return ""
    side = _SIDE if reliability else 0.0
    base = _TOP + side + 16 + _BARS
    canvas = Canvas.of(_WIDTH, base + 40)
    if reliability:
        _curve(canvas, reliability["bins"])
    _bars(canvas, counts, base)
    for tick in range(6):
        x = _x(tick / 5)
        canvas.text(f"{tick / 5:.1f}", x, base + 12, size=11, ink=MUTED, at="center")
    canvas.text("confidence", _x(0.5), base + 29, size=11.5, ink=MUTED, at="center")
    return canvas.svg("Confidence and truth", _told(counts, reliability), key="confidence")


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - 16)


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIDE


def _curve(canvas: Canvas, bins: Sequence[Mapping[str, float]]) -> None:
    canvas.text("share of exact spans", _LEFT, 12, size=11.5, ink=MUTED)
    for tick in range(6):
        share = tick / 5
        canvas.line([(_x(0), _y(share)), (_x(1), _y(share))], ink=RULE, width=0.8)
        canvas.text(f"{share:.1f}", _LEFT - 8, _y(share), size=11, ink=MUTED, at="right")
    canvas.line([(_x(0), _y(0)), (_x(1), _y(1))], ink=MUTED, width=1.2, dashes=True)
    points = [(_x(one["confidence"]), _y(one["exact"])) for one in bins]
    if points:
        canvas.line(points, ink=SECOND, width=2)
    for x, y in points:
        canvas.dot(x, y, ink=SECOND, size=7)


def _bars(canvas: Canvas, counts: Sequence[int], base: float) -> None:
    most = max(counts, default=0) or 1
    for n, count in enumerate(counts):
        if count:
            left, right = _x(n / len(counts)), _x((n + 1) / len(counts))
            height = max(1.5, _BARS * count / most)
            canvas.box(left + 1, base - height, right - left - 2, height, ink=GOOD)
    canvas.box(_x(0), base, _x(1) - _x(0), 1, ink=GOOD_SOFT)


def _told(counts: Sequence[int], reliability: Mapping[str, Any] | None) -> str:
    total = sum(counts)
    half = sum(counts[: len(counts) // 2])
    said = f"{total:,} placed spans have a confidence; {half:,} of them one below 0.5."
    if reliability:
        said += f" Calibration error {reliability['ece']:.3f}, Brier score "
        said += f"{reliability['brier']:.3f}, on {reliability['spans']:,} held-back spans."
    return said
