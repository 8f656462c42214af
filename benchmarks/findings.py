"""How often the checks are wrong of right transfers, and what they cost.

    python benchmarks/findings.py PAIRS.jsonl… [-v]

Each file holds parallel texts with the spans of both sides, checked by people: what a check
finds in one of them is a false finding, or a slip of the people.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from donor.data import (
    Attempt,
    Document,
    Finding,
    Interval,
    Intervals,
    Match,
    Span,
    SpanRow,
    Transfer,
    Translation,
)
from donor.languages import language
from donor.verify import CHECKS, verify
from donor.verify.case import Case


def main() -> None:
    """Prints what each check finds in right transfers, how often, and at what cost."""
    files = [Path(name) for name in sys.argv[1:] if name != "-v"]
    if not files:
        sys.exit(__doc__)
    totals: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    documents = 0
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        source, target = (language(rows[0][side]["lang"]) for side in ("source", "target"))
        transfers = [transfer_of(row) for row in rows]
        verify(transfers[0], source=source, target=target)
        found = [verify(transfer, source=source, target=target) for transfer in transfers]
        for check, function in CHECKS.items():
            start = time.process_time()
            for transfer in transfers:
                tuple(function(Case(transfer, source, target)))
            seconds[check] += time.process_time() - start
        counts = Counter(check for one in found for check in {f.check for f in one})
        print(f"{file.name}: {len(rows):,} documents, {dict(counts)}")
        if "-v" in sys.argv:
            show(transfers, found)
        totals += counts
        documents += len(rows)
    print(f"\n{documents:,} documents   false findings        microseconds a document")
    for check in CHECKS:
        cost = 1e6 * seconds[check] / documents
        print(f"{check:22}{totals[check]:6,}  {100 * totals[check] / documents:6.2f} %{cost:12.1f}")
    rates = {str(check): totals[check] / documents for check in CHECKS}
    cost = 1e6 * seconds.total() / documents
    print(json.dumps({"documents": documents, "false": rates, "us_per_document": round(cost, 1)}))


def transfer_of(row: dict[str, Any]) -> Transfer:
    """The line as a transfer in which everything is right; spans without a counterpart left out."""
    source, target = row["source"], row["target"]
    whole = Interval(0, len(source["text"]))
    numbered = list(enumerate(source["spans"]))
    found = {n: place for n, span in numbered if (place := _counterpart(span, row))}
    spans = [_span(n, span) for n, span in numbered if n in found]
    rows = [_row(span, place) for span, place in zip(spans, found.values(), strict=True)]
    document = Document(row["id"], source["lang"], source["text"], (whole,), spans=tuple(spans))
    translation = Translation(target["lang"], (target["text"],), (), "given")
    return Transfer(document, translation, tuple(rows), (), ())


def _span(number: int, span: dict[str, Any]) -> Span:
    return Span(f"T{number}", span["label"], (Interval(span["start"], span["end"]),))


def _counterpart(span: dict[str, Any], row: dict[str, Any]) -> Interval | None:
    """By id where there are ids, else by label and order where the counts are equal."""
    targets = row["target"]["spans"]
    if "id" in span:
        same = [one for one in targets if one.get("id") == span["id"]]
    else:
        own = [one for one in row["source"]["spans"] if one["label"] == span["label"]]
        theirs = [one for one in targets if one["label"] == span["label"]]
        same = [theirs[own.index(span)]] if len(own) == len(theirs) else []
    return Interval(same[0]["start"], same[0]["end"]) if same else None


def _row(span: Span, place: Interval) -> SpanRow:
    attempt = Attempt("given", Intervals((place,)), Match.INTERVALS)
    placed = Span(span.id, span.label, (place,))
    return SpanRow(span.id, (attempt,), placed, "given", Match.INTERVALS)


def show(transfers: list[Transfer], found: list[tuple[Finding, ...]]) -> None:
    """Prints each finding with the texts."""
    for transfer, findings in zip(transfers, found, strict=True):
        for finding in findings:
            print(f"  {transfer.source.id} {finding.check}: {finding.detail}")
            print(f"    {transfer.source.text[:110]}\n    {transfer.translation.segments[0][:110]}")


if __name__ == "__main__":
    main()
