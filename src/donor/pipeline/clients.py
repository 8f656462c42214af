"""Who answers the requests of a run: a client or a batch, and what they have counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from donor.errors import ConfigError
from donor.llm import (
    NO_PROVIDER,
    AnswerCounts,
    BatchRound,
    Client,
    Counts,
    OpenAICompatible,
    Prices,
    ResponseStore,
    Unasked,
    Unpriced,
    split_model,
)
from donor.pipeline.resources import Resources

__all__ = ["Asker", "batch_of", "client_of", "how_asked", "usage_of"]

Asker = Client | BatchRound | Unasked
"""Whoever answers requests, live, out of files, or not at all."""


@contextmanager
def batch_of(model: str, resources: Resources, folder: Path) -> Iterator[BatchRound | Unasked]:
    """A batch for a model, whose files are made in the folder; its store open."""
    if split_model(model).provider == NO_PROVIDER:
        yield Unasked()
        return
    if split_model(model).provider == "recorded":
        hint = "use it with --replay"
        raise ConfigError(f"model {model!r}", "nobody serves recorded answers", hint)
    with ResponseStore.open(resources.store) as store:
        yield BatchRound(model, store, folder)


@contextmanager
def client_of(model: str, resources: Resources) -> Iterator[Client | Unasked]:
    """The client of a model, its store open; without a model, nothing is opened."""
    if split_model(model).provider == NO_PROVIDER:
        yield Unasked()
        return
    split_model(model)
    provider = None
    if not resources.replay:
        provider = OpenAICompatible.of(
            model, base_url=resources.base_url, api_key=resources.api_key
        )
    with ResponseStore.open(resources.store, read_only=resources.replay) as store:
        yield Client(
            provider,
            store,
            replay=resources.replay,
            concurrency=resources.concurrency,
            timeout_s=resources.timeout_s,
            rates=resources.rates,
            stop_when=_stop(resources),
        )


def _stop(resources: Resources) -> Callable[[Counts], bool] | None:
    """Says when the budget is spent; None without one."""
    budget, prices = resources.budget_usd, resources.prices
    if budget is None:
        return None
    if isinstance(prices, Unpriced):
        hint = "give the model's prices with --prices FILE or in the recipe's section [prices]"
        raise ConfigError("--budget-usd", f"the price is not known: {prices.reason}", hint)
    return lambda now: _usd(now.new, prices) >= budget


def _usd(answers: AnswerCounts, prices: Prices) -> float:
    return prices.usd(answers.prompt_tokens, answers.completion_tokens, answers.cached_tokens)


def how_asked(client: Asker, resources: Resources) -> dict[str, Any]:
    """How a run asked, for its provenance."""
    provider = client.provider if isinstance(client, Client) else None
    return {
        "base_url": provider.base_url if provider else None,
        "wire": str(provider.wire) if provider else None,
        "store": None if isinstance(client, Unasked) else str(resources.store.absolute()),
        "replay": resources.replay,
        "limit": resources.limit,
        "sample": asdict(resources.sample) if resources.sample else None,
    }


def usage_of(counts: Counts, prices: Prices | Unpriced, seconds: float) -> dict[str, Any]:
    """The requests, the tokens and the money of a client's counts, in the shape of `--json`."""
    new = counts.new
    return {
        "requests": {
            "sent": counts.sent,
            "from_store": counts.from_store,
            "failed": sum(counts.failed.values()),
            "failed_by_kind": {str(kind): n for kind, n in sorted(counts.failed.items())},
            "statuses": {str(status): n for status, n in sorted(counts.statuses.items())},
            "retried": counts.retried,
            "schema_valid": new.schema_valid,
            "schema_invalid": new.schema_invalid,
        },
        "usage": {
            "prompt_tokens": new.prompt_tokens,
            "completion_tokens": new.completion_tokens,
            "cached_tokens": new.cached_tokens,
            "usd": _usd(new, prices) if isinstance(prices, Prices) else None,
            "prices": prices.as_json() if isinstance(prices, Prices) else None,
            "unpriced": prices.reason if isinstance(prices, Unpriced) else None,
            "stored_prompt_tokens": counts.stored.prompt_tokens,
            "stored_completion_tokens": counts.stored.completion_tokens,
            "stored_cached_tokens": counts.stored.cached_tokens,
        },
        "seconds": round(seconds, 3),
    }
