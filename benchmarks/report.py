"""How long a report of a large run takes to make and to open, and how large it is.

    python benchmarks/report.py [--documents 100000] [--chromium /usr/bin/chromium]

A run folder of made-up documents of some 90 words with five spans and two relations is written by
the code that writes runs; one span in fifty has no place, one document in twenty a finding. It is
reported in a process of its own, whose peak memory is taken, and opened in headless Chromium
three times. In its last line it prints one JSON object.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

from donor.data import (
    Attempt,
    Check,
    Document,
    Finding,
    Interval,
    Intervals,
    LedgerTally,
    LostReason,
    Match,
    Reason,
    Relation,
    RelationRow,
    Span,
    SpanRow,
    Transfer,
    Translation,
)
from donor.recipe import Recipe
from donor.records import RunFolder

_LABELS = ("Term", "Definition", "Alias-Term", "Qualifier", "Referential-Term")
_REASONS = (Reason.NO_MATCH, Reason.AMBIGUOUS, Reason.NO_COUNTERPART)
_CHECKS = (Check.NUMBERS_CHANGED, Check.LENGTH, Check.SPAN_ASTRAY)
_WORDS, _SENTENCES, _SPANS = 18, 5, 5
_WRITE = """
import resource, sys, time
from pathlib import Path
from donor.records import RunFolder
from donor.report.written import write_report
began = time.perf_counter()
written = write_report(RunFolder(Path(sys.argv[1])))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - began, time.process_time(), peak)
"""


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    found = {}
    for documents in sorted({29, min(10_000, given.documents), given.documents}):
        with tempfile.TemporaryDirectory() as folder:
            found[documents] = measured(Path(folder) / "run", documents, given.chromium)
        print(documents, found[documents], flush=True)
    print(json.dumps(found))


def measured(run: Path, documents: int, chromium: str) -> dict[str, float | None]:
    """Seconds, peak memory and sizes of the report of a run of so many documents."""
    write_run(RunFolder(run), documents)
    command = [sys.executable, "-c", _WRITE, str(run)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, cpu_s, peak_mb = map(float, said.split())
    page = run / "report.html"
    return {
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu_s, 2),
        "peak_mb": round(peak_mb, 1),
        "html_mb": round(page.stat().st_size / 1e6, 3),
        "json_mb": round((run / "report.json").stat().st_size / 1e6, 3),
        "opened_s": opened(page, chromium),
    }


def opened(page: Path, chromium: str) -> float | None:
    """Seconds from the call until the page's content is loaded; None where there is no browser."""
    if not Path(chromium).exists():
        return None
    from playwright.sync_api import sync_playwright

    times = []
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for _ in range(3):
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            began = time.perf_counter()
            tab.goto(page.as_uri(), wait_until="domcontentloaded")
            times.append(time.perf_counter() - began)
            tab.close()
        browser.close()
    return round(median(times), 2)


def write_run(folder: RunFolder, documents: int) -> None:
    """A finished run of so many documents, but for its dataset, which no report reads."""
    folder.path.mkdir()
    recipe = Recipe(("made-up.jsonl",), "ru", "ollama:llama3.1:8b", language="en")
    folder.recipe.write_text(recipe.as_toml(), encoding="utf-8")
    tally = LedgerTally()

    def counted() -> Iterator[Transfer]:
        for transfer in transfers(documents):
            tally.add(transfer)
            yield transfer

    folder.write_read(transfer.source for transfer in transfers(documents))
    folder.write_transfers(counted(), format="jsonl")
    folder.write_usage(
        {
            "requests": {"sent": 2 * documents, "from_store": 0, "failed": 0},
            "usage": {"prompt_tokens": 900 * documents, "completion_tokens": 300 * documents}
            | {"usd": None, "unpriced": "the price of the model is not known"},
            "seconds": 0.1 * documents,
        }
    )
    folder.write_ledger(tally.ledger.as_json(partial=False))


def transfers(documents: int) -> Iterator[Transfer]:
    """Made-up transfers, the same ones each time."""
    chance = Random(1)
    source, target = _vocabulary(chance, "abdegiklmnoprstu"), _vocabulary(chance, "абвдеиклмнопрст")
    for number in range(documents):
        yield _transfer(number, chance, source, target)


def _vocabulary(chance: Random, letters: str) -> list[str]:
    words = ("".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(4_000))
    return list(words)


def _transfer(number: int, chance: Random, source: list[str], target: list[str]) -> Transfer:
    here, there = _text(chance, source), _text(chance, target)
    spans = tuple(
        Span(f"T{n}", chance.choice(_LABELS), (_words(chance, here[1][n], here[0]),))
        for n in range(_SPANS)
    )
    rows = tuple(_row(chance, span, there[1][n], "".join(there[0])) for n, span in enumerate(spans))
    relations = tuple(Relation("Direct-Defines", f"T{n}", f"T{n + 1}") for n in (0, 2))
    lost = {row.span_id for row in rows if row.placed is None}
    findings = ()
    if chance.random() < 0.05:
        check = chance.choice(_CHECKS)
        findings = (Finding(check, "made up", segment=chance.randrange(_SENTENCES)),)
    return Transfer(
        source=Document(
            f"made-up:{number}", "en", "".join(here[0]), here[1], spans=spans, relations=relations
        ),
        translation=Translation("ru", tuple(i.of(there[0]) for i in there[1]), (), "llm"),
        spans=rows,
        relations=tuple(RelationRow(one, _lost(one, lost)) for one in relations),
        labels=(),
        findings=findings,
    )


def _lost(relation: Relation, lost: set[str]) -> LostReason | None:
    if relation.tail in lost:
        return LostReason.TAIL_UNRESOLVED
    return LostReason.HEAD_UNRESOLVED if relation.head in lost else None


def _text(chance: Random, words: list[str]) -> tuple[str, tuple[Interval, ...]]:
    """A text and its sentences."""
    sentences = [" ".join(chance.choices(words, k=_WORDS)) + "." for _ in range(_SENTENCES)]
    segments, at = [], 0
    for sentence in sentences:
        segments.append(Interval(at, at + len(sentence)))
        at += len(sentence) + 1
    return " ".join(sentences), tuple(segments)


def _words(chance: Random, segment: Interval, text: str) -> Interval:
    """Some words of a sentence."""
    gaps = [at for at in range(segment.start, segment.end) if text[at] == " "]
    first = chance.randrange(len(gaps) - 4)
    return Interval(gaps[first] + 1, gaps[first + chance.randint(1, 4)])


def _row(chance: Random, span: Span, segment: Interval, text: str) -> SpanRow:
    if chance.random() < 0.02:
        reason = chance.choice(_REASONS)
        return SpanRow(span.id, (Attempt("tags", None, reason=reason),), reason=reason)
    where = (_words(chance, segment, text),)
    attempt = Attempt("tags", Intervals(where), Match.INTERVALS)
    placed = Span(span.id, span.label, where)
    return SpanRow(span.id, (attempt,), placed, "tags", Match.INTERVALS)


if __name__ == "__main__":
    main()
