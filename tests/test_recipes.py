"""The recipes beside the code: each is one, runs as far as its model, and names its sources."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from donor.cli import cli
from donor.cli.rates import read_rates
from donor.errors import ConfigError
from donor.experiments.baselines.recipe import NAMES, read_baselines
from donor.llm import known_prices, split_model
from donor.recipe import read_recipe

FOLDER = Path(__file__).parent.parent / "recipes"
RATES = FOLDER / "rates.toml"
BASELINES = FOLDER / "paper-baselines.toml"
RECIPES = sorted(path for path in FOLDER.glob("*.toml") if path not in (RATES, BASELINES))
IDS = [path.stem for path in RECIPES]

DATE = r"\d{4}-\d{2}(-\d{2})?"


def test_paper_and_today_have_a_commercial_and_an_open_model() -> None:
    assert IDS == [
        "paper-gpt-3.5-turbo",
        "paper-llama-3.1-8b",
        "today-gpt-6-luna",
        "today-qwen3-8b",
    ]


@pytest.mark.parametrize("more", [[], ["--method", "index"]], ids=["own", "index"])
@pytest.mark.parametrize("recipe", RECIPES, ids=IDS)
def test_recipe_runs_as_it_stands(
    recipe: Path, more: list[str], sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["transfer", str(sample / "source"), "--recipe", str(recipe), "--dry-run", "--json"]
    done = CliRunner().invoke(cli, [*command, *more])
    assert done.exit_code == 0, done.output
    need = json.loads(done.stdout)
    assert need["documents"] == 29
    assert need["requests"] > 29
    priced = "prices" in read_recipe(recipe)
    assert (need["usd"] is not None) == priced
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("recipe", RECIPES, ids=IDS)
def test_price_has_a_source_and_a_date_and_is_that_of_the_table(recipe: Path) -> None:
    sections = read_recipe(recipe)
    text = recipe.read_text(encoding="utf-8")
    model = split_model(sections["model"]["name"])
    if "prices" not in sections:
        assert model.provider == "vllm"
        return
    [source] = re.findall(r"^# source: (https://\S+)", text, re.MULTILINE)
    [(date, _)] = re.findall(rf"^# date: ({DATE})$", text, re.MULTILINE)
    prices = known_prices()[f"{model.provider}:{model.name}"]
    assert (prices.source, prices.date) == (source, date)
    said = sections["prices"]
    assert said["prompt_usd_per_million"] == prices.prompt_usd_per_million
    assert said["completion_usd_per_million"] == prices.completion_usd_per_million
    assert said.get("cached_usd_per_million") == prices.cached_usd_per_million


def test_baselines_of_the_paper_are_a_recipe() -> None:
    recipe = read_baselines(BASELINES)
    assert recipe.tasks == ("definition", "spans")
    assert (recipe.names, recipe.seeds) == (NAMES, 5)
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in (recipe.source, recipe.run, recipe.gold):
        assert str(path) in page


def test_rate_has_a_source_and_a_date() -> None:
    assert read_rates(RATES) == {"gpu": 0.86, "human": 27.45}
    text = RATES.read_text(encoding="utf-8")
    sources = re.findall(r'^source = "(https://\S+)"$', text, re.MULTILINE)
    dates = re.findall(rf'^date = "{DATE}"$', text, re.MULTILINE)
    assert (len(sources), len(dates)) == (2, 2)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[gpu]\nusd_hour = 1\nname = 'a'\nsource = 's'\n", "section [gpu] lacks date"),
        ("[human]\nusd_hour = '1'\nsource = 's'\ndate = 'd'\n", "must be a number from 0"),
        ("[human]\nusd_hour = 1\nsource = 's'\ndate = 'd'\nx = 1\n", "key 'x' in [human]"),
        ("[people]\nusd_hour = 1\n", "section [people] is not known (known: gpu, human)"),
        ("usd_hour = 1\n", "section [usd_hour] is not known"),
        ("[gpu\n", "not TOML"),
    ],
)
def test_rate_that_tells_too_little_is_an_error(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        read_rates(file)
    assert problem in str(caught.value)


def test_page_names_every_recipe() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.toml"):
        assert path.name in page
    for named in re.findall(r"recipes/([\w.-]+\.toml)", page):
        assert (FOLDER / named).exists()
