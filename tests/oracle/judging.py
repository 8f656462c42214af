"""A judge over spoilt projections: how many of its findings are right, and how much it finds.

`PYTHONPATH=src python -m tests.oracle.judging ../shared/gold` prints its table, and with `--write`
keeps it: as the baseline of the tests, and in docs/quality.md.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.servers.oracle import oracle, spoilt_counts

from donor.data import Document, Finding, Transfer
from donor.formats import read
from donor.formats.pairs import target_of
from donor.llm import Client, Method, OpenAICompatible, ResponseStore, asking
from donor.pipeline import journey
from donor.pipeline.plan import Plan, plan_of
from donor.verify.judge import judge
from donor.verify.judged import Judged

MODEL = "vllm:oracle"
FILES = ("absa-en-ru", "xquad-en-ru")
METHODS = ("tags", "quote", "index-words")
SPOIL = 0.2
LIES = (0.0, 0.1)
BASELINE = Path(__file__).with_name("judge-baseline.json")

Judgement = tuple[Transfer, Judged]


@dataclass(frozen=True)
class JudgeRow:
    """What the judge, and the checks that cost nothing, find of the spans placed wrong.

    Attributes:
        placed: spans with a place; of them `wrong` stand where gold has no such span.
        found: placed spans with a finding of the judge; `right` of them are wrong indeed.
        checks_found: placed spans with a finding of another check; `checks_right` likewise.
        unjudged: what the judge has said nothing of.
        lies: how many of its verdicts were lies, at the rate `lying`.
    """

    file: str
    method: str
    lying: float
    placed: int
    wrong: int
    found: int
    right: int
    checks_found: int
    checks_right: int
    unjudged: int
    lies: int

    @property
    def name(self) -> str:
        """What the row is about."""
        return f"{self.file} {self.method} {self.lying:.0%}"

    @property
    def precision(self) -> float | None:
        """How many of the judge's findings are right."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """How many of the wrong spans the judge finds."""
        return self.right / self.wrong if self.wrong else None


def judged_row(file: Path, method: str, lying: float, *, limit: int | None = None) -> JudgeRow:
    """The row of a file's spans, projected with an oracle that spoils, and judged by it."""
    flags = ("--spoil", SPOIL, "--judge-lies", lying)
    counts: Counter[str] = Counter()
    with oracle(file, *flags) as base_url:
        for transfer, judged in judgements(file, method, base_url, limit):
            wrong = wrong_spans(transfer)
            found = _ids(judged.findings)
            checks = _ids(transfer.findings) & {row.span_id for row in transfer.spans if row.placed}
            counts.update(
                placed=judged.spans,
                wrong=len(wrong),
                found=len(found),
                right=len(found & wrong),
                checks_found=len(checks),
                checks_right=len(checks & wrong),
                unjudged=len(judged.unjudged),
            )
        lies = spoilt_counts(base_url)["lies"]
    names = ("placed", "wrong", "found", "right", "checks_found", "checks_right", "unjudged")
    return JudgeRow(file.stem, method, lying, *(counts[name] for name in names), lies)


def judgements(file: Path, method: str, base_url: str, limit: int | None) -> Iterator[Judgement]:
    """The transfer of each pair's source onto its target text, with what the judge says of it."""
    documents = [document for document in read([file]) if document.spans][:limit]
    target = target_of(documents[0]).language or ""
    plan = plan_of(to=target, cascade=[method], translator="given")
    ways = (asking(_judged(document, plan), MODEL, {"temperature": 0}) for document in documents)
    with (
        tempfile.TemporaryDirectory() as folder,
        ResponseStore.open(Path(folder) / "store.sqlite") as store,
    ):
        provider = OpenAICompatible.of(MODEL, base_url=base_url)
        yield from Client(provider, store, concurrency=32).drive(ways)


def _judged(document: Document, plan: Plan) -> Method[Judgement]:
    transfer = yield from journey(document, plan)
    source = plan.language_of(document)
    judged = yield from judge(transfer, source, plan.target, plan.guidance)
    return transfer, judged


def _ids(findings: Iterable[Finding]) -> set[str]:
    return {finding.span_id for finding in findings if finding.span_id}


def wrong_spans(transfer: Transfer) -> set[str]:
    """The ids of the placed spans that gold does not have, by id where gold has ids."""
    target = target_of(transfer.source)
    by_id = {span.id for span in transfer.source.spans} == {span.id for span in target.spans}
    left = Counter((span.id if by_id else "", span.label, span.fragments) for span in target.spans)
    wrong = set()
    for row in transfer.spans:
        if row.placed is None:
            continue
        place = (row.span_id if by_id else "", row.placed.label, row.placed.fragments)
        if left[place]:
            left[place] -= 1
        else:
            wrong.add(row.span_id)
    return wrong


def judge_baseline() -> dict[str, JudgeRow]:
    """The rows that are kept, by their names."""
    kept = json.loads(BASELINE.read_text(encoding="utf-8"))
    return {row.name: row for row in (JudgeRow(**values) for values in kept)}


def judge_section(rows: Mapping[str, JudgeRow]) -> str:
    """The section of docs/quality.md that shows the rows."""
    return _SECTION.replace("TABLE", "\n".join([*_HEAD, *map(_line, rows.values())]))


_HEAD = (
    "| texts | method | verdicts that lie | spans with a place | wrong | `judged-span` | of these"
    " right (precision) | of the wrong found (recall) | other checks: findings, right |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|",
)


def _line(row: JudgeRow) -> str:
    cells = (
        row.file,
        f"`{row.method}`",
        f"{row.lying:.0%}",
        f"{row.placed:,}",
        str(row.wrong),
        str(row.found),
        _share(row.precision),
        _share(row.recall),
        f"{row.checks_found}, {row.checks_right}",
    )
    return "| " + " | ".join(cells) + " |"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


_SECTION = """
## What a judge finds

The same oracle spoils one span answer in five, and is then the judge of what was placed. It
compares the marked words with gold, and turns one verdict in ten into its opposite.

TABLE

- A judge that never lies finds each span that stands wrong, and no other: the tags and ids of its
  request say what the offsets say.
- Most findings of a judge that errs in one verdict of ten are false where few spans are wrong: it
  calls one right span in ten wrong, and of those there are many more. So a verdict is a finding and
  changes nothing; how often a judge errs has to be known before its findings are counted.
- The checks that cost no request find few of these spans: nearly all stand on words of the right
  size, in the right sentence.

Made by `PYTHONPATH=src python -m tests.oracle.judging ../shared/gold --write`.
"""


def main() -> None:
    """Prints the table of the judge; keeps it where that is asked for."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("gold", type=Path, help="the folder with the parallel texts")
    parser.add_argument("--write", action="store_true", help="keep the table")
    flags = parser.parse_args()
    rows = []
    print(*_HEAD, sep="\n")
    for file in FILES:
        for method in METHODS:
            for lying in LIES:
                rows.append(judged_row(flags.gold / f"{file}.jsonl", method, lying))
                print(_line(rows[-1]), flush=True)
    if flags.write:
        kept = ",\n".join(json.dumps(asdict(row)) for row in rows)
        BASELINE.write_text(f"[\n{kept}\n]\n", encoding="utf-8")
        # It shows these rows behind its own.
        from tests.oracle.measuring import PAGE, baseline, page

        PAGE.write_text(page(baseline()), encoding="utf-8")


if __name__ == "__main__":
    main()
