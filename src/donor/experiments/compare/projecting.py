"""The spans of all runs over one text: each model's methods asked about gold's translation."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from donor.data import Document, Interval, Translation
from donor.errors import ConfigError
from donor.experiments.bench import Result, metered, too_few
from donor.experiments.compare.cases import Case, under_source_names
from donor.experiments.compare.runs import ComparedRun
from donor.experiments.measured import measured
from donor.formats.pairs import paired
from donor.llm import Unasked, asking
from donor.pipeline import Plan, Progress, Resources, client_of, journey, plan_of, usage_of
from donor.pipeline.corpus_steps import ALIGN, Alignment, aligned, at_the_barrier, links_of
from donor.score import Measurement, over_text_of
from donor.score.relations import RelationScores, measured_relations, relation_scores
from donor.translate.given import GivenText

__all__ = ["Projected", "projected"]


@dataclass
class Projected:
    """What one method of a run made of all cases.

    Attributes:
        spans: the counts of its places.
        relations: of each case, the scores of its relations.
    """

    spans: Result = field(default_factory=Result)
    relations: list[RelationScores] = field(default_factory=list)

    @property
    def has_relations(self) -> bool:
        """Whether either side has any."""
        return any(part.by_label for part in self.relations)

    @property
    def strict_relations(self) -> Measurement:
        """The strict F1 of the relations of each case, given the spans that were found."""
        return measured_relations(self.relations)["strict"]


def projected(
    run: ComparedRun,
    cases: Sequence[Case],
    methods: Mapping[str, tuple[str, ...]],
    resources: Resources,
    progress: Progress,
) -> tuple[dict[str, Projected], dict[str, Any]]:
    """What each method makes of the cases with the run's model, and what that took.

    Raises:
        ConfigError: a method cannot be used here, or the budget does not reach.
        DonorError: the server is not fit, or the store lacks an answer under replay.
    """
    started = time.monotonic()
    pairs = [_pair(case, run.label_names) for case in cases]
    texts = {pair.id: given for pair, given, _ in pairs}
    plans = {name: _plan(run, names, texts) for name, names in methods.items()}
    found = {name: Projected() for name in methods}
    with (
        client_of(run.recipe.model, resources) as client,
        TemporaryDirectory(prefix="donor-alignment-") as folder,
    ):
        plans = _aligned(run, plans, [pair for pair, _, _ in pairs], Path(folder), progress)
        ways = (
            asking(
                metered(name, journey(pair, plan)), run.recipe.model, dict(run.recipe.parameters)
            )
            for pair, _, _ in pairs
            for name, plan in plans.items()
        )
        done = 0
        with closing(client.drive(ways)) as driven:
            for name, transfer, tokens in driven:
                gold = pairs[done // len(plans)][2]
                found[name].spans.add(measured(transfer, tokens))
                target = transfer.target and over_text_of(transfer.target, gold)
                found[name].relations.append(relation_scores(target, gold))
                done += 1
                progress(run.name, done // len(plans), len(cases))
        usage = usage_of(client.counts, resources.prices, time.monotonic() - started)
    if done < len(pairs) * len(plans):
        what = f"is spent, and {done // len(plans):,} of {len(cases):,} documents are measured"
        raise ConfigError("--budget-usd", what, "the same command with more of it goes on")
    return found, usage


def _plan(run: ComparedRun, names: Sequence[str], texts: Mapping[str, GivenText]) -> Plan:
    """The run's own plan over gold's translation, with these projectors."""
    recipe = run.recipe
    if ALIGN in names and recipe.alignment:
        what = f"the links of {recipe.alignment} are those of its own translation, not of gold's"
        raise ConfigError(run.name, what, "name the methods with --method, without align")
    plan = plan_of(
        to=recipe.to,
        cascade=names,
        translator="given",
        translations=lambda document: texts[document.id],
        source=recipe.language,
        guidance=run.guidance(),
        same_language=True,
    )
    return replace(
        plan,
        repair=recipe.repair,
        samples=recipe.samples,
        sample_parameters={"temperature": recipe.sample_temperature},
        vote=recipe.vote,
    )


def _aligned(
    run: ComparedRun,
    plans: dict[str, Plan],
    pairs: Sequence[Document],
    folder: Path,
    progress: Progress,
) -> dict[str, Plan]:
    """The plans; where one aligns, with the links between the words of all pairs."""
    if not any(step.name == ALIGN for plan in plans.values() for step in plan.cascade):
        return plans
    recipe, plan = run.recipe, next(iter(plans.values()))
    parallel = Path(recipe.parallel) if recipe.parallel else None
    how = Alignment(parallel=parallel, force=recipe.few_pairs)
    with run.directory, at_the_barrier(pairs, plan, Unasked().drive) as texts:
        links = links_of(plan, texts, how, folder, progress, too_few)
    return {name: aligned(own, links) for name, own in plans.items()}


def _pair(case: Case, names: Mapping[str, str]) -> tuple[Document, GivenText, Document]:
    """The source with gold beside it, gold's text as its translation, and gold itself.

    Text labels and side texts play no part. Where gold's text is not that of its segments put
    into the source's, the whole text is one segment.
    """
    assert case.gold is not None, "spans are compared with gold alone"
    gold = under_source_names(case.gold, names)
    source = replace(case.source, labels=(), side_texts=())
    segments = gold.segment_texts()
    if not (case.segmentwise and _says(source, segments, gold)):
        source, segments = replace(source, segments=tuple(_whole(source.text))), (gold.text,)
    return paired(source, gold), GivenText(gold.language, gold.text, segments), gold


def _says(source: Document, segments: tuple[str, ...], gold: Document) -> bool:
    """Whether the source with these texts for its segments is gold's text."""
    made = Translation(gold.language or "und", segments, (), "given").document(source)
    return made.text.strip() == gold.text.strip()


def _whole(text: str) -> Iterator[Interval]:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if start < end:
        yield Interval(start, end)
