"""One exchange with a server: what it means, and the row of the store that keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

import orjson

from donor.data.quick import quickly_made
from donor.errors import ModelError, ReplayError
from donor.llm.answer import Invalid, read_json
from donor.llm.context import context_cut
from donor.llm.providers.completion import error_status, parse_completion
from donor.llm.providers.openai_compatible import Reply
from donor.llm.providers.rejection import Rejection, Verdict, failure_of
from donor.llm.providers.waiting import asked_pause_s
from donor.llm.providers.wire import Wire
from donor.llm.request import Completion, Failure, FailureKind, Message, Request, Response
from donor.llm.stored import StoredAnswer

__all__ = [
    "Exchange",
    "asked_s",
    "fruitless",
    "not_recorded",
    "pause_s",
    "read_reply",
    "read_response",
    "recorded_response",
    "refused",
    "response_of",
    "response_to",
    "retries_of",
    "row_of",
    "unreachable",
]

R = TypeVar("R", bound=Response)

_LONGEST_S = 60.0
_LONGEST_ASKED_S = 300.0
# What was paid for and came to nothing is likely to do so again; a server that cannot be
# reached at all is likely not to be running.
_FEW = {FailureKind.MALFORMED: 2, FailureKind.TIMEOUT: 2}
_UNREACHABLE_RETRIES = 3
_NO_REPLY = 0


@quickly_made
@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent: when, what came back (None: nothing whole), what it means."""

    started_at: str
    outcome: Completion | Rejection
    reply: Reply | None = None

    @property
    def overloaded(self) -> bool:
        """Whether the server says that it has too much to do."""
        outcome = self.outcome
        return isinstance(outcome, Rejection) and outcome.failure.kind is FailureKind.OVERLOADED

    @property
    def definitive(self) -> bool:
        """Whether the same request would be rejected the next time too."""
        if self.reply is None or isinstance(self.outcome, Completion):
            return False
        malformed = self.outcome.failure.kind is FailureKind.MALFORMED
        return malformed or self.outcome.verdict is Verdict.FINAL


def _no_reply(exchange: Exchange) -> Reply:
    """What is kept where nothing whole came back: the failure, under the status 0."""
    if isinstance(exchange.outcome, Completion):
        raise ValueError("an answer has a reply")
    failure = exchange.outcome.failure
    body = orjson.dumps({"kind": failure.kind, "message": failure.message})
    return Reply(_NO_REPLY, body, {}, Wire(), 0.0)


def read_reply(reply: Reply, started_at: str, request: Request) -> Exchange:
    """The exchange about a request that ended with this reply."""
    answer = _answer(reply.status, reply.body, request.messages)
    where = reply.headers.get("Location")
    if isinstance(answer, Rejection) and where:
        answer = replace(answer, failure=replace(answer.failure, message=f"moved to {where}"))
    return Exchange(started_at, answer, reply)


def _answer(status: int, body: bytes, messages: Sequence[Message]) -> Completion | Rejection:
    """What a reply to these messages means."""
    if status == _NO_REPLY:
        told = orjson.loads(body)
        return Rejection(Verdict.AGAIN, Failure(FailureKind(told["kind"]), told["message"]))
    if status == 200:
        status = error_status(body) or status
    if status != 200:
        return failure_of(status, body)
    answer = parse_completion(body)
    if isinstance(answer, Failure):
        return Rejection(Verdict.AGAIN, answer)
    cut = context_cut(answer.usage.prompt_tokens, messages)
    if cut:
        return Rejection(Verdict.FINAL, Failure(FailureKind.CONTEXT_CUT, cut, 200))
    return answer


def row_of(request: Request, exchange: Exchange, base_url: str) -> StoredAnswer:
    """The store's row for an answer, or for what came instead of one."""
    reply, answer = exchange.reply or _no_reply(exchange), exchange.outcome
    facts = answer if isinstance(answer, Completion) else Completion("")
    return StoredAnswer(
        key=request.key,
        logical=request.canonical,
        base_url=base_url,
        wire=str(reply.wire),
        started_at=exchange.started_at,
        seconds=reply.seconds,
        status=reply.status,
        body=reply.body,
        served_model=facts.served_model,
        fingerprint=facts.fingerprint,
        prompt_tokens=facts.usage.prompt_tokens,
        completion_tokens=facts.usage.completion_tokens,
        cached_tokens=facts.usage.cached_tokens,
        finish_reason=facts.finish_reason,
        rejected=not isinstance(answer, Completion),
    )


