"""`donor predict` as a person meets it: any input, its ids and files kept, in any format."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.cli.training import QUICK, Row, asking, changed, document, donor, rows_of, write

from donor.formats import read
from donor.train.predicting import opened, predict

Capture = pytest.CaptureFixture[str]
TASKS = ("definition", "spans", "labels", "relations", "qa")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of each task, and the data they were trained on."""
    folder = tmp_path_factory.mktemp("models")
    write(folder / "data")
    write(folder / "questions", asking)
    for task in TASKS:
        data = folder / ("questions" if task == "qa" else "data")
        more = ("--onnx",) if task in ("definition", "spans") else ()
        learnt = ("--learning-rate", "0.01", "--epochs", "6") if task == "spans" else ()
        assert donor("train", task, data, "-o", folder / task, *QUICK, *learnt, *more) == 0
    return folder


def told(capsys: Capture, *arguments: object) -> dict[str, Any]:
    """What the command prints as JSON."""
    capsys.readouterr()
    assert donor("predict", *arguments, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: Capture, *arguments: object) -> dict[str, str]:
    """The error of the command."""
    capsys.readouterr()
    assert donor("predict", *arguments, "--json") == 1
    error: dict[str, str] = json.loads(capsys.readouterr().err)["error"]
    return error


@pytest.mark.parametrize("task", TASKS)
def test_predictions_keep_ids_files_and_metadata(
    task: str, models: Path, tmp_path: Path, capsys: Capture
) -> None:
    data = models / ("questions" if task == "qa" else "data")
    found = told(capsys, models / task, data, "-o", tmp_path / "out")
    assert found["documents"] == 40
    assert found["task"] == task
    assert found["format"] == "jsonl"
    for name in ("train", "dev", "test"):
        own, before = rows_of(tmp_path / f"out/{name}.jsonl"), rows_of(data / f"{name}.jsonl")
        assert [row["id"] for row in own] == [row["id"] for row in before]
        assert [row["text"] for row in own] == [row["text"] for row in before]
        assert all(row["metadata"]["source"].startswith("book ") for row in own)
        if task != "labels":
            assert all({"name": "topic"}.items() <= row["labels"][0].items() for row in own)


@pytest.mark.parametrize("task", TASKS)
def test_each_prediction_has_a_score(
    task: str, models: Path, tmp_path: Path, capsys: Capture
) -> None:
    data = models / ("questions" if task == "qa" else "data")
    found = told(capsys, models / task, data, "-o", tmp_path / "out")
    rows = [row for file in (tmp_path / "out").iterdir() for row in rows_of(file)]
    what = {"spans": "spans", "qa": "spans", "relations": "relations"}.get(task, "labels")
    name = {"definition": "definition", "labels": "topic"}.get(task)
    said = [one for row in rows for one in row.get(what, []) if name in (None, one.get("name"))]
    assert sum(found[what].values()) == len(said)
    assert all(0 < one["attributes"]["score"] <= 1 for one in said)


@pytest.mark.parametrize("task", TASKS)
def test_gold_does_not_stay_beside_what_is_said(
    task: str, models: Path, tmp_path: Path, capsys: Capture
) -> None:
    data = models / ("questions" if task == "qa" else "data") / "test.jsonl"
    found = told(capsys, models / task, data, "-o", tmp_path / "out.jsonl")
    for one, other in zip(
        rows_of(tmp_path / "out.jsonl"),
        rows_of(models / task / "predictions/test.jsonl"),
        strict=True,
    ):
        for what in ("spans", "relations"):
            own = [{k: v for k, v in a.items() if k != "attributes"} for a in one.get(what, [])]
            there = [{k: v for k, v in a.items() if k != "attributes"} for a in other.get(what, [])]
            assert own == there
    assert found["documents"] == 8


def test_a_model_of_labels_needs_no_labels(models: Path, tmp_path: Path, capsys: Capture) -> None:
    data = write(tmp_path / "bare", changed(labels=[], spans=[], relations=[]), [("news", 5)])
    found = told(capsys, models / "labels", data, "-o", tmp_path / "out")
    assert sum(found["labels"].values()) == 5
    assert found["labels"].keys() <= {"odd", "even"}
    found = told(capsys, models / "definition", data, "-o", tmp_path / "out2")
    assert sum(found["labels"].values()) == 10


def test_labels_of_other_names_stay(models: Path, tmp_path: Path, capsys: Capture) -> None:
    other = {"name": "genre", "value": "news"}
    data = write(tmp_path / "in", changed(labels=[other]), [("news", 3)])
    told(capsys, models / "labels", data, "-o", tmp_path / "out")
    for row in rows_of(tmp_path / "out/news.jsonl"):
        assert row["labels"][0] == other
        assert [label["name"] for label in row["labels"]] == ["genre", "topic"]


