"""One sentence, translated by a model over the way that a run takes, and what that took."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from donor.data import Document, Interval
from donor.errors import ModelError
from donor.llm import IMPATIENT, Client, OpenAICompatible, Prices, ResponseStore, asking
from donor.pipeline.journey import journey
from donor.pipeline.plan import plan_of
from donor.pipeline.resources import Resources

__all__ = ["LiveTest", "live_test"]

_SENTENCE = "Every living cell is bounded by a thin membrane."
_CASCADE = ("tags",)  # never reached: the sentence has no spans
_PARAMETERS = {"temperature": 0}


@dataclass(frozen=True, slots=True)
class LiveTest:
    """What a model made of a sentence.

    Args:
        source: the sentence.
        translation: what came back for it.
        seconds: from the first request to the last answer.
        requests: how many were sent, tries with other wire forms among them.
        prompt_tokens: as the server counts them; None where it does not.
        completion_tokens: likewise.
        usd: the price; None where it is not known.
        prices: whose prices these are, or why there is none.
        wire: the form in which the server took the request: `json_schema` is the strictest.
        schema_taken: whether it took the JSON schema.
        finish_reason: why the model ended.
        served_model: the model that the server names.
        fingerprint: its `system_fingerprint`.
        base_url: the address that was asked, without credentials.
    """

    source: str
    translation: str
    seconds: float
    requests: int
    prompt_tokens: int | None
    completion_tokens: int | None
    usd: float | None
    prices: str
    wire: str
    schema_taken: bool
    finish_reason: str | None
    served_model: str | None
    fingerprint: str | None
    base_url: str

    def as_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def live_test(model: str, resources: Resources, *, to: str = "ru") -> LiveTest:
    """What `model` makes of one English sentence; asked anew, and kept in no store.

    Raises:
        ConfigError: a name is not known, a key is missing.
        ModelError: the server does not answer, refuses, or the answer cannot be used.
    """
    provider = OpenAICompatible.of(model, base_url=resources.base_url, api_key=resources.api_key)
    document = Document("test", "en", _SENTENCE, (Interval(0, len(_SENTENCE)),))
    way = asking(
        journey(document, plan_of(to=to, cascade=_CASCADE, same_language=True)), model, _PARAMETERS
    )
    started = time.monotonic()
    with ResponseStore.open(":memory:") as store:
        client = Client(
            provider,
            store,
            concurrency=1,
            timeout_s=resources.timeout_s,
            retries=1,
            surroundings=IMPATIENT,
        )
        [transfer] = client.drive([way])
        seconds = time.monotonic() - started
        rows = [row for row in store.rows() if not row.rejected]
    problem = transfer.translation.problem
    if problem:
        hint = "donor transfer would list the document as failed, with these words"
        raise ModelError(f"{model} at {provider.base_url}", problem, hint)
    answers, last = client.counts.new, rows[-1]
    told = all(row.prompt_tokens is not None and row.completion_tokens is not None for row in rows)
    prices = resources.prices
    usd = None
    if told and isinstance(prices, Prices):
        usd = prices.usd(answers.prompt_tokens, answers.completion_tokens, answers.cached_tokens)
    return LiveTest(
        source=_SENTENCE,
        translation=transfer.translation.segments[0],
        seconds=round(seconds, 3),
        requests=client.counts.sent,
        prompt_tokens=answers.prompt_tokens if told else None,
        completion_tokens=answers.completion_tokens if told else None,
        usd=usd,
        prices=str(prices) if isinstance(prices, Prices) else prices.reason,
        wire=last.wire,
        schema_taken=last.wire.startswith("json_schema"),
        finish_reason=last.finish_reason,
        served_model=last.served_model,
        fingerprint=last.fingerprint,
        base_url=last.base_url,
    )
