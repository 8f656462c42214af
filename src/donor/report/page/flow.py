"""The ledger of spans as a flow: from the source to the methods that placed them, or to reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.report.page.drawing import BAD, BAD_SOFT, GOOD, GOOD_SOFT, INK, MUTED, Canvas
from donor.report.page.numbers import counted, percent, whole
from donor.report.page.plain import shortened

__all__ = ["flow_pictures"]

_HEIGHT, _TOP, _ROW, _NODE, _LEAST = 210.0, 14.0, 34.0, 9.0, 2.5
_REASONS, _METHODS, _LETTERS = 6, 6, 20


@dataclass(frozen=True, slots=True)
class _End:
    """Where spans end: a method or a reason, and how many do."""

    name: str
    count: int
    placed: bool


@dataclass(frozen=True, slots=True)
class _Band:
    """The top and the bottom of a node."""

    top: float
    bottom: float


def flow_pictures(spans: Mapping[str, Any]) -> str:
    """A wide picture and a narrow one, of which the page shows one; "" without any span.

    Args:
        spans: the counts of `donor show --json`.
    """
    if not spans["source"]:
        return ""
    ends = _ends(spans)
    return _drawn(spans, ends, wide=True) + _drawn(spans, ends, wide=False)


def _ends(spans: Mapping[str, Any]) -> list[_End]:
    placed = _largest(spans["by_method"], _METHODS, "other methods")
    lost = _largest(spans["by_reason"], _REASONS, "other reasons")
    return [_End(*one, True) for one in placed] + [_End(*one, False) for one in lost]


def _largest(counts: Mapping[str, int], most: int, others: str) -> list[tuple[str, int]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(n for _, n in ordered[most:])
    return ordered[:most] + ([(others, rest)] if rest else [])


def _drawn(spans: Mapping[str, Any], ends: Sequence[_End], *, wide: bool) -> str:
    total, placed = spans["source"], spans["placed"]
    width, labels = (680.0, 150.0) if wide else (350.0, 140.0)
    scale = _HEIGHT / total
    right = _stacked([max(_LEAST, end.count * scale) for end in ends], _ROW)
    height = max(right[-1].bottom, _TOP + _HEIGHT) + 22
    canvas = Canvas.of(width, height)
    far = width - labels
    whole_node = _Band(_TOP, _TOP + _HEIGHT)
    groups = [(True, placed), (False, total - placed)]
    sides = [(is_placed, n) for is_placed, n in groups if n]
    starts = _split(whole_node, [n * scale for _, n in sides])
    for (is_placed, n), start in zip(sides, starts, strict=True):
        here = [(e, b) for e, b in zip(ends, right, strict=True) if e.placed is is_placed]
        start_x = 0.0
        if wide:
            start = _middle(canvas, start, here, far, is_placed)
            start_x = far * 0.42
            _group_label(canvas, start, start_x, is_placed, n)
        _fan(canvas, start, start_x, here, far, scale)
    canvas.box(0, whole_node.top, _NODE, _HEIGHT, ink=MUTED)
    canvas.text(whole(total), _NODE + 10, _TOP + 20, size=19, bold=True)
    canvas.text("source spans", _NODE + 10, _TOP + 40, size=12)
    for end, band in zip(ends, right, strict=True):
        _end_label(canvas, end, band, far, total)
    name = "wide" if wide else "narrow"
    return canvas.svg("The flow of spans", _told(spans, ends), key=f"flow-{name}", name=name)


def _stacked(heights: Sequence[float], row: float) -> list[_Band]:
    """One below the other, each with room for its label."""
    bands, top = [], _TOP
    for height in heights:
        bands.append(_Band(top, top + height))
        top += max(height + 10, row)
    return bands


def _split(band: _Band, heights: Sequence[float]) -> list[_Band]:
    bands, top = [], band.top
    for height in heights:
        bands.append(_Band(top, top + height))
        top += height
    return bands


def _middle(
    canvas: Canvas,
    start: _Band,
    ends: Sequence[tuple[_End, _Band]],
    far: float,
    placed: bool,
) -> _Band:
    """The node between: all placed spans, or all without a place."""
    height = max(_LEAST, start.bottom - start.top)
    centre = (ends[0][1].top + ends[-1][1].bottom) / 2
    top = max(_TOP, centre - height / 2) if not placed else start.top
    band = _Band(top, top + height)
    soft = GOOD_SOFT if placed else BAD_SOFT
    left = (_NODE, start.top, max(start.bottom, start.top + _LEAST))
    canvas.ribbon(left, (far * 0.42, band.top, band.bottom), ink=soft)
    return band


def _group_label(canvas: Canvas, band: _Band, x: float, placed: bool, n: int) -> None:
    ink = GOOD if placed else BAD
    canvas.box(x, band.top, _NODE, band.bottom - band.top, ink=ink)
    words = f"{whole(n)} placed" if placed else f"{whole(n)} unresolved"
    thick = band.bottom - band.top > 40
    canvas.text(words, x + _NODE + 8, band.top + 20 if thick else band.bottom + 12, bold=True)


def _fan(
    canvas: Canvas,
    start: _Band,
    x: float,
    ends: Sequence[tuple[_End, _Band]],
    far: float,
    scale: float,
) -> None:
    """The bands from a node to its ends."""
    heights = [max(_LEAST, end.count * scale) for end, _ in ends]
    shrink = (start.bottom - start.top) / sum(heights) if sum(heights) else 1
    parts = _split(start, [height * min(1, shrink) for height in heights])
    for (end, band), part in zip(ends, parts, strict=True):
        left = (x + _NODE, part.top, max(part.bottom, part.top + 1))
        soft = GOOD_SOFT if end.placed else BAD_SOFT
        canvas.ribbon(left, (far, band.top, band.bottom), ink=soft)
        canvas.box(far, band.top, _NODE, band.bottom - band.top, ink=GOOD if end.placed else BAD)


def _end_label(canvas: Canvas, end: _End, band: _Band, far: float, total: int) -> None:
    y = (band.top + band.bottom) / 2 if band.bottom - band.top > 24 else band.top + 6
    name = shortened(f"by {end.name}" if end.placed else end.name, _LETTERS)
    canvas.text(name, far + _NODE + 8, y - 1, size=12.5, bold=True, ink=INK)
    share = percent(end.count / total)
    canvas.text(f"{whole(end.count)} · {share}", far + _NODE + 8, y + 14, size=11.5, ink=MUTED)


def _told(spans: Mapping[str, Any], ends: Sequence[_End]) -> str:
    parts = [f"Of {counted(spans['source'], 'source span')} {whole(spans['placed'])} have a place."]
    parts += [f"By {e.name}: {whole(e.count)}." for e in ends if e.placed]
    parts += [f"Unresolved, {e.name}: {whole(e.count)}." for e in ends if not e.placed]
    return " ".join(parts)
