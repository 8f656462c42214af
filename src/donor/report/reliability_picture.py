"""The reliability diagram as one standalone picture."""

from donor.report.palette import UNRESOLVED, label_colours
from donor.report.svg import SANS, box, element, path, prose, titled
from donor.trust import Bin, Reliability

__all__ = ["reliability_picture"]

_SIDE, _LEFT, _TOP = 360.0, 64.0, 76.0
_STRIP = 14.0
_WIDTH, _HEIGHT = _LEFT + _SIDE + 28, _TOP + _SIDE + _STRIP + 60
_INK, _GREY, _RULE = "#1f2328", "#59636e", "#d8dee4"
_COLOUR = label_colours(["confidence"])["confidence"]


def reliability_picture(found: Reliability, title: str) -> str:
    """An SVG of the share of exact spans over confidence, and below it where the bins are.

    Confidences that are true lie on the diagonal. The picture needs nothing from outside.
    """
    heading = f"Brier {found.brier:.4f} (base rate {found.brier_base:.4f})"
    heading += f"   ·   calibration error {found.ece:.4f}   ·   {found.spans:,} spans"
    return element(
        "svg",
        titled(f"Reliability of confidence: {title}"),
        box(0.5, 0.5, _WIDTH - 1, _HEIGHT - 1, rx=12, fill="#ffffff", stroke=_RULE),
        _text(title, 20, 26, size=15, fill=_INK, weight="700"),
        _text(heading, 20, 43, size=11, fill=_GREY),
        *_frame(),
        *_curve(found.bins),
        *map(_stretch, found.bins),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}",
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
    )


def _x(share: float) -> float:
    return _LEFT + share * _SIDE


def _y(share: float) -> float:
    return _TOP + (1 - share) * _SIDE


def _text(
    text: str, x: float, y: float, *, size: float, fill: str, weight: str = "400", at: str = "start"
) -> str:
    return prose(
        text, x=x, y=y, font_family=SANS, font_size=size, fill=fill, font_weight=weight,
        text_anchor=at,
    )  # fmt: skip


def _frame() -> list[str]:
    """The axes with their fifths, and the diagonal."""
    parts = [box(_LEFT, _TOP, _SIDE, _SIDE, fill="none", stroke=_RULE)]
    for n in range(6):
        share = n / 5
        parts += [
            path("M", _x(share), _y(0), "V", _y(1), stroke=_RULE, stroke_width=0.6),
            path("M", _x(0), _y(share), "H", _x(1), stroke=_RULE, stroke_width=0.6),
            _text(f"{share:.1f}", _LEFT - 8, _y(share) + 4, size=10.5, fill=_GREY, at="end"),
            _text(f"{share:.1f}", _x(share), _HEIGHT - 30, size=10.5, fill=_GREY, at="middle"),
        ]
    parts += [
        path(
            "M", _x(0), _y(0), "L", _x(1), _y(1),
            stroke=UNRESOLVED.line, stroke_width=1.2, stroke_dasharray="4 4",
        ),
        _text("confidence", _x(0.5), _HEIGHT - 12, size=12, fill=_INK, at="middle"),
        _text("exact", 20, _TOP - 10, size=12, fill=_INK),
    ]  # fmt: skip
    return parts


def _curve(bins: tuple[Bin, ...]) -> list[str]:
    steps: list[str | float] = []
    for one in bins:
        steps += ["L" if steps else "M", _x(one.confidence), _y(one.exact)]
    line = path(*steps, fill="none", stroke=_COLOUR.line, stroke_width=1.8)
    return [line, *map(_dot, bins)]


def _dot(one: Bin) -> str:
    said = f"{one.spans} spans: mean confidence {one.confidence:.3f}, exact {one.exact:.3f}"
    x, y = _x(one.confidence), _y(one.exact)
    return element("circle", titled(said), cx=x, cy=y, r=4, fill=_COLOUR.line)


def _stretch(one: Bin) -> str:
    """From where to where the confidences of a bin go; all bins hold about as many spans."""
    said = f"{one.spans} spans of confidence {one.low:.3f} to {one.high:.3f}"
    width = max(_x(one.high) - _x(one.low), 1)
    strip = box(
        _x(one.low), _y(0) + 8, width, _STRIP,
        fill=_COLOUR.fill, stroke=_COLOUR.line, stroke_width=0.6,
    )  # fmt: skip
    return element("g", titled(said), strip)
