"""The transfer of documents in memory: the public `donor.transfer`."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from donor.data import NO_GUIDANCE, Document, Guidance, Transfer
from donor.errors import ConfigError
from donor.llm import asking, split_model
from donor.pipeline.clients import client_of
from donor.pipeline.corpus_steps import ALIGN, APERTIUM
from donor.pipeline.journey import journey
from donor.pipeline.plan import plan_of
from donor.pipeline.resources import DEFAULT_STORE, Resources
from donor.recipe import DEFAULT_CASCADE, DEFAULT_REPAIR, DEFAULT_SAMPLE_TEMPERATURE

__all__ = ["transfer"]


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
    repair: int = DEFAULT_REPAIR,
    samples: int = 1,
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
        repair: how often what fails a check is asked for again, at most.
        samples: how many answers to each question of a projector vote for a place.
        force: whether documents may be in the target language already.

    Raises:
        ConfigError: a name is not known or needs the whole corpus, a key is missing, a document is
            in the target language.
        ModelError: the server refuses the whole run.
        ReplayError: under replay, a request is not in the store.
    """
    for name in (translator, *methods):
        if name in (ALIGN, APERTIUM):
            what = "goes over the whole corpus, and documents are taken here one by one"
            raise ConfigError(f"{name!r}", what, "use the command donor transfer")
    plan = plan_of(
        to=to,
        cascade=methods,
        translator=translator,
        source=source,
        guidance=guidance,
        same_language=force,
    )
    plan = replace(
        plan,
        repair=repair,
        samples=samples,
        sample_parameters={"temperature": DEFAULT_SAMPLE_TEMPERATURE},
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
