"""The folder of a trained model: whole or told that it is not, and loaded by transformers too."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import torch
from tests.train.tiny_folder import LABELS, PAIRS, TEXTS, about, encoded, saved, tiny

from donor.errors import ConfigError
from donor.train.encoders.heads import ANSWERS, HEADS, TOKENS
from donor.train.model_folder import check_room, load_model, save_model


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    saved(folder)
    return folder


@pytest.fixture
def copy(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "copy"))


@pytest.mark.parametrize("head", HEADS)
def test_a_saved_model_says_the_same_when_loaded(head: str, tmp_path: Path) -> None:
    examples = PAIRS if head in (ANSWERS, "relations") else TEXTS
    one = saved(tmp_path, head, examples)
    other = load_model(tmp_path)
    assert other.described == one.described
    assert other.about["head"] == head
    inputs = encoded(one.tokenizer, examples)
    assert encoded(other.tokenizer, examples) == inputs
    batch = one.tokenizer.pad(inputs, return_tensors="pt")
    with torch.inference_mode():
        for name in HEADS[head].outputs:
            ours, theirs = (model(**batch)[name] for model in (one.model, other.model))
            assert torch.equal(ours, theirs)


def test_donor_json_says_what_the_model_is(trained: Path) -> None:
    said = orjson.loads((trained / "donor.json").read_bytes())
    assert (said["format"], said["task"], said["labels"]) == (1, "definition", list(LABELS))
    assert "no pre-training" in said["encoder"]
    assert {"donor", "torch", "transformers"} <= set(said["versions"])


def test_the_weights_are_safetensors_alone(trained: Path) -> None:
    names = {file.name for file in trained.iterdir()}
    assert names == {
        "config.json", "donor.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json",
    }  # fmt: skip


class TestTransformersLoadsIt:
    def test_as_a_pipeline_that_classifies_texts(self, trained: Path) -> None:
        said = piped("text-classification", trained)(list(TEXTS))
        model = load_model(trained)
        logits = logits_of(model, encoded(model.tokenizer))
        assert [one["label"] for one in said] == [LABELS[int(row.argmax())] for row in logits]
        chances = [row.softmax(-1).max().item() for row in logits]
        assert [one["score"] for one in said] == pytest.approx(chances, abs=1e-5)

    def test_as_a_pipeline_that_classifies_pairs(self, tmp_path: Path) -> None:
        saved(tmp_path, "labels", PAIRS)
        asked = [{"text": one, "text_pair": other} for one, other in PAIRS]
        said = piped("text-classification", tmp_path)(asked)
        model = load_model(tmp_path)
        logits = logits_of(model, encoded(model.tokenizer, PAIRS))
        assert [one["label"] for one in said] == [LABELS[int(row.argmax())] for row in logits]

    def test_as_a_pipeline_that_gives_several_labels(self, tmp_path: Path) -> None:
        saved(tmp_path, "multi-labels")
        said = piped("text-classification", tmp_path)(TEXTS[0], top_k=None)
        model = load_model(tmp_path)
        chances = logits_of(model, encoded(model.tokenizer, TEXTS[:1]))[0].sigmoid().tolist()
        found = {one["label"]: one["score"] for one in said}
        assert found == pytest.approx(dict(zip(LABELS, chances, strict=True)), abs=1e-5)

    def test_as_a_pipeline_that_classifies_tokens(self, tmp_path: Path) -> None:
        saved(tmp_path, TOKENS)
        said = piped("token-classification", tmp_path)(TEXTS[0], ignore_labels=[])
        model = load_model(tmp_path)
        rows = logits_of(model, encoded(model.tokenizer, TEXTS[:1]))[0][1:-1]
        assert [one["entity"] for one in said] == [LABELS[int(row.argmax())] for row in rows]
        words = [TEXTS[0][one["start"] : one["end"]] for one in said]
        assert "".join(words) == TEXTS[0].replace(" ", "")

    def test_as_a_model_that_answers_questions(self, tmp_path: Path) -> None:
        # The pipeline of that name went with transformers 5; its model class has stayed.
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        one = saved(tmp_path, ANSWERS, PAIRS)
        model = AutoModelForQuestionAnswering.from_pretrained(tmp_path).eval()
        tokenizer = AutoTokenizer.from_pretrained(tmp_path)
        inputs = tokenizer(*PAIRS[1], return_tensors="pt")
        with torch.inference_mode():
            ours, theirs = one.model(**inputs), model(**inputs)
        assert torch.equal(ours.start_logits, theirs.start_logits)


class TestSaving:
    def test_replaces_an_earlier_model_and_leaves_other_files(self, copy: Path) -> None:
        (copy / "predictions").mkdir()
        other = tiny(seed=2)
        save_model(copy, other.model, other.tokenizer, about=about("labels", other))
        found = load_model(copy).model.state_dict()["classifier.weight"]
        assert torch.equal(found, other.model.state_dict()["classifier.weight"])
        assert (copy / "predictions").is_dir()
        assert not (copy / "unfinished").exists()

    @pytest.mark.parametrize("calls", range(5))
    def test_a_kill_leaves_a_model_or_what_is_told_from_one(
        self, copy: Path, monkeypatch: pytest.MonkeyPatch, calls: int
    ) -> None:
        """Whichever file is the last to be moved."""
        other = tiny(seed=2)
        left = calls
        replace = Path.replace

        def killed(self: Path, target: Path) -> Path:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            save_model(copy, other.model, other.tokenizer, about=about("labels", other))
        with pytest.raises(ConfigError, match="the model was not written to its end"):
            load_model(copy)
        monkeypatch.undo()
        save_model(copy, other.model, other.tokenizer, about=about("labels", other))
        load_model(copy)

    def test_a_kill_while_the_weights_are_written_leaves_the_earlier_model(
        self, copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tiny(seed=2)

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(other.model, "save_pretrained", killed)
        before = (copy / "model.safetensors").read_bytes()
        with pytest.raises(KeyboardInterrupt):
            save_model(copy, other.model, other.tokenizer, about=about("labels", other))
        assert (copy / "model.safetensors").read_bytes() == before
        load_model(copy)

    def test_no_room_is_told_before_anything_is_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        free = SimpleNamespace(free=3 * 2**20)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
        with pytest.raises(ConfigError, match=r"the model takes 3\d MiB, and 3 MiB are free"):
            check_room(tmp_path / "new", tiny().model)

    def test_a_disk_that_is_full_all_the_same_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded = tiny()

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, os.strerror(28))

        monkeypatch.setattr(loaded.model, "save_pretrained", full)
        with pytest.raises(ConfigError, match="cannot be written: No space left on device"):
            save_model(tmp_path, loaded.model, loaded.tokenizer, about=about("labels", loaded))
        with pytest.raises(ConfigError, match="not written to its end"):
            load_model(tmp_path)

    def test_a_place_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ConfigError, match="cannot be written: Not a directory"):
            check_room(tmp_path / "file" / "model", tiny().model)


class TestRefused:
    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="there is no such folder"):
            load_model(tmp_path / "none")

    def test_a_file(self, copy: Path) -> None:
        with pytest.raises(ConfigError, match="is a file"):
            load_model(copy / "config.json")

    def test_a_model_that_is_none_of_donor(self, copy: Path) -> None:
        (copy / "donor.json").unlink()
        with pytest.raises(ConfigError, match="holds no model of Donor"):
            load_model(copy)

    @pytest.mark.parametrize("content", ["", "{", "[]"])
    def test_a_broken_donor_json(self, copy: Path, content: str) -> None:
        (copy / "donor.json").write_text(content)
        with pytest.raises(ConfigError, match=r"donor\.json is broken"):
            load_model(copy)

    def test_a_model_of_a_newer_donor(self, copy: Path) -> None:
        changed(copy, format=2, versions={"donor": "9.0"})
        with pytest.raises(ConfigError, match=r"was made by Donor 9\.0"):
            load_model(copy)

    def test_a_donor_json_that_lacks_something(self, copy: Path) -> None:
        said = orjson.loads((copy / "donor.json").read_bytes())
        del said["encoder"], said["head"]
        (copy / "donor.json").write_bytes(orjson.dumps(said))
        with pytest.raises(ConfigError, match="lacks head, encoder"):
            load_model(copy)

    def test_an_unknown_head(self, copy: Path) -> None:
        changed(copy, head="horns")
        with pytest.raises(ConfigError, match="the head 'horns', which is none of labels"):
            load_model(copy)

    @pytest.mark.parametrize("labels", [["no"], ["yes", "no"], ["no", "yes", "more"]])
    def test_labels_that_do_not_fit(self, copy: Path, labels: list[str]) -> None:
        changed(copy, labels=labels)
        with pytest.raises(ConfigError, match="the files are of two models"):
            load_model(copy)

    def test_weights_cut_short(self, copy: Path) -> None:
        whole = (copy / "model.safetensors").read_bytes()
        (copy / "model.safetensors").write_bytes(whole[:-100])
        with pytest.raises(ConfigError, match="perhaps cut short"):
            load_model(copy)

    def test_weights_of_a_model_with_another_head(self, copy: Path, tmp_path: Path) -> None:
        saved(tmp_path / "other", ANSWERS, PAIRS)
        shutil.copy(tmp_path / "other" / "model.safetensors", copy)
        with pytest.raises(ConfigError, match="its weights lack"):
            load_model(copy)

    def test_a_tokenizer_of_more_tokens(self, copy: Path) -> None:
        loaded = load_model(copy)
        loaded.tokenizer.add_tokens(["one", "more"])
        loaded.tokenizer.save_pretrained(copy)
        with pytest.raises(ConfigError, match="more than its model knows"):
            load_model(copy)


def piped(task: str, folder: Path) -> Any:
    from transformers import pipeline

    return pipeline(task, model=str(folder), device="cpu")


def logits_of(loaded: Any, inputs: list[dict[str, list[int]]]) -> list[Any]:
    """The logits of each example by itself."""
    with torch.inference_mode():
        return [
            loaded.model(**loaded.tokenizer.pad([one], return_tensors="pt")).logits[0]
            for one in inputs
        ]


def changed(folder: Path, **said: object) -> None:
    found = orjson.loads((folder / "donor.json").read_bytes())
    (folder / "donor.json").write_bytes(orjson.dumps(found | said))
