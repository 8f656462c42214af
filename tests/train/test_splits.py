"""Splits: told by folders, files and documents; what is missing is held out or explained."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from donor.data import Document, Interval
from donor.errors import ConfigError, InputError, RunError
from donor.formats import read, write
from donor.train import splits
from donor.train.splits import Splits, read_splits, split_of


def put(path: Path, texts: Iterable[str], **more: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"text": text, "label": "a", **more}) + "\n" for text in texts]
    path.write_text("".join(rows), encoding="utf-8")
    return path


def texts(documents) -> list[str] | None:
    return None if documents is None else [document.text for document in documents]


def three(found: Splits) -> list[list[str] | None]:
    return [texts(found.train), texts(found.dev), texts(found.test)]


@pytest.mark.parametrize(
    "names",
    [
        ("train.jsonl", "dev.jsonl", "test.jsonl"),
        ("eng.train.jsonl", "eng.testa.jsonl", "eng.testb.jsonl"),
        ("a/training.jsonl", "a/valid-00000-of-00001.jsonl", "a/test.jsonl"),
        ("train/x.jsonl", "validation/x.jsonl", "test/train-of-thought.jsonl"),
        ("x.jsonl", "x.val.jsonl", "x.eval.jsonl"),
    ],
)
def test_folders_and_files_tell_the_splits(tmp_path: Path, names: tuple[str, ...]):
    for n, name in enumerate(names):
        put(tmp_path / name, [f"text {n}"], id=str(n))
    assert three(read_splits(tmp_path)) == [["text 0"], ["text 1"], ["text 2"]]


def test_a_name_that_says_two_splits_is_not_guessed():
    assert split_of("train/dev-and-test.conll") == "train"
    with pytest.raises(InputError, match=r"dev-and-test.conll: its name says several splits: dev"):
        split_of("corpus/dev-and-test.conll")


def test_documents_say_the_split_where_their_file_does_not(tmp_path: Path):
    came_from = {"one": "train/a.conll", "two": "train/b.conll", "three": "dev/a.conll"}
    documents = [
        Document(text, "en", text, (Interval(0, len(text)),), metadata={"file": file})
        for text, file in came_from.items()
    ]
    write(documents, tmp_path / "all.jsonl", format="jsonl")
    assert three(read_splits(tmp_path / "all.jsonl")) == [["one", "two"], ["three"], None]


def test_a_hub_folder_tells_its_splits(tmp_path: Path):
    datasets = pytest.importorskip("datasets")
    parts = {
        name: datasets.Dataset.from_dict({"text": [f"{name} text"], "label": ["a"]})
        for name in ("train", "validation", "unsupervised")
    }
    datasets.DatasetDict(parts).save_to_disk(str(tmp_path / "hub"))
    found = read_splits(tmp_path / "hub")
    assert three(found) == [["train text"], ["validation text"], None]
    assert found.notes[0].startswith("left out: 1 documents whose files say no split (unsuper")


def test_pairs_are_read_in_the_target_language(tmp_path: Path):
    for split in ("train", "dev"):
        row = {"source": {"text": split}, "target": {"text": f"ru {split}"}}
        (tmp_path / f"{split}.jsonl").write_text(json.dumps({"id": split, **row}) + "\n")
    assert three(read_splits(tmp_path)) == [["ru train"], ["ru dev"], None]


def test_without_dev_a_tenth_of_the_texts_is_held_out_and_told(tmp_path: Path):
    repeated = [f"text {n // 2}" for n in range(40)]
    path = put(tmp_path / "data.jsonl", repeated)
    found = read_splits(path)
    assert len(found.dev) == 4
    assert not set(texts(found.train)) & set(texts(found.dev))
    assert sorted(texts(found.train) + texts(found.dev)) == sorted(repeated)
    assert found == read_splits(path)
    assert texts(read_splits(path, seed=1).dev) != texts(found.dev)
    assert found.notes == (
        "no dev: 4 of 40 documents of train are held out, by a hash of their text (seed 2024)",
        "no test: scores are on dev, by which training is also stopped",
    )
    assert (found.scored_on, found.evaluation) == ("dev", found.dev)


def test_what_is_held_out_does_not_depend_on_order_or_spacing(tmp_path: Path):
    rows = [f"Text {n}" for n in range(30)]
    one = read_splits(put(tmp_path / "a.jsonl", rows))
    other = read_splits(put(tmp_path / "b.jsonl", [f" {row.upper()}" for row in reversed(rows)]))
    assert {text.lower() for text in texts(one.dev)} == {
        text.strip().lower() for text in texts(other.dev)
    }


def test_given_splits_take_the_place_of_the_dataset_s_own(tmp_path: Path):
    put(tmp_path / "data/train.jsonl", ["one"])
    put(tmp_path / "data/dev.jsonl", ["two"])
    dev = put(tmp_path / "other.jsonl", ["three"])
    test = tmp_path / "more"
    for split in ("train", "test"):
        put(test / f"{split}.jsonl", [f"more {split}"])
    found = read_splits(tmp_path / "data", dev, test)
    assert three(found) == [["one"], ["three"], ["more test"]]
    assert found.notes == (
        f"dev is {dev}, in place of the dataset's own",
        f"test is the test of {test}, which holds several splits: test, train",
    )
    assert found.scored_on == "test"
    with pytest.raises(InputError, match="holds several splits, and no dev: test, train"):
        read_splits(tmp_path / "data", test)


def test_a_run_stands_for_its_dataset(tmp_path: Path):
    put(tmp_path / "run/dataset/train.jsonl", ["one"])
    put(tmp_path / "run/dataset/dev.jsonl", ["two"])
    put(tmp_path / "run/1-read.jsonl", ["source"])
    (tmp_path / "run/recipe.toml").write_text("")
    with pytest.raises(RunError, match="no finished run"):
        read_splits(tmp_path / "run")
    for name in ("ledger.json", "usage.json"):
        (tmp_path / "run" / name).write_text('{"documents": 2}')
    assert three(read_splits(tmp_path / "run")) == [["one"], ["two"], None]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"dev.jsonl": 2, "test.jsonl": 1}, r"no train, only dev \(2 documents\) and test \(1 d"),
        ({"train.jsonl": 2, "dev.jsonl": 0}, r"dev.jsonl: the split dev holds no document"),
        ({"x.jsonl": 1}, "train has a single text, from which no dev can be held out"),
    ],
)
def test_a_split_that_is_missing_or_empty_is_explained(
    tmp_path: Path, files: dict[str, int], says: str
):
    for name, count in files.items():
        put(tmp_path / name, [f"text {n}" for n in range(count)])
    with pytest.raises(InputError, match=says):
        read_splits(tmp_path)


def test_files_that_say_no_split_beside_train_are_left_out_and_told(tmp_path: Path):
    for name in ("train", "dev", "extra"):
        put(tmp_path / f"{name}.jsonl", [name])
    found = read_splits(tmp_path)
    assert three(found) == [["train"], ["dev"], None]
    assert found.notes[0] == "left out: 1 documents whose files say no split (extra.jsonl)"


def test_what_cannot_fit_into_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = put(tmp_path / "data.jsonl", ["one", "two"])
    monkeypatch.setattr(splits, "_memory_bytes", lambda: path.stat().st_size)
    with pytest.raises(ConfigError, match="of memory, and this machine has"):
        read_splits(path)
    if sys.platform == "linux":
        monkeypatch.undo()
        assert splits._memory_bytes() > 2**20


def test_the_deft_corpus_keeps_its_splits(deft: Path):
    files = [deft / split / "t1_biology_0_0.deft" for split in ("train", "dev")]
    found = read_splits(files[0], files[1])
    assert [len(found.train), len(found.dev)] == [len(list(read(file))) for file in files]


@pytest.mark.parametrize("which", ["dataset", "dev"])
def test_a_model_is_no_dataset(which: str, tmp_path: Path):
    put(tmp_path / "data.jsonl", ["one", "two"])
    put(tmp_path / "model/predictions/test.jsonl", ["three"])
    (tmp_path / "model/donor.json").write_text("{}")
    given = {"dataset": tmp_path / "data.jsonl", which: tmp_path / "model"}
    with pytest.raises(InputError, match=r"is a model, not a dataset.*--encoder"):
        read_splits(**given)
