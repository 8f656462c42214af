"""What each document took is found again in the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.experiments.compare.small import make_run
from tests.servers.transliterator import transliterator

from donor.costs import Cost, Rates
from donor.experiments.compare.runs import ComparedRun, opened
from donor.experiments.compare.spending import break_evens, covered_s, rates_of, spent, uses_of
from donor.llm import Prices


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with transliterator() as url:
        yield url


def run_in(folder: Path) -> ComparedRun:
    [run] = opened([folder])
    return run


def test_documents_add_up_to_the_run(tmp_path: Path, base_url: str) -> None:
    run = run_in(make_run(tmp_path, base_url))
    uses = uses_of(run, tmp_path / "store.sqlite")
    assert not isinstance(uses, str)
    assert len(uses) == 4
    usage, requests = run.summary["usage"], run.summary["requests"]
    assert sum(use.requests for use in uses) == requests["sent"] + requests["from_store"]
    for name in ("prompt_tokens", "completion_tokens", "cached_tokens"):
        assert sum(getattr(use, name) for use in uses) == usage[name]
    # The last one has no spans, and is only translated.
    assert [use.requests for use in uses] == [2, 2, 2, 1]


def test_corpus_gets_a_range(tmp_path: Path, base_url: str) -> None:
    run = run_in(make_run(tmp_path, base_url))
    rates = Rates(prices=Prices(1.0, 4.0))
    found = spent(run, rates, tmp_path / "store.sqlite", corpus=True).as_json(rates, 1000)
    usd = found["corpus"]["usd"]
    assert usd["low"] < usd["estimate"] < usd["high"]
    assert usd["estimate"] == pytest.approx(1000 * found["per_document"]["usd"])
    assert "bootstrap" in found["corpus"]["range"]


def test_without_the_store_a_corpus_has_no_range(tmp_path: Path, base_url: str) -> None:
    run = run_in(make_run(tmp_path, base_url))
    rates = Rates(prices=Prices(1.0, 4.0))
    found = spent(run, rates, tmp_path / "gone.sqlite", corpus=True).as_json(rates, 1000)
    assert found["corpus"]["usd"]["estimate"] > 0
    assert found["corpus"]["usd"]["low"] is None
    assert "there is no store" in found["corpus"]["range"]


def test_seconds_of_a_replay_are_those_of_the_store(tmp_path: Path, base_url: str) -> None:
    first = run_in(make_run(tmp_path, base_url))
    again = make_run(tmp_path, base_url, "again", model="one", replay=True)
    run = run_in(again)
    assert run.summary["requests"]["sent"] == 0
    cost = spent(run, Rates(), tmp_path / "store.sqlite", corpus=False).cost
    assert cost.seconds is not None
    assert 0 < cost.seconds <= first.summary["seconds"]
    assert cost.prompt_tokens == first.summary["usage"]["prompt_tokens"]
    assert spent(run, Rates(), tmp_path / "gone", corpus=False).cost.seconds is None


def test_pauses_between_exchanges_do_not_count() -> None:
    assert covered_s([]) == 0
    assert covered_s([(5, 7), (0, 1), (0.5, 2), (6, 6.5)]) == 4


def test_gpu_hours_are_those_of_a_server_of_ones_own(tmp_path: Path, base_url: str) -> None:
    own = run_in(make_run(tmp_path, base_url))
    rates = Rates(gpu_hour_usd=2.0, setup_usd=10.0)
    assert rates_of(own, rates) == rates
    service = ComparedRun(
        "api", own.folder, own.recipe.__class__((), "ru", "openai:gpt-4o-mini"), own.summary, {}
    )
    assert rates_of(service, rates).gpu_hour_usd is None


def test_break_even_is_between_hours_and_tokens() -> None:
    costs = {
        "own": Cost(10, 5, 20, usd=0.1, paid_by="gpu-hours"),
        "api": Cost(10, 5, 20, usd=0.3, paid_by="tokens"),
        "unknown": Cost(10, 5, 20),
    }
    [found] = break_evens(costs, Rates(setup_usd=100.0))
    assert found == {
        "self_hosted": "own",
        "priced": "api",
        "setup_usd": 100.0,
        "documents": 5001,
    }
