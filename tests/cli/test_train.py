"""`donor train` as a person meets it: what it leaves, what it refuses, and how it goes on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from tests.cli.training import (
    QUICK,
    Row,
    asking,
    changed,
    document,
    donor,
    rows_of,
    write,
)

from donor.train.model_folder import load_model

Usage = namedtuple("Usage", "total used free")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset and a model of definitions."""
    folder = tmp_path_factory.mktemp("trained")
    write(folder / "data")
    more = ("--license", "CC BY 4.0", "--kind", "silver", "--kind", "test=gold", "--seeds", "2")
    done = donor("train", "definition", folder / "data", "-o", folder / "m", *QUICK, *more)
    assert done == 0
    return folder


def told(capsys: Capture, *arguments: object) -> dict[str, Any]:
    """What the command prints as JSON."""
    capsys.readouterr()
    assert donor(*arguments, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: Capture, *arguments: object) -> dict[str, str]:
    """The error of the command, of which nobody sees a traceback."""
    capsys.readouterr()
    assert donor(*arguments, "--json") == 1
    error: dict[str, str] = json.loads(capsys.readouterr().err)["error"]
    return error


def test_a_model_folder_says_all_that_is_to_be_known(trained: Path) -> None:
    about = json.loads((trained / "m/donor.json").read_text())
    assert (about["task"], about["head"], about["labels"]) == ("definition", "labels", ["0", "1"])
    assert {name: one["kind"] for name, one in about["data"].items()} == {
        "train": "silver",
        "dev": "silver",
        "test": "gold",
    }
    assert about["data"]["train"]["documents"] == 24
    assert about["data"]["train"]["examples"] == 48
    assert len(about["data"]["train"]["sha256"]) == 64
    assert about["training"]["max_length"] == 256
    assert about["training"]["seeds"] == 2
    assert {"donor", "torch", "transformers"} <= about["versions"].keys()
    names = {one.name for one in (trained / "m").iterdir()}
    assert not names & {"checkpoints", "unfinished", ".lock"}


def test_scores_stand_beside_the_lists_of_what_is_odd(tmp_path: Path, capsys: Capture) -> None:
    def row(number: int) -> Row:
        return document(number % 20) | {"id": f"d{number}"}

    write(tmp_path / "data", row)
    found = told(capsys, "train", "definition", tmp_path / "data", "-o", tmp_path / "m", *QUICK)
    whole = json.loads((tmp_path / "m/hygiene.json").read_text())
    there = json.loads((tmp_path / "m/scores.json").read_text())
    copies = whole["evaluations"]["test"]["copies"]
    assert len(copies) == 16
    assert found["hygiene"]["evaluations"]["test"]["units"] == 16
    assert found["hygiene"]["evaluations"]["test"]["left"] == 0
    assert "copies" not in found["hygiene"]["evaluations"]["test"]
    assert there["scores"] == found["scores"]


def test_copies_are_told_though_each_document_is_still_scored(
    trained: Path, capsys: Capture
) -> None:
    capsys.readouterr()
    again = ("train", "definition", trained / "data", "-o", trained / "m", *QUICK, "--seeds", "2")
    assert donor(*again) == 0
    out = capsys.readouterr().out
    assert "8 of 16 texts of test stand in train too" in out
    assert "without the 8 examples that were learnt from, or nearly: F1 " in out


def test_a_pipeline_of_transformers_loads_the_folder(trained: Path) -> None:
    from transformers import pipeline

    say = pipeline("text-classification", model=str(trained / "m"), device="cpu")
    assert say("An ion is a thing.")[0]["label"] in ("0", "1")


def test_a_card_tells_licence_kinds_and_scores(trained: Path) -> None:
    card = (trained / "m/README.md").read_text()
    assert "license: cc-by-4.0" in card
    assert "| train | " in card
    assert "from scratch, no pre-training" in card
    assert "carried over by a machine" in card


def test_predictions_are_a_dataset(trained: Path) -> None:
    rows = rows_of(trained / "m/predictions/test.jsonl")
    assert [row["id"] for row in rows] == [f"d{n}" for n in range(32, 40)]
    assert {label["name"] for row in rows for label in row["labels"]} >= {"definition"}
    assert rows[0]["metadata"]["source"] == "book 32"


