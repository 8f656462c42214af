"""A model that insists on its mistakes: what the resolver makes of them, and what exact search.

`PYTHONPATH=src python -m tests.oracle.insisting ../shared/gold` prints the table, and with
`--write` keeps it: as the baseline of the tests, and in docs/quality.md.
"""

import argparse
import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.servers.oracle import oracle

from donor.data import Document, Interval, Span, Transfer
from donor.formats import read
from donor.formats.pairs import target_of
from donor.llm import Completion, Request, answered
from donor.pipeline import journey
from donor.pipeline.plan import plan_of
from donor.score import Counts

FILES = ("absa-en-ru", "xquad-en-ru")
METHODS = ("tags", "quote")
RATES = (0.0, 0.2, 0.5)
KINDS = "lemma,case,added,quotes,dropped"
BASELINE = Path(__file__).with_name("insisting-baseline.json")

_TAG = re.compile(r"<([a-z]+)(\d+)>")
_ANY_TAG = re.compile(r"</?[a-z]+\d+>")


@dataclass(frozen=True)
class InsistingRow:
    """Strict F1 over all texts with spans, by the resolver and by the first exact match.

    Attributes:
        rate: how many of the answers about a span are spoilt.
        resolved: F1 of the product.
        exact: F1 where the words of each answer stand for the first time.
        wrong: places of the product that are not gold's.
    """

    file: str
    method: str
    rate: float
    resolved: float
    exact: float
    wrong: int

    @property
    def name(self) -> str:
        """What the row is about."""
        return f"{self.file} {self.method} {self.rate:.0%}"


def insisting_row(gold: Path, file: str, method: str, rate: float) -> InsistingRow:
    """A measured row; a corrective retry gets the same answer again."""
    path = gold / f"{file}.jsonl"
    documents = [document for document in read([path]) if document.spans]
    plan = plan_of(to=target_of(documents[0]).language or "", cascade=[method], translator="given")
    resolved, exact = Counts(), Counts()
    with oracle(path, "--spoil", rate, "--kinds", KINDS) as base_url:
        for document in documents:
            said: list[str] = []
            way = journey(document, plan)
            transfer = answered(way, lambda request, said=said: _asked(base_url, request, said))
            gold_places = _places(target_of(document).spans, document)
            places = [row.placed for row in transfer.spans if row.placed]
            resolved += _counted(_places(places, document), gold_places)
            exact += _counted(_places(_exact(method, said, transfer), document), gold_places)
    return InsistingRow(
        file,
        method,
        rate,
        round(resolved.f1 or 0, 4),
        round(exact.f1 or 0, 4),
        resolved.false_positives,
    )


def _asked(base_url: str, request: Request, said: list[str]) -> Completion:
    """The oracle's answer, or the same again to a question that is asked again."""
    if len(request.messages) > 2:
        return Completion(request.messages[-2].content)
    messages = [{"role": one.role, "content": one.content} for one in request.messages]
    body = json.dumps({"messages": messages}).encode()
    with urllib.request.urlopen(f"{base_url}/chat/completions", body) as response:
        content = json.load(response)["choices"][0]["message"]["content"]
    said.append(content)
    return Completion(content)


def _exact(method: str, said: Sequence[str], transfer: Transfer) -> Iterator[Span]:
    """The spans where the words of the answers stand for the first time."""
    assert transfer.target is not None
    text, spans = transfer.target.text, transfer.source.spans
    for answer in map(json.loads, said):
        for number, words in _quoted(answer) if method == "quote" else _tagged(answer):
            at = text.find(words) if words else -1
            if at >= 0:
                span = spans[number - 1]
                yield Span(span.id, span.label, (Interval(at, at + len(words)),))


def _quoted(answer: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for name, quotes in answer.items():
        if quotes:
            yield int(re.sub(r"\D", "", name)), quotes[0]["text"]


def _tagged(answer: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    seen = set()
    for text in answer.values():
        for tag in _TAG.finditer(text):
            end = text.find(f"</{tag[1]}{tag[2]}>", tag.end())
            if end >= 0 and tag[2] not in seen:
                seen.add(tag[2])
                yield int(tag[2]), _ANY_TAG.sub("", text[tag.end() : end]).strip()


def _places(spans: Any, source: Document) -> Counter[tuple[Any, ...]]:
    """What of spans is compared: by id where gold pairs them so."""
    ids = {span.id for span in source.spans} == {span.id for span in target_of(source).spans}
    return Counter((span.id if ids else "", span.label, span.fragments) for span in spans)


def _counted(found: Counter[Any], gold: Counter[Any]) -> Counts:
    right = (found & gold).total()
    return Counts(right, found.total() - right, gold.total() - right)


def insisting_baseline() -> dict[str, InsistingRow]:
    """The rows that are kept, by their names."""
    kept = json.loads(BASELINE.read_text(encoding="utf-8"))
    return {row.name: row for row in (InsistingRow(**values) for values in kept)}


def falls(row: InsistingRow, rows: Mapping[str, InsistingRow]) -> tuple[float, float]:
    """By how much F1 falls below that of clean answers: the resolver's, and exact search's."""
    clean = rows[f"{row.file} {row.method} 0%"]
    return clean.resolved - row.resolved, clean.exact - row.exact


def insisting_section(rows: Mapping[str, InsistingRow]) -> str:
    """The part of docs/quality.md that shows the rows."""
    lines = [_line(row, rows) for row in rows.values()]
    return _SECTION.replace("TABLE", "\n".join([*_HEAD, *lines]))


_HEAD = (
    "| texts | method | spoilt | resolver F1 | falls by | exact search F1 | falls by |"
    " wrong but placed |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
)


def _line(row: InsistingRow, rows: Mapping[str, InsistingRow]) -> str:
    ours, theirs = falls(row, rows)
    cells = (
        row.file,
        f"`{row.method}`",
        f"{row.rate:.0%}",
        f"{100 * row.resolved:.1f}",
        f"{100 * ours:.1f}" if row.rate else "",
        f"{100 * row.exact:.1f}",
        f"{100 * theirs:.1f}" if row.rate else "",
        str(row.wrong),
    )
    return "| " + " | ".join(cells) + " |"


_SECTION = """
## A model that insists

Here a corrective retry gets the same answer again, so that nothing but the resolver can mend it.
The answers are spoilt in five ways: another inflection, another letter case, a neighbouring word or
a preposition more, other quotation marks, an id left out. Beside the product stands what people
often do: the words of an answer count where they stand for the first time, letter by letter.

TABLE

What the resolver cannot mend are ids that are left out, and words too many that do stand beside
the span. Those are what is wrong and placed: nothing in one answer tells them from right ones.
A second witness does (`align` in the cascade, `--samples`, `--judge`), and confidence weighs it.

Made by `PYTHONPATH=src python -m tests.oracle.insisting ../shared/gold --write`.
"""


def main() -> None:
    """Prints the table; keeps it where that is asked for."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("gold", type=Path, help="the folder with the parallel texts")
    parser.add_argument("--write", action="store_true", help="keep the table")
    flags = parser.parse_args()
    rows: dict[str, InsistingRow] = {}
    print(*_HEAD, sep="\n")
    for file in FILES:
        for method in METHODS:
            for rate in RATES:
                row = insisting_row(flags.gold, file, method, rate)
                rows[row.name] = row
                print(_line(row, rows), flush=True)
    if flags.write:
        kept = ",\n".join(json.dumps(asdict(row)) for row in rows.values())
        BASELINE.write_text(f"[\n{kept}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
