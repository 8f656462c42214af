"""What the runs cost, and what each document of a run took, as the response store has it."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from donor.costs import Cost, Rates, Recorded, break_even, cost_of, extrapolated, people
from donor.data import Document
from donor.errors import DonorError
from donor.experiments.compare.runs import ComparedRun
from donor.llm import Method, Prices, Request, Response, ResponseStore, answered, split_model
from donor.llm.exchange import not_recorded, recorded_response
from donor.pipeline import plan_for
from donor.pipeline.corpus_steps import CorpusSteps
from donor.pipeline.looking import label_values
from donor.pipeline.resources import no_progress
from donor.records import RunFolder
from donor.score import Measurement, Metric, interval

__all__ = ["Spent", "Use", "break_evens", "covered_s", "rates_of", "spent", "uses_of"]

T = TypeVar("T")


@dataclass
class Use:
    """What one document took.

    Attributes:
        requests: its questions, each once.
        prompt_tokens: of their answers; the server's own count.
        cached_tokens: of these, out of the provider's cache.
        completion_tokens: of the answers.
        exchanges: when each began and ended, in seconds since the epoch.
    """

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    exchanges: list[tuple[float, float]] = field(default_factory=list)

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            [*self.exchanges, *other.exchanges],
        )

    @property
    def seconds(self) -> float:
        """How long its exchanges took, one after the other."""
        return sum(end - start for start, end in self.exchanges)


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of a run, and how far single documents lie apart.

    Args:
        cost: of the whole run.
        spread: by quantity the interval of the mean document, as shares of that mean.
        note: why there is no spread, or "".
    """

    cost: Cost
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    note: str = ""

    def as_json(self, rates: Rates, corpus: int | None) -> dict[str, Any]:
        """The section `cost` of a run."""
        found = self.cost.as_json() | {"people": people(self.cost, rates)}
        if corpus is None:
            return found
        whole = extrapolated(self.cost, corpus, rates, self.spread)
        basis = self.note or "bootstrap over the documents' own requests, 95 %"
        return found | {"corpus": whole | {"range": basis}}


def spent(run: ComparedRun, rates: Rates, store: Path, *, corpus: bool) -> Spent:
    """What a run cost.

    The store is read where the run's own figures do not do: for seconds that a replay has not,
    and for the range of a corpus.
    """
    from_store = run.summary["requests"]["from_store"] > 0
    rates = rates_of(run, rates)
    if not (corpus or from_store):
        return Spent(cost_of(run.summary, rates))
    uses = uses_of(run, store)
    if isinstance(uses, str):
        return Spent(cost_of(run.summary, rates), note=f"in proportion, without a range: {uses}")
    # Answers that nobody has waited for, as those of the sample, say nothing of time.
    covered = covered_s([one for use in uses for one in use.exchanges])
    recorded = Recorded(covered) if from_store and covered else None
    cost = cost_of(run.summary, rates, recorded)
    return Spent(cost, _spread(uses, rates.prices or _said_prices(run)))


def rates_of(run: ComparedRun, rates: Rates) -> Rates:
    """The rates that count for a run: GPU hours and set-up are those of a server of one's own."""
    return rates if _self_hosted(run) else replace(rates, gpu_hour_usd=None, setup_usd=None)


def _self_hosted(run: ComparedRun) -> bool:
    """Whether nobody has a price for the run's tokens: its model is served by the user."""
    own = split_model(run.recipe.model).endpoint.base_url or ""
    return "localhost" in own or "names another server" in str(run.summary["usage"].get("unpriced"))


def _said_prices(run: ComparedRun) -> Prices | None:
    said = run.summary["usage"].get("prices")
    return Prices(**said) if said else None


