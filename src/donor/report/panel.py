"""One annotated text as it is drawn: lines of words, spans under them, relations over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise

from donor.data import Interval, Span
from donor.report import arcs
from donor.report.arcs import Arc, Foot, Route
from donor.report.layout import Line, Stretch, Word, is_free, lay_out
from donor.report.palette import Colour
from donor.report.svg import MONO, box, element, label, path, titled
from donor.report.visible import cells, visible

__all__ = ["AnnotatedText", "Drawing", "Frame", "Mark", "draw_text"]

_CELL, _SIZE = 9.1, 15.2
_CAPTION_CELL, _CAPTION_SIZE = 6.2, 10.3
_ROW, _BASELINE = 24.0, 17.0
_CAPTION_ROW, _BAR_ROW = 16.0, 6.0
_LINE_GAP = 9.0
_MARGIN = 38.0
_INK, _GREY = "#1f2328", "#8c959f"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A piece of SVG, and how far down it reaches."""

    svg: str
    bottom: float


@dataclass(frozen=True, slots=True)
class Frame:
    """Where on the card something may be drawn, in pixels."""

    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as it is drawn: its caption, what is said of it, and how it looks."""

    span: Span
    caption: str
    story: str
    colour: Colour
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """What a panel shows of a document; its segments are numbered if there are several."""

    text: str
    segments: tuple[Interval, ...]
    marks: tuple[Mark, ...] = ()
    arcs: tuple[Arc, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a span is in one line: its pieces, and the caption if a fragment begins there."""

    mark: Mark
    pieces: tuple[Stretch, ...]
    caption: str

    @property
    def hull(self) -> tuple[float, float]:
        """From its left end to its right end."""
        left, right = self.pieces[0].left * _CELL, self.pieces[-1].right * _CELL
        return left, max(right, left + 2)


@dataclass(frozen=True, slots=True)
class _Bar:
    """Where a shape's bar and caption are under the line."""

    shape: _Shape
    level: int
    caption: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line with what belongs to it: spans with their levels below, arrows' levels above."""

    line: Line
    shapes: tuple[_Shape, ...]
    bars: tuple[_Bar, ...]
    above: dict[int, int]

    @property
    def rise(self) -> float:
        """The space over the words."""
        levels = max(self.above.values(), default=-1) + 1
        return levels * arcs.ROW + arcs.FIRST_ROW - 5 if levels else 0

    def bar_y(self, level: int) -> float:
        """How far under the words' top the bars of a level are."""
        captioned = {bar.level for bar in self.bars if bar.shape.caption}
        return _ROW + sum(_CAPTION_ROW if n in captioned else _BAR_ROW for n in range(level))

    @property
    def height(self) -> float:
        """From the top of the words to the top of what follows."""
        return self.bar_y(max((bar.level for bar in self.bars), default=-1) + 1) + _LINE_GAP


def draw_text(content: AnnotatedText, frame: Frame) -> Drawing:
    """The text in lines, every span under its words, every relation over its spans."""
    columns = max(8, int((frame.width - 2 * _MARGIN) / _CELL))
    left, width = frame.left + _MARGIN, columns * _CELL
    breaks = [segment.start for segment in content.segments]
    lines = lay_out(content.text, columns, breaks)
    shapes = [_shapes(line, content.marks) for line in lines]
    routes = arcs.route_all(content.arcs, _feet(shapes), width)
    rows = [_row(n, line, shapes[n], routes, width) for n, line in enumerate(lines)]
    tops = _tops(rows, frame.top)
    placed = list(zip(rows, tops[:-1], strict=True))
    layers = (_draw_highlights, _draw_words, _draw_bars)
    parts = [draw(row, left, top) for draw in layers for row, top in placed]
    above = [row.above for row in rows]
    parts.append(arcs.draw_routes(routes, above, tops, left=left, width=width))
    if len(content.segments) > 1:
        parts += [_draw_number(content, row, frame.left, top) for row, top in placed]
    return Drawing(element("g", *parts, font_family=MONO), tops[-1])


def _tops(rows: Sequence[_Row], top: float) -> list[float]:
    """The top of the words of each line, and at last the bottom of all."""
    heights = [row.height + after.rise for row, after in pairwise(rows)]
    return list(accumulate([*heights, rows[-1].height], initial=top + rows[0].rise))


def _shapes(line: Line, marks: Sequence[Mark]) -> tuple[_Shape, ...]:
    """What there is of the spans in a line, the short ones first."""
    shapes = []
    for mark in marks:
        pieces = [piece for part in mark.span.fragments for piece in line.pieces(part)]
        if pieces:
            begins = any(
                line.extent.start <= part.start < line.extent.end for part in mark.span.fragments
            )
            caption = visible(mark.caption) if begins else ""
            shapes.append(_Shape(mark, tuple(sorted(pieces)), caption))
    return tuple(sorted(shapes, key=lambda s: s.pieces[-1].right - s.pieces[0].left))


def _row(
    number: int, line: Line, shapes: tuple[_Shape, ...], routes: Sequence[Route], width: float
) -> _Row:
    bars: list[_Bar] = []
    for n, shape in enumerate(shapes, start=1):
        beside = [other for other in shapes[n:] if is_free([other.hull], *shape.hull)]
        wanted = [_captions(other, (), width)[0] for other in beside]
        bars.append(_bar(shape, bars, wanted, width))
    return _Row(line, shapes, tuple(bars), arcs.levels_of(routes, number, width))


