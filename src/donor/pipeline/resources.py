"""Where and how fast a run is done, who watches it, and how it ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from donor.llm import Prices, Rates, Unpriced
from donor.pipeline.sample import Sample

__all__ = [
    "DEFAULT_STORE",
    "Outcome",
    "Progress",
    "Resources",
    "Waiting",
    "no_progress",
    "watched",
]

DEFAULT_STORE = "donor-responses.sqlite"

NO_PRICES = Unpriced("no prices were given")

T = TypeVar("T")

Progress = Callable[[str, int, int | None], None]
"""Takes the name of the step, how many documents it has done, and how many there are."""


def no_progress(step: str, done: int, total: int | None) -> None:
    """Nothing: nobody watches."""


def watched(items: Iterable[T], step: str, total: int | None, progress: Progress) -> Iterator[T]:
    """The items; whoever watches is told of each when the next one is asked for."""
    done = 0
    progress(step, done, total)
    for item in items:
        yield item
        done += 1
        progress(step, done, total)


@dataclass(frozen=True, slots=True)
class Resources:
    """Where and how fast a run is done; none of it decides the result.

    Args:
        store: the response store.
        replay: whether a request that is not in the store is an error.
        base_url: the server, where it is not the provider's own.
        api_key: the server's key.
        concurrency: requests in flight, at most.
        timeout_s: when a single exchange is given up.
        rates: what the server takes in a minute, where that is known.
        limit: how many documents are taken, at most.
        sample: which documents are taken, if not the first.
        stop_after: of how many of those that are taken the run is made, at most; a replay of a
            run that was stopped.
        prices: the model's prices, or why they are not known.
        budget_usd: when new requests stop; needs prices.
        force: whether documents may be in the target language already, and `align` may learn from
            too few pairs.
    """

    store: Path = Path(DEFAULT_STORE)
    replay: bool = False
    base_url: str | None = None
    api_key: str | None = None
    concurrency: int = 16
    timeout_s: float = 600.0
    rates: Rates | None = None
    limit: int | None = None
    sample: Sample | None = None
    stop_after: int | None = None
    prices: Prices | Unpriced = NO_PRICES
    budget_usd: float | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that cannot go on before the requests of a batch are answered.

    Attributes:
        files: the batch, in the input format of OpenAI's Batch API.
        requests: how many requests they hold.
        documents: how many documents the run has.
        done: how many of them wait for nothing.
        again: whether it waits for the very same as the last time.
    """

    files: tuple[Path, ...]
    requests: int
    documents: int
    done: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        summary: the shape of `donor transfer --json`.
        interrupted: whether Ctrl-C stopped it.
        losses: what the output format could not say, counted.
    """

    summary: Mapping[str, Any]
    interrupted: bool
    losses: Mapping[str, int] = field(default_factory=dict)
