"""Parallel gold through the product, an oracle as its model, and what came of every span.

`python -m tests.oracle.measuring` with the options of its help prints the table.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.oracle import oracle, spoilt_counts

from donor.data import Document, Span, Transfer
from donor.formats import read
from donor.formats.pairs import target_of
from donor.llm import Client, OpenAICompatible, ResponseStore, asking
from donor.pipeline import journey
from donor.pipeline.plan import plan_of
from donor.score import Counts

MODEL = "vllm:oracle"


@dataclass(frozen=True)
class Measured:
    """What a cascade made of a file's spans, against what the oracle did to its answers.

    Attributes:
        strict: spans by label and offsets, with their ids where gold has them.
        spans: source spans.
        wrong: placed where gold has no such span.
        unresolved: not placed, by reason.
        server: what the oracle counted.
        misses: each wrong or unresolved span in words.
    """

    strict: Counts
    spans: int
    wrong: int
    unresolved: dict[str, int]
    server: dict[str, Any]
    misses: list[str]


def transfers(file: Path, methods: str, base_url: str, limit: int | None) -> Iterator[Transfer]:
    """The transfer of each pair's source.

    The translation is the pair's target text; after `joint`, the cascade's first, the model's.
    """
    documents = [document for document in read([file]) if document.spans][:limit]
    first, *rest = methods.split("+")
    joint = first == "joint"
    plan = plan_of(
        to=target_of(documents[0]).language or "",
        cascade=rest if joint else [first, *rest],
        translator="joint" if joint else "given",
    )
    ways = (asking(journey(document, plan), MODEL, {"temperature": 0}) for document in documents)
    with (
        tempfile.TemporaryDirectory() as folder,
        ResponseStore.open(Path(folder) / "store.sqlite") as store,
    ):
        provider = OpenAICompatible.of(MODEL, base_url=base_url)
        yield from Client(provider, store, concurrency=32).drive(ways)


def measured(file: Path, methods: str, *flags: object, limit: int | None = None) -> Measured:
    """What the product makes of a file, with an oracle of its own that gets the flags.

    `limit` takes only the first texts with spans.
    """
    strict, spans, wrong, misses = Counts(), 0, 0, []
    unresolved: Counter[str] = Counter()
    with oracle(file, *flags) as base_url:
        for transfer in transfers(file, methods, base_url, limit):
            target = target_of(transfer.source)
            by_id = _has_ids(transfer.source, target)
            gold = Counter(_places(target.spans, by_id))
            found = Counter(_places((row.placed for row in transfer.spans if row.placed), by_id))
            right = (gold & found).total()
            strict += Counts(right, found.total() - right, gold.total() - right)
            spans += len(transfer.spans)
            wrong += found.total() - right
            unresolved.update(row.reason or "" for row in transfer.spans if not row.placed)
            misses += _misses(transfer, found - gold, by_id)
        server = spoilt_counts(base_url)
    return Measured(strict, spans, wrong, dict(unresolved), server, misses)


def _has_ids(source: Document, target: Document) -> bool:
    """Whether the gold pairs spans by their ids; made ids are different on the two sides."""
    return {span.id for span in source.spans} == {span.id for span in target.spans}


def _places(spans: Iterable[Span], by_id: bool) -> Iterator[tuple[Any, ...]]:
    """What of a span is compared."""
    return ((span.id if by_id else "", span.label, span.fragments) for span in spans)


def _misses(transfer: Transfer, wrong: Counter[Any], by_id: bool) -> Iterator[str]:
    """The spans without a place and those with a wrong one, each in a line."""
    assert transfer.target is not None
    text = transfer.target.text
    for row in transfer.spans:
        words = transfer.source.span(row.span_id).surface(transfer.source.text)
        start = f"{transfer.source.id} {row.span_id} {words!r}"
        if row.placed is None:
            yield f"{start} unresolved {row.reason}: {row.detail}"
        elif next(_places([row.placed], by_id)) in wrong:
            answer = row.attempts[-1].answer
            yield f"{start} wrong {row.match} {row.placed.surface(text)!r} from {answer}"
