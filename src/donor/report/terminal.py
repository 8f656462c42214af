"""One document in the terminal: before and after, and how each span came to its place."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from donor.data import (
    Answer,
    Attempt,
    Document,
    Finding,
    Intervals,
    Quote,
    Repair,
    Span,
    SpanRow,
    Transfer,
)
from donor.report.losses import meaning_of_loss
from donor.report.marked import marked
from donor.report.palette import UNRESOLVED, label_colours
from donor.report.visible import visible

__all__ = ["document_view", "journey_view"]


Confidences = Mapping[str, float]
"""The confidence in the places of spans, by their ids; none where nothing was calibrated."""

NONE: Confidences = MappingProxyType({})


def document_view(transfer: Transfer, confidences: Confidences = NONE) -> RenderableType:
    """The source text and the target text with their spans marked, and a table of the spans."""
    return Group(*_document(transfer, confidences))


def journey_view(transfer: Transfer, confidences: Confidences = NONE) -> RenderableType:
    """The document before and after, and every attempt at every span, relation and label, and
    what the checks have seen."""
    parts: list[RenderableType] = list(_document(transfer, confidences))
    if transfer.translation.repairs:
        parts += [_heading("segments asked for again"), *map(_repair, transfer.translation.repairs)]
        parts.append(Text())
    if transfer.spans:
        parts += [_heading("attempts"), *_journeys(transfer)]
    if transfer.relations:
        parts += [Text(), _heading("relations"), *map(Text, _relations(transfer))]
    if transfer.labels:
        parts += [Text(), _heading("text labels"), *map(Text, _labels(transfer))]
    if transfer.findings:
        parts += [Text(), _heading("findings"), *map(_finding, transfer.findings)]
    return Group(*parts)


def _finding(finding: Finding) -> Text:
    place = "" if finding.segment is None else f" (segment {finding.segment + 1})"
    place += f" (span {finding.span_id})" if finding.span_id else ""
    line = Text(visible(f"{finding.check}{place}"), style="bold yellow")
    return line.append(visible(f"  {finding.detail}"), style="not bold default")


def _repair(repair: Repair) -> Text:
    line = Text(visible(f"segment {repair.segment + 1}: {repair.finding}  "))
    fate = ("mended", "green") if repair.mended else ("not mended", "yellow")
    return line.append(*fate)


def _document(transfer: Transfer, confidences: Confidences) -> Iterator[RenderableType]:
    source, target = transfer.source, transfer.target
    styles = _styles(transfer)
    yield _title(transfer)
    yield Text()
    yield from _text("source", source, styles)
    if target is None:
        problem = transfer.translation.problem
        yield Text(visible(f"no valid translation: {problem}"), style="bold red")
    else:
        yield from _text("target", target, styles)
    if transfer.spans:
        yield _span_table(transfer, styles, confidences)


def _styles(transfer: Transfer) -> dict[str, str]:
    colours = label_colours(span.label for span in transfer.source.spans)
    styles = {span.id: colours[span.label].terminal for span in transfer.source.spans}
    unresolved = [row.span_id for row in transfer.spans if row.placed is None]
    return styles | dict.fromkeys(unresolved, UNRESOLVED.terminal)


def _title(transfer: Transfer) -> Text:
    translation = transfer.translation
    retries = f", {_count(translation.retries, 'retry', 'retries')}" if translation.retries else ""
    placed = sum(row.placed is not None for row in transfer.spans)
    facts = (
        f"{transfer.source.language or '?'} → {translation.language}",
        f"translated by {translation.method}{retries}",
        f"{placed} of {_count(len(transfer.spans), 'span', 'spans')} placed",
    )
    title = Text(visible(transfer.source.id), style="bold")
    return title.append(visible("  " + " · ".join(facts)), style="not bold")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _heading(text: str) -> Text:
    return Text(visible(text), style="bold underline")


def _text(role: str, document: Document, styles: Mapping[str, str]) -> Iterator[RenderableType]:
    yield _heading(f"{role} ({document.language or '?'})")
    yield marked(document.text, document.spans, styles)
    for side in document.side_texts:
        yield Text(visible(f"{side.name}: {side.text}"))
    yield Text()


def _span_table(transfer: Transfer, styles: Mapping[str, str], confidences: Confidences) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), expand=True)
    table.add_column("id", overflow="fold")
    table.add_column("label, how placed", overflow="fold")
    table.add_column("source", overflow="fold", ratio=1)
    table.add_column("target", overflow="fold", ratio=1)
    for row in transfer.spans:
        span = transfer.source.span(row.span_id)
        style = styles[span.id]
        table.add_row(
            Text(visible(span.id), style=f"bold {style}"),
            Text(visible(span.label), style=style).append(_how(row, confidences), style="dim"),
            Text(visible(span.surface(transfer.source.text))),
            _outcome(transfer, row),
        )
    return table


def _how(row: SpanRow, confidences: Confidences) -> str:
    if not row.placed:
        return ""
    sure = f", {100 * confidences[row.span_id]:.1f} % sure" if row.span_id in confidences else ""
    return "\n" + visible(f"{row.method}, {row.match}{sure}")


def _outcome(transfer: Transfer, row: SpanRow) -> Text:
    target = transfer.target
    if row.placed and target:
        return Text(visible(row.placed.surface(target.text)))
    return Text(visible(_why(row)), style="red")


def _why(row: SpanRow) -> str:
    reason = f"{row.reason}: {row.reason.meaning}" if row.reason else "unresolved"
    return f"{reason} ({row.detail})" if row.detail else reason


def _journeys(transfer: Transfer) -> Iterator[RenderableType]:
    styles = _styles(transfer)
    for row in transfer.spans:
        span = transfer.source.span(row.span_id)
        yield _span_line(span, transfer.source.text, styles[span.id])
        yield Padding(_attempts(row, transfer.target), (0, 0, 0, 2))


def _span_line(span: Span, text: str, style: str) -> Text:
    line = Text(visible(f"{span.id} {span.label}"), style=f"bold {style}")
    return line.append(visible(f"  “{span.surface(text)}”"), style="not bold default")


def _attempts(row: SpanRow, target: Document | None) -> Table:
    """A line for each attempt: the method, its answer, what became of it."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(overflow="fold", min_width=12)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=1)
    winner = row.winner % len(row.attempts) + 1 if row.attempts else 0
    for number, attempt in enumerate(row.attempts, start=1):
        which = f", answer {attempt.sample + 1}" if attempt.sample else ""
        table.add_row(
            Text(
                visible(f"{number}. {attempt.method}{which}"),
                style="bold" if row.placed and number == winner else "",
            ),
            Text(visible(_said(attempt.answer, target.text if target else ""))),
            _became(attempt),
        )
    if not row.attempts:
        table.add_row(Text("none"))
    return table


