"""Projection methods against parallel gold: the translation is given, the spans are projected."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from itertools import combinations, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, TypeVar

from donor.data import NO_GUIDANCE, Document, Guidance
from donor.errors import ConfigError
from donor.experiments.batch import batch_in, waiting_in
from donor.experiments.measured import Measured, measured
from donor.formats import find_files, read
from donor.formats.pairs import target_of
from donor.languages import language
from donor.llm import BatchRound, Completion, Method, Unasked, asking
from donor.pipeline import (
    Plan,
    Progress,
    Resources,
    Waiting,
    client_of,
    journey,
    no_progress,
    plan_of,
    usage_of,
)
from donor.pipeline.corpus_steps import (
    ALIGN,
    NO_ALIGNMENT,
    Alignment,
    aligned,
    at_the_barrier,
    links_of,
)
from donor.score import (
    SEED,
    Measurement,
    SpanScores,
    randomisation,
    span_measurement,
    spans_as_json,
)
from donor.score.resampling import RESAMPLES, TRIALS

__all__ = ["Result", "bench", "cascades", "metered", "signature", "too_few"]

T = TypeVar("T")

_PlansTo = Callable[[str], tuple[Plan, ...]]


@dataclass(frozen=True, slots=True)
class _Gold:
    """The pairs that are measured.

    Args:
        paths: files and folders of pairs; ids need not be unique over files.
        limit: only so many of the first are taken; None for all.
        shown: source texts that are left out.
    """

    paths: tuple[Path, ...]
    limit: int | None
    shown: frozenset[str]

    def pairs(self) -> Iterator[Document]:
        """The pairs, from the first on."""
        files = find_files(self.paths, format="pairs")
        documents = (pair for file in files for pair in read(file.path, format="pairs"))
        return (pair for pair in islice(documents, self.limit) if pair.text not in self.shown)


def bench(
    pairs: Sequence[Path],
    methods: Sequence[str],
    *,
    model: str,
    resources: Resources,
    parameters: Mapping[str, Any] | None = None,
    guidance: Guidance = NO_GUIDANCE,
    alignment: Alignment = NO_ALIGNMENT,
    batch: Path | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any] | Waiting:
    """The scores of each method, in the shape of `donor bench --json`.

    All pairs are read and found fit before anything is asked. Every method gets every pair;
    requests that two methods share are asked once, and count as tokens of both.

    Args:
        pairs: files and folders of pairs; their spans count together.
        methods: what is compared; `+` makes a cascade.
        model: `provider:model`.
        resources: the server, the store, and how many pairs are taken.
        parameters: sent to the model with each request; by default temperature 0.
        guidance: what the methods are told beyond the pairs.
        alignment: how words are linked, and where that is kept, for `align`.
        batch: a folder for the requests that the store does not answer, as files; while there
            are any, they are what comes back. None asks the server.
        progress: told how many pairs are done.

    Raises:
        DonorError: a pair, a name, or the server is not fit.
    """
    started = time.monotonic()
    named = cascades(methods)
    results = {name: Result() for name in named}
    plans_to = _plans(named.values(), guidance)
    gold = _Gold(tuple(pairs), resources.limit, _shown(guidance))
    total, left_out = _checked(gold, plans_to)
    wanted = {"temperature": 0} if parameters is None else dict(parameters)
    asker = client_of(model, resources) if batch is None else batch_in(batch, model, resources)
    with asker as client, TemporaryDirectory(prefix="donor-alignment-") as folder:
        if any(ALIGN in names for names in named.values()):
            own = alignment.folder or Path(folder)
            plans_to = _aligned(plans_to, gold, alignment, own, progress)
        ways = (
            asking(metered(name, journey(pair, plan)), model, wanted)
            for pair in gold.pairs()
            for name, plan in zip(named, plans_to(_target_language(pair)), strict=True)
        )
        with closing(client.drive(ways)) as driven:
            progress("bench", 0, total)
            for done, (name, transfer, tokens) in enumerate(driven, start=1):
                results[name].add(measured(transfer, tokens))
                progress("bench", done // len(results), total)
        usage = usage_of(client.counts, resources.prices, time.monotonic() - started)
    if batch is not None and isinstance(client, BatchRound) and client.requests:
        return waiting_in(batch, client, documents=total * len(named))
    return {
        "pairs": total,
        "left_out": left_out,
        "methods": {name: result.as_json() for name, result in results.items()},
        "tests": _tests({name: result.strict for name, result in results.items()}),
        "model": model,
        "signature": signature(),
        **usage,
    }


def cascades(methods: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The projectors of each method, under its name as it was typed.

    >>> cascades(["tags", "tags+quote"])
    {'tags': ('tags',), 'tags+quote': ('tags', 'quote')}

    Raises:
        ConfigError: a method stands there twice, or names nothing.
    """
    found: dict[str, tuple[str, ...]] = {}
    for method in methods:
        names = tuple(name.strip() for name in method.split("+"))
        if "joint" in names:
            what = "joint makes a translation of its own, and cannot be measured on a given one"
            raise ConfigError("--method", what)
        if not all(names):
            what = f"the method {method!r} lacks a name"
            raise ConfigError("--method", what, "for example tags,quote,tags+quote")
        if method in found:
            raise ConfigError("--method", f"the method {method!r} stands there twice")
        found[method] = names
    return found


