"""What a dataset holds, on one screen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from donor.report.visible import visible

__all__ = ["survey_table"]

_SPANS, _RELATIONS, _NAMES, _VALUES, _WARNINGS = 9, 3, 3, 5, 3
_Row = tuple[str, str, str]
"""A name, a count, and what more is said of it."""


def survey_table(found: Mapping[str, Any]) -> RenderableType:
    """The counts, and what is odd, a line each. `found` has the shape of `donor inspect --json`."""
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(max_width=22, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for part in (_size, _spans, _relations, _labels, _texts, _odd):
        for name, count, more in part(found):
            style = "" if name.startswith(" ") else "bold"
            table.add_row(Text(visible(name), style=style), Text(count), Text(visible(more)))
    return Group(table, *_warnings(found))


def _size(found: Mapping[str, Any]) -> Iterator[_Row]:
    yield "documents", f"{found['documents']:,}", _listed(found["splits"])
    yield "sentences", f"{found['sentences']:,}", ""


def _spans(found: Mapping[str, Any]) -> Iterator[_Row]:
    spans, lengths = found["spans"], found["lengths"]
    more = "median, longest (characters)" if spans else ""
    yield "spans", f"{sum(spans.values()):,}", more
    for label, count in list(spans.items())[:_SPANS]:
        yield (
            f"  {label}",
            f"{count:,}",
            f"{lengths[label]['median']:,}, {lengths[label]['longest']:,}",
        )
    yield from _rest(list(spans.values())[_SPANS:])
    if spans:
        shapes = {**found["overlaps"], "discontinuous": found["discontinuous"]}
        yield "  overlaps", "", _listed(shapes)


def _relations(found: Mapping[str, Any]) -> Iterator[_Row]:
    relations = found["relations"]
    dangling = found["dangling_heads"]
    more = f"{dangling:,} with a head that is not there" if dangling else ""
    yield "relations", f"{sum(relations.values()):,}", more
    for label, count in list(relations.items())[:_RELATIONS]:
        yield f"  {label}", f"{count:,}", ""
    yield from _rest(list(relations.values())[_RELATIONS:])


def _labels(found: Mapping[str, Any]) -> Iterator[_Row]:
    labels = found["labels"]
    yield "text labels", f"{sum(sum(values.values()) for values in labels.values()):,}", ""
    for name, values in list(labels.items())[:_NAMES]:
        shown = dict(list(values.items())[:_VALUES])
        more = f", and {len(values) - len(shown):,} more" if len(values) > len(shown) else ""
        yield f"  {name}", f"{sum(values.values()):,}", _listed(shown) + more
    yield from _rest([sum(values.values()) for values in list(labels.values())[_NAMES:]])


def _rest(counts: Sequence[int]) -> Iterator[_Row]:
    if counts:
        yield f"  … {len(counts):,} more", f"{sum(counts):,}", ""


def _texts(found: Mapping[str, Any]) -> Iterator[_Row]:
    declared = {name or "not said": n for name, n in found["declared_languages"].items()}
    yield "languages", "", _listed(declared)
    if found["languages"] is None:
        yield "  detected", "", "not identified: pip install 'donor[lang]'"
    else:
        sample = found["languages_sample"]
        of = f" (of the first {sample})" if sample < found["documents"] else ""
        yield "  detected", "", _listed(found["languages"]) + of
    if found["duplicates"]:
        yield "equal texts", f"{found['duplicates']:,}", "documents whose text was there before"
    for name in ("texts", "sentences"):
        for shared in found[f"shared_{name}"]:
            first, second = shared["splits"]
            yield f"shared {name}", f"{shared[name]:,}", f"in both {first} and {second}"


def _odd(found: Mapping[str, Any]) -> Iterator[_Row]:
    for n, odd in enumerate(found["odd"]):
        where = ", ".join(odd["examples"]) + (", …" if odd["count"] > len(odd["examples"]) else "")
        yield "" if n else "odd", f"{odd['count']:,}", f"{odd['what']}: {where}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _warnings(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    for title, key in (("warnings", "warnings"), ("not readable, skipped", "unreadable")):
        some = found[key]
        if not some:
            continue
        yield Text(f"{title}  {len(some):,}", style="bold")
        for warning in some[:_WARNINGS]:
            line = visible(f"  {warning['where']}: {warning['what']}")
            yield Text(line, no_wrap=True, overflow="ellipsis")
        if len(some) > _WARNINGS:
            yield Text(f"  … and {len(some) - _WARNINGS:,} more: --json lists them all")