def _said(answer: Answer | None, text: str) -> str:
    """An answer in words."""
    if answer is None:
        return "no answer"
    if isinstance(answer, Intervals):
        return "; ".join(f"{i.start}..{i.end} “{i.of(text)}”" for i in answer.ranges) or "nothing"
    return "; ".join(map(_quoted, answer)) or "nothing"


def _quoted(quote: Quote) -> str:
    within = f"{quote.within.start}..{quote.within.end}" if quote.within else ""
    facts = (
        (f"occurrence {quote.occurrence}", quote.occurrence is not None),
        (f"after “{quote.before}”", bool(quote.before)),
        (f"before “{quote.after}”", bool(quote.after)),
        (f"in {within}", bool(within)),
    )
    return ", ".join([f"“{quote.surface}”", *(fact for fact, known in facts if known)])


def _became(attempt: Attempt) -> Text:
    outcome = f"found: {attempt.match}" if attempt.match else f"{attempt.reason or 'not used'}"
    detail = f" ({attempt.detail})" if attempt.detail else ""
    told = Text(visible(outcome + detail), style="green" if attempt.match else "yellow")
    if attempt.evidence:
        figures = ", ".join(f"{name} {figure:.2g}" for name, figure in attempt.evidence)
        told.append("\n" + visible(figures), style="dim")
    if attempt.repairs:
        told.append("\n" + visible(f"asked again: {attempt.repairs}"), style="dim")
    return told


def _relations(transfer: Transfer) -> Iterator[str]:
    for row in transfer.relations:
        relation = row.relation
        fate = _fate(row.lost)
        yield visible(f"{relation.label}  {relation.tail} → {relation.head}  {fate}")


def _labels(transfer: Transfer) -> Iterable[str]:
    for row in transfer.labels:
        label = transfer.source.labels[row.position]
        place = "" if label.segment is None else f" (segment {label.segment + 1})"
        yield visible(f"{label.name}{place}: {label.value}  {_fate(row.lost)}")


def _fate(lost: str | None) -> str:
    return f"lost, {lost}: {meaning_of_loss(lost)}" if lost else "carried over"
