"""What a run would ask and cost, without asking: the journeys go their shortest way.

Requests that the store does not hold are answered by an echo; how many tokens they take is bounded
by the scripts of their texts, and narrowed by what the store has seen of this model.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from math import ceil, floor
from typing import Any, TypeVar

from donor.data import Document, Translation
from donor.formats import format_named
from donor.formats.format import Warn, ignore_warnings
from donor.llm import (
    Completion,
    Guess,
    Method,
    Prices,
    Request,
    Response,
    ResponseStore,
    Seen,
    Unpriced,
    answered,
    asking,
    guess_of,
    response_of,
    seen_of,
)
from donor.pipeline.corpus_steps import APERTIUM
from donor.pipeline.doubts import doubts
from donor.pipeline.echo import Echo
from donor.pipeline.input import output_format, read_input
from donor.pipeline.journey import journey
from donor.pipeline.label_names import naming
from donor.pipeline.looking import label_values
from donor.pipeline.plan import Plan, plan_for
from donor.pipeline.resources import Resources
from donor.recipe import TRANSLATE, Recipe
from donor.translate import Translated, TranslationTask
from donor.translate.segments import texts_of

__all__ = ["estimate"]

T = TypeVar("T")

_SAMPLE = 200
_TRANSLATIONS = ("translate", "joint", "translate-back")


@dataclass
class _Need:
    """What the requests take that the store does not hold, by whether they translate."""

    requests: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    tokens: dict[bool, Guess] = field(default_factory=lambda: {True: Guess(), False: Guess()})

    def add(self, request: Request, guess: Guess) -> None:
        """Counts a request."""
        translates = request.task in _TRANSLATIONS
        self.requests[translates] += 1
        self.tokens[translates] += guess


def estimate(recipe: Recipe, resources: Resources, warn: Warn = ignore_warnings) -> dict[str, Any]:
    """The shape of `donor transfer --dry-run --json`: requests, tokens and USD, low and high.

    Low is the shortest way: no answer needs a retry, the first projector places everything. High
    has as many answers asked for again as the store has seen of this model, or else two of five,
    and as many spans go on to each further projector. `warn` takes what looks wrong.
    """
    plan = replace(plan_for(recipe, same_language=resources.force), repair=0)
    if plan.judge:
        plan = replace(plan, label_values=label_values(read_input(recipe)))
    sample = resources.sample
    some = sample.drawn(read_input(recipe)).of(read_input(recipe)) if sample else None
    documents = some or read_input(recipe)
    need = _Need()
    count = 0
    seen = Seen()
    with _store(resources) as store:
        for document in islice(documents, resources.limit):
            echo = _echo(document, plan)
            if not count and store is not None:
                seen = seen_of(store.recent(recipe.model, _SAMPLE), echo.likely)
            count += 1
            if recipe.translator == APERTIUM:
                plan = replace(plan, translator=partial(_filled, echo))
            answered(
                _asked(journey(plan.cut(document), plan), recipe),
                partial(_answer, store, need, echo),
            )
        if count:
            _add_names(recipe, plan, partial(_answer, store, need, echo))
            known = format_named(*output_format(recipe))
            for where, what in doubts(recipe, plan, read_input(recipe), known):
                warn(where, what)
    return {"documents": count, **_told(need, seen, len(recipe.cascade), resources)}


def _told(need: _Need, seen: Seen, projectors: int, resources: Resources) -> dict[str, Any]:
    """Requests, tokens and their price."""
    requests = sum(need.requests.values())
    most = float(requests)
    whole = seen.refined(need.tokens[True] + need.tokens[False])
    prompt, completion = list(whole.prompt), list(whole.completion)
    for translates in (True, False):
        again = seen.wrong[1] * (1 if translates else projectors)
        part = seen.refined(need.tokens[translates])
        most += need.requests[translates] * again
        # A retry repeats the request and the wrong answer.
        prompt[1] += again * (part.prompt[1] + part.completion[1])
        completion[1] += again * part.completion[1]
    tokens = {
        "prompt_tokens": [floor(prompt[0]), ceil(prompt[1])],
        "completion_tokens": [floor(completion[0]), ceil(completion[1])],
    }
    prices = resources.prices
    usd = None
    if isinstance(prices, Prices):
        usd = [round(prices.usd(*pair), 4) for pair in zip(*tokens.values(), strict=True)]
    return {
        "requests": requests,
        "requests_range": [requests, ceil(most)],
        **tokens,
        "usd": usd,
        "refined_by": seen.answers,
        "prices": prices.as_json() if isinstance(prices, Prices) else None,
        "unpriced": prices.reason if isinstance(prices, Unpriced) else None,
    }


def _add_names(recipe: Recipe, plan: Plan, answer: Callable[[Request], Response]) -> None:
    """Counts the request for the names of labels, if the recipe wants one."""
    if recipe.label_names != TRANSLATE:
        return
    known = format_named(*output_format(recipe))
    method = naming(read_input(recipe), plan, known)
    if method is not None:
        answered(_asked(method, recipe), answer)


def _asked(method: Method[T], recipe: Recipe) -> Method[T]:
    return asking(method, recipe.model, recipe.parameters, recipe.first_sample)


def _echo(document: Document, plan: Plan) -> Echo:
    return Echo(plan.language_of(document).tag, plan.target.tag, plan.guidance.kept_in)


def _filled(echo: Echo, task: TranslationTask) -> Method[Translated]:
    """A translation as long as one may be, in place of what a program would make of the corpus."""
    yield from ()
    texts = [echo.translated(text) if text.strip() else text for text in texts_of(task.document)]
    cut = len(task.document.segments)
    return Translated(
        Translation(task.target.tag, tuple(texts[:cut]), tuple(texts[cut:]), APERTIUM)
    )


def _store(resources: Resources) -> Any:
    """The store if there is one; a dry run makes none."""
    if not resources.store.exists():
        return nullcontext(None)
    return ResponseStore.open(resources.store, read_only=True)


def _answer(store: ResponseStore | None, need: _Need, echo: Echo, request: Request) -> Response:
    stored = store.get(request.key) if store else None
    if stored is not None:
        return response_of(stored)
    valid, likely = echo.both(request)
    need.add(request, guess_of(request, likely))
    return Completion(valid)
