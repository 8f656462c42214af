"""A whole run: input in, a run folder out; and the same over documents in memory."""

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial as partial_function
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from donor.data import NO_GUIDANCE, Document, Guidance, Ledger, LedgerTally, Transfer
from donor.errors import ConfigError, FormatError
from donor.formats import Format, Options, format_named, of_transfer
from donor.formats.format import Warn, ignore_warnings
from donor.llm import (
    AnswerCounts,
    BatchRound,
    Client,
    Counts,
    OpenAICompatible,
    Prices,
    Rates,
    ResponseStore,
    Unpriced,
    asking,
    split_model,
)
from donor.pipeline.card import dataset_card
from donor.pipeline.doubts import doubts
from donor.pipeline.input import output_format, read_input
from donor.pipeline.journey import journey
from donor.pipeline.label_names import Names, asked_names, renamed
from donor.pipeline.licence import licence_of
from donor.pipeline.plan import Plan, plan_for, plan_of
from donor.pipeline.provenance import Provenance, server_asked
from donor.pipeline.sample import Sample
from donor.recipe import DEFAULT_CASCADE, SKIP, Recipe, with_digests
from donor.records import RunFolder, uninterrupted
from donor.translate.given import brought

__all__ = [
    "DEFAULT_STORE",
    "Outcome",
    "Progress",
    "Resources",
    "Waiting",
    "batch_of",
    "client_of",
    "no_progress",
    "run",
    "run_batch",
    "transfer",
    "usage_of",
]

DEFAULT_STORE = "donor-responses.sqlite"

NO_PRICES = Unpriced("no prices were given")

T = TypeVar("T")

Progress = Callable[[str, int, int | None], None]
"""Takes the name of the step, how many documents it has done, and how many there are."""


def no_progress(step: str, done: int, total: int | None) -> None:
    """Nothing: nobody watches."""


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
        force: whether documents may be in the target language already.
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


def transfer(
    documents: Iterable[Document],
    *,
    to: str,
    model: str,
    methods: Sequence[str] = DEFAULT_CASCADE,
    translator: str = "llm",
    guidance: Guidance = NO_GUIDANCE,
    source: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    base_url: str | None = None,
    api_key: str | None = None,
    store: Path | str = DEFAULT_STORE,
    replay: bool = False,
    concurrency: int = 16,
    force: bool = False,
) -> Iterator[Transfer]:
    """The transfer of each document, in their order, as they get done.

    Args:
        documents: any number of them; they are taken as they are needed.
        to: the target language, a BCP 47 tag.
        model: `provider:model`, for example `ollama:llama3.1:8b`.
        methods: the cascade of projectors.
        translator: what makes the translation.
        guidance: what the model is told beyond the documents.
        source: the language of documents that do not say theirs.
        parameters: sent to the model with each request; by default temperature 0.
        base_url: the server, where it is not the provider's own.
        api_key: by default that of the provider's environment variable.
        store: the file of the response store.
        replay: whether a request that is not in the store is an error.
        concurrency: requests in flight, at most.
        force: whether documents may be in the target language already.

    Raises:
        ConfigError: a name is not known, a key is missing, a document is in the target language.
        ModelError: the server refuses the whole run.
        ReplayError: under replay, a request is not in the store.
    """
    plan = plan_of(
        to=to,
        cascade=methods,
        translator=translator,
        source=source,
        guidance=guidance,
        same_language=force,
    )
    wanted = {"temperature": 0} if parameters is None else parameters
    key_variable = split_model(model).endpoint.key_variable
    resources = Resources(
        store=Path(store),
        replay=replay,
        base_url=base_url,
        api_key=api_key or (os.environ.get(key_variable) if key_variable else None),
        concurrency=concurrency,
    )
    with client_of(model, resources) as client:
        ways = (asking(journey(plan.cut(document), plan), model, wanted) for document in documents)
        yield from client.drive(ways)


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
    asker: AbstractContextManager[Client | BatchRound],
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
    _check_outside(folder, inputs)
    out_format, options = output_format(recipe)
    _check_given(recipe)
    here = RunFolder(folder)
    opened = here.opened(recipe.as_toml())
    asked = server_asked(
        recipe.model, resources.base_url, resources.api_key, replay=resources.replay
    )
    with asker as client, opened as files, asked as server:
        begun = Provenance.begun(recipe)
        known = format_named(out_format, options)
        total, first, cut, found = _read(recipe, plan, known, files, resources, progress)
        seen = files.read_documents(first)
        for where, what in doubts(recipe, plan, seen, known, whole=not cut):
            warn(where, what)
        names = asked_names(recipe, plan, files.read_documents(first), known, client)
        if names:
            files.write_label_names(names)
        ways = (
            asking(journey(document, plan), recipe.model, recipe.parameters)
            for document in islice(files.read_documents(first), resources.stop_after)
        )
        watched = partial_function(_watched, step="transfer", total=total, progress=progress)
        with closing(client.drive(ways)) as driven:
            ledger, losses, interrupted = _transfer(
                watched(driven), files, known, options, names or {}
            )
        if isinstance(client, BatchRound) and interrupted:
            raise KeyboardInterrupt
        if isinstance(client, BatchRound) and client.requests:
            return _waiting(client, total, here, files)
        partial = cut or ledger.documents < total
        usage = usage_of(client.counts, resources.prices, time.monotonic() - started)
        counts = ledger.as_json(partial=partial) | found
        how = _how(client, resources) | {"documents": ledger.documents, "partial": partial}
        provenance = begun.ended(recipe, client.counts, server=server(), how=how)
        card = dataset_card(
            recipe,
            counts,
            provenance,
            licence=licence_of(recipe),
            written=files.written_card(),
            names=names or {},
        )
        files.write_card(card)
        files.write_usage(usage)
        files.write_provenance(provenance)
        files.write_ledger(counts)
    return Outcome(counts | usage, interrupted, losses)