def uses_of(run: ComparedRun, store: Path) -> list[Use] | str:
    """What each document of a run took, by its answers in the store; or why that is not known.

    The run is gone through again, out of the store alone.
    """
    if not store.exists():
        return f"there is no store {store}"
    uses: list[Use] = []
    try:
        with (
            run.directory,
            ResponseStore.open(store, read_only=True) as answers,
            TemporaryDirectory(prefix="donor-") as scratch,
        ):
            again = _Again(answers, uses)
            plan = plan_for(run.recipe, same_language=True)
            if plan.judge:
                plan = replace(plan, label_values=label_values(run.folder.read_documents()))
            steps = CorpusSteps(
                run.recipe, RunFolder(Path(scratch)), run.folder, no_progress, _unheard
            )

            def documents() -> Iterator[Document]:
                return islice(run.folder.read_documents(), run.summary["documents"])

            with steps.journeys(plan, documents, again) as ways:  # type: ignore[arg-type]
                for _ in again.drive(ways):
                    pass
    except DonorError as error:
        return str(error)
    # At a barrier all documents are translated first; their second half comes behind.
    number = run.summary["documents"]
    return [sum(uses[n::number], Use()) for n in range(number)]


def _unheard(where: str, what: str) -> None:
    """Nothing: the run has told it already."""


class _Again:
    """Drives methods with a store's answers, and counts what each of them took."""

    def __init__(self, store: ResponseStore, uses: list[Use]) -> None:
        self._store = store
        self._uses = uses

    def drive(self, methods: Iterable[Method[T]]) -> Generator[T, None, None]:
        """The value of each method, in their order. Raises ReplayError for a missing answer."""
        for method in methods:
            use = Use()
            yield answered(method, self._answering(use))
            self._uses.append(use)

    def _answering(self, use: Use) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            row = self._store.get(request.key) or self._store.get_rejected(request.key)
            if row is None:
                raise not_recorded(request, self._store.path)
            use.requests += 1
            use.prompt_tokens += row.prompt_tokens or 0
            use.cached_tokens += row.cached_tokens or 0
            use.completion_tokens += row.completion_tokens or 0
            begun = datetime.fromisoformat(row.started_at).timestamp()
            use.exchanges.append((begun, begun + row.seconds))
            return recorded_response(row.status, row.body, request)

        return answer


def covered_s(exchanges: Iterable[tuple[float, float]]) -> float:
    """How many seconds at least one exchange was on its way; pauses between them do not count.

    >>> covered_s([(0, 2), (1, 3), (10, 11)])
    4.0
    """
    covered, done = 0.0, float("-inf")
    for start, end in sorted(exchanges):
        covered += max(0.0, end - max(start, done))
        done = max(done, end)
    return covered


def _mean(counts: Sequence[float]) -> float | None:
    return counts[0] / counts[1] if counts[1] else None


def _spread(uses: Sequence[Use], prices: Prices | None) -> dict[str, tuple[float, float]]:
    """The interval of the mean document in each quantity, as shares of the mean."""
    values: dict[str, list[float]] = {
        "requests": [use.requests for use in uses],
        "prompt_tokens": [use.prompt_tokens for use in uses],
        "cached_tokens": [use.cached_tokens for use in uses],
        "completion_tokens": [use.completion_tokens for use in uses],
        "seconds": [use.seconds for use in uses],
    }
    if prices is None:
        values["usd"] = values["seconds"]
    else:
        values["usd"] = [
            prices.usd(use.prompt_tokens, use.completion_tokens, use.cached_tokens) for use in uses
        ]
    found = {}
    for name, each in values.items():
        measured = Measurement(Metric(name, ("sum", "documents"), _mean), [(x, 1) for x in each])
        edges = interval(measured)
        if edges and measured.score:
            found[name] = edges[0] / measured.score, edges[1] / measured.score
    return found


def break_evens(costs: Mapping[str, Cost], rates: Rates) -> list[dict[str, Any]]:
    """From how many documents on each self-hosted model is cheaper than each priced one.

    `documents` is None where it never is; without a set-up cost, which `setup_usd` then says, it
    is from the first on or never.
    """
    own = [name for name, cost in costs.items() if cost.paid_by == "gpu-hours"]
    priced = [name for name, cost in costs.items() if cost.paid_by == "tokens"]
    return [
        {
            "self_hosted": a,
            "priced": b,
            "setup_usd": rates.setup_usd,
            "documents": break_even(
                rates.setup_usd or 0.0, costs[a].usd_per_document, costs[b].usd_per_document
            ),
        }
        for a in own
        for b in priced
    ]
