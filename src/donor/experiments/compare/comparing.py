"""The comparison itself: each run measured, then all of them against each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from donor.costs import NO_RATES, Cost, Rates, front
from donor.data import Document
from donor.errors import ConfigError
from donor.experiments.bench import cascades, signature
from donor.experiments.compare.cases import Cases, Sides, matched
from donor.experiments.compare.own import (
    Own,
    against_gold,
    agreement,
    without_gold,
)
from donor.experiments.compare.projecting import Projected, projected
from donor.experiments.compare.runs import ComparedRun, opened
from donor.experiments.compare.significance import Contest, contests, decided
from donor.experiments.compare.spending import Spent, break_evens, rates_of, spent
from donor.llm import Prices
from donor.pipeline import Progress, Resources, no_progress
from donor.score import interval
from donor.score.embedding import Embedder
from donor.score.relations import relations_as_json
from donor.score.translation import as_json

__all__ = ["REFERENCE_FREE", "Comparison", "compare"]

# Those that are tested; a test of each value would make all others blunter.
_LABEL_MEASURES = ("accuracy", "f1_macro", "mcc")
REFERENCE_FREE = (
    "without gold: these say how far a result can be trusted, not how good it is; agreement is "
    "between two systems, which may be wrong together"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and how.

    Args:
        runs: their folders.
        gold: gives the targets as they should be, told the language of those that do not say
            theirs; None compares without.
        resources: how the model of a run is asked, and what its tokens cost.
        methods: the projection methods of all runs, `+` makes a cascade; () is each run's own.
        spans: whether spans are projected onto gold's text, for which models are asked.
        embedder: compares sentences by meaning; None leaves that out.
        rates: what things cost beyond the usage.
        corpus: of how many documents the cost is to be told too.
        limit: how many of the common documents are compared, at most; the first ones.
        budget_usd: what all models together may cost now.
        progress: told how far it is.
    """

    runs: Sequence[Path]
    resources: Callable[[ComparedRun], Resources]
    gold: Callable[[str], Sides] | None = None
    methods: Sequence[str] = ()
    spans: bool = True
    embedder: Embedder | None = None
    rates: Rates = NO_RATES
    corpus: int | None = None
    limit: int | None = None
    budget_usd: float | None = None
    progress: Progress = no_progress


@dataclass
class _Measured:
    """One run, measured."""

    run: ComparedRun
    own: Own
    spent: Spent
    methods: dict[str, Projected] = field(default_factory=dict)
    asked: dict[str, Any] | None = None


def compare(asked: Comparison) -> dict[str, Any]:
    """The runs side by side, in the shape of `donor compare --json`.

    Raises:
        DonorError: a folder holds no finished run, the runs do not belong together, there is no
            common document, or a server is not fit.
    """
    runs = opened(asked.runs)
    named = cascades(asked.methods)
    gold = None if asked.gold is None else asked.gold(runs[0].recipe.to)
    cases = matched(runs, gold, _shown(runs), asked.limit)
    with_spans = asked.spans and any(case.gold and case.gold.spans for case in cases.cases)
    if named and not with_spans:
        why = "--no-spans leaves them out" if not asked.spans else "gold has no spans"
        raise ConfigError("--method", f"there are no spans to compare methods by: {why}")
    found: list[_Measured] = []
    left_usd = asked.budget_usd
    for run in runs:
        one = _measured(run, cases, asked)
        if with_spans:
            resources = replace(asked.resources(run), budget_usd=left_usd)
            own = named or {"+".join(run.recipe.cascade): run.recipe.cascade}
            one.methods, one.asked = projected(run, cases.cases, own, resources, asked.progress)
            if left_usd is not None:
                left_usd = max(0.0, left_usd - (one.asked["usage"]["usd"] or 0.0))
        found.append(one)
    costs = {one.run.name: one.spent.cost for one in found}
    return {
        "documents": len(cases.cases),
        "left_out": cases.left_out,
        "runs": {one.run.name: _as_json(one, asked) for one in found},
        "tests": decided(_contests(found, several=bool(named))),
        "reference_free": _reference_free(found, cases) if asked.gold is None else None,
        "front": front(dict(_points(found, costs))),
        "break_even": break_evens(costs, asked.rates),
        "signature": _signature(asked),
    }


def _shown(runs: Sequence[ComparedRun]) -> Callable[[Document], bool]:
    """Says of a document whether some run's methods are shown it as an example."""
    texts = {example.source.text for run in runs for example in run.guidance().examples}
    return lambda document: document.text in texts


def _measured(run: ComparedRun, cases: Cases, asked: Comparison) -> _Measured:
    """A run's own translation, and what it cost."""
    transfers = cases.transfers(run)
    resources = asked.resources(run)
    if asked.gold is None:
        own = without_gold(run, transfers, asked.embedder)
    else:
        own = against_gold(run, cases.cases, transfers, asked.embedder)
    rates = asked.rates
    if isinstance(resources.prices, Prices):
        rates = replace(rates, prices=resources.prices)
    store = _own_store(run) or resources.store
    return _Measured(run, own, spent(run, rates, store, corpus=asked.corpus is not None))


