"""Pictures by matplotlib as SVG inside a page: text stays text, colours are the page's own."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any
from xml.sax.saxutils import escape

from donor.errors import MissingExtraError
from donor.report.page.plain import plain

__all__ = ["BAD", "BAD_SOFT", "GOOD", "GOOD_SOFT", "INK", "MUTED", "RULE", "SECOND", "Canvas"]

# What matplotlib is told, and the variable of the page's style that stands in its place.
INK, MUTED, RULE = "#010101", "#010102", "#010103"
GOOD, GOOD_SOFT, BAD, BAD_SOFT, SECOND = "#010104", "#010105", "#010106", "#010107", "#010108"
_VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    GOOD: "--good",
    GOOD_SOFT: "--good-soft",
    BAD: "--bad",
    BAD_SOFT: "--bad-soft",
    SECOND: "--second",
}
_FAMILY = re.compile(r" font-family: [^;\"]*;?")
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_LEFT_OUT = re.compile(
    r"\s*<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", re.DOTALL
)
_ID = re.compile(r'(id="|url\(#|href="#)')
# Matplotlib escapes < and > in what is data, in attributes too.
_TAG = re.compile(r"<[^>]*>")
_OPENING = re.compile(r"<svg[^>]*>", re.DOTALL)
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "donor",
}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture of so many pixels; y grows downwards.

    Args:
        width: in pixels of the picture, as the height.
        height: the page scales both.
        figure: matplotlib's.
        axes: matplotlib's.
    """

    width: float
    height: float
    figure: Any
    axes: Any

    @classmethod
    def of(cls, width: float, height: float) -> "Canvas":
        """An empty picture. Raises MissingExtraError without matplotlib."""
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingExtraError("donor report", "matplotlib", "report") from None
        figure = Figure(figsize=(width / 72, height / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        return cls(width, height, figure, axes)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        *,
        size: float = 12,
        ink: str = INK,
        at: str = "left",
        bold: bool = False,
    ) -> None:
        """Nothing; writes words, their middle at the height y."""
        weight = "bold" if bold else "normal"
        self.axes.text(
            x, y, plain(words), fontsize=size, color=ink, ha=at, va="center_baseline",
            fontweight=weight, clip_on=False, parse_math=False, usetex=False,
        )  # fmt: skip

    def line(
        self, points: Sequence[Point], *, ink: str = RULE, width: float = 1, dashes: bool = False
    ) -> None:
        """Nothing; draws a line through points."""
        xs, ys = zip(*points, strict=True)
        style = (0, (4, 4)) if dashes else "solid"
        self.axes.plot(xs, ys, color=ink, linewidth=width, linestyle=style)

    def box(self, x: float, y: float, width: float, height: float, *, ink: str) -> None:
        """Nothing; fills a rectangle."""
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, facecolor=ink, linewidth=0))

    def dot(self, x: float, y: float, *, ink: str, size: float = 8, hollow: bool = False) -> None:
        """Nothing; draws a filled circle, or a ring."""
        face = "none" if hollow else ink
        self.axes.plot(
            [x], [y], "o", markersize=size, markerfacecolor=face, markeredgecolor=ink,
            markeredgewidth=1.6,
        )  # fmt: skip

    def ribbon(
        self, left: tuple[float, float, float], right: tuple[float, float, float], *, ink: str
    ) -> None:
        """Nothing; fills a band from one vertical edge to another: x, top and bottom of each."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x0, top0, bottom0), (x1, top1, bottom1) = left, right
        middle = (x0 + x1) / 2
        vertices = [
            (x0, top0), (middle, top0), (middle, top1), (x1, top1),
            (x1, bottom1), (middle, bottom1), (middle, bottom0), (x0, bottom0),
            (x0, top0),
        ]  # fmt: skip
        move, curve, line = Path.MOVETO, Path.CURVE4, Path.LINETO
        codes = [move, curve, curve, curve, line, curve, curve, curve, line]
        self.axes.add_patch(PathPatch(Path(vertices, codes), facecolor=ink, linewidth=0))

    def svg(self, title: str, told: str, *, key: str, name: str = "") -> str:
        """The picture as an SVG element with its text alternative.

        Args:
            title: what it shows.
            told: what one sees in it, in words.
            key: what its ids begin with; no other picture of a page has the same.
            name: a class for the style of the page.
        """
        out = StringIO()
        with _drawn_quietly():
            self.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        return _inlined(out.getvalue(), title, told, key, name)


@contextmanager
def _drawn_quietly() -> Iterator[None]:
    """The settings; the browser has the letters that matplotlib's own font lacks."""
    from matplotlib import rc_context

    with rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


def _inlined(written: str, title: str, told: str, key: str, name: str) -> str:
    svg = _LEFT_OUT.sub("", _HEAD.sub("", written))
    svg = _TAG.sub(lambda tag: _of_page(tag[0], key), svg)
    opening = _OPENING.search(svg)
    assert opening, "matplotlib wrote no picture"
    box = re.search(r'viewBox="([^"]*)"', opening[0])
    assert box, "the picture has a size"
    width = float(box[1].split()[2])
    head = (
        f'<svg class="picture {name}" viewBox="{box[1]}" role="img" style="max-width: {width:g}px" '
        f'aria-labelledby="{key}-title {key}-told" xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<title id="{key}-title">{escape(plain(title))}</title>'
        f'<desc id="{key}-told">{escape(plain(told))}</desc>'
    )
    return head + svg[opening.end() :].strip()


def _of_page(tag: str, key: str) -> str:
    """A tag with ids of its own, and with the colours and the letters of the page."""
    tag = _FAMILY.sub("", _ID.sub(rf"\g<1>{key}-", tag))
    for colour, variable in _VARIABLES.items():
        tag = tag.replace(colour, f"var({variable})")
    return tag
