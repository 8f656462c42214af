"""The ledger of a run as a table: what went in, what came out, and why the rest did not."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from donor.data import Check, Reason
from donor.report.losses import meaning_of_loss
from donor.report.visible import visible

__all__ = ["ledger_table"]

_FAILED_SHOWN = 10
_Row = tuple[str, str, str, str, str]


def ledger_table(summary: Mapping[str, Any]) -> RenderableType:
    """The counts of a run: spans, relations, text labels, findings, requests, failed documents.

    Args:
        summary: the shape of `donor show --json`; "requests", "usage" and "seconds" may be
            missing, and rows whose counts are missing or empty are left out.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for part in (_spans, _relations, _labels, _findings, _repairs, _looked, _usage):
        for row in part(summary):
            table.add_row(*map(_cell, row))
    return Group(_headline(summary), table, *_failed(summary))


def _cell(text: str) -> Text:
    return Text(visible(text))


def _headline(summary: Mapping[str, Any]) -> Text:
    number = summary["documents"]
    line = Text(f"{number:,} " + ("document" if number == 1 else "documents"), style="bold")
    if summary.get("partial"):
        what = "PARTIAL: not all documents of the input"
        line.append("  ").append(what, style="bold yellow")
    return line


def _spans(summary: Mapping[str, Any]) -> Iterator[_Row]:
    spans = summary["spans"]
    total = spans["source"]
    yield "spans", "source", f"{total:,}", "", ""
    yield _row("", "placed", spans["placed"], total, "projection rate")
    yield _row("", "unresolved", spans["unresolved"], total)
    for title, key in (("by method", "by_method"), ("by match", "by_match")):
        yield from _section(title, spans.get(key, {}), total, {})
    meanings = {str(reason): reason.meaning for reason in Reason}
    yield from _section("why unresolved", spans.get("by_reason", {}), total, meanings)


def _section(
    title: str, counts: Mapping[str, int], total: int, meanings: Mapping[str, str]
) -> Iterator[_Row]:
    """A row for each count, the largest first; the title stands in the first."""
    for n, (name, count) in enumerate(sorted(counts.items(), key=lambda item: (-item[1], item))):
        yield _row("" if n else title, name, count, total, meanings.get(name, ""))


def _row(title: str, name: str, count: int, total: int, note: str = "") -> _Row:
    share = f"{100 * count / total:.1f} %" if total else "–"
    return title, name, f"{count:,}", share, note


def _relations(summary: Mapping[str, Any]) -> Iterator[_Row]:
    relations = summary.get("relations", {})
    total = relations.get("source", 0)
    if not total:
        return
    yield "relations", "source", f"{total:,}", "", ""
    yield _row("", "placed", relations["placed"], total)
    yield _row("", "lost", relations["lost"], total)
    reasons = relations.get("by_reason", {})
    meanings = {name: meaning_of_loss(name) for name in reasons}
    yield from _section("why lost", reasons, total, meanings)


def _labels(summary: Mapping[str, Any]) -> Iterator[_Row]:
    labels = summary.get("labels", {})
    total = labels.get("source", 0)
    if not total:
        return
    yield "text labels", "source", f"{total:,}", "", ""
    yield _row("", "carried", labels["carried"], total)
    yield _row("", "lost", labels["lost"], total)


def _findings(summary: Mapping[str, Any]) -> Iterator[_Row]:
    """The findings by check, the most first; no row where there are none."""
    counts = summary.get("findings", {})
    if counts:
        concerned = summary["documents_with_findings"]
        yield _row("findings", "documents concerned", concerned, summary["documents"])
    meanings = {str(check): check.meaning for check in Check}
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item)):
        yield "", name, f"{count:,}", "", meanings.get(name, "")


def _repairs(summary: Mapping[str, Any]) -> Iterator[_Row]:
    """What was asked for again for a finding; no row where nothing was."""
    counts = summary.get("repairs", {})
    asked = [name for name in ("segments", "spans") if counts.get(name)]
    for n, name in enumerate(asked):
        mended = f"of which {counts[f'{name}_mended']:,} are mended"
        yield "" if n else "asked again", name, f"{counts[name]:,}", "", mended


def _looked(summary: Mapping[str, Any]) -> Iterator[_Row]:
    for n, (name, count) in enumerate(summary.get("looked", {}).items()):
        yield "" if n else "looked at", name, f"{count:,}", "", ""


def _usage(summary: Mapping[str, Any]) -> Iterator[_Row]:
    requests, usage = summary.get("requests", {}), summary.get("usage", {})
    names = {"sent": "sent", "from_store": "from store", "failed": "failed"}
    counts = [(name, requests[key]) for key, name in names.items() if key in requests]
    names = {"prompt_tokens": "prompt", "completion_tokens": "completion"}
    tokens = [(name, usage[key]) for key, name in names.items() if key in usage]
    for title, rows in (("requests", counts), ("tokens", tokens)):
        for n, (name, count) in enumerate(rows):
            yield "" if n else title, name, f"{count:,}", "", ""
    if "usd" in usage:
        usd = usage["usd"]
        yield "money", "USD", "–" if usd is None else f"{usd:.4f}", "", _price_note(usage)
    if summary.get("seconds") is not None:
        yield "time", "seconds", f"{summary['seconds']:,.1f}", "", ""


def _price_note(usage: Mapping[str, Any]) -> str:
    """Whose prices these are, or why there is none."""
    if usage["usd"] is None:
        reason = usage.get("unpriced")
        return f"no price: {reason}" if reason else "the price of the model is not known"
    prices = usage.get("prices") or {}
    said = f"prices of {prices['date']}" if prices.get("date") else ""
    said = said or (f"prices by {prices['source']}" if prices.get("source") else "")
    return "; ".join(part for part in (said, prices.get("note", "")) if part)


def _failed(summary: Mapping[str, Any]) -> Iterator[Text]:
    failed = summary.get("failed", [])
    if failed:
        yield Text(f"documents without a valid translation: {len(failed):,}", style="bold red")
    for entry in failed[:_FAILED_SHOWN]:
        yield Text(visible(f"  {entry['document']}: {entry['problem']}"))
    if len(failed) > _FAILED_SHOWN:
        yield Text(f"  … and {len(failed) - _FAILED_SHOWN:,} more")