def response_of(row: StoredAnswer) -> Response:
    """What a method is sent for a row of the store."""
    messages = orjson.loads(row.logical)["messages"]
    return response_to(
        row.status, row.body, [Message(message["role"], message["content"]) for message in messages]
    )


def response_to(status: int, body: bytes, messages: Sequence[Message]) -> Response:
    """What a method is sent for the status and the body of a row that answers these messages."""
    answer = _answer(status, body, messages)
    return answer.failure if isinstance(answer, Rejection) else replace(answer, from_store=True)


def recorded_response(status: int, body: bytes, request: Request) -> Response:
    """What a method is sent for a row that answers its request, its JSON object read."""
    answer = _answer(status, body, request.messages)
    if isinstance(answer, Rejection):
        return answer.failure
    return _read(answer, _value(request, answer), from_store=True)


def read_response(request: Request, response: R) -> R:
    """The response with its JSON object read, where the request has a schema for one."""
    if request.schema is None or not isinstance(response, Completion):
        return response
    value = _value(request, response)
    return cast(R, _read(response, value, from_store=response.from_store))


def _read(
    answer: Completion, value: dict[str, Any] | Invalid | None, *, from_store: bool
) -> Completion:
    # Not `replace`, which takes several times as long; each answer comes by here.
    return Completion(
        answer.text,
        answer.finish_reason,
        answer.refusal,
        answer.usage,
        answer.served_model,
        answer.fingerprint,
        from_store,
        answer.reasoned,
        value,
    )


def _value(request: Request, answer: Completion) -> dict[str, Any] | Invalid | None:
    return None if request.schema is None else read_json(answer.text, request.schema)


def retries_of(rejection: Rejection, retries: int, *, reached: bool) -> int:
    """How often a rejected request is tried again at most."""
    if rejection.unreachable and not reached:
        return _UNREACHABLE_RETRIES
    return min(retries, _FEW.get(rejection.failure.kind, retries))


def pause_s(tries: int, jitter: float) -> float:
    """The seconds to wait before the next try, by ourselves: doubling.

    Args:
        tries: how often the request was tried again before.
        jitter: from 0 to 1; the pause is half to all of its full length.
    """
    return min(_LONGEST_S, 2.0**tries) * (0.5 + jitter / 2)


def asked_s(exchange: Exchange, now: datetime) -> float:
    """The seconds to wait that the server asks for, within reason; 0 where it asks for none.

    Args:
        exchange: the one that failed.
        now: against which a date is measured.
    """
    reply = exchange.reply
    if reply is None or not exchange.overloaded:
        return 0.0
    return min(asked_pause_s(reply.headers, reply.body, now), _LONGEST_ASKED_S)


def not_recorded(request: Request, path: str) -> ReplayError:
    """The error for a request that replay does not find."""
    what = f"the request {request.key} of {request.task or 'a method'} is not in {path}"
    hint = "run the same command without --replay to ask the model"
    return ReplayError(f"document {request.document}", what, hint)


def refused(rejection: Rejection, base_url: str) -> ModelError:
    """The error for a server that refuses every request, in its own words."""
    what = f"HTTP {rejection.failure.status}: {rejection.failure.message}"
    return ModelError(base_url, what, rejection.hint)


def fruitless(rejection: Rejection, requests: int, base_url: str) -> ModelError:
    """The error for a server that has answered nothing yet, whatever was tried."""
    what = f"{requests} requests failed and none was answered; the last: "
    hint = "look after the server, then repeat the command"
    return ModelError(base_url, what + rejection.failure.message, hint)


def unreachable(rejection: Rejection, base_url: str) -> ModelError:
    """The error for a server that was never reached."""
    hint = "is the server running? --base-url names another address"
    return ModelError(f"cannot reach {base_url}", rejection.failure.message, hint)
