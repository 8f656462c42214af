"""`donor compare` says what is wrong with how it was called."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.experiments.compare.small import make_run, pairs, write
from tests.servers.transliterator import transliterator

from donor.cli import cli
from donor.errors import ConfigError, DonorError, InputError


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with transliterator() as url:
        yield url


@pytest.fixture
def run(tmp_path: Path, base_url: str) -> Path:
    write(tmp_path / "gold.jsonl", pairs())
    return make_run(tmp_path, base_url)


def called(run: Path, *flags: object) -> Result:
    store = ["--store", str(run.parent / "store.sqlite")]
    return CliRunner().invoke(cli, ["compare", str(run), *map(str, flags), *store])


def told(result: Result) -> str:
    assert isinstance(result.exception, DonorError), result.output
    return str(result.exception)


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (["--plot", "a.svg"], "need --gold"),
        (["--method", "tags"], "need --gold"),
        (["--human-minutes", "5"], "belong together"),
        (["--corpus", "0"], "0 is not in the range"),
    ],
)
def test_flags_that_say_too_little_are_wrong_usage(
    run: Path, flags: list[str], problem: str
) -> None:
    result = called(run, *flags)
    assert result.exit_code == 2
    assert problem in result.output


def test_server_of_the_run_is_asked(run: Path) -> None:
    result = called(run, "--gold", run.parent / "gold.jsonl", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["runs"]["one"]["spans"]["strict"]["f1"] == 1.0


def test_no_spans_asks_nothing(run: Path) -> None:
    gold = run.parent / "gold.jsonl"
    result = called(run, "--gold", gold, "--no-spans", "--base-url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 0, result.output
    assert "BLEU" in result.stdout and "strict F1" not in result.stdout


def test_budget_needs_a_price(run: Path) -> None:
    result = called(run, "--gold", run.parent / "gold.jsonl", "--budget-usd", "1")
    assert "the price is not known" in told(result)


def test_budget_that_does_not_reach_is_told(run: Path) -> None:
    prices = run.parent / "prices.toml"
    prices.write_text("[vllm.models]\none = { prompt = 1000, completion = 1000 }\n")
    flags = ["--gold", run.parent / "gold.jsonl", "--method", "index-words"]
    result = called(run, *flags, "--prices", prices, "--budget-usd", "0")
    assert "is spent, and 0 of 4 documents are measured" in told(result)


def test_picture_without_a_price_says_why(run: Path) -> None:
    result = called(run, "--gold", run.parent / "gold.jsonl", "--plot", run.parent / "a.svg")
    assert isinstance(result.exception, ConfigError)
    assert "one: its cost is not known" in told(result)


def test_picture_that_cannot_be_written_is_told(run: Path) -> None:
    flags = ["--gold", run.parent / "gold.jsonl", "--gpu-hour-usd", "2"]
    result = called(run, *flags, "--plot", run.parent / "no" / "a.svg")
    assert isinstance(result.exception, InputError)


def test_gold_without_documents_is_told(run: Path) -> None:
    empty = write(run.parent / "empty.jsonl", [])
    assert "no document" in told(called(run, "--gold", empty, "--format", "pairs"))


def test_encoder_that_is_not_there_is_told_and_the_rest_is_compared(run: Path) -> None:
    result = called(run, "--embed", str(run.parent / "no-model"))
    assert result.exit_code == 0
    assert "no embedding similarity" in result.stderr