def test_what_another_model_has_said_is_not_counted(
    models: Path, tmp_path: Path, capsys: Capture
) -> None:
    data = write(tmp_path / "in", changed(labels=[]), [("news", 3)])
    first = told(capsys, models / "definition", data, "-o", tmp_path / "first")
    assert sum(first["labels"].values()) == 6
    both = told(capsys, models / "labels", tmp_path / "first", "-o", tmp_path / "both")
    assert (both["documents"], sum(both["labels"].values())) == (3, 3)
    assert len(rows_of(tmp_path / "both/news.jsonl")[0]["labels"]) == 3


def test_a_model_of_sentences_is_asked_about_sentences(tmp_path: Path, capsys: Capture) -> None:
    def row(number: int) -> Row:
        labels = [{"name": "kind", "value": v, "segment": n} for n, v in enumerate(("def", "use"))]
        return document(number) | {"labels": labels}

    write(tmp_path / "data", row)
    quick = (*QUICK, "-o", tmp_path / "m")
    assert donor("train", "labels", tmp_path / "data", *quick) == 0
    data = write(tmp_path / "bare", changed(labels=[]), [("news", 3)])
    told(capsys, tmp_path / "m", data, "-o", tmp_path / "out")
    places = [
        label["segment"] for row in rows_of(tmp_path / "out/news.jsonl") for label in row["labels"]
    ]
    assert places == [0, 1] * 3


def test_several_labels_are_said_of_texts_without_any(tmp_path: Path, capsys: Capture) -> None:
    def row(number: int) -> Row:
        values = ["all", "odd" if number % 2 else "even"]
        return document(number) | {"labels": [{"name": "topic", "value": v} for v in values]}

    write(tmp_path / "data", row)
    quick = ("--encoder", "scratch:tiny", "--epochs", "8", "--learning-rate", "0.01")
    assert donor("train", "labels", tmp_path / "data", "-o", tmp_path / "m", *quick) == 0
    data = write(tmp_path / "bare", changed(labels=[]), [("news", 6)])
    found = told(capsys, tmp_path / "m", data, "-o", tmp_path / "out")
    assert found["labels"]["all"] == 6
    assert sum(found["labels"].values()) > 6


def test_spans_become_conll_columns(models: Path, tmp_path: Path, capsys: Capture) -> None:
    found = told(capsys, models / "spans", models / "data/test.jsonl", "-o", tmp_path / "out.conll")
    assert found["format"] == "conll"
    assert found["lost"]["scores"] == sum(found["spans"].values())
    assert not {"attributes", "span ids"} & found["lost"].keys()
    tags = {line.split()[-1] for line in (tmp_path / "out.conll").read_text().splitlines() if line}
    assert "B-Term" in tags


def test_spans_become_brat_files(models: Path, tmp_path: Path, capsys: Capture) -> None:
    flags = ("--out-format", "brat")
    data = models / "data/test.jsonl"
    found = told(capsys, models / "spans", data, "-o", tmp_path / "out", *flags)
    written = "".join(file.read_text() for file in sorted((tmp_path / "out").glob("*.ann")))
    assert written.count("\tTerm ") == found["spans"]["Term"]
    assert "score" in written
    assert "types of attributes" not in found["lost"]