def test_the_terminal_is_told_in_words(data: Path, tmp_path: Path, capsys: Capture) -> None:
    assert donor("train", "spans", data, "-o", tmp_path / "m", *QUICK) == 0
    out, err = capsys.readouterr()
    assert "BERT 2×64, from scratch, no pre-training" in out
    assert "train  24 documents, 24 examples" in out
    assert f"donor predict {tmp_path / 'm'} INPUT -o OUT" in out.replace("\n", "")
    assert "strict" in out
    assert "length:" not in out
    assert err == ""


def test_a_search_tells_what_it_tried(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("donor.cli.train.LEARNING_RATES", (1e-5, 3e-3))
    assert donor("train", "definition", data, "-o", tmp_path / "m", *QUICK, "--search") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "learning rates on dev: 1e-05: " in out
    told = json.loads((tmp_path / "m" / "scores.json").read_bytes())["training"]
    best = max(told["learning_rates"], key=told["learning_rates"].get)
    assert float(best) == told["learning_rate"]
    assert f"; {told['learning_rate']:g} is taken" in out
    assert (
        donor("train", "definition", data, "-o", tmp_path / "m", *QUICK, "--search", "--json") == 0
    )
    again = json.loads(capsys.readouterr().out)["training"]
    assert again["learning_rates"].keys() == {"1e-05", "0.003"}


def test_relations_out_of_reach_are_nothing_to_learn(tmp_path: Path, capsys: Capture) -> None:
    def far(number: int) -> Row:
        row = document(number)
        return row | {"relations": [one | {"head": one["tail"]} for one in row["relations"]]}

    write(tmp_path / "data", far)
    error = refused(capsys, "train", "relations", tmp_path / "data", "-o", tmp_path / "m", *QUICK)
    assert "none of its relations is between two spans within reach" in error["what"]
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("task", ["spans", "relations", "labels", "qa"])
def test_every_task_trains_and_predicts(task: str, tmp_path: Path, capsys: Capture) -> None:
    write(tmp_path / "data", asking if task == "qa" else document)
    quick = (*QUICK, "--format", "jsonl")
    found = told(capsys, "train", task, tmp_path / "data", "-o", tmp_path / "m", *quick)
    assert found["task"] == task
    assert found["scored_on"] == "test"
    assert found["scores"]
    rows = rows_of(tmp_path / "m/predictions/test.jsonl")
    assert len(rows) == 8
    assert load_model(tmp_path / "m").about["task"] == task


def test_the_same_again_tells_what_is_there(trained: Path, capsys: Capture) -> None:
    command = ("train", "definition", trained / "data", "-o", trained / "m", *QUICK)
    before = (trained / "m/model.safetensors").stat().st_mtime_ns
    found = told(capsys, *command, "--seeds", "2")
    assert found["already_there"]
    assert found["scores"]["f1"]["seeds"]
    assert (trained / "m/model.safetensors").stat().st_mtime_ns == before
    error = refused(capsys, *command, "--seeds", "2", "--batch", "4", "--learning-rate", "0.01")
    assert "which differs in batch (4 here, 8 there), learning-rate" in error["what"]
    assert "--force" in error["hint"]


def test_force_trains_anew(data: Path, tmp_path: Path, capsys: Capture) -> None:
    command = ("train", "labels", data, "-o", tmp_path / "m", *QUICK)
    first = told(capsys, *command)
    again = told(capsys, *command, "--epochs", "1", "--force")
    assert not again["already_there"]
    assert len(again["curves"][0]) == 1
    assert len(first["curves"][0]) == 2


def test_two_runs_with_one_seed_are_equal(data: Path, tmp_path: Path, capsys: Capture) -> None:
    command = ("train", "spans", data, *QUICK)
    found = [told(capsys, *command, "-o", tmp_path / name) for name in ("a", "b")]
    assert found[0]["scores"] == found[1]["scores"]
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("a", "b"))
    assert all(one[name].equal(other[name]) for name in one)


