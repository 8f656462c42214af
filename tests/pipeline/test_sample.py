"""A sample is drawn by chance, always the same, and keeps the order of the input."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pipeline.small import contents, transfer_small

from donor.data import Document, Interval
from donor.formats import read
from donor.pipeline import Sample, reproduce

PLAIN = Document("", "en", "a", (Interval(0, 1),))
MANY = [replace(PLAIN, id=f"d:{n}") for n in range(100)]


def drawn(size: int, seed: int = 0, some: list[Document] = MANY) -> list[str]:
    return [document.id for document in Sample(size, seed).drawn(some).of(some)]


def test_sample_is_the_same_again_and_in_order() -> None:
    once = drawn(10)
    assert once == drawn(10)
    assert len(once) == 10
    assert once == sorted(once, key=lambda name: int(name[2:]))


def test_another_seed_draws_others() -> None:
    assert drawn(10) != drawn(10, 1)


def test_larger_sample_holds_the_smaller() -> None:
    assert set(drawn(10)) < set(drawn(20))


@pytest.mark.parametrize("size", [1, 3, 10])
def test_new_document_changes_at_most_one(size: int) -> None:
    more = [replace(PLAIN, id="new"), *MANY]
    assert len(set(drawn(size)) - set(drawn(size, some=more))) <= 1


def test_each_document_is_drawn_as_often_as_others() -> None:
    counts = Counter(name for seed in range(1000) for name in drawn(10, seed))
    assert len(counts) == 100
    assert all(60 < count < 145 for count in counts.values())


@pytest.mark.parametrize(("size", "left_out"), [(99, True), (100, False), (500, False)])
def test_whether_some_are_left_out(size: int, left_out: bool) -> None:
    found = Sample(size).drawn(MANY)
    assert (found.left_out, len(found.places)) == (left_out, min(size, 100))


def test_run_of_a_sample_is_reproduced(source: Path, tmp_path: Path, base_url: str) -> None:
    sample = Sample(2, seed=3)
    summary = transfer_small(tmp_path, base_url, sample=sample).summary
    assert (summary["documents"], summary["partial"]) == (2, True)
    whole = list(read(source))
    expected = [document.id for document in sample.drawn(whole).of(whole)]
    assert [document.id for document in read(tmp_path / "run" / "dataset")] == expected
    assert reproduce(tmp_path / "run").equal


def test_sample_that_takes_all_is_the_whole(source: Path, tmp_path: Path, base_url: str) -> None:
    assert transfer_small(tmp_path, base_url, "whole").summary["partial"] is False
    assert transfer_small(tmp_path, base_url, "all", sample=Sample(3)).summary["partial"] is False
    assert contents(tmp_path / "all") == contents(tmp_path / "whole")
