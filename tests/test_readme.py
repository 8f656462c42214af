"""The README tells the truth: its Python runs, its output is the demo's, its links lead on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from donor.recipe import read_recipe

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_python_example_runs(
    tmp_path: Path,
    sample: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "sample").symlink_to(sample)
    monkeypatch.chdir(tmp_path)
    [example] = blocks("python")
    exec(example, {})
    assert f"{float(capsys.readouterr().out):.3f}" == "0.979"
    assert len(list((tmp_path / "runs/api").iterdir())) == 4
    assert "strict F1 0.979" in README.replace("\n", " ")


def test_example_line_is_a_document(tmp_path: Path) -> None:
    import donor

    [line] = blocks("json")
    (tmp_path / "own.jsonl").write_text(line)
    [document] = donor.read(tmp_path / "own.jsonl")
    assert document.spans[0].surface(document.text) == "An ion"


def test_shown_ledger_is_that_of_the_demo(tmp_path: Path, sample: Path) -> None:
    command = [sys.executable, "-m", "donor"]
    replay = ["--model", "recorded:sample-a", "--replay", "--store", sample / "responses.sqlite"]
    job = [*command, "transfer", sample / "source", "--to", "ru", *replay, "-o", tmp_path / "run"]
    subprocess.run(job, check=True, capture_output=True)
    show = [*command, "show", tmp_path / "run"]
    shown = subprocess.run(show, check=True, capture_output=True, text=True).stdout
    told = [" ".join(line.split()) for line in shown.splitlines()]
    ledger = next(block for block in blocks("") if "projection rate" in block)
    for line in ledger.splitlines():
        assert " ".join(line.split()) in told


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_recipe_page_is_a_recipe(tmp_path: Path) -> None:
    page = (ROOT / "docs/recipe.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "own.toml").write_text(example)
    assert set(read_recipe(tmp_path / "own.toml")) == set(
        re.findall(r"^\[(\w+)\]", example, re.MULTILINE)
    )