def _own_store(run: ComparedRun) -> Path | None:
    """The store of the run's own answers, where that is still there."""
    said = run.provenance.get("store")
    return Path(said) if said and Path(said).exists() else None


def _as_json(one: _Measured, asked: Comparison) -> dict[str, Any]:
    run, own = one.run, one.own
    methods = {name: _method(found) for name, found in one.methods.items()}
    first: Mapping[str, Any] = next(iter(methods.values()), {"spans": None, "relations": None})
    return {
        "folder": str(run.folder.path),
        "model": run.recipe.model,
        "method": next(iter(methods), "+".join(run.recipe.cascade)),
        "spans": first["spans"],
        "relations": first["relations"],
        "methods": methods if asked.methods else None,
        "labels": own.counts["labels"] | {"by_name": own.labels_json},
        "translation": as_json(own.translation) if own.translation else None,
        "texts_differ": own.counts["texts_differ"],
        "projection_rate": own.counts["projection_rate"],
        "findings_per_document": own.counts["findings_per_document"],
        "requests": run.summary["requests"],
        "usage": run.summary["usage"],
        "seconds": run.summary["seconds"],
        "cost": one.spent.as_json(rates_of(run, asked.rates), asked.corpus),
        "asked_now": one.asked,
        "notes": list(own.notes),
    }


def _method(found: Projected) -> dict[str, Any]:
    """The scores of one method of a run; relations are null where nobody has any."""
    relations = relations_as_json(found.relations) if found.has_relations else None
    return {"spans": found.spans.as_json(), "relations": relations}


def _contests(found: Sequence[_Measured], *, several: bool) -> Iterator[Contest]:
    """What is decided: each metric between each two runs; methods also within a run."""
    for name in dict.fromkeys(name for one in found for name in one.methods) if several else [None]:
        yield from _of_spans(found, name)
    if several:
        for one in found:
            systems = {
                f"{one.run.name} {name}": own.spans.strict for name, own in one.methods.items()
            }
            yield from contests("spans", systems)
    labels = dict.fromkeys(name for one in found for name in one.own.labels)
    for label in labels:
        for measure in _LABEL_MEASURES:
            some = {one.run.name: one.own.labels.get(label, {}).get(measure) for one in found}
            known = {name: own for name, own in some.items() if own is not None}
            yield from contests(f"labels.{label}.{measure}", known)
    for metric in dict.fromkeys(name for one in found for name in one.own.translation):
        every = {one.run.name: one.own.translation[metric] for one in found}
        yield from contests(metric, every)


def _of_spans(found: Sequence[_Measured], method: str | None) -> Iterator[Contest]:
    """The runs by one method, or each by its own."""
    own = {
        one.run.name if method is None else f"{one.run.name} {method}": (
            next(iter(one.methods.values())) if method is None else one.methods[method]
        )
        for one in found
        if one.methods
    }
    yield from contests("spans", {name: one.spans.strict for name, one in own.items()})
    related = {name: one.strict_relations for name, one in own.items()}
    yield from contests("relations", related)


def _reference_free(found: Sequence[_Measured], cases: Cases) -> dict[str, Any]:
    """What can be said without gold: of each run, and how alike each two are."""
    metrics = dict.fromkeys(name for one in found for name in one.own.reference_free)
    tests = [
        contest
        for metric in metrics
        for contest in contests(
            metric,
            {
                one.run.name: one.own.reference_free[metric]
                for one in found
                if metric in one.own.reference_free
            },
        )
    ]
    return {
        "what": REFERENCE_FREE,
        "runs": {one.run.name: as_json(one.own.reference_free) for one in found},
        "tests": decided(tests, judged=False),
        "agreement": list(_agreements([one.run for one in found], cases)),
    }


def _agreements(runs: Sequence[ComparedRun], cases: Cases) -> Iterator[dict[str, Any]]:
    """How alike each two runs are."""
    for a, b in combinations(runs, 2):
        found = agreement(cases.transfers(a), cases.transfers(b), a.recipe.to)
        spans = found.spans
        yield {
            "a": a.name,
            "b": b.name,
            "translation": as_json(found.translation),
            "equal_texts": found.equal_texts,
            "spans": {"f1": spans.score, "interval": interval(spans)},
            "both_placed": found.both_placed.score,
            "untranslated": found.untranslated,
        }


def _points(
    found: Sequence[_Measured], costs: Mapping[str, Cost]
) -> Iterator[tuple[str, tuple[float, float]]]:
    """USD a document and strict F1 of each run that has both."""
    for one in found:
        usd = costs[one.run.name].usd_per_document
        f1 = next(iter(one.methods.values())).spans.strict.score if one.methods else None
        if usd is not None and f1 is not None:
            yield one.run.name, (usd, f1)


def _signature(asked: Comparison) -> str:
    """Each setting that moves the numbers."""
    parts = [signature(), "correction:holm,over:tests", "difference:paired-bootstrap,95%"]
    if asked.embedder is not None:
        parts.append(f"embedding:{asked.embedder.name}")
    return "|".join(parts)
