"""Two models of which one is known to be worse, over gold: the comparison says which, and how sure.

The paper's question, a commercial against an open model: one is paid by tokens, the other by the
hours of a GPU.
"""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from rich.console import Console
from tests.servers.oracle import oracle

from donor.cli import cli
from donor.cli.compared import compared_tables

TEXTS = 50
MODELS = {"commercial": "openai:gpt-3.5-turbo", "open": "vllm:llama-3.1-8b", "twin": "vllm:twin"}
SPOILT = {"commercial": 0.0, "open": 0.2, "twin": 0.0}
PRICES = '[openai.models]\n"gpt-3.5-turbo" = { prompt = 0.5, completion = 1.5 }\n'


@pytest.fixture(scope="module")
def runs(gold: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with runs of the models, whose servers are gone, and all answers to compare by."""
    folder = tmp_path_factory.mktemp("compared")
    lines = (gold / "xquad-en-ru.jsonl").read_text(encoding="utf-8").splitlines()[:TEXTS]
    (folder / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "prices.toml").write_text(PRICES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "none")
        for name, model in MODELS.items():
            with oracle(folder / "gold.jsonl", "--spoil", SPOILT[name]) as url:
                flags = ["--model", model, "--base-url", url, "--prices", folder / "prices.toml"]
                command = ["transfer", folder / "gold.jsonl", "--to", "ru", "-o", folder / name]
                called(folder, *command, *flags)
                called(folder, "compare", folder / name, "--gold", folder / "gold.jsonl")
        yield folder


def called(folder: Path, *words: object) -> str:
    command = [*map(str, words), "--store", str(folder / "store.sqlite")]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def found(runs: Path) -> dict[str, Any]:
    """All models against gold, with all that may be said of their cost."""
    names = [runs / name for name in MODELS]
    flags = ["--gold", runs / "gold.jsonl", "--replay", "--prices", runs / "prices.toml"]
    flags += ["--gpu-hour-usd", 2, "--setup-usd", 40, "--corpus", 10_000]
    flags += ["--human-minutes", 5, "--human-rate-usd-hour", 30, "--plot", runs / "cost.svg"]
    value: dict[str, Any] = json.loads(called(runs, "compare", *names, *flags, "--json"))
    return value


def test_worse_model_is_found_and_equal_ones_are_not_told_apart(found: dict[str, Any]) -> None:
    f1 = {name: run["spans"]["strict"]["f1"] for name, run in found["runs"].items()}
    assert f1["open"] < 0.98 < f1["commercial"] == f1["twin"]
    spans = {(t["a"], t["b"]): t for t in found["tests"] if t["metric"] == "spans"}
    first = spans["commercial", "open"]
    assert first["better"] == "commercial"
    assert first["p_holm"] < 0.05 and first["interval"][0] > 0
    twins = spans["commercial", "twin"]
    assert (twins["difference"], twins["p"], twins["better"]) == (0, 1, None)
    assert spans["open", "twin"]["better"] == "twin"
    assert not any(t["better"] for t in found["tests"] if t["metric"] != "spans")


def test_each_model_is_paid_in_its_own_way(runs: Path, found: dict[str, Any]) -> None:
    cost = {name: run["cost"] for name, run in found["runs"].items()}
    assert [one["paid_by"] for one in cost.values()] == ["tokens", "gpu-hours", "gpu-hours"]
    for one in cost.values():
        usd = one["corpus"]["usd"]
        assert usd["low"] <= usd["estimate"] <= usd["high"]
        assert one["people"]["usd_per_document"] == 2.5
        assert one["people"]["ratio"] > 10
    assert cost["open"]["corpus"]["usd"]["estimate"] > 40
    assert [(one["self_hosted"], one["priced"]) for one in found["break_even"]] == [
        ("open", "commercial"),
        ("twin", "commercial"),
    ]
    picture = ElementTree.parse(runs / "cost.svg").getroot()
    assert len(list(picture.iter("{http://www.w3.org/2000/svg}circle"))) == 3


@pytest.mark.parametrize("width", [80, 120])
def test_table_fits_the_terminal(found: dict[str, Any], width: int) -> None:
    console = Console(width=width, record=True, file=StringIO(), markup=False)
    for part in compared_tables(found, width):
        console.print(part)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text.replace(" … ", "")
    assert "commercial" in text and "100.0–100.0" in text


def test_without_gold_no_number_is_called_quality(runs: Path) -> None:
    folders = [runs / name for name in MODELS]
    found = json.loads(called(runs, "compare", *folders, "--json"))
    assert found["tests"] == []
    assert all(run["spans"] is None for run in found["runs"].values())
    pairs = found["reference_free"]["agreement"]
    assert (pairs[0]["a"], pairs[0]["b"]) == ("commercial", "open")
    assert pairs[0]["spans"]["f1"] < pairs[1]["spans"]["f1"] == 1.0
    told = called(runs, "compare", *folders)
    assert "reference-free" in told and "agreement of commercial and open" in told
