"""`--translation FILE`: a dataset whose translation exists gets its annotations carried over.

The translation comes in the input's own format without annotation, as JSON lines with ids, and as
lines of two columns. Nothing is translated; the oracle is only asked where the spans belong.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.oracle import independent, layouts
from tests.oracle.carrying import Carried, assert_all_written, assert_well_placed, carried_by
from tests.oracle.parallel import (
    Pair,
    assert_like_gold,
    gold_pairs,
    grouped,
    some,
    write_pairs,
)
from tests.servers.oracle import oracle, spoilt_counts

Groups = Sequence[Sequence[Pair]]
Carry = Callable[[Path, Path], Carried]


@pytest.fixture(scope="module")
def speeches(gold: Path) -> list[Pair]:
    return some(gold_pairs(gold / "europarl-en-es.jsonl"), 48)


@pytest.fixture(scope="module")
def base_url(speeches: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = write_pairs(tmp_path_factory.mktemp("gold") / "pairs.jsonl", speeches)
    with oracle(file) as url:
        yield url


@pytest.fixture
def carry(base_url: str, tmp_path: Path) -> Carry:
    """Runs `donor transfer` over a source and its translation; no translation may be asked for."""

    def carried(source: Path, translation: Path) -> Carried:
        flags = ("--translation", str(translation), "--method", "tags")
        found = carried_by(base_url, tmp_path, source, *flags, to="es")
        assert_well_placed(found)
        assert set(spoilt_counts(base_url)["by_task"]) <= {"tags"}
        return found

    return carried


def as_lines(path: Path, groups: Groups, names: Sequence[str]) -> Path:
    """The targets as JSON lines with the ids of the input's documents, and their segments."""
    return layouts.write_jsonl(path, (_line(*item) for item in zip(names, groups, strict=True)))


def _line(name: str, group: Sequence[Pair]) -> dict[str, Any]:
    text, segments = "", []
    for pair in group:
        start = len(text) + (text != "")
        text += (text and "\n") + pair.target.text
        segments.append([start, len(text)])
    return {"id": name, "text": text, "segments": segments}


def by_id(path: Path, groups: Groups, names: Sequence[str]) -> Path:
    """Lines of an id and a target text, one for each segment."""
    lines = [
        f"{name}\t{pair.target.text}\n"
        for name, group in zip(names, groups, strict=True)
        for pair in group
    ]
    return layouts.write_text(path, lines)


def by_source(path: Path, groups: Groups, names: Sequence[str]) -> Path:
    """Lines of a source text and its target."""
    pairs = [pair for group in groups for pair in group]
    return layouts.write_text(path, (f"{p.source.text}\t{p.target.text}\n" for p in pairs))


WAYS = [("es.jsonl", as_lines), ("ids.tsv", by_id), ("texts.tsv", by_source)]
Way = Callable[[Path, Groups, Sequence[str]], Path]


def assert_conll(carried: Carried, groups: Groups) -> None:
    found = independent.conll(carried.file("eng.train").read_text(encoding="utf-8"), columns=4)
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    assert carried.summary["requests"]["sent"] == sum(
        any(pair.source.marks for pair in group) for group in groups
    )


def test_conll_in_its_own_format(speeches: list[Pair], carry: Carry, tmp_path: Path) -> None:
    groups = grouped(speeches, 4)
    source = layouts.conll_2003(tmp_path / "eng.train", groups)
    given = layouts.conll_2003(tmp_path / "esp.train", groups, annotated=False)
    assert_conll(carry(source, given), groups)


@pytest.mark.parametrize(("name", "write"), WAYS)
def test_conll(speeches: list[Pair], carry: Carry, tmp_path: Path, name: str, write: Way) -> None:
    groups = grouped(speeches, 4)
    source = layouts.conll_2003(tmp_path / "eng.train", groups)
    names = [f"eng.train:{n}" for n in range(1, len(groups) + 1)]
    assert_conll(carry(source, write(tmp_path / name, groups, names)), groups)


def assert_brat(carried: Carried, groups: Groups) -> None:
    found = independent.brat(carried.dataset)
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    assert [document.text for document in found] == [
        "\n".join(pair.target.text for pair in group) + "\n" for group in groups
    ]


def test_brat_in_its_own_format(speeches: list[Pair], carry: Carry, tmp_path: Path) -> None:
    groups = grouped(speeches)
    source = layouts.brat(tmp_path / "en", groups)
    assert_brat(carry(source, layouts.brat(tmp_path / "es", groups, annotated=False)), groups)


@pytest.mark.parametrize(("name", "write"), WAYS)
def test_brat(speeches: list[Pair], carry: Carry, tmp_path: Path, name: str, write: Way) -> None:
    groups = grouped(speeches)
    source = layouts.brat(tmp_path / "en", groups)
    names = [f"d{n:02}" for n in range(len(groups))]
    assert_brat(carry(source, write(tmp_path / name, groups, names)), groups)


def table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """A file of comma-separated values."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return path


def texts_alone(path: Path, groups: Groups, names: Sequence[str]) -> Path:
    """The same rows in the target language, without their labels."""
    rows = [[f"u{n}", *(pair.target.text for pair in group)] for n, group in enumerate(groups)]
    return table(path, ["uid", "premise", "hypothesis"], rows)


@pytest.mark.parametrize(
    ("name", "write"), [("es.csv", texts_alone), ("texts.tsv", by_source), ("es.jsonl", None)]
)
def test_csv(
    speeches: list[Pair], carry: Carry, tmp_path: Path, name: str, write: Way | None
) -> None:
    """Pairs of texts with labels: nothing is asked at all."""
    groups = grouped(speeches, 2)
    source = layouts.sentence_pairs(tmp_path / "nli.csv", groups, ",")
    if write is None:
        given = layouts.write_jsonl(
            tmp_path / name,
            (
                {
                    "id": f"nli:{n}",
                    "text": first.target.text,
                    "side_texts": [{"name": "hypothesis", "text": second.target.text}],
                }
                for n, (first, second) in enumerate(groups, start=1)
            ),
        )
    else:
        given = write(tmp_path / name, groups, ())
    carried = carry(source, given)
    assert carried.summary["requests"]["sent"] == 0
    assert carried.summary["labels"] == {"source": 24, "carried": 24, "lost": 0}
    with source.open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    for row, (first, second) in zip(expected, groups, strict=True):
        row |= {"premise": first.target.text, "hypothesis": second.target.text}
    with carried.file("nli.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == expected