def _waiting(batch: BatchRound, documents: int, here: RunFolder, work: RunFolder) -> Waiting:
    """What the run waits for; the files as they will be named when the folder is left."""
    files = tuple(here.batch / file.name for file in batch.files)
    return Waiting(files, batch.requests, documents, batch.done, here.asks_again(work))


def _check_given(recipe: Recipe) -> None:
    """Nothing. Raises ConfigError if a translation is to be given that nothing gives."""
    if recipe.translator != "given" or recipe.translation:
        return
    first = next(read_input(recipe), None)
    if first is not None and isinstance(brought(first), str):
        where = ", ".join(recipe.inputs)
        what = "brings no translation, and none is given"
        raise ConfigError(where, what, "give --translation FILE; pairs bring theirs")


def _check_outside(folder: Path, inputs: Iterable[Path]) -> None:
    """Nothing. Raises ConfigError if the run would read its own files."""
    for path in inputs:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise ConfigError(str(folder), f"lies in the input {path}", "choose another with -o")


def _read(
    recipe: Recipe,
    plan: Plan,
    out_format: Format,
    files: RunFolder,
    resources: Resources,
    progress: Progress,
) -> tuple[int, list[Document], bool, dict[str, Any]]:
    """How many documents were read, the first ones, whether some were left out, what was met.

    All of the input is read, every language looked up, and every document found fit for the
    output format, before anything is asked.
    """
    oddities = 0
    skipped: list[FormatError] = []

    def warn(where: str, what: str) -> None:
        nonlocal oddities
        oddities += 1

    drawn = resources.sample.drawn(read_input(recipe)) if resources.sample else None
    read = read_input(recipe, warn=warn, skipped=skipped, by_input_file=True)
    documents = map(partial_function(_fit, plan, out_format), drawn.of(read) if drawn else read)
    taken = islice(documents, resources.limit)
    count, first = files.write_read(_watched(taken, "read", None, progress))
    cut = drawn.left_out if drawn else next(documents, None) is not None
    found: dict[str, Any] = {"oddities": oddities}
    if recipe.on_error == SKIP:
        found["unreadable"] = [{"where": error.where, "what": error.what} for error in skipped]
    return count, first, cut, found


def _fit(plan: Plan, out_format: Format, document: Document) -> Document:
    """The document, its segments no longer than a request can hold.

    Raises:
        ConfigError: its language is not known, or is the target language.
        FormatError: the output format cannot hold it at all.
    """
    out_format.losses(of_transfer(document, document, out_format))
    try:
        plan.language_of(document)
    except ConfigError as error:
        own = f"document {document.id}"
        what = error.what if error.where == own else f"{error.where}: {error.what}"
        raise ConfigError(f"{document.metadata.get('file')}: {own}", what, error.hint) from None
    return plan.cut(document)


def _transfer(
    driven: Iterable[Transfer],
    files: RunFolder,
    out_format: Format,
    options: Options,
    names: Names,
) -> tuple[Ledger, Mapping[str, int], bool]:
    """The ledger of what was done and written, the losses, and whether Ctrl-C cut it short."""
    tally = LedgerTally()
    interrupted = False

    def done() -> Generator[Transfer, None, None]:
        nonlocal interrupted
        try:
            with closing(uninterrupted(driven)) as whole:
                for transfer in whole:
                    tally.add(transfer)
                    yield transfer
        except KeyboardInterrupt:
            interrupted = True

    with closing(done()) as transfers:
        losses = files.write_transfers(
            transfers,
            format=out_format.name,
            options=options,
            finished=lambda target: renamed(target, names, out_format),
        )
    return tally.ledger, losses, interrupted


def _watched(items: Iterable[T], step: str, total: int | None, progress: Progress) -> Iterator[T]:
    done = 0
    progress(step, done, total)
    for item in items:
        yield item
        done += 1
        progress(step, done, total)


@contextmanager
def batch_of(model: str, resources: Resources, folder: Path) -> Iterator[BatchRound]:
    """A batch for a model, whose files are made in the folder; its store open."""
    if split_model(model).provider == "recorded":
        hint = "use it with --replay"
        raise ConfigError(f"model {model!r}", "nobody serves recorded answers", hint)
    with ResponseStore.open(resources.store) as store:
        yield BatchRound(model, store, folder)


@contextmanager
def client_of(model: str, resources: Resources) -> Iterator[Client]:
    """The client of a model, its store open."""
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


def _how(client: Client | BatchRound, resources: Resources) -> dict[str, Any]:
    """How a run asked, for its provenance."""
    provider = client.provider if isinstance(client, Client) else None
    return {
        "base_url": provider.base_url if provider else None,
        "wire": str(provider.wire) if provider else None,
        "store": str(resources.store.absolute()),
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
        },
        "seconds": round(seconds, 3),
    }