def test_a_killed_training_goes_on_to_the_same_model(
    data: Path, tmp_path: Path, capsys: Capture
) -> None:
    flags = ("--encoder", "scratch:tiny", "--epochs", "12", "--patience", "12", "--batch", "4")
    command = ("train", "definition", str(data), *flags)
    killed = subprocess.Popen(
        [sys.executable, "-m", "donor", *command, "-o", "killed", "--checkpoint-seconds", "0"],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 300
    while not (in_an_epoch := _in_an_epoch(tmp_path / "killed")) and time.monotonic() < until:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert in_an_epoch
    assert not (tmp_path / "killed/donor.json").exists()
    gone_on = told(capsys, *command, "-o", tmp_path / "killed")
    whole = told(capsys, *command, "-o", tmp_path / "whole")
    assert gone_on["scores"] == whole["scores"]
    assert len(gone_on["curves"][0]) == 12
    one, other = (load_file(tmp_path / f"{name}/model.safetensors") for name in ("killed", "whole"))
    assert all(one[name].equal(other[name]) for name in one)


def _in_an_epoch(folder: Path) -> bool:
    """Whether a checkpoint says that the second epoch has begun."""
    for file in folder.glob("checkpoints/*/state/position.json"):
        try:
            at = json.loads(file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            continue
        if at["epoch"] >= 1 and at["step"] >= 3:
            return True
    return False


def test_a_stop_says_how_to_go_on(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*anything: object) -> None:
        raise KeyboardInterrupt

    command = ("train", "definition", data, "-o", tmp_path / "m", *QUICK)
    with monkeypatch.context() as patched:
        patched.setattr("donor.train.fitting.loop._Training.step", stop)
        assert donor(*command) == 130
    assert "The same command goes on from the last checkpoint." in capsys.readouterr().err
    error = refused(capsys, *command, "--batch", "4")
    assert (
        "checkpoints of another training, which differs in batch (4 here, 8 there)" in error["what"]
    )
    assert donor(*command) == 0


@pytest.mark.parametrize(
    ("task", "parts", "what"),
    [
        ("spans", {"spans": [], "relations": []}, "no span"),
        ("relations", {"relations": []}, "no relation"),
        ("definition", {"spans": [], "relations": []}, "no span is labelled Definition"),
        ("labels", {"labels": []}, "label"),
        ("labels", {"labels": [{"name": "topic", "value": "one"}]}, "one value"),
        ("qa", {}, "question"),
    ],
)
def test_nothing_to_learn_is_told(
    task: str, parts: Row, what: str, tmp_path: Path, capsys: Capture
) -> None:
    write(tmp_path / "data", changed(**parts))
    error = refused(capsys, "train", task, tmp_path / "data", "-o", tmp_path / "m", *QUICK)
    assert what in error["what"]
    assert error["where"] == str(tmp_path / "data")
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_an_empty_split_is_told(split: str, data: Path, tmp_path: Path, capsys: Capture) -> None:
    (data / f"{split}.jsonl").write_text("\n")
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", *QUICK)
    assert f"{split}" in error["where"] + error["what"]
    assert "no document" in error["what"] or "no train" in error["what"]


def _with_a_new_label(data: Path, split: str) -> None:
    rows = rows_of(data / f"{split}.jsonl")
    rows[0]["labels"][0]["value"] = "New"
    rows[0]["spans"][0]["label"] = "New"
    rows[0]["relations"][0]["label"] = "New"
    (data / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)))


@pytest.mark.parametrize("task", ["labels", "spans", "relations"])
def test_a_label_of_dev_that_train_lacks_is_refused(
    task: str, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    _with_a_new_label(data, "dev")
    error = refused(capsys, "train", task, data, "-o", tmp_path / "m", *QUICK)
    assert "dev" in error["where"]
    assert "New" in error["what"]


@pytest.mark.parametrize("task", ["labels", "spans", "relations"])
def test_a_label_of_test_that_train_lacks_is_noted(
    task: str, data: Path, tmp_path: Path, capsys: Capture
) -> None:
    _with_a_new_label(data, "test")
    found = told(capsys, "train", task, data, "-o", tmp_path / "m", *QUICK)
    noted = [one for one in found["notes"] if one.startswith("test: a label that train lacks")]
    assert len(noted) == 1
    assert "New" in noted[0]


def _without(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def _cut(folder: Path) -> None:
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:1000])


