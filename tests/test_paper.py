"""`make paper`: the whole paper in one command, on the sample by replay."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INSTALLED = ("installed", "installed-for-training")

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make paper` leaves, of this code."""
    folder = tmp_path_factory.mktemp("paper")
    donor = folder / "bin/donor"
    donor.parent.mkdir()
    donor.write_text(f'#!/bin/sh\nexec {sys.executable} -m donor "$@"\n')
    donor.chmod(0o755)
    there = [part for name in INSTALLED for part in ("-o", f".venv/{name}")]
    job = ["make", *there, "paper", f"BIN={donor.parent}", f"PAPER={folder}/paper"]
    path = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(job, cwd=ROOT, capture_output=True, text=True, env=os.environ | path)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "paper/said.txt").write_text(done.stdout)
    return folder / "paper"


def test_both_models_are_transferred_and_compared_by_both_methods(paper: Path) -> None:
    found = json.loads((paper / "compared.json").read_text())
    assert list(found["runs"]) == ["sample-a", "sample-b"]
    f1 = {
        (name, method): one["spans"]["strict"]["f1"]
        for name, run in found["runs"].items()
        for method, one in run["methods"].items()
    }
    for name in found["runs"]:
        assert f1[name, "quote"] > f1[name, "index"]
    for method in ("quote", "index"):
        assert f1["sample-a", method] > f1["sample-b", method]
    tests = {(one["a"], one["b"]): one["better"] for one in found["tests"]}
    assert tests["sample-a index", "sample-a quote"] == "sample-a quote"
    assert set(found["runs"]["sample-b"]["translation"]) >= {"bleu", "chrf2", "ter"}


def test_baselines_are_trained_on_what_each_model_has_transferred(paper: Path) -> None:
    found = json.loads((paper / "baselines.json").read_text())
    rows = {task: {row["name"] for row in one["rows"]} for task, one in found["tasks"].items()}
    assert rows["definition"] >= {"zero-shot", "translate-train", "gold-train", "linear:gold-train"}
    assert rows["spans"] >= {"zero-shot", "translate-train", "gold-train"}
    for one in found["tasks"].values():
        assert one["tests"] and one["not_run"] and one["learning_curve"]["points"]


def test_one_report_tells_all_of_it(paper: Path) -> None:
    facts = json.loads((paper / "report.json").read_text())
    assert facts["scores"]["spans"]["strict"]["f1"] > 0.95
    assert facts["compared"]["of_run"] == "sample-a"
    assert facts["baselines"]["of_run"] and set(facts["baselines"]["tasks"]) == {
        "definition",
        "spans",
    }
    page = (paper / "report.html").read_text()
    for section in ("scores", "compared", "baselines", "training"):
        assert f'<section id="{section}"' in page


def test_it_says_where_the_report_is_and_how_to_go_on(paper: Path) -> None:
    said = (paper / "said.txt").read_text()
    assert f"report  {paper}/report.html" in said and "recipes/README.md" in said
    assert "The whole paper in one command" in (ROOT / "recipes/README.md").read_text()
