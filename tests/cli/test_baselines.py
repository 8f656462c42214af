"""`donor baselines` on the bundled sample: gold and the run are of the same 29 windows."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from donor.cli import cli
from donor.data import Transfer, Translation
from donor.errors import ConfigError
from donor.experiments.baselines import running
from donor.formats import read
from donor.recipe import Recipe
from donor.records import RunFolder

torch = pytest.importorskip("torch")
torch.set_num_threads(1)

RECIPE = """
tasks = ["definition", "spans"]

[data]
source = "{sample}/source"
run = "{folder}/run"
gold = "{sample}/gold"
translated_test = "{folder}/back"

[train]
encoder = "scratch:tiny"
epochs = 2
batch = 4
learning_rate = 0.003
least_steps = 12

[encoders]
accepted-only = "./no-such-folder"

[curve]
gold_sentences = [15]
"""
TRAINED = ["zero-shot", "translate-train", "translate-test", "gold-train", "confidence-weighted"]
LINEAR = ["linear:translate-train", "linear:gold-train"]


def donor(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def found(*arguments: object) -> dict[str, Any]:
    done = donor("baselines", *arguments, "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def carried_back(sample: Path, folder: Path) -> None:
    """A run that has carried gold into English, as the source has it, without its spans."""
    sources = {one.id: one for one in read(sample / "source")}
    bare = (replace(one, spans=(), relations=()) for one in read(sample / "gold"))
    transfers = [
        Transfer(one, Translation("en", sources[one.id].segment_texts(), (), "given"), (), (), ())
        for one in bare
    ]
    recipe = Recipe((str(sample / "gold"),), "en", "vllm:m", cascade=("tags",))
    with RunFolder(folder).opened(recipe.as_toml()) as files:
        files.write_read(one.source for one in transfers)
        files.write_transfers(transfers, format="jsonl")
        files.write_card("# Card\n")
        files.write_usage({})
        files.write_provenance({})
        files.write_ledger({"documents": len(transfers)})


@pytest.fixture(scope="module")
def recipe(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's run, calibrated, beside gold, its translation, and a recipe that names them."""
    folder = tmp_path_factory.mktemp("baselines")
    replay = ("--model", "recorded:sample-a", "--replay", "--store", sample / "responses.sqlite")
    flags = ("--to", "ru", *replay, "-o", folder / "run")
    assert donor("transfer", sample / "source", *flags).exit_code == 0
    calibrated = donor("calibrate", folder / "run", "--gold", sample / "gold")
    assert calibrated.exit_code == 0, calibrated.output
    wish = ("--precision", 0.8, "--confidence", 0.8)
    assert donor("accept", folder / "run", *wish).exit_code == 0
    carried_back(sample, folder / "back")
    (folder / "own.toml").write_text(RECIPE.format(sample=sample, folder=folder), encoding="utf-8")
    return folder / "own.toml"


@pytest.fixture(scope="module")
def compared(recipe: Path) -> dict[str, Any]:
    return found(recipe, "-o", recipe.parent / "kept")


def test_rows_are_scored_on_the_same_documents(compared: dict[str, Any]) -> None:
    task = compared["tasks"]["definition"]
    assert [row["name"] for row in task["rows"]] == TRAINED + LINEAR
    assert task["metric"] == "f1"
    assert (task["scored_on"]["documents"], task["scored_on"]["kind"]) == (12, "gold")
    for row in task["rows"]:
        assert row["scores"]["f1"]["mean"] is not None
        assert row["train"]["documents"] == 11
        assert row["deduplicated"]["of"] == 12
        assert row["train"]["kind"] in ("source", "silver", "gold")
        assert (row["curves"] is None) == row["name"].startswith("linear")
        assert (row["dev"] is None) == row["name"].startswith("linear")
        assert len(list(read(Path(row["kept"]) / "seed-1.jsonl"))) == 12
    tiny = [row["encoder"] for row in task["rows"] if row["curves"]]
    assert all("from scratch, no pre-training" in encoder for encoder in tiny)


def test_spans_are_a_task_too(compared: dict[str, Any]) -> None:
    task = compared["tasks"]["spans"]
    names = [row["name"] for row in task["rows"]]
    assert names == [name for name in TRAINED if name != "translate-test"]
    assert task["metric"] == "strict"
    why = {one["name"]: one["why"] for one in task["not_run"]}
    assert "projected back" in why["translate-test"]


def test_every_row_is_tested_against_translate_train(compared: dict[str, Any]) -> None:
    tests = compared["tasks"]["definition"]["tests"]
    assert {test["b"] for test in tests} == {"translate-train"}
    assert len(tests) == len(TRAINED + LINEAR) - 1
    assert {"metric", "difference", "interval", "p", "p_holm"} <= tests[0].keys()


def test_worth_is_told_or_why_not(compared: dict[str, Any]) -> None:
    task = compared["tasks"]["definition"]
    linear, curve = task["linear_curve"], task["learning_curve"]
    assert [point["sentences"] for point in linear["points"]] == [15, 32, 32]
    assert "dev" not in linear["how"]
    assert compared["tasks"]["spans"]["linear_curve"] is None
    kinds = [(point["train"], point["sentences"]) for point in curve["points"]]
    assert kinds == [("gold", 15), ("gold", 32), ("silver", 32)]
    assert curve["worth"]["silver_sentences"] == 32
    assert curve["worth"]["what"]
    assert curve["how"].endswith("16 gold sentences of dev, which are not counted")


