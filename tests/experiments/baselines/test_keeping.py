"""What a row has said is kept, and known again by its data and settings alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.experiments.baselines.small import document

from donor.data import Document
from donor.errors import ConfigError
from donor.experiments.baselines.doubts import Weights
from donor.experiments.baselines.keeping import Answered, KeptRow, fingerprint, own_folder
from donor.experiments.baselines.rows import Row
from donor.train.encoders import EncoderChoice
from donor.train.examples import Settings
from donor.train.tasks.task import task_named

DOCUMENTS = tuple(document(n) for n in range(6))
ROW = Row(
    "linear:gold-train", "", "gold", (), DOCUMENTS[:3], DOCUMENTS[3:4], DOCUMENTS[4:],
    EncoderChoice("scratch:tiny"),
)  # fmt: skip
HISTORY = [{"epoch": 1, "loss": 0.5, "score": None, "seconds": 1.0}]


def answered(seed: int, documents: tuple[Document, ...] = DOCUMENTS) -> Answered:
    return Answered(seed, list(documents), "an encoder", HISTORY, 2.5)


def known(row: Row = ROW, **settings: Any) -> str:
    return fingerprint(task_named("definition"), row, DOCUMENTS[4:], Settings(**settings))


def test_seeds_come_back_as_they_were(tmp_path: Path) -> None:
    kept = KeptRow(tmp_path / "definition", "linear:gold-train", "a" * 64)
    assert kept.seeds() == {}
    kept.add(answered(2))
    kept.add(answered(1))
    assert kept.seeds() == {1: answered(1), 2: answered(2)}
    names = sorted(str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.json*"))
    assert names == [
        "definition/linear-gold-train-aaaaaaaaaaaa.json",
        "definition/linear-gold-train-aaaaaaaaaaaa/seed-1.jsonl",
        "definition/linear-gold-train-aaaaaaaaaaaa/seed-2.jsonl",
    ]


def test_another_fingerprint_does_not_see_them_and_leaves_them_be(tmp_path: Path) -> None:
    old, new = (KeptRow(tmp_path, "row", letter * 64) for letter in "ab")
    old.add(answered(1))
    old.add(answered(2))
    (old.checkpoint / "seed-3").mkdir(parents=True)
    assert new.seeds() == {}
    new.add(answered(2, DOCUMENTS[:1]))
    assert new.seeds() == {2: answered(2, DOCUMENTS[:1])}
    assert old.seeds() == {1: answered(1), 2: answered(2)}
    assert (old.checkpoint / "seed-3").is_dir()


def test_file_of_another_fingerprint_is_named(tmp_path: Path) -> None:
    old, new = (KeptRow(tmp_path, "row", letter * 64) for letter in "ab")
    old.add(answered(1))
    old.own.with_name(f"{old.own.name}.json").rename(new.own.with_name(f"{new.own.name}.json"))
    with pytest.raises(ConfigError, match=r"is damaged: .* another fingerprint"):
        new.seeds()


def test_the_state_of_a_training_that_is_done_is_gone(tmp_path: Path) -> None:
    kept = KeptRow(tmp_path, "row", "a" * 64)
    (kept.checkpoint / "seed-1").mkdir(parents=True)
    kept.add(answered(1))
    assert not kept.checkpoint.exists()


def test_a_seed_whose_documents_are_gone_takes_no_other_with_it(tmp_path: Path) -> None:
    kept = KeptRow(tmp_path, "row", "a" * 64)
    kept.add(answered(1))
    kept.add(answered(2))
    (kept.own / "seed-1.jsonl").unlink()
    assert kept.seeds() == {2: answered(2)}
    kept.add(answered(3))
    assert list(kept.seeds()) == [2, 3]


def test_damaged_file_is_named(tmp_path: Path) -> None:
    kept = KeptRow(tmp_path, "row", "a" * 64)
    kept.add(answered(1))
    (tmp_path / "row-aaaaaaaaaaaa.json").write_text("{")
    with pytest.raises(ConfigError, match=r"row-aaaaaaaaaaaa\.json: is damaged"):
        kept.seeds()


def test_fingerprint_is_that_of_data_and_settings() -> None:
    assert known() == known(seed=9, checkpoint_s=1.0) == known(replace(ROW, name="x", notes=("n",)))
    others = [
        known(epochs=3),
        known(replace(ROW, train=DOCUMENTS[:2])),
        known(replace(ROW, dev=DOCUMENTS[2:4])),
        known(replace(ROW, encoder=None)),
        fingerprint(
            task_named("definition"), ROW, DOCUMENTS[4:], Settings(), content="other files"
        ),
        known(replace(ROW, weights=Weights({"d0": 0.5}))),
        known(replace(ROW, weights=Weights({"d0": 0.6}))),
        known(replace(ROW, train=(*DOCUMENTS[:2], replace(DOCUMENTS[2], spans=())))),
    ]
    assert len({known(), *others}) == len(others) + 1


def test_folder_of_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").touch()
    with pytest.raises(ConfigError, match="is the folder of a run"), own_folder(tmp_path):
        pass


def test_one_process_at_a_time(tmp_path: Path) -> None:
    told = pytest.raises(ConfigError, match="another donor process")
    with own_folder(tmp_path / "a"), told, own_folder(tmp_path / "a"):
        pass


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"), own_folder(tmp_path / "file/a"):
        pass
