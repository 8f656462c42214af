"""How fast formats are read, against a plain script for the same file, and in what memory.

The plain script reads the file as people do (json.loads, lines split at their tab, the conllu
package, datasets), builds the same spans as dataclasses, and checks that each lies in its text,
that strings are strings, and that no id comes twice. Each measured run is a process of its own,
whose start and imports are not counted.
Run as `make bench-formats`; the last line is one JSON object of medians.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

WORDS = ["the", "cell", "wall", "ion", "moves", "water", "charged", "through", "a", "Бор", "é"]
LABELS = ["Term", "Definition", "Alias"]


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the plain script."""

    id: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """A document of the plain script."""

    id: str
    text: str
    spans: tuple[Span, ...]


Sentence = tuple[list[str], list[str]]


def sentences(count: int) -> Iterator[Sentence]:
    """Tokens and their BIO tags, some 14 with three spans."""
    chance = random.Random(1)
    for _ in range(count):
        tokens = chance.choices(WORDS, k=chance.randint(10, 18))
        tags = ["O"] * len(tokens)
        for start in (0, 4, 8):
            label = chance.choice(LABELS)
            tags[start] = f"B-{label}"
            if chance.random() < 0.5:
                tags[start + 1] = f"I-{label}"
        yield tokens, tags


def spanned(tokens: list[str], tags: list[str]) -> tuple[str, tuple[Span, ...]]:
    """The text of the tokens, and the spans in it."""
    spans: list[Span] = []
    at = 0
    for token, tag in zip(tokens, tags, strict=True):
        end = at + len(token)
        if tag.startswith("B-"):
            spans.append(Span(f"s{len(spans) + 1}", tag[2:], at, end))
        elif tag.startswith("I-"):
            spans[-1] = Span(spans[-1].id, tag[2:], spans[-1].start, end)
        at = end + 1
    return " ".join(tokens), tuple(spans)


def write_jsonl(folder: Path, count: int) -> Path:
    """The file, written."""
    path = folder / f"{count}.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for n, (tokens, tags) in enumerate(sentences(count)):
            text, spans = spanned(tokens, tags)
            marks = [{"id": s.id, "label": s.label, "start": s.start, "end": s.end} for s in spans]
            value = {"id": f"d{n}", "language": "en", "text": text, "spans": marks}
            out.write(json.dumps(value, ensure_ascii=False) + "\n")
    return path


def write_conll(folder: Path, count: int) -> Path:
    """The file, written."""
    path = folder / f"{count}.conll"
    with path.open("w", encoding="utf-8") as out:
        for tokens, tags in sentences(count):
            rows = zip(tokens, tags, strict=True)
            out.writelines([*(f"{token}\t{tag}\n" for token, tag in rows), "\n"])
    return path


def write_conllu(folder: Path, count: int) -> Path:
    """The file, written; the tags stand in the last column."""
    path = folder / f"{count}.conllu"
    with path.open("w", encoding="utf-8") as out:
        for tokens, tags in sentences(count):
            for n, (token, tag) in enumerate(zip(tokens, tags, strict=True), start=1):
                misc = "_" if tag == "O" else f"NE={tag}"
                out.write(f"{n}\t{token}\t{token}\tX\t_\t_\t0\tdep\t_\t{misc}\n")
            out.write("\n")
    return path


def write_parquet(folder: Path, count: int) -> Path:
    """The folder with the file, written."""
    import pyarrow
    from pyarrow import parquet

    path = folder / f"parquet-{count}" / "train.parquet"
    path.parent.mkdir()
    schema = pyarrow.schema(
        [("tokens", pyarrow.list_(pyarrow.string())), ("ner_tags", pyarrow.list_(pyarrow.string()))]
    )
    with parquet.ParquetWriter(path, schema) as writer:
        rows = sentences(count)
        while block := [row for row, _ in zip(rows, range(10_000), strict=False)]:
            columns = [[row[0] for row in block], [row[1] for row in block]]
            writer.write_table(pyarrow.table(columns, schema=schema))
    return path.parent


