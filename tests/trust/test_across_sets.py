"""Confidence from the evidence of `align` holds for texts of another kind, both ways."""

import pytest
from benchmarks.trust import across, carried

SETS = ("absa-en-es", "europarl-en-es")


@pytest.mark.long
def test_calibrators_of_reviews_and_of_parliament_hold_for_each_other(gold, tmp_path):
    pytest.importorskip("eflomal", reason="needs the extra align")
    sets = [carried(gold / f"{name}.jsonl", "align", "none:none", tmp_path) for name in SETS]
    for one, other, found in across(sets):
        assert found.brier < 0.9 * found.brier_base, (one.name, other.name)
        assert found.ece < 0.06, (one.name, other.name)
