"""Parallel gold through the product: clean answers come out whole, spoilt ones are seen."""

from pathlib import Path

import pytest
from tests.oracle.measuring import measured

from donor.project import PROJECTORS

FILES = ("absa-en-ru", "xquad-en-ru")
# Three spans of xquad-en-ru are not on the edges of words.
AT_LEAST = {"tags": 0.995, "quote": 0.995, "index-characters": 0.995, "index-words": 0.99}
METHODS = [method for method in AT_LEAST if method in PROJECTORS]
A_FEW = 120


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("file", FILES)
def test_clean_answers_come_out_whole(gold: Path, file: str, method: str) -> None:
    found = measured(gold / f"{file}.jsonl", method, limit=A_FEW)
    assert found.spans >= A_FEW
    assert (found.strict.f1 or 0) >= AT_LEAST[method], found.misses
    assert found.server["unknown"] == 0


@pytest.mark.parametrize("method", [*METHODS, "tags+quote"])
def test_of_spoilt_answers_few_are_believed(gold: Path, method: str) -> None:
    found = measured(gold / "xquad-en-ru.jsonl", method, "--spoil", 0.2, limit=A_FEW)
    assert found.server["ever"] > 0.1 * found.spans
    assert found.wrong < found.server["ever"] / 3, found.misses