def plain_jsonl(path: Path) -> Iterator[Text]:
    """The documents, by json.loads."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            spans = [Span(s["id"], s["label"], s["start"], s["end"]) for s in value["spans"]]
            yield Text(value["id"], value["text"], tuple(spans))


def plain_conll(path: Path) -> Iterator[Text]:
    """The documents, by lines split at their tab."""
    tokens: list[str] = []
    tags: list[str] = []
    count = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line != "\n":
                token, tag = line[:-1].split("\t")
                tokens.append(token)
                tags.append(tag)
            else:
                count += 1
                yield Text(f"{path.stem}:{count}", *spanned(tokens, tags))
                tokens, tags = [], []


def plain_conllu(path: Path) -> Iterator[Text]:
    """The documents, by the conllu package."""
    import conllu

    with path.open(encoding="utf-8") as lines:
        for n, rows in enumerate(conllu.parse_incr(lines)):
            tokens = [row["form"] for row in rows]
            tags = [(row["misc"] or {}).get("NE", "O") for row in rows]
            yield Text(f"{path.stem}:{n}", *spanned(tokens, tags))


def plain_parquet(path: Path) -> Iterator[Text]:
    """The documents, by datasets."""
    import datasets

    datasets.disable_progress_bars()
    rows = datasets.load_dataset(
        "parquet", data_files=str(path / "train.parquet"), split="train", streaming=True
    )
    for n, row in enumerate(rows):
        yield Text(f"train:{n}", *spanned(row["tokens"], row["ner_tags"]))


def checked(documents: Iterable[Text]) -> tuple[int, int]:
    """How many documents and spans there are. Raises AssertionError for a wrong one."""
    ids: set[str] = set()
    count = 0
    for document in documents:
        assert isinstance(document.id, str) and isinstance(document.text, str)
        assert document.id not in ids
        ids.add(document.id)
        assert len({span.id for span in document.spans}) == len(document.spans)
        for span in document.spans:
            assert isinstance(span.id, str) and isinstance(span.label, str)
            assert 0 <= span.start < span.end <= len(document.text)
        count += len(document.spans)
    return len(ids), count


FORMATS: dict[str, tuple[Callable[[Path, int], Path], Callable[[Path], Iterator[Text]]]] = {
    "jsonl": (write_jsonl, plain_jsonl),
    "conll": (write_conll, plain_conll),
    "conllu": (write_conllu, plain_conllu),
    "hf": (write_parquet, plain_parquet),
}


def donor_reads(name: str, path: Path) -> tuple[int, int]:
    """How many documents and spans Donor reads."""
    from donor import read

    documents = spans = 0
    for document in read(path, format=name):
        documents += 1
        spans += len(document.spans)
    return documents, spans


def child(who: str, name: str, path: Path) -> None:
    """Reads, and prints how many, how long, and the peak of memory in MB."""
    plain = FORMATS[name][1]
    if who == "donor":
        from donor import read

        next(iter(read(path, format=name)))
    else:
        next(iter(plain(path)))
    started = time.perf_counter()
    found = donor_reads(name, path) if who == "donor" else checked(plain(path))
    seconds = time.perf_counter() - started
    print(json.dumps({"found": found, "seconds": seconds, "mb": peak_mb()}))


def peak_mb() -> float:
    """The peak of this program's memory; `ru_maxrss` would count that of its parent too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def run(who: str, name: str, path: Path) -> dict[str, float]:
    """What a process of its own has measured."""
    command = [sys.executable, __file__, "--child", who, name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(name: str, folder: Path, small: int, large: int, rounds: int) -> dict[str, float]:
    """The medians of a format: rates, their ratio, and memory."""
    write, _ = FORMATS[name]
    path = write(folder, small)
    ratios, rates = [], []
    for _ in range(rounds):
        plain, ours = run("plain", name, path), run("donor", name, path)
        assert plain["found"] == ours["found"], (plain, ours)
        ratios.append(plain["seconds"] / ours["seconds"])
        rates.append(small / ours["seconds"])
    found = {
        f"{name}_speed": round(statistics.median(ratios), 2),
        f"{name}_documents_per_s": round(statistics.median(rates)),
        f"{name}_mb": round(ours["mb"], 1),
    }
    if large:
        path = write(folder, large)
        many, plain = run("donor", name, path), run("plain", name, path)
        assert plain["found"] == many["found"], (plain, many)
        found[f"{name}_rss_ratio"] = round(many["mb"] / ours["mb"], 2)
        found[f"{name}_plain_rss_ratio"] = round(plain["mb"] / ours["mb"], 2)
        found[f"{name}_speed_large"] = round(plain["seconds"] / many["seconds"], 2)
    return found


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000, help="0 leaves memory out")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--formats", default="jsonl,conll,conllu,hf")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        who, name, path = given.child
        child(who, name, Path(path))
        return
    result: dict[str, float] = {"documents": given.small, "large": given.large}
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.formats.split(","):
            found = measured(name, Path(scratch), given.small, given.large, given.rounds)
            for key, value in found.items():
                print(f"{key:30} {value:>12,}")
            result |= found
    print(json.dumps(result))


if __name__ == "__main__":
    main()
