"""Mistakes that a model insists on cost the resolver less than half of what exact search loses."""

from pathlib import Path

import pytest
from tests.oracle.insisting import (
    FILES,
    METHODS,
    falls,
    insisting_baseline,
    insisting_row,
    insisting_section,
)
from tests.oracle.measuring import PAGE

TOLERANCE = 0.003


@pytest.mark.parametrize("rate", [0.2, 0.5])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("file", FILES)
def test_kept_falls_are_less_than_half(file: str, method: str, rate: float) -> None:
    rows = insisting_baseline()
    ours, theirs = falls(rows[f"{file} {method} {rate:.0%}"], rows)
    assert ours < theirs / 2


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("file", FILES)
def test_rows_are_what_is_kept(gold: Path, file: str, method: str) -> None:
    kept = insisting_baseline()[f"{file} {method} 20%"]
    found = insisting_row(gold, file, method, 0.2)
    assert found.resolved >= kept.resolved - TOLERANCE
    assert found.wrong <= kept.wrong + 3


def test_page_shows_the_rows() -> None:
    assert insisting_section(insisting_baseline()) in PAGE.read_text(encoding="utf-8")
