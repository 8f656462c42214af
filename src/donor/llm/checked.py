"""One question with its check: a cut answer gets more room, a wrong one a corrective retry."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Reason
from donor.llm.answer import Invalid, read_json, read_sound
from donor.llm.refusals import refusal_in
from donor.llm.request import Completion, Failure, FailureKind, Message, Method, Request, Response

__all__ = ["Asked", "Check", "Rescue", "ask_checked"]

Check = Callable[[dict[str, Any]], str]
"""Keeps what it needs of an answer, and returns what is wrong with it, or ""."""

Rescue = Callable[[dict[str, Any]], object]
"""Keeps what can be used of an answer that as a whole breaks its schema."""

_CORRECTION = (
    "That answer cannot be used: {problem}.\n"
    "Answer again, with the whole JSON object and nothing else."
)
# How many tokens an answer that was cut off is given in the second try, at least; and how much
# of what it had.
_ROOM_TOKENS, _ROOM_FACTOR = 8192, 4
# What a smaller question may not meet with.
_TOO_LARGE = {
    FailureKind.CONTEXT_OVERFLOW,
    FailureKind.CONTEXT_CUT,
    FailureKind.CONTENT_FILTER,
    FailureKind.TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question ended: `problem` is None after a valid answer.

    Attributes:
        problem: the closed reason why there is no valid answer.
        detail: the same in words.
        retries: how many more requests were made than one.
        smaller_may_help: whether a question about less could be answered.
    """

    problem: Reason | None = None
    detail: str = ""
    retries: int = 0
    smaller_may_help: bool = False


_WELL = Asked()


def ask_checked(request: Request, check: Check, rescue: Rescue | None = None) -> Method[Asked]:
    """Asks, hands the JSON object to `check`, and asks once more if that finds a problem.

    An answer that was cut off is first asked for again with a larger budget of tokens. The sound
    keys of one that breaks its schema go to `rescue`.
    """
    response, retries = yield from _ask_with_room(request)
    asked = _judge(response, request, check, rescue)
    if asked.problem is not Reason.INVALID_ANSWER or not isinstance(response, Completion):
        return replace(asked, retries=retries) if retries else asked
    if _cut(response):
        return replace(asked, retries=retries, smaller_may_help=True)
    correction = Message("user", _CORRECTION.format(problem=asked.detail))
    # Some servers refuse a message without content.
    answer = Message("assistant", response.words or "(nothing)")
    messages = (*request.messages, answer, correction)
    retry = replace(request, messages=messages, attempt=request.attempt + 1)
    response, more = yield from _ask_with_room(retry)
    asked = _refused(response) or _judge(response, retry, check, rescue)
    smaller = asked.problem is Reason.REFUSED or _cut(response)
    return replace(asked, retries=retries + more + 1, smaller_may_help=smaller)


def _ask_with_room(request: Request) -> Method[tuple[Response, int]]:
    """The response, to a second request with more room if the first was cut off; the retries."""
    [response] = yield [request]
    if not _cut(response) or not isinstance(response, Completion):
        return response, 0
    if not isinstance(_value(response, request), Invalid):
        return response, 0
    room = max(_ROOM_TOKENS, _ROOM_FACTOR * (response.usage.completion_tokens or 0))
    [second] = yield [replace(request, parameters={**request.parameters, "max_tokens": room})]
    # A server that cannot give so much room says nothing of the answer.
    return (response if isinstance(second, Failure) else second), 1


def _value(response: Completion, request: Request) -> dict[str, Any] | Invalid:
    """The JSON object of an answer, which its client may have read already."""
    return read_json(response.text, request.schema) if response.value is None else response.value


def _cut(response: Response) -> bool:
    return isinstance(response, Completion) and response.cut


def _judge(response: Response, request: Request, check: Check, rescue: Rescue | None) -> Asked:
    if isinstance(response, Failure):
        detail = f"{response.kind}: {response.message}"
        filtered = response.kind is FailureKind.CONTENT_FILTER
        problem = Reason.REFUSED if filtered else Reason.FAILED_REQUEST
        return Asked(problem, detail, smaller_may_help=response.kind in _TOO_LARGE)
    if response.refusal or response.finish_reason == "content_filter":
        words = response.refusal or "stopped by the server's content filter"
        return Asked(Reason.REFUSED, words, smaller_may_help=True)
    value = _value(response, request)
    if isinstance(value, Invalid):
        if rescue and request.schema:
            rescue(read_sound(response.text, request.schema))
        return Asked(Reason.INVALID_ANSWER, _why_none(response) or value.reason)
    wrong = check(value)
    return Asked(Reason.INVALID_ANSWER, wrong) if wrong else _WELL


def _why_none(response: Completion) -> str:
    """How an answer broke off or never began, or ""."""
    if response.budget_eaten:
        return "the model's thoughts took all the tokens: raise max_tokens, or let it think less"
    if response.cut:
        return "the answer was cut off"
    return "the answer holds nothing but thoughts" if response.text and not response.words else ""


def _refused(response: Response) -> Asked | None:
    """A refusal that is written as an answer, which a correction has not changed."""
    words = refusal_in(response.text) if isinstance(response, Completion) else None
    return Asked(Reason.REFUSED, words) if words else None
