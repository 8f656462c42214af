"""A document before and after its transfer, as one standalone picture."""

from collections import Counter
from collections.abc import Iterable, Sequence

from donor.data import Document, Interval, SideText, Span, SpanRow, TextLabel, Transfer
from donor.errors import ConfigError
from donor.languages import language
from donor.report.arcs import Arc
from donor.report.layout import lay_out
from donor.report.palette import UNRESOLVED, Colour, label_colours
from donor.report.panel import AnnotatedText, Drawing, Frame, Mark, draw_text
from donor.report.svg import MONO, SANS, box, element, label, path, prose, titled
from donor.report.visible import cells

__all__ = ["picture"]

_PAD = 28.0
_INK, _GREY, _RULE = "#1f2328", "#59636e", "#d8dee4"
_NOTE_CELL, _NOTE_SIZE, _NOTE_ROW = 6.8, 11.5, 17.0


def picture(transfer: Transfer, *, width: int = 980) -> str:
    """An SVG of the source text above the target text, with their spans and relations.

    It needs no font, no script and nothing else from outside, brings its own background, and
    is the same for the same transfer. What was not carried over is listed at its end.

    Args:
        transfer: the document and what became of it.
        width: in pixels; the height follows.
    """
    frame = Frame(_PAD, _PAD, width - 2 * _PAD)
    parts = [_header(transfer, frame)]
    for draw in (_source_panel, _target_panel, _legend, _notes):
        parts.append(draw(transfer, Frame(frame.left, parts[-1].bottom, frame.width)))
    height = parts[-1].bottom + _PAD - 8
    card = box(0.5, 0.5, width - 1, height - 1, rx=12, fill="#ffffff", stroke=_RULE)
    return element(
        "svg",
        titled(f"{transfer.source.id}: before and after its transfer"),
        card,
        *(part.svg for part in parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {round(height)}",
        width=width,
        height=round(height),
        role="img",
    )


def _header(transfer: Transfer, frame: Frame) -> Drawing:
    placed = sum(row.placed is not None for row in transfer.spans)
    carried = sum(row.lost is None for row in transfer.relations)
    facts = [
        f"{_language(transfer.source.language)} → {_language(transfer.translation.language)}",
        f"{placed} of {_count(len(transfer.spans), 'span')} placed",
    ]
    if transfer.relations:
        facts.append(f"{carried} of {_count(len(transfer.relations), 'relation')} carried over")
    title = _lines(transfer.source.id, frame, cell=9.8, size=16.5, row=22, weight="700")
    facts_y = title.bottom + 14
    subtitle = prose(
        "   ·   ".join(facts),
        x=frame.left, y=facts_y, font_family=SANS, font_size=13.5, fill=_GREY,
    )  # fmt: skip
    return Drawing(title.svg + subtitle, facts_y + 16)


def _language(tag: str | None) -> str:
    try:
        return language(tag).name if tag else "language unknown"
    except ConfigError:
        return str(tag)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _source_panel(transfer: Transfer, frame: Frame) -> Drawing:
    document = transfer.source
    colours = label_colours(span.label for span in document.spans)
    reasons = {row.span_id: row.reason for row in transfer.spans if row.placed is None}
    marks = [
        _mark(span, colours[span.label], document.text, str(reasons.get(span.id) or ""))
        for span in document.spans
    ]
    arcs = [
        Arc(
            f"{row.relation.label} · {row.lost}" if row.lost else row.relation.label,
            row.relation.tail,
            row.relation.head,
            lost=row.lost is not None,
        )
        for row in transfer.relations
    ]
    content = AnnotatedText(document.text, document.segments, tuple(marks), tuple(arcs))
    lost = {row.position for row in transfer.labels if row.lost}
    labels = [
        _label_text(text_label) + (" (lost)" if n in lost else "")
        for n, text_label in enumerate(document.labels)
    ]
    return _panel("Source", document, content, labels, frame)


def _target_panel(transfer: Transfer, frame: Frame) -> Drawing:
    document = transfer.target
    if document is None:
        return _no_target(transfer, frame)
    colours = label_colours(span.label for span in transfer.source.spans)
    rows = {row.span_id: row for row in transfer.spans}
    marks = [
        _mark(span, colours[span.label], document.text, story=_how(rows[span.id]))
        for span in document.spans
    ]
    arcs = [Arc(r.label, r.tail, r.head) for r in document.relations]
    content = AnnotatedText(document.text, document.segments, tuple(marks), tuple(arcs))
    return _panel("Target", document, content, list(map(_label_text, document.labels)), frame)


def _mark(span: Span, colour: Colour, text: str, reason: str = "", *, story: str = "") -> Mark:
    caption = f"{span.label} {span.id}" + (f" · {reason}" if reason else "")
    told = f"{span.id} {span.label}: {span.surface(text)}{story}"
    return Mark(span, caption, told, UNRESOLVED if reason else colour, dashed=bool(reason))


def _how(row: SpanRow) -> str:
    return f" ({row.method}, {row.match})" if row.method and row.match else ""


def _label_text(text_label: TextLabel) -> str:
    place = "" if text_label.segment is None else f" [{text_label.segment + 1}]"
    return f"{text_label.name}{place}: {text_label.value}"


def _panel(
    role: str, document: Document, content: AnnotatedText, labels: Sequence[str], frame: Frame
) -> Drawing:
    heading = _heading(f"{role} · {_language(document.language)}", frame)
    drawn = [heading, draw_text(content, Frame(frame.left, heading.bottom, frame.width))]
    for side in document.side_texts:
        drawn.append(_side_text(side, Frame(frame.left, drawn[-1].bottom, frame.width)))
    for text_label in labels:
        drawn.append(_lines(text_label, Frame(frame.left, drawn[-1].bottom, frame.width)))
    return Drawing("".join(part.svg for part in drawn), drawn[-1].bottom + 10)


def _heading(text: str, frame: Frame) -> Drawing:
    y = frame.top + 22
    rule = path("M", frame.left, frame.top, "h", frame.width, stroke=_RULE, stroke_width=1)
    words = prose(
        text.upper(), x=frame.left, y=y,
        font_family=SANS, font_size=11, font_weight="700", fill=_GREY, letter_spacing="0.8",
    )  # fmt: skip
    return Drawing(rule + words, y + 12)


def _side_text(side: SideText, frame: Frame) -> Drawing:
    name = _lines(side.name, frame)
    whole = (Interval(0, len(side.text)),)
    below = Frame(frame.left, name.bottom, frame.width)
    text = draw_text(AnnotatedText(side.text, whole), below)
    return Drawing(name.svg + text.svg, text.bottom)


def _no_target(transfer: Transfer, frame: Frame) -> Drawing:
    heading = _heading(f"Target · {_language(transfer.translation.language)}", frame)
    below = Frame(frame.left, heading.bottom, frame.width)
    problem = _lines(f"no valid translation: {transfer.translation.problem}", below)
    return Drawing(heading.svg + problem.svg, problem.bottom + 10)


def _legend(transfer: Transfer, frame: Frame) -> Drawing:
    """Every label with its colour and how many of its spans were placed."""
    if not transfer.source.spans:
        return Drawing("", frame.top)
    labels = Counter(span.label for span in transfer.source.spans)
    placed = Counter(row.placed.label for row in transfer.spans if row.placed)
    colours = label_colours(labels)
    entries = [(f"{name} {placed[name]}/{n}", colours[name]) for name, n in labels.items()]
    if placed.total() < labels.total():
        entries.append(("unresolved", UNRESOLVED))
    drawn = [path("M", frame.left, frame.top, "h", frame.width, stroke=_RULE, stroke_width=1)]
    y = frame.top + 26
    drawn.append(_small("placed / source spans:", frame.left, y))
    x = frame.left + 150
    for text, colour in entries:
        size = 22 + cells(text) * _NOTE_CELL + 20
        if x > frame.left and x + size > frame.left + frame.width:
            x, y = frame.left, y + 22
        drawn.append(_swatch(text, colour, x, y))
        x += size
    return Drawing(element("g", *drawn, font_family=MONO), y + 14)


def _small(text: str, x: float, y: float) -> str:
    return prose(text, x=x, y=y, font_family=SANS, font_size=11.5, fill=_GREY)


def _swatch(text: str, colour: Colour, x: float, y: float) -> str:
    dashes = "3 2.5" if colour is UNRESOLVED else None
    patch = box(
        x, y - 10, 15, 12, rx=3, fill=colour.fill, stroke=colour.line, stroke_dasharray=dashes
    )
    return patch + label(text, x + 22, y, _NOTE_CELL, font_size=_NOTE_SIZE, fill=colour.ink)


def _notes(transfer: Transfer, frame: Frame) -> Drawing:
    """What was not carried over, and why."""
    drawn = [Drawing("", frame.top)]
    for note in _losses(transfer):
        drawn.append(_lines(note, Frame(frame.left, drawn[-1].bottom, frame.width)))
    return Drawing("".join(part.svg for part in drawn), drawn[-1].bottom)


def _losses(transfer: Transfer) -> Iterable[str]:
    text = transfer.source.text
    for row in transfer.spans:
        if row.placed is None:
            span = transfer.source.span(row.span_id)
            why = f"{row.reason}: {row.reason.meaning}" if row.reason else "unresolved"
            detail = f" ({row.detail})" if row.detail else ""
            yield f"{span.id} {span.label} “{span.surface(text)}” — {why}{detail}"
    for lost in transfer.relations:
        if lost.lost:
            relation = lost.relation
            yield f"{relation.label} {relation.tail} → {relation.head} — {lost.lost}"


def _lines(
    text: str,
    frame: Frame,
    *,
    cell: float = _NOTE_CELL,
    size: float = _NOTE_SIZE,
    row: float = _NOTE_ROW,
    weight: str | None = None,
) -> Drawing:
    """A text without annotations, in as many lines as it needs."""
    lines = lay_out(text, max(8, int(frame.width / cell)))
    drawn = [
        label(
            line.extent.of(text).strip(), frame.left, frame.top + row * n + row * 0.75, cell,
            font_size=size, fill=_INK, font_weight=weight,
        )
        for n, line in enumerate(lines)
    ]  # fmt: skip
    return Drawing(element("g", *drawn, font_family=MONO), frame.top + row * len(lines))
