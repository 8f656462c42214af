"""Parallel gold through the product, an oracle as its model, and what came of every span.

`python -m tests.oracle.measuring` with the options of its help prints the table.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.oracle import oracle, spoilt_counts

from donor.data import Document, Interval, Span, Transfer, Translation
from donor.languages import language
from donor.llm import Client, OpenAICompatible, ResponseStore, asking
from donor.llm import Method as Asking
from donor.pipeline import Plan, journey
from donor.project import projector_named
from donor.score import Counts
from donor.translate import Translated, TranslationTask

MODEL = "vllm:oracle"


@dataclass(frozen=True)
class Measured:
    """What a cascade made of a file's spans, against what the oracle did to its answers.

    Attributes:
        strict: spans by label and offsets, with their ids where gold has them.
        spans: source spans.
        wrong: placed where gold has no such span.
        unresolved: not placed.
        server: what the oracle counted.
        misses: each wrong or unresolved span in words.
    """

    strict: Counts
    spans: int
    wrong: int
    unresolved: int
    server: dict[str, Any]
    misses: list[str]


def lines_of(file: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """The pairs of a file that have spans; the first ones."""
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line["source"]["spans"]][:limit]


def document_of(line: dict[str, Any], side: str, number: int) -> Document:
    """One side of a pair as a document of one segment."""
    text = line[side]["text"]
    spans = tuple(
        Span(str(n), span["label"], (Interval(span["start"], span["end"]),), {"id": span.get("id")})
        for n, span in enumerate(line[side]["spans"])
    )
    whole = (Interval(0, len(text)),)
    return Document(f"{number}", line[side]["lang"], text, whole, spans=spans)


def transfers(lines: Sequence[dict[str, Any]], methods: str, base_url: str) -> Iterator[Transfer]:
    """The transfer of each pair's source; the translation is the pair's target text."""

    def given(task: TranslationTask) -> Asking[Translated]:
        text = lines[int(task.document.id)]["target"]["text"]
        return Translated(Translation(task.target.tag, (text,), (), "given"))
        yield []

    plan = Plan(
        target=language(lines[0]["target"]["lang"]),
        translator=given,
        cascade=tuple(projector_named(name) for name in methods.split("+")),
    )
    ways = (
        asking(journey(document_of(line, "source", n), plan), MODEL, {"temperature": 0})
        for n, line in enumerate(lines)
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        ResponseStore.open(Path(folder) / "store.sqlite") as store,
    ):
        provider = OpenAICompatible.of(MODEL, base_url=base_url)
        yield from Client(provider, store, concurrency=32).drive(ways)


def measured(file: Path, methods: str, *flags: object, limit: int | None = None) -> Measured:
    """What the product makes of a file, with an oracle of its own that gets the flags."""
    lines = lines_of(file, limit)
    strict, misses = Counts(0, 0, 0), []
    spans = wrong = unresolved = 0
    with oracle(file, *flags) as base_url:
        for line, transfer in zip(lines, transfers(lines, methods, base_url), strict=True):
            gold = Counter(places(line, document_of(line, "target", 0).spans))
            found = Counter(places(line, (row.placed for row in transfer.spans if row.placed)))
            right = (gold & found).total()
            strict += Counts(right, found.total() - right, gold.total() - right)
            spans += len(transfer.spans)
            wrong += found.total() - right
            unresolved += sum(row.placed is None for row in transfer.spans)
            misses += described(line, transfer, found - gold)
        server = spoilt_counts(base_url)
    return Measured(strict, spans, wrong, unresolved, server, misses)


def places(line: dict[str, Any], spans: Iterable[Span]) -> Iterator[tuple[Any, ...]]:
    """What of a span is compared: label, offsets, and its id where both sides have ids."""
    ids = all(span.get("id") for side in ("source", "target") for span in line[side]["spans"])
    for span in spans:
        yield (span.attributes["id"] if ids else None, span.label, span.fragments)


def described(line: dict[str, Any], transfer: Transfer, wrong: Counter[Any]) -> list[str]:
    """The spans without a place and those with a wrong one, each in a line."""
    text, found = line["target"]["text"], []
    for row in transfer.spans:
        words = transfer.source.span(row.span_id).surface(transfer.source.text)
        last = row.attempts[-1].answer if row.attempts else None
        if row.placed is None:
            found.append(f"{line['id']} {words!r} unresolved {row.reason}: {row.detail}")
        elif next(places(line, [row.placed])) in wrong:
            where = [interval.of(text) for interval in row.placed.fragments]
            found.append(f"{line['id']} {words!r} wrong {row.match} {where} from {last}")
    return found