def _bar(
    shape: _Shape, bars: Sequence[_Bar], others: Sequence[tuple[float, float]], width: float
) -> _Bar:
    """On the first level with room for the bar, and under it for the caption."""
    for level in count():
        there = [bar for bar in bars if bar.level == level]
        if not is_free([bar.shape.hull for bar in there], *shape.hull):
            continue
        captions = [bar.caption for bar in there if bar.shape.caption and shape.caption]
        ways = [way for way in _captions(shape, captions, width) if is_free(captions, *way)]
        if ways:
            best = next((way for way in ways if is_free(others, *way)), ways[0])
            return _Bar(shape, level, best)
    raise AssertionError("levels have no end")


def _captions(
    shape: _Shape, others: Sequence[tuple[float, float]], width: float
) -> list[tuple[float, float]]:
    """Where a caption may be, the best place first: under its bar, and at the left if it can."""
    size = cells(shape.caption) * _CAPTION_CELL
    left, right = shape.hull
    if len(shape.pieces) > 1:
        right = shape.pieces[0].right * _CELL
    past = [end + 8 for _, end in others if left < end + 8 < right - 16]
    middle = (left + right - size) / 2
    starts = [left, *past, middle] if size < right - left else [left, middle, *past]
    starts.append(right - size)
    clamped = [max(0.0, min(start, width - size)) for start in starts]
    return [(start - 4, start + size + 4) for start in clamped]


def _feet(shapes: Sequence[tuple[_Shape, ...]]) -> dict[str, list[Foot]]:
    feet: dict[str, list[Foot]] = {}
    for number, line in enumerate(shapes):
        for shape in line:
            feet.setdefault(shape.mark.span.id, []).extend(
                Foot(number, piece.left * _CELL, piece.right * _CELL) for piece in shape.pieces
            )
    return feet


def _draw_highlights(row: _Row, left: float, top: float) -> str:
    """The long ones first, and what lies in them or over them a little lower."""
    drawn = []
    for n, shape in reversed(list(enumerate(row.shapes))):
        longer = [other for other in row.shapes[n + 1 :] if _overlap(shape, other)]
        inset = 2.5 * min(len(longer), 3)
        colour = shape.mark.colour
        boxes = [
            box(
                left + piece.left * _CELL - 1.5,
                top + inset,
                max((piece.right - piece.left) * _CELL, 2) + 3,
                _ROW - 2 * inset,
                rx=4,
                fill=colour.fill,
                stroke=colour.line,
                stroke_opacity="1" if shape.mark.dashed else "0.45",
                stroke_dasharray="3 2.5" if shape.mark.dashed else None,
            )
            for piece in shape.pieces
        ]
        drawn.append(element("g", titled(shape.mark.story), *boxes))
    return "".join(drawn)


def _overlap(one: _Shape, other: _Shape) -> bool:
    return any(a.left < b.right and b.left < a.right for a in one.pieces for b in other.pieces)


def _draw_words(row: _Row, left: float, top: float) -> str:
    return "".join(_draw_word(word, left, top + _BASELINE) for word in row.line.words)


def _draw_word(word: Word, left: float, y: float) -> str:
    at = word.place.right if word.leftwards else word.place.left
    return label(
        word.text,
        left + at * _CELL,
        y,
        _CELL,
        font_size=_SIZE,
        fill=_INK,
        direction="rtl" if word.leftwards else None,
    )


def _draw_bars(row: _Row, left: float, top: float) -> str:
    return "".join(_draw_bar(bar, left, top + row.bar_y(bar.level)) for bar in row.bars)


def _draw_bar(bar: _Bar, left: float, y: float) -> str:
    """A bar under each piece, dots between the pieces, and the caption."""
    shape, colour = bar.shape, bar.shape.mark.colour
    start, end = (left + x for x in shape.hull)
    dots = path(
        "M", start, y + 2.2, "H", end,
        stroke=colour.line, stroke_width=1.2, stroke_dasharray="2 3",
    )  # fmt: skip
    drawn = [dots] if len(shape.pieces) > 1 else []
    for piece in shape.pieces:
        size = max((piece.right - piece.left) * _CELL, 2)
        x = left + piece.left * _CELL
        drawn.append(box(x, y + 0.9, size, 2.6, rx=1.3, fill=colour.line))
    if shape.caption:
        caption = label(
            shape.caption, left + bar.caption[0] + 4, y + 13, _CAPTION_CELL,
            font_size=_CAPTION_SIZE, font_weight="600", fill=colour.ink,
        )  # fmt: skip
        drawn.append(caption)
    return "".join(drawn)


def _draw_number(content: AnnotatedText, row: _Row, left: float, top: float) -> str:
    """The number of the segment that begins in the line, so that both texts can be compared."""
    begun = [
        n
        for n, segment in enumerate(content.segments, start=1)
        if row.line.extent.start <= segment.start < row.line.extent.end
    ]
    numbers = ",".join(map(str, begun[:1]))
    return label(numbers, left, top + _BASELINE, _CAPTION_CELL, font_size=10, fill=_GREY)