def test_labels_become_a_table(models: Path, tmp_path: Path, capsys: Capture) -> None:
    found = told(capsys, models / "labels", models / "data/test.jsonl", "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    said = {name for row in rows for name in row.values()}
    assert found["labels"].keys() <= said


def test_a_format_that_cannot_say_it_gives_way_to_jsonl(
    models: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "in.csv").write_text("id,text,topic\n1,An ion is a thing.,odd\n2,We saw it.,even\n")
    found = told(capsys, models / "spans", tmp_path / "in.csv", "-o", tmp_path / "out")
    if found["spans"]:
        assert found["format"] == "jsonl"
    found = told(capsys, models / "labels", tmp_path / "in.csv", "-o", tmp_path / "labels")
    assert found["format"] == "csv"


def test_a_named_format_that_holds_nothing_is_refused(
    models: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "in.csv").write_text("id,text,genre\n1,An ion is a thing of kind 1.,news\n")
    given = write(tmp_path / "in")
    for source, task in ((tmp_path / "in.csv", "definition"), (given, "spans")):
        error = refused(capsys, models / task, source, "-o", tmp_path / "out.csv")
        assert "csv can hold none" in error["what"]
        assert ".jsonl" in error["hint"]
        assert not (tmp_path / "out.csv").exists()


def test_labels_get_a_column_of_a_table(models: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "in.csv").write_text("id,text,label,page\n1,An ion is a thing.,news,7\n")
    found = told(capsys, models / "labels", tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    [said] = found["labels"]
    text = "An ion is a thing."
    assert row == {"id": "1", "text": text, "label": "news", "page": "7", "topic": said}


def test_the_rest_of_the_models_in_a_folder_say_the_same(
    models: Path, tmp_path: Path, capsys: Capture
) -> None:
    def said(name: str, *flags: str) -> list[Row]:
        told(capsys, models / "spans", models / "data/test.jsonl", "-o", tmp_path / name, *flags)
        return rows_of(tmp_path / name)

    torch, onnx = said("torch.jsonl"), said("onnx.jsonl", "--onnx")
    for one, other in zip(torch, onnx, strict=True):
        places = [
            [(span["fragments"], span["label"]) for span in row.get("spans", [])]
            for row in (one, other)
        ]
        assert places[0] == places[1]
    int8 = told(
        capsys, models / "spans", models / "data", "-o", tmp_path / "int8", "--int8", "--score"
    )
    assert int8["run"] == "int8"
    assert 0 <= int8["scores"]["strict"]["mean"] <= 1


def test_a_score_is_that_of_the_training(models: Path, tmp_path: Path, capsys: Capture) -> None:
    for task in ("definition", "spans"):
        data = models / "data/test.jsonl"
        found = told(capsys, models / task, data, "-o", tmp_path / task, "--score")
        there = json.loads((models / task / "scores.json").read_text())["scores"]
        for name, one in found["scores"].items():
            assert one["mean"] == there[name]["mean"], name


def test_how_many_go_together_changes_nothing(models: Path) -> None:
    documents = list(read(models / "data"))
    few = predict(opened(models / "spans", inputs_at_once=2), documents, at_once=3)
    for one, other in zip(few, predict(models / "spans", documents), strict=True):
        assert one.id == other.id
        assert [(span.label, span.extent) for span in one.spans] == [
            (span.label, span.extent) for span in other.spans
        ]


def test_what_memory_does_not_hold_says_how_to_go_on(
    models: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr("donor.train.predicting.run_over", full)
    flags = ("-o", tmp_path / "out", "--batch", 8)
    error = refused(capsys, models / "spans", models / "data" / "test.jsonl", *flags)
    assert error["what"] == "8 examples at once do not fit into memory: CUDA out of memory."
    assert "--batch 4" in error["hint"]


def test_relations_need_spans(models: Path, tmp_path: Path, capsys: Capture) -> None:
    data = write(tmp_path / "bare", changed(spans=[], relations=[]), [("news", 3)])
    error = refused(capsys, models / "relations", data, "-o", tmp_path / "out")
    assert error["where"] == str(data)
    assert error["what"] == "there are no two spans in it that could be related"
    assert not list((tmp_path / "out").glob("*.jsonl"))
    error = refused(capsys, models / "qa", data, "-o", tmp_path / "out")
    assert "no question" in error["what"]


def test_what_is_there_is_not_overwritten(models: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "out.jsonl").write_text("mine")
    command = (models / "spans", models / "data/test.jsonl", "-o", tmp_path / "out.jsonl")
    assert "exists" in refused(capsys, *command)["what"]
    assert told(capsys, *command, "--force")["documents"] == 8


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        ("donor.json", "{", "broken"),
        ("donor.json", None, "no donor.json"),
        ("model.safetensors", "short", "broken"),
    ],
)
def test_a_broken_model_is_told(
    file: str, content: str | None, what: str, models: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = Path(shutil.copytree(models / "spans", tmp_path / "m"))
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_text(content)
    error = refused(capsys, folder, models / "data", "-o", tmp_path / "out")
    assert what in error["what"]


@pytest.mark.parametrize("training", [None, {"max_length": "long"}])
def test_settings_that_are_none_are_told(
    training: object, models: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder = Path(shutil.copytree(models / "spans", tmp_path / "m"))
    said = json.loads((folder / "donor.json").read_text())
    (folder / "donor.json").write_text(json.dumps(said | {"training": training}))
    error = refused(capsys, folder, models / "data", "-o", tmp_path / "out")
    assert "donor.json is broken" in error["what"]


def test_a_model_without_onnx_says_so(models: Path, tmp_path: Path, capsys: Capture) -> None:
    command = (models / "labels", models / "data", "-o", tmp_path / "out")
    assert "donor train --onnx" in refused(capsys, *command, "--int8")["hint"]
    folder = Path(shutil.copytree(models / "spans", tmp_path / "m"))
    (folder / "onnx/model_quantized.onnx").write_bytes(b"none")
    error = refused(capsys, folder, models / "data", "-o", tmp_path / "out", "--int8")
    assert "cannot be read" in error["what"]
    assert donor("predict", *command, "--int8", "--onnx") == 2


def test_the_terminal_is_told_in_words(models: Path, tmp_path: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert donor("predict", models / "spans", models / "data", "-o", tmp_path / "out") == 0
    out, err = capsys.readouterr()
    assert "spans in 40 documents" in out
    assert "Term" in out
    assert err == ""


def test_a_process_of_its_own_predicts(models: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "donor", "predict"),
            *(models / "definition", models / "data/dev.jsonl", "-o", "out.jsonl", "--json"),
        ],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["documents"] == 8
