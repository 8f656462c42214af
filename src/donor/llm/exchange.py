"""One exchange with a server: what it means, and the row of the store that keeps it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from donor.errors import ModelError, ReplayError
from donor.llm.answer import read_json
from donor.llm.providers.openai_compatible import Reply, parse_completion
from donor.llm.providers.rejection import Rejection, Verdict, failure_of
from donor.llm.request import Completion, FailureKind, Request, Response
from donor.llm.stored import StoredAnswer

__all__ = [
    "Exchange",
    "fruitless",
    "not_recorded",
    "pause_s",
    "read_reply",
    "read_response",
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


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that was sent: when, what came back (None: nothing whole), what it means."""

    started_at: str
    outcome: Completion | Rejection
    reply: Reply | None = None

    @property
    def definitive(self) -> bool:
        """Whether the same request would be rejected the next time too."""
        if self.reply is None or isinstance(self.outcome, Completion):
            return False
        malformed = self.outcome.failure.kind is FailureKind.MALFORMED
        return malformed or self.outcome.verdict is Verdict.FINAL


def read_reply(reply: Reply, started_at: str) -> Exchange:
    """The exchange that ended with this reply."""
    if reply.status != 200:
        return Exchange(started_at, failure_of(reply.status, reply.body), reply)
    answer = parse_completion(reply.body)
    if isinstance(answer, Completion):
        return Exchange(started_at, answer, reply)
    return Exchange(started_at, Rejection(Verdict.AGAIN, answer), reply)


def row_of(request: Request, exchange: Exchange, base_url: str) -> StoredAnswer:
    """The store's row for an answer or a definitive rejection."""
    reply, answer = exchange.reply, exchange.outcome
    if reply is None:
        raise ValueError("an exchange without a reply is not kept")
    row = StoredAnswer(
        key=request.key,
        logical=request.canonical,
        base_url=base_url,
        wire=str(reply.wire),
        started_at=exchange.started_at,
        seconds=reply.seconds,
        status=reply.status,
        body=reply.body,
        rejected=not isinstance(answer, Completion),
    )
    if not isinstance(answer, Completion):
        return row
    return replace(
        row,
        served_model=answer.served_model,
        fingerprint=answer.fingerprint,
        prompt_tokens=answer.usage.prompt_tokens,
        completion_tokens=answer.usage.completion_tokens,
        cached_tokens=answer.usage.cached_tokens,
        finish_reason=answer.finish_reason,
    )


def response_of(row: StoredAnswer) -> Response:
    """What a method is sent for a row of the store."""
    return response_to(row.status, row.body)


def response_to(status: int, body: bytes) -> Response:
    """What a method is sent for the status and the body of a row of the store."""
    if status != 200:
        return failure_of(status, body).failure
    answer = parse_completion(body)
    return replace(answer, from_store=True) if isinstance(answer, Completion) else answer


def read_response(request: Request, response: R) -> R:
    """The response with its JSON object read, where the request has a schema for one."""
    if request.schema is None or not isinstance(response, Completion):
        return response
    return replace(response, value=read_json(response.text, request.schema))


def retries_of(rejection: Rejection, retries: int, *, reached: bool) -> int:
    """How often a rejected request is tried again at most."""
    if rejection.unreachable and not reached:
        return _UNREACHABLE_RETRIES
    return min(retries, _FEW.get(rejection.failure.kind, retries))


def pause_s(tries: int, exchange: Exchange, *, jitter: float, now: datetime) -> float:
    """The seconds to wait before the next try: doubling, at least what the server asks for.

    Args:
        tries: how often the request was tried again before.
        exchange: the one that failed.
        jitter: from 0 to 1; the pause is half to all of its full length.
        now: against which a Retry-After that is a date is measured.
    """
    own = min(_LONGEST_S, 2.0**tries) * (0.5 + jitter / 2)
    asked = _retry_after_s(exchange.reply.retry_after if exchange.reply else None, now)
    return max(own, min(asked, _LONGEST_ASKED_S))


def _retry_after_s(header: str | None, now: datetime) -> float:
    """The seconds that a Retry-After header asks for; 0 where it asks for nothing.

    >>> _retry_after_s("7", datetime.now(UTC))
    7.0
    >>> _retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", datetime(2015, 10, 21, 7, 27, tzinfo=UTC))
    60.0
    """
    try:
        return max(0.0, float(header or 0))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header or "")
    except ValueError:
        return 0.0
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - now).total_seconds())


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