def _plans(methods: Iterable[tuple[str, ...]], guidance: Guidance) -> _PlansTo:
    """Gives the plans of all methods for a target language."""

    @cache
    def plans_to(target: str) -> tuple[Plan, ...]:
        return tuple(
            plan_of(
                to=target,
                cascade=names,
                translator="given",
                guidance=guidance,
                same_language=True,
            )
            for names in methods
        )

    return plans_to


def _aligned(
    plans_to: _PlansTo,
    gold: _Gold,
    alignment: Alignment,
    folder: Path,
    progress: Progress,
) -> _PlansTo:
    """Gives the plans with the links between all pairs of a target language."""

    @cache
    def aligned_to(target: str) -> tuple[Plan, ...]:
        plans = plans_to(target)
        pairs = (pair for pair in gold.pairs() if _target_language(pair) == target)
        with at_the_barrier(pairs, plans[0], Unasked().drive) as texts:
            own = folder / target
            links = links_of(plans[0], texts, alignment, own, progress, too_few)
        return tuple(aligned(plan, links) for plan in plans)

    return aligned_to


def too_few(why: str) -> NoReturn:
    """Raises ConfigError: there would be nothing to measure."""
    raise ConfigError("--method align", why.partition(":")[0], why.partition(": ")[2])


def _checked(gold: _Gold, plans_to: _PlansTo) -> tuple[int, int]:
    """How many pairs are measured, and left out. Raises DonorError where one is not fit."""
    # A method that is not known is told before any file is read.
    plans_to("en")
    every = replace(gold, shown=frozenset())
    counts = [
        pair.text not in gold.shown for pair in every.pairs() if plans_to(_target_language(pair))
    ]
    return sum(counts), len(counts) - sum(counts)


def _shown(guidance: Guidance) -> frozenset[str]:
    """The source texts that are shown as examples, and so cannot be measured."""
    return frozenset(example.source.text for example in guidance.examples)


def _target_language(pair: Document) -> str:
    """The target language of a pair. Raises ConfigError where one of its two is not known."""
    target = target_of(pair)
    for side, tag in (("source", pair.language), ("target", target.language)):
        if tag is None:
            where = f"{pair.metadata.get('file')}: pair {pair.id}"
            raise ConfigError(where, f"the language of its {side} is not known", 'give "lang"')
        language(tag)
    return str(target.language)


def metered(name: str, method: Method[T]) -> Method[tuple[str, T, int | None]]:
    """A name, the method's value, and the tokens of its answers; None where one did not say."""
    tokens: int | None = 0
    try:
        requests = next(method)
        while True:
            responses = yield requests
            answers = [response for response in responses if isinstance(response, Completion)]
            tokens = _sum([tokens, *map(_tokens, answers)])
            requests = method.send(responses)
    except StopIteration as done:
        return name, done.value, tokens


def _tokens(answer: Completion) -> int | None:
    return _sum([answer.usage.prompt_tokens, answer.usage.completion_tokens])


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


class Result:
    """One method's counts so far: of all pairs together, and the scores of each."""

    def __init__(self) -> None:
        self.total = Measured()
        self.scores: list[SpanScores] = []

    def add(self, one: Measured) -> None:
        """Nothing; counts a pair."""
        self.total += one
        self.scores.append(one.scores)

    @property
    def strict(self) -> Measurement:
        """The strict F1 of each pair."""
        return span_measurement("strict", self.scores)

    def as_json(self) -> dict[str, Any]:
        """The method's part of `donor bench --json`."""
        total, spans = self.total, self.total.spans
        return {
            **spans_as_json(self.scores),
            "projection_rate": total.placed / spans if spans else None,
            "tokens_per_span": total.tokens / spans if spans and total.tokens is not None else None,
            "spans": spans,
            "placed": total.placed,
            "wrong": total.scores.strict.counts.false_positives,
            "unresolved": dict(sorted(total.unresolved.items())),
            "out_of_range": total.out_of_range,
            "off_by_one": total.off_by_one,
        }


def _tests(measured: Mapping[str, Measurement]) -> list[dict[str, Any]]:
    """A paired test of the strict F1 between each two methods; the difference is a's less b's."""
    f1 = {name: one.score for name, one in measured.items()}
    found = []
    for a, b in combinations(measured, 2):
        one, other = f1[a], f1[b]
        difference = None if one is None or other is None else one - other
        p = randomisation(measured[a], measured[b])
        found.append({"a": a, "b": b, "difference": difference, "p": p})
    return found


def signature() -> str:
    """Each setting that moves the numbers."""
    return (
        f"donor:{version('donor')}|interval:bootstrap,95%,n:{RESAMPLES},seed:{SEED}"
        f"|test:approximate-randomisation,n:{TRIALS},seed:{SEED}"
    )
