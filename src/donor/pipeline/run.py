"""A whole run: input in, a run folder out."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from functools import partial as partial_function
from itertools import islice
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.formats import format_named
from donor.formats.format import Warn, ignore_warnings
from donor.llm import BatchRound
from donor.pipeline.card import dataset_card
from donor.pipeline.clients import Asker, batch_of, client_of, how_asked, usage_of
from donor.pipeline.corpus_steps import CorpusSteps
from donor.pipeline.doubts import doubts
from donor.pipeline.input import output_format
from donor.pipeline.label_names import Names, asked_names
from donor.pipeline.licence import licence_of
from donor.pipeline.looking import label_values
from donor.pipeline.plan import plan_for
from donor.pipeline.provenance import Provenance, server_asked
from donor.pipeline.reading import check_given_translation, check_outside, read_in
from donor.pipeline.resources import (
    Outcome,
    Progress,
    Resources,
    Waiting,
    no_progress,
    watched,
)
from donor.pipeline.writing import written
from donor.recipe import Recipe, with_digests
from donor.records import RunFolder

__all__ = ["run", "run_batch"]


def run(
    recipe: Recipe,
    folder: Path,
    resources: Resources,
    progress: Progress = no_progress,
    warn: Warn = ignore_warnings,
) -> Outcome:
    """Reads, transfers, and writes a run folder; Ctrl-C and the budget leave a valid prefix.

    `warn` is told what looks wrong before anything is asked.

    Raises:
        DonorError: the input, the recipe, the folder or the server is not fit. Nothing that
            looks finished is left behind, and answers that came are in the store.
    """
    outcome = _run(recipe, folder, client_of(recipe.model, resources), resources, progress, warn)
    assert isinstance(outcome, Outcome), "a client waits until all is answered"
    return outcome


def run_batch(
    recipe: Recipe,
    folder: Path,
    resources: Resources,
    progress: Progress = no_progress,
    warn: Warn = ignore_warnings,
) -> Outcome | Waiting:
    """As `run`, out of the store alone; while it lacks answers, the requests for them as files.

    A folder that waits holds those files and the recipe, and else what it held before.
    """
    asker = batch_of(recipe.model, resources, RunFolder(folder).unfinished.batch)
    return _run(recipe, folder, asker, resources, progress, warn)


def _run(
    recipe: Recipe,
    folder: Path,
    asker: AbstractContextManager[Asker],
    resources: Resources,
    progress: Progress,
    warn: Warn,
) -> Outcome | Waiting:
    started = time.monotonic()
    recipe = with_digests(recipe)
    plan = plan_for(
        recipe,
        same_language=resources.force,
        on_read=lambda done: progress("translation", done, None),
    )
    inputs = [Path(path) for path in recipe.inputs]
    check_outside(folder, inputs)
    out_format, options = output_format(recipe)
    check_given_translation(recipe)
    here = RunFolder(folder)
    opened = here.opened(recipe.as_toml())
    asked = server_asked(
        recipe.model, resources.base_url, resources.api_key, replay=resources.replay
    )
    with asker as client, opened as files, asked as server:
        begun = Provenance.begun(recipe)
        known = format_named(out_format, options)
        total, first, cut, found = read_in(recipe, plan, known, files, resources, progress)
        seen = files.read_documents(first)
        for where, what in doubts(recipe, plan, seen, known, whole=not cut):
            warn(where, what)
        names = asked_names(recipe, plan, files.read_documents(first), known, client)
        if names:
            files.write_label_names(names)
        documents = partial_function(_documents, files, first, resources)
        if plan.judge:
            plan = replace(plan, label_values=label_values(files.read_documents(first)))
        steps = CorpusSteps(recipe, files, here, progress, warn)
        with steps.journeys(plan, documents, client) as ways:
            if isinstance(client, BatchRound) and client.requests:
                return _waiting(client, total, here, files)
            shown = partial_function(watched, step="transfer", total=total, progress=progress)
            with closing(client.drive(ways)) as driven:
                ledger, losses, interrupted = written(
                    shown(driven), files, plan, known, options, names or {}
                )
        if isinstance(client, BatchRound) and interrupted:
            raise KeyboardInterrupt
        if isinstance(client, BatchRound) and client.requests:
            return _waiting(client, total, here, files)
        partial = cut or ledger.documents < total
        usage = usage_of(client.counts, resources.prices, time.monotonic() - started)
        counts = ledger.as_json(partial=partial) | found
        how = how_asked(client, resources) | {"documents": ledger.documents, "partial": partial}
        how |= {"programs": steps.programs} if steps.programs else {}
        provenance = begun.ended(recipe, client.counts, server=server(), how=how)
        _describe(files, recipe, counts, provenance, names or {})
        files.write_usage(usage)
        files.write_ledger(counts)
    return Outcome(counts | usage, interrupted, losses)


def _describe(
    files: RunFolder,
    recipe: Recipe,
    counts: Mapping[str, Any],
    provenance: Mapping[str, Any],
    names: Names,
) -> None:
    """Nothing; writes the dataset card and the provenance."""
    card = dataset_card(
        recipe,
        counts,
        provenance,
        licence=licence_of(recipe),
        written=files.written_card(),
        names=names,
        scores=(files.scores() or {}).get("reference_free"),
    )
    files.write_card(card)
    files.write_provenance(provenance)


def _documents(
    files: RunFolder, first: Sequence[Document], resources: Resources
) -> Iterator[Document]:
    """The documents that the run is made of, from the first on."""
    return islice(files.read_documents(first), resources.stop_after)


def _waiting(batch: BatchRound, documents: int, here: RunFolder, work: RunFolder) -> Waiting:
    """What the run waits for; the files as they will be named when the folder is left."""
    files = tuple(here.batch / file.name for file in batch.files)
    return Waiting(files, batch.requests, documents, batch.done, here.asks_again(work))
