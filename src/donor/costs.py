"""What a run costs: tokens, money and seconds, for each document and each placed span.

What is counted is what the dataset is made of, whether it was asked for in this run or lay in
the store before. What is not known is None and never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, sqrt
from typing import Any

from donor.errors import ConfigError
from donor.llm import Prices

__all__ = [
    "NO_RATES",
    "Cost",
    "Rates",
    "Recorded",
    "break_even",
    "cost_of",
    "extrapolated",
    "front",
    "people",
]

_HOUR_S, _HOUR_MIN = 3600.0, 60.0
_TOKENS = ("prompt_tokens", "cached_tokens", "completion_tokens")
_QUANTITIES = ("requests", *_TOKENS, "usd", "seconds")


@dataclass(frozen=True, slots=True)
class Rates:
    """What things cost beyond what a run's usage tells.

    Args:
        prices: of the model's tokens; None takes those that the usage names.
        gpu_hour_usd: an hour of one GPU, for a model whose tokens have no price.
        gpus: how many of them serve the model.
        setup_usd: what is paid once before a model of one's own serves.
        human_minutes: how long a person takes to annotate a document.
        human_hour_usd: what an hour of that person costs.
    """

    prices: Prices | None = None
    gpu_hour_usd: float | None = None
    gpus: int = 1
    setup_usd: float | None = None
    human_minutes: float | None = None
    human_hour_usd: float | None = None

    def __post_init__(self) -> None:
        if (self.human_minutes is None) != (self.human_hour_usd is None):
            what = "the minutes for a document and the rate of an hour belong together"
            raise ConfigError("the cost of people", what, "give both, or neither")

    @property
    def human_usd(self) -> float | None:
        """What a person costs for one document."""
        if self.human_minutes is None or self.human_hour_usd is None:
            return None
        return self.human_minutes / _HOUR_MIN * self.human_hour_usd


NO_RATES = Rates()
"""Nothing is known beyond the usage."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How long the answers of a run took when they were asked for, as the store recorded it.

    Args:
        seconds: during which at least one of them was on its way.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took, in all.

    Args:
        documents: that were transferred.
        placed: source spans that have a place.
        requests: answered or not, sent or out of the store.
        prompt_tokens: of all answers; None where the server does not count.
        cached_tokens: those of them that the provider had in its cache.
        completion_tokens: of all answers.
        usd: None where the price, or what it is for, is not known.
        seconds: from the first request to the last answer, as far as somebody measured it.
        paid_by: `tokens` or `gpu-hours`; None where the price is not known.
        notes: what is not known, and why.
    """

    documents: int
    placed: int
    requests: int
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    usd: float | None = None
    seconds: float | None = None
    paid_by: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def usd_per_document(self) -> float | None:
        """None where the price is not known, or there is no document."""
        return _share(self.usd, self.documents)

    def as_json(self) -> dict[str, Any]:
        """All of it, for each document and for each placed span."""
        total = {name: getattr(self, name) for name in _QUANTITIES}
        return {
            "documents": self.documents,
            "placed_spans": self.placed,
            "total": total,
            "per_document": {name: _share(n, self.documents) for name, n in total.items()},
            "per_placed_span": {name: _share(n, self.placed) for name, n in total.items()},
            "paid_by": self.paid_by,
            "notes": list(self.notes),
        }


def cost_of(
    summary: Mapping[str, Any], rates: Rates = NO_RATES, recorded: Recorded | None = None
) -> Cost:
    """The cost of a run, out of its summary.

    >>> summary = {
    ...     "documents": 4, "spans": {"placed": 2}, "seconds": 9.0,
    ...     "requests": {"sent": 8, "from_store": 0},
    ...     "usage": {"prompt_tokens": 4000, "completion_tokens": 1000},
    ... }
    >>> cost = cost_of(summary, Rates(prices=Prices(1.0, 4.0)))
    >>> cost.usd, cost.usd_per_document, cost.paid_by
    (0.008, 0.002, 'tokens')

    Args:
        summary: the shape of `donor show --json`.
        rates: what things cost.
        recorded: the time of the answers, where it was looked up in the store.
    """
    asked, usage = summary["requests"], summary["usage"]
    requests = asked["sent"] + asked["from_store"]
    tokens: dict[str, int | None] = {name: _tokens(usage, name) for name in _TOKENS}
    notes = []
    if requests and not tokens["prompt_tokens"]:
        notes.append("the server did not count tokens")
        tokens = dict.fromkeys(_TOKENS)
    seconds, why = _seconds(summary, recorded)
    notes += [why] if why else []
    usd, paid_by, why = _usd(tokens, seconds, usage, rates, requests)
    notes += [why] if why else []
    return Cost(
        documents=summary["documents"],
        placed=summary["spans"]["placed"],
        requests=requests,
        **tokens,
        usd=usd,
        seconds=seconds,
        paid_by=paid_by,
        notes=tuple(notes),
    )


def _tokens(usage: Mapping[str, Any], name: str) -> int:
    """New and stored tokens together."""
    return int(usage.get(name) or 0) + int(usage.get(f"stored_{name}") or 0)


def _seconds(summary: Mapping[str, Any], recorded: Recorded | None) -> tuple[float | None, str]:
    """How long the run took, or why that is not known: what the store answers takes no time."""
    if not summary["requests"]["from_store"]:
        return summary.get("seconds"), ""
    if recorded is not None:
        return recorded.seconds, "seconds are those that the store recorded"
    return None, "answers came out of the store, so the run's seconds are not the model's"


def _usd(
    tokens: Mapping[str, int | None],
    seconds: float | None,
    usage: Mapping[str, Any],
    rates: Rates,
    requests: int,
) -> tuple[float | None, str | None, str]:
    """The price, what it is for, and why it is not known."""
    if not requests:
        return 0.0, "tokens", "no model was asked"
    said = usage.get("prices")
    prices = rates.prices or (Prices(**said) if said else None)
    prompt, completion = tokens["prompt_tokens"], tokens["completion_tokens"]
    if prices is not None:
        if prompt is None or completion is None:
            return None, None, "without tokens there is no price"
        return prices.usd(prompt, completion, tokens["cached_tokens"] or 0), "tokens", ""
    if rates.gpu_hour_usd is None:
        return None, None, f"no price: {usage.get('unpriced') or 'none was given'}"
    if seconds is None:
        return None, None, "without seconds there is no price of GPU hours"
    return seconds / _HOUR_S * rates.gpu_hour_usd * rates.gpus, "gpu-hours", ""


def break_even(
    fixed_usd: float | None, own_usd: float | None, other_usd: float | None
) -> int | None:
    """From how many documents on one way is cheaper than the other; None if never, or not known.

    >>> break_even(100.0, 0.01, 0.03)
    5001

    Args:
        fixed_usd: what the one way costs once; None is not known.
        own_usd: what it costs for each document.
        other_usd: what the other way costs for each document.
    """
    if fixed_usd is None or own_usd is None or other_usd is None or own_usd >= other_usd:
        return None
    # A hair's breadth of a document is the rounding of the quotient.
    return floor(fixed_usd / (other_usd - own_usd) + 1e-9) + 1


def people(cost: Cost, rates: Rates) -> dict[str, Any] | None:
    """What annotation by people costs beside the run; None where nothing is known of people.

    `ratio` is how many times the run's cost that is; `from_documents` from how many documents on
    the run is cheaper, its set-up counted where it is known: `setup_usd` says it.
    """
    human = rates.human_usd
    if human is None:
        return None
    own = cost.usd_per_document
    return {
        "usd_per_document": human,
        "usd": human * cost.documents,
        "ratio": human / own if own else None,
        "setup_usd": rates.setup_usd,
        "from_documents": break_even(rates.setup_usd or 0.0, own, human),
    }


def extrapolated(
    cost: Cost,
    documents: int,
    rates: Rates = NO_RATES,
    spread: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """What so many documents like these would cost, each quantity with its lowest and highest.

    In proportion to the measured ones. A mean over n documents lies off by the width of its
    interval; the total of N others like them by sqrt(1 + n / N) times that.

    >>> found = extrapolated(Cost(10, 5, 20, usd=1.0), 1000, spread={"usd": (0.8, 1.3)})
    >>> [round(found["usd"][key], 1) for key in ("estimate", "low", "high")]
    [100.0, 79.9, 130.1]

    Args:
        cost: of the measured documents.
        documents: how many are meant.
        rates: what people cost, and the set-up, which is added to `usd` once.
        spread: by quantity the interval of the mean document, as shares of that mean; without
            it there is an estimate and no range.
    """
    once = {"usd": rates.setup_usd or 0.0}
    widen = sqrt(1 + cost.documents / documents)
    found: dict[str, Any] = {"documents": documents}
    for name in _QUANTITIES:
        each = _share(getattr(cost, name), cost.documents)
        if each is None:
            found[name] = None
            continue
        edges = (spread or {}).get(name)
        low, high = edges or (None, None)
        found[name] = {
            "estimate": documents * each + once.get(name, 0.0),
            "low": _edge(low, widen, documents * each, once.get(name, 0.0)),
            "high": _edge(high, widen, documents * each, once.get(name, 0.0)),
        }
    found["human_usd"] = None if rates.human_usd is None else documents * rates.human_usd
    return found


def _edge(share: float | None, widen: float, total: float, once: float) -> float | None:
    return None if share is None else max(0.0, 1 + (share - 1) * widen) * total + once


def front(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The names that no other one beats: the Pareto front, the cheapest first.

    >>> front({"small": (1, 0.8), "large": (9, 0.9), "dear": (9, 0.7)})
    ['small', 'large']

    Args:
        points: cost and quality by name.
    """
    best = [
        name
        for name, (cost, quality) in points.items()
        if not any(
            other_cost <= cost and other >= quality and (other_cost, other) != (cost, quality)
            for other_cost, other in points.values()
        )
    ]
    return sorted(best, key=lambda name: points[name])


def _share(number: float | None, of: int) -> float | None:
    return None if number is None or not of else number / of