def _as_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        (_without("config.json"), "there is no config.json"),
        (_without("tokenizer.json"), "tokenizer"),
        (_without("model.safetensors"), "no weights"),
        (_cut, "cut short"),
        (_as_pickle, "pickle"),
    ],
)
def test_a_broken_encoder_is_told(
    broken: Any, what: str, trained: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = Path(shutil.copytree(trained / "m", tmp_path / "encoder"))
    broken(folder)
    error = refused(
        capsys, *("train", "spans", trained / "data", "-o", tmp_path / "m", "--encoder", folder)
    )
    assert str(folder) in error["where"]
    assert what in error["what"]


def test_a_trained_folder_can_be_gone_on_from(
    trained: Path, tmp_path: Path, capsys: Capture
) -> None:
    flags = (*QUICK, "--encoder", trained / "m")
    found = told(capsys, "train", "spans", trained / "data", "-o", tmp_path / "m", *flags)
    assert "trained for definition" in found["encoder"]


def test_a_full_disk_is_told_before_the_first_step(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**9, 10**9, 2**20))
    monkeypatch.setattr("donor.train.fitting.loop._Training.step", None)
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", *QUICK)
    assert "1 MiB are free" in error["what"]


def test_where_nothing_can_be_written_is_told(data: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("")
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "file", *QUICK)
    assert error["what"] == "is a file"
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "file/m", *QUICK)
    assert "cannot be written" in error["what"]
    error = refused(capsys, "train", "spans", data, "-o", data, *QUICK)
    assert "not empty: dev.jsonl, test.jsonl, train.jsonl" in error["what"]


def test_a_hub_that_is_not_there_is_told(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*anything: object, **more: object) -> None:
        from huggingface_hub.errors import LocalEntryNotFoundError

        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", "--encoder", "a/b")
    assert "the hub cannot be reached" in error["what"]
    assert "scratch:tiny" in error["hint"]


def test_a_missing_library_is_told(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", *QUICK)
    assert error["hint"] == "pip install 'donor[train]'"


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (("--kind", "bronze"), 2),
        (("--kind", "eval=gold"), 2),
        (("--label", "topic"), 1),
        (("--out-format", "word"), 1),
    ],
)
def test_flags_that_mean_nothing_are_refused(
    flags: tuple[str, ...], code: int, data: Path, tmp_path: Path
) -> None:
    assert donor("train", "spans", data, "-o", tmp_path / "m", *QUICK, *flags) == code
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("task", "format", "what"),
    [
        ("spans", "pairs", "no target"),
        ("spans", "csv", "cannot hold spans"),
        ("relations", "conll", "cannot hold relations"),
        ("labels", "brat", "cannot hold labels"),
    ],
)
def test_a_format_that_holds_no_prediction_is_refused_before_the_first_step(
    task: str,
    format: str,
    what: str,
    data: Path,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("donor.train.fitting.loop._Training.step", None)
    command = ("train", task, data, "-o", tmp_path / "m", *QUICK, "--out-format", format)
    error = refused(capsys, *command)
    assert error["where"] == "--out-format"
    assert what in error["what"]
    assert not (tmp_path / "m").exists()


def test_a_format_that_holds_the_predictions_is_taken(
    data: Path, tmp_path: Path, capsys: Capture
) -> None:
    command = ("train", "spans", data, "-o", tmp_path / "m", *QUICK, "--out-format", "conll")
    assert told(capsys, *command)["predictions"]["format"] == "conll"


def test_two_cannot_train_into_one_folder(data: Path, tmp_path: Path, capsys: Capture) -> None:
    from filelock import FileLock

    (tmp_path / "m").mkdir()
    with FileLock(tmp_path / "m/.lock"):
        error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", *QUICK)
    assert "another donor process" in error["what"]


def test_onnx_is_measured_and_can_come_later(trained: Path, capsys: Capture) -> None:
    command = ("train", "definition", trained / "data", "-o", trained / "m", *QUICK)
    found = told(capsys, *command, "--seeds", "2", "--onnx")
    assert found["already_there"]
    assert found["onnx"]["metric"] == "f1"
    for name in ("torch", "onnx", "int8"):
        assert 0 <= found["onnx"][name]["score"] <= 1
    assert found["onnx"]["onnx"]["agreement"] == 1
    there = json.loads((trained / "m/scores.json").read_text())
    assert there["onnx"] == found["onnx"]
    assert "## ONNX" in (trained / "m/README.md").read_text()


def test_a_disk_that_fills_up_is_told(
    data: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*anything: object, **more: object) -> None:
        raise RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")

    monkeypatch.setattr("accelerate.Accelerator.save_state", full)
    error = refused(capsys, "train", "spans", data, "-o", tmp_path / "m", *QUICK)
    assert error["what"] == "the checkpoint cannot be written: the disk takes no more"
