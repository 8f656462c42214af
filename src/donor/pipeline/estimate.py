"""What a run would ask and cost, without asking: the journeys go their shortest way.

Requests that the store does not hold are answered by an echo, the shortest answer that is
valid: a translation repeats its source, a projector's answer covers each segment whole.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from donor.formats import read
from donor.llm import (
    Completion,
    Prices,
    Request,
    Response,
    ResponseStore,
    Unpriced,
    answered,
    asking,
    response_of,
)
from donor.pipeline.journey import journey
from donor.pipeline.plan import plan_for
from donor.pipeline.run import Resources
from donor.recipe import Recipe

__all__ = ["estimate"]

# Tokenizers of today's models: 4.5 characters a token in plain English, 2 in the scripts and
# formulas that they know least.
_CHARACTERS_PER_TOKEN = (4.5, 2.0)
# An answer that fails is asked for once more, with the conversation so far.
_RETRY_FACTOR = (1.0, 2.2)


@dataclass
class _Need:
    requests: int = 0
    prompt_characters: int = 0
    answer_characters: int = 0


def estimate(recipe: Recipe, resources: Resources) -> dict[str, Any]:
    """The shape of `donor transfer --dry-run --json`: requests, tokens and USD, low and high.

    Low is the shortest way: no answer needs a retry, the first projector places everything.
    """
    plan = plan_for(recipe)
    documents = read(list(recipe.inputs), format=recipe.format, language=recipe.language)
    need = _Need()
    count = 0
    with _store(resources) as store:
        for document in islice(documents, resources.limit):
            count += 1
            way = asking(journey(plan.cut(document), plan), recipe.model, recipe.parameters)
            answered(way, lambda request: _answer(request, store, need))
    prompt_tokens = _tokens(need.prompt_characters)
    completion_tokens = _tokens(need.answer_characters)
    prices = resources.prices
    usd = None
    if isinstance(prices, Prices):
        pairs = zip(prompt_tokens, completion_tokens, strict=True)
        usd = [round(prices.usd(*pair), 4) for pair in pairs]
    return {
        "documents": count,
        "requests": need.requests,
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "usd": usd,
        "prices": prices.as_json() if isinstance(prices, Prices) else None,
        "unpriced": prices.reason if isinstance(prices, Unpriced) else None,
    }


def _tokens(characters: int) -> list[int]:
    return [
        round(characters / per_token * factor)
        for per_token, factor in zip(_CHARACTERS_PER_TOKEN, _RETRY_FACTOR, strict=True)
    ]


def _store(resources: Resources) -> Any:
    """The store if there is one; a dry run makes none."""
    if not resources.store.exists():
        return nullcontext(None)
    return ResponseStore.open(resources.store, read_only=True)


def _answer(request: Request, store: ResponseStore | None, need: _Need) -> Response:
    stored = store.get(request.key) if store else None
    if stored is not None:
        return response_of(stored)
    text = _echo(request)
    need.requests += 1
    need.prompt_characters += sum(len(message.content) for message in request.messages)
    need.answer_characters += len(text)
    return Completion(text)


def _echo(request: Request) -> str:
    """The shortest valid answer; to a method of another package, its own words."""
    echo = _ECHOES.get(request.task)
    if echo is None:
        return request.messages[-1].content
    return echo(orjson.loads(request.messages[1].content))


def _echo_translation(data: dict[str, Any]) -> str:
    return orjson.dumps(data).decode()


def _echo_tags(data: dict[str, Any]) -> str:
    """Every tag of a source segment around its whole translation."""
    answer = {}
    for key, tagged in data["source"].items():
        names = dict.fromkeys(re.findall(r"</([a-z]+[0-9]+)>", tagged))
        opening = "".join(f"<{name}>" for name in names)
        closing = "".join(f"</{name}>" for name in reversed(names))
        answer[key] = opening + data["translation"][key] + closing
    return orjson.dumps(answer).decode()


def _echo_quotes(data: dict[str, Any]) -> str:
    """Each span's segment, whole; nothing for a span that lies between the segments."""
    segments = data["translation"]
    answer = {
        name: [{"text": segments.get(span["segment"].split(", ")[0], ""), "occurrence": 1}]
        for name, span in data["spans"].items()
    }
    return orjson.dumps(answer).decode()


_ECHOES: dict[str, Callable[[dict[str, Any]], str]] = {
    "translate": _echo_translation,
    "tags": _echo_tags,
    "quote": _echo_quotes,
}
