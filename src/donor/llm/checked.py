"""One question with its check: a wrong answer gets one corrective retry."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from donor.data import Reason
from donor.llm.answer import Invalid, read_json
from donor.llm.request import Completion, Failure, Message, Method, Request, Response

__all__ = ["Asked", "ask_checked"]

Check = Callable[[dict[str, Any]], str]

_CORRECTION = (
    "That answer cannot be used: {problem}.\n"
    "Answer again, with the whole JSON object and nothing else."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question ended: `problem` is None after a valid answer.

    Attributes:
        problem: the closed reason why there is no valid answer.
        detail: the same in words.
        retries: 1 if the corrective retry was asked, else 0.
    """

    problem: Reason | None = None
    detail: str = ""
    retries: int = 0


def ask_checked(request: Request, check: Check) -> Method[Asked]:
    """Asks, hands the JSON object to `check`, and asks once more if that finds a problem.

    `check` keeps what it needs of each answer, and returns what is wrong with it, or "".
    """
    response = yield [request]
    asked = _judge(response[0], request, check)
    if asked.problem is not Reason.INVALID_ANSWER or not isinstance(response[0], Completion):
        return asked
    correction = Message("user", _CORRECTION.format(problem=asked.detail))
    # Some servers refuse a message without content.
    answer = Message("assistant", response[0].text or "(nothing)")
    messages = (*request.messages, answer, correction)
    retry = replace(request, messages=messages, attempt=request.attempt + 1)
    response = yield [retry]
    return replace(_judge(response[0], retry, check), retries=1)


def _judge(response: Response, request: Request, check: Check) -> Asked:
    if isinstance(response, Failure):
        return Asked(Reason.FAILED_REQUEST, f"{response.kind}: {response.message}")
    if response.refusal or response.finish_reason == "content_filter":
        return Asked(Reason.REFUSED, response.refusal or "stopped by the server's content filter")
    value = response.value
    if value is None:
        value = read_json(response.text, request.schema)
    if isinstance(value, Invalid):
        cut = response.finish_reason == "length"
        return Asked(Reason.INVALID_ANSWER, "the answer was cut off" if cut else value.reason)
    problem = check(value)
    return Asked(Reason.INVALID_ANSWER, problem) if problem else Asked()
