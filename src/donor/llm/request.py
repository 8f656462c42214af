"""A request to a model, its key in the response store, and what comes back."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from donor.data.once import made_once
from donor.data.quick import quickly_made
from donor.llm.answer import Invalid
from donor.llm.thoughts import without_thoughts

__all__ = [
    "Completion",
    "Failure",
    "FailureKind",
    "Message",
    "Method",
    "Request",
    "Response",
    "Usage",
    "answered",
    "asking",
    "key_of",
    "sampled",
]

T = TypeVar("T")

# The words of OpenAI, Anthropic and Gemini, Mistral.
_CUT = frozenset({"length", "max_tokens", "model_length"})
_BUDGETS = ("max_tokens", "max_completion_tokens")


@quickly_made
@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat; the role is "system", "user" or "assistant"."""

    role: str
    content: str


@quickly_made
@dataclass(frozen=True)
class Request:
    """One question to a model, independent of who serves it and in which wire form.

    `task` and `document` say what it is for; they are not part of its key.

    Args:
        messages: the chat so far.
        schema: the JSON schema that the answer must satisfy, or None for free text.
        model: `provider:model[@revision]`.
        parameters: what is sent along as it stands (temperature, seed, max_tokens …).
        sample: which of several independent answers to the same question this is, from 0.
        attempt: 0 for the first question, 1 for its corrective retry, …
        task: the method that asks, for example "tags".
        document: the id of the document that it asks about.
    """

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sample: int = 0
    attempt: int = 0
    task: str = ""
    document: str = ""

    @property
    def logical(self) -> dict[str, Any]:
        """What the key is made of."""
        return {
            "attempt": self.attempt,
            "messages": [{"content": m.content, "role": m.role} for m in self.messages],
            "model": self.model,
            "parameters": dict(self.parameters),
            "sample": self.sample,
            "schema": self.schema,
        }

    @property
    def canonical(self) -> str:
        """The logical request as canonical JSON: sorted keys, no spaces."""
        return self._canonical.decode()

    @made_once
    def key(self) -> str:
        """The key of the request in a response store; see `key_of`."""
        return _key_of(self._canonical)

    @made_once
    def _canonical(self) -> bytes:
        return orjson.dumps(self.logical, option=orjson.OPT_SORT_KEYS)


def key_of(canonical: str) -> str:
    """`d1-` and the sha-256 of a canonical request: 46 characters, fit to be a custom_id.

    >>> len(key_of(Request((Message("user", "Hello"),)).canonical))
    46
    """
    return _key_of(canonical.encode())


def _key_of(canonical: bytes) -> str:
    digest = hashlib.sha256(canonical).digest()
    return "d1-" + urlsafe_b64encode(digest).decode("ascii").rstrip("=")


@quickly_made
@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer, as the server told it.

    Args:
        text: its words, with the thoughts in them where the server does not take those out.
        finish_reason: why it ended, in the server's word.
        refusal: its words where the server marks them as a refusal.
        usage: its tokens.
        served_model: the model that the server says it was.
        fingerprint: the server's word for its configuration.
        from_store: whether it was there before this run.
        reasoned: whether the model thought before it spoke, as far as the server tells.
        value: the JSON object in its words, or why there is none; None if nobody has read it.
    """

    text: str
    finish_reason: str | None = None
    refusal: str | None = None
    usage: Usage = Usage()
    served_model: str | None = None
    fingerprint: str | None = None
    from_store: bool = False
    reasoned: bool = False
    value: dict[str, Any] | Invalid | None = field(default=None, repr=False, compare=False)

    @property
    def cut(self) -> bool:
        """Whether it ended because its tokens ran out."""
        return (self.finish_reason or "").lower() in _CUT

    @property
    def words(self) -> str:
        """The text without the thoughts before it; empty where there is nothing but thoughts.

        >>> Completion("<think>A river …</think> {}").words
        '{}'
        """
        return without_thoughts(self.text)

    @property
    def budget_eaten(self) -> bool:
        """Whether its tokens ran out before its first word: thinking took them all."""
        return self.cut and not self.words


class FailureKind(StrEnum):
    """Why a request got no answer, though the run goes on."""

    CONTEXT_OVERFLOW = "context-overflow"
    CONTEXT_CUT = "context-cut"
    CONTENT_FILTER = "content-filter"
    REJECTED = "rejected"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server-error"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that got no answer after all its retries, with the server's words."""

    kind: FailureKind
    message: str
    status: int | None = None


Response = Completion | Failure

Method = Generator[Sequence[Request], Sequence[Response], T]
"""A method that asks a model: yields requests, is sent their responses, returns its value."""


def answered(method: Method[T], answer: Callable[[Request], Response]) -> T:
    """What a method returns when each of its requests gets the response of `answer`."""
    try:
        requests = next(method)
        while True:
            requests = method.send([answer(request) for request in requests])
    except StopIteration as done:
        value: T = done.value
        return value


def asking(
    method: Method[T], model: str, parameters: Mapping[str, Any], first_sample: int = 0
) -> Method[T]:
    """The same method, its requests addressed to `model` with `parameters`.

    A request's own model and parameters stand over these; its sample counts from the first.

    >>> def hello() -> Method[str]:
    ...     [answer] = yield [Request((Message("user", "Hello"),))]
    ...     return answer.text
    >>> addressed = asking(hello(), "openai:gpt-4o-mini", {"temperature": 0})
    >>> next(addressed)[0].model
    'openai:gpt-4o-mini'
    """
    try:
        requests = next(method)
        while True:
            responses = yield [_addressed(r, model, parameters, first_sample) for r in requests]
            requests = method.send(responses)
    except StopIteration as done:
        value: T = done.value
        return value


def sampled(method: Method[T], sample: int, parameters: Mapping[str, Any]) -> Method[T]:
    """The same method, whose answers are the sample of that number; 0 is the method as it is.

    The parameters count for all others; a request's own stand over them.
    """
    if not sample:
        return (yield from method)
    try:
        requests = next(method)
        while True:
            responses = yield [
                replace(r, sample=sample, parameters={**parameters, **r.parameters})
                for r in requests
            ]
            requests = method.send(responses)
    except StopIteration as done:
        value: T = done.value
        return value


def _addressed(
    request: Request, model: str, parameters: Mapping[str, Any], first_sample: int
) -> Request:
    # Not `replace`, which takes several times as long; each request comes by here.
    return Request(
        request.messages,
        request.schema,
        request.model or model,
        _merged(parameters, request.parameters),
        first_sample + request.sample,
        request.attempt,
        request.task,
        request.document,
    )


def _merged(run: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The run's parameters with a request's own over them.

    The two names of the budget are one parameter, and the run knows which of them its model takes.

    >>> _merged({"max_completion_tokens": 9, "seed": 1}, {"max_tokens": 99})
    {'max_completion_tokens': 99, 'seed': 1}
    """
    if not own:
        return run
    here = [name for name in _BUDGETS if name in run]
    names = dict.fromkeys(_BUDGETS, here[0]) if len(here) == 1 else {}
    return {**run, **{names.get(name, name): value for name, value in own.items()}}
