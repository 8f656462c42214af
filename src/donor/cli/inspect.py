"""`donor inspect`: what is in a dataset, and what is odd about it."""

from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from donor.cli.options import (
    as_json_option,
    console,
    inputs_argument,
    print_json,
    reading_of,
    reading_options,
    refusal_of,
    tell_unreadable,
    unreadable,
)
from donor.data import Document, Span
from donor.errors import FormatError
from donor.formats import read
from donor.languages import identify

__all__ = ["inspect"]

_LANGUAGE_SAMPLE = 200
_SHOWN_WARNINGS = 10


@click.command()
@inputs_argument
@reading_options
@as_json_option
def inspect(inputs: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Count what a dataset holds, and list what is odd about it.

    \b
    Example:
      donor inspect deft/train
      donor inspect deft/train --json
    """
    found = _inspected(inputs, flags)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _inspected(inputs: tuple[Path, ...], flags: dict[str, Any]) -> dict[str, Any]:
    spans: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    overlaps: Counter[str] = Counter()
    warnings: list[dict[str, str]] = []
    texts: list[str] = []
    skipped: list[FormatError] = []
    documents = sentences = discontinuous = dangling = 0

    def warn(where: str, what: str) -> None:
        warnings.append({"where": where, "what": what})

    for document in read(
        inputs,
        format=flags["format"],
        language=flags["language"],
        warn=warn,
        refuse=refusal_of(flags, skipped),
        options=reading_of(flags),
    ):
        documents += 1
        sentences += len(document.segments)
        spans.update(span.label for span in document.spans)
        relations.update(relation.label for relation in document.relations)
        discontinuous += sum(span.discontinuous for span in document.spans)
        overlaps.update(_overlaps(document))
        for relation in document.dangling():
            dangling += 1
            warn(document.id, f"{relation.label} of {relation.tail}: no span {relation.head} here")
        if len(texts) < _LANGUAGE_SAMPLE and document.text:
            texts.append(document.text)
    return {
        "documents": documents,
        "sentences": sentences,
        "spans": dict(spans.most_common()),
        "relations": dict(relations.most_common()),
        "discontinuous": discontinuous,
        "dangling_heads": dangling,
        "overlaps": {kind: overlaps[kind] for kind in ("nested", "equal", "crossing")},
        "languages": identify(texts),
        "warnings": warnings,
        "unreadable": unreadable(skipped),
    }


def _overlaps(document: Document) -> Counter[str]:
    """The pairs of spans that share text, by how their extents lie."""
    kinds: Counter[str] = Counter()
    spans = sorted(document.spans, key=lambda span: span.extent)
    for n, one in enumerate(spans):
        for other in spans[n + 1 :]:
            if other.extent.start >= one.extent.end:
                break
            if any(a.overlaps(b) for a in one.fragments for b in other.fragments):
                kinds[_kind(one, other)] += 1
    return kinds


def _kind(one: Span, other: Span) -> str:
    if one.extent == other.extent:
        return "equal"
    nested = one.extent.contains(other.extent) or other.extent.contains(one.extent)
    return "nested" if nested else "crossing"


def _print(found: dict[str, Any]) -> None:
    out = console()
    counts = Table(show_header=False, box=None)

    def row(name: str, value: str) -> None:
        counts.add_row(Text(name), Text(value))

    for name in ("documents", "sentences"):
        row(name, f"{found[name]:,}")
    for name in ("spans", "relations"):
        row(name, f"{sum(found[name].values()):,}")
        for label, count in found[name].items():
            row(f"  {label}", f"{count:,}")
    row("discontinuous spans", f"{found['discontinuous']:,}")
    row("dangling heads", f"{found['dangling_heads']:,}")
    for kind, count in found["overlaps"].items():
        row(f"{kind} pairs", f"{count:,}")
    if found["languages"] is None:
        row("languages", "not identified: pip install 'donor[lang]'")
    else:
        seen = ", ".join(f"{tag} {n}" for tag, n in found["languages"].items())
        seen += " (of the first 200)" if found["documents"] > _LANGUAGE_SAMPLE else ""
        row("languages", seen)
    out.print(counts)
    for warning in found["warnings"][:_SHOWN_WARNINGS]:
        out.print(f"{warning['where']}: {warning['what']}")
    more = len(found["warnings"]) - _SHOWN_WARNINGS
    if more > 0:
        out.print(f"… and {more} more warnings: --json lists them all")
    tell_unreadable(found["unreadable"])
