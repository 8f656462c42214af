"""What a run costs: counted once, divided last, and never 0 where it is not known."""

from typing import Any

import pytest

from donor.costs import Cost, Rates, Recorded, break_even, cost_of, extrapolated, front, people
from donor.errors import ConfigError
from donor.llm import Prices

PRICES = Prices(2.0, 10.0, cached_usd_per_million=1.0)


def summary(**more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 1000, "cached_tokens": 400, "completion_tokens": 100}
    value = {
        "documents": 10,
        "spans": {"placed": 5},
        "requests": {"sent": 20, "from_store": 0},
        "usage": usage | more.pop("usage", {}),
        "seconds": 30.0,
    }
    return value | more


def test_each_document_and_each_placed_span_has_its_share() -> None:
    found = cost_of(summary(), Rates(prices=PRICES)).as_json()
    assert found["total"]["usd"] == pytest.approx((600 * 2 + 400 * 1 + 100 * 10) / 1e6)
    assert found["per_document"]["prompt_tokens"] == 100
    assert found["per_placed_span"]["seconds"] == 6.0
    assert (found["paid_by"], found["notes"]) == ("tokens", [])


def test_prices_of_the_usage_count_where_none_are_given() -> None:
    said = summary(usage={"prices": {"prompt_usd_per_million": 4, "completion_usd_per_million": 4}})
    assert cost_of(said).usd == pytest.approx(1100 * 4 / 1e6)
    assert cost_of(said, Rates(prices=PRICES)).usd != cost_of(said).usd


def test_what_the_store_answered_is_part_of_the_dataset() -> None:
    stored = {
        "stored_prompt_tokens": 1000,
        "stored_cached_tokens": 400,
        "stored_completion_tokens": 100,
    }
    one = cost_of(summary(), Rates(prices=PRICES))
    replayed = {name.removeprefix("stored_"): 0 for name in stored} | stored
    requests = {"sent": 0, "from_store": 20}
    again = cost_of(summary(usage=replayed, requests=requests), Rates(prices=PRICES))
    assert (again.usd, again.prompt_tokens, again.requests) == (one.usd, one.prompt_tokens, 20)


def test_replay_has_seconds_only_where_the_store_recorded_them() -> None:
    replayed = summary(requests={"sent": 0, "from_store": 20})
    assert cost_of(replayed).seconds is None
    assert any("out of the store" in note for note in cost_of(replayed).notes)
    assert cost_of(replayed, recorded=Recorded(12.0)).seconds == 12.0


def test_unknown_price_is_none_and_says_why() -> None:
    cost = cost_of(summary(usage={"unpriced": "a server of your own"}))
    assert (cost.usd, cost.paid_by, cost.usd_per_document) == (None, None, None)
    assert cost.notes == ("no price: a server of your own",)


def test_uncounted_tokens_have_no_price() -> None:
    cost = cost_of(
        summary(usage={"prompt_tokens": 0, "cached_tokens": 0, "completion_tokens": 0}),
        Rates(prices=PRICES),
    )
    assert (cost.prompt_tokens, cost.completion_tokens, cost.usd) == (None, None, None)


def test_gpu_hours_are_seconds_times_cards() -> None:
    cost = cost_of(summary(), Rates(gpu_hour_usd=3.6, gpus=2))
    assert cost.usd == pytest.approx(30 / 3600 * 3.6 * 2)
    assert cost.paid_by == "gpu-hours"
    replayed = summary(requests={"sent": 0, "from_store": 20})
    assert cost_of(replayed, Rates(gpu_hour_usd=3.6)).usd is None


def test_where_nothing_is_asked_nothing_is_paid() -> None:
    nothing = {"prompt_tokens": 0, "cached_tokens": 0, "completion_tokens": 0}
    cost = cost_of(summary(usage=nothing, requests={"sent": 0, "from_store": 0}))
    assert (cost.usd, cost.prompt_tokens) == (0.0, 0)


def test_nothing_is_divided_by_no_span() -> None:
    found = cost_of(summary(spans={"placed": 0}), Rates(prices=PRICES)).as_json()
    assert set(found["per_placed_span"].values()) == {None}


@pytest.mark.parametrize(
    ("fixed", "own", "other", "documents"),
    [
        (100, 0.01, 0.03, 5001),
        (0, 0.01, 0.03, 1),
        (100, 0.03, 0.01, None),
        (100, 0.03, 0.03, None),
        (None, 0.01, 0.03, None),
        (100, None, 0.03, None),
        (1, 0, 1, 2),
    ],
)
def test_break_even_is_where_it_is_cheaper_for_the_first_time(
    fixed: float | None, own: float | None, other: float, documents: int | None
) -> None:
    assert break_even(fixed, own, other) == documents


def test_people_are_compared_with() -> None:
    cost = Cost(10, 5, 20, usd=1.0)
    found = people(cost, Rates(human_minutes=6, human_hour_usd=20, setup_usd=95))
    assert found == {
        "usd_per_document": 2.0,
        "usd": 20.0,
        "ratio": 20.0,
        "setup_usd": 95,
        "from_documents": 51,
    }
    assert people(cost, Rates()) is None
    unknown = people(Cost(10, 5, 20), Rates(human_minutes=6, human_hour_usd=20))
    assert unknown is not None
    assert (unknown["ratio"], unknown["from_documents"]) == (None, None)


def test_people_have_both_figures_or_none() -> None:
    with pytest.raises(ConfigError, match="belong together"):
        Rates(human_minutes=6)


def test_corpus_is_proportional_with_a_range_where_documents_are_known() -> None:
    cost = Cost(10, 5, 20, usd=1.0, seconds=None)
    found = extrapolated(cost, 1000)
    assert found["usd"] == {"estimate": 100.0, "low": None, "high": None}
    assert (found["seconds"], found["requests"]["estimate"]) == (None, 2000)
    ranged = extrapolated(cost, 10**9, Rates(setup_usd=5.0), {"usd": (0.5, 2.0)})
    assert ranged["usd"]["low"] == pytest.approx(0.5 * 1e8 + 5, rel=1e-6)
    assert ranged["usd"]["high"] == pytest.approx(2e8 + 5, rel=1e-6)


def test_small_corpus_varies_more_than_its_mean() -> None:
    cost = Cost(10, 5, 20, usd=1.0)
    wide, narrow = (extrapolated(cost, n, spread={"usd": (0.5, 1.5)})["usd"] for n in (10, 10**9))
    assert wide["high"] / wide["estimate"] > narrow["high"] / narrow["estimate"]
    assert extrapolated(cost, 10, spread={"usd": (0.1, 2.0)})["usd"]["low"] == 0.0


def test_front_has_no_point_that_another_beats() -> None:
    assert front({}) == []
    assert front({"a": (1, 0.5), "b": (1, 0.5)}) == ["a", "b"]
    assert front({"dear": (2, 0.9), "cheap": (1, 0.5), "worse": (2, 0.8)}) == ["cheap", "dear"]