def test_what_cannot_be_run_says_why_and_the_rest_goes_on(compared: dict[str, Any]) -> None:
    why = {one["name"]: one["why"] for one in compared["tasks"]["definition"]["not_run"]}
    assert why.keys() == {"accepted-only", "gold+silver"}
    assert "no-such-folder" in why["accepted-only"]
    assert "every document of the silver data" in why["gold+silver"]


def test_so_few_documents_are_called_too_few(compared: dict[str, Any]) -> None:
    notes = " ".join(compared["notes"])
    assert "12 documents are scored on: too few to tell rows apart" in notes
    assert "12 of 29 documents of" in notes
    for task in compared["tasks"].values():
        for row in task["rows"]:
            score = row["scores"][task["metric"]]
            assert score["interval"] is not None


def test_the_same_again_trains_nothing(
    recipe: Path, compared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    really = running.trained

    def never(*arguments: Any, **more: Any) -> Any:
        assert more["encoder"].name == "./no-such-folder", "it is trained twice"
        return really(*arguments, **more)

    monkeypatch.setattr(running, "trained", never)
    monkeypatch.setattr(running, "train_linear", never)
    again = found(recipe, "-o", recipe.parent / "kept")
    assert again | {"seconds": 0} == compared | {"seconds": 0}
    told = json.loads((recipe.parent / "kept/baselines.json").read_text(encoding="utf-8"))
    assert told | {"seconds": 0} == compared | {"seconds": 0}


def test_one_more_seed_trains_one_more_model(
    recipe: Path, compared: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    really = running.trained

    def counted(*arguments: Any, **more: Any) -> Any:
        seeds.append(more["settings"].seed)
        return really(*arguments, **more)

    monkeypatch.setattr(running, "trained", counted)
    flags = ("--only", "translate-train", "--seeds", 2)
    both = found(recipe, "-o", recipe.parent / "kept", *flags)
    assert seeds == [2, 2]
    for name, task in both["tasks"].items():
        [row] = task["rows"]
        before = compared["tasks"][name]["rows"]
        [first] = [one for one in before if one["name"] == "translate-train"]
        score = row["scores"][task["metric"]]["seeds"]
        assert score[:1] == first["scores"][task["metric"]]["seeds"]
        assert len(score) == len(row["curves"]) == 2
        assert task["learning_curve"] is None


def test_plan_trains_nothing_and_writes_nothing(recipe: Path, tmp_path: Path) -> None:
    plan = found(recipe, "-o", tmp_path / "none", "--dry-run")
    rows = {row["name"]: row for row in plan["tasks"]["definition"]["rows"]}
    assert (rows["gold-train:15"]["train"]["sentences"], rows["zero-shot"]["done"]) == (15, 0)
    assert rows["linear:gold-train"]["encoder"] == "TF-IDF and logistic regression"
    assert not (tmp_path / "none").exists()
    shown = donor("baselines", recipe, "-o", tmp_path / "none", "--dry-run")
    assert shown.exit_code == 0
    assert "gold-train:15" in shown.output


def test_people_are_told_the_table_the_worth_and_what_is_missing(
    recipe: Path, compared: dict[str, Any]
) -> None:
    done = donor("baselines", recipe, "-o", recipe.parent / "kept")
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    assert "definition: F1 on 12 documents" in told
    assert "no copies" in told
    assert compared["tasks"]["definition"]["learning_curve"]["worth"]["what"] in told
    assert "not run: gold+silver" in told
    assert "too few to tell rows apart" in told


def test_nothing_that_can_be_run_is_an_error(recipe: Path, tmp_path: Path) -> None:
    flags = ("--only", "accepted-only", "--encoder", "./nowhere", "-o", tmp_path / "kept")
    done = donor("baselines", recipe, *flags)
    assert isinstance(done.exception, ConfigError)
    assert "no baseline can be run" in str(done.exception)
    assert "nowhere" in str(done.exception)


def test_data_that_are_missing_are_told_by_their_key(recipe: Path, tmp_path: Path) -> None:
    said = recipe.read_text(encoding="utf-8").replace("/back", "/none")
    (tmp_path / "own.toml").write_text(said, encoding="utf-8")
    done = donor("baselines", tmp_path / "own.toml", "--dry-run")
    assert isinstance(done.exception, ConfigError)
    assert done.exception.where == str(tmp_path / "own.toml")
    assert done.exception.what.startswith("translated_test = ")
    gone = donor("baselines", recipe, "--run", tmp_path / "gone", "--dry-run")
    assert str(gone.exception).startswith(f"{recipe}: run = {tmp_path / 'gone'}: there is no")


def test_folder_of_a_run_is_not_written_into(recipe: Path) -> None:
    done = donor("baselines", recipe, "-o", recipe.parent / "run")
    assert isinstance(done.exception, ConfigError)
    assert "is the folder of a run" in str(done.exception)
