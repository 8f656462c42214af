"""What a client has asked, got and paid for so far."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from donor.llm.answer import Invalid
from donor.llm.request import Failure, FailureKind, Response

__all__ = ["AnswerCounts", "Counts", "Tally"]


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """Answers of one origin: how many, their tokens, and how many satisfied their schema.

    Validity is that of each answer as it came, before any correction is asked for; answers to
    requests without a schema are in neither count.
    """

    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    schema_valid: int = 0
    schema_invalid: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """A client's counts at one moment.

    Args:
        sent: HTTP exchanges begun, retries among them.
        retried: exchanges that were begun because an earlier one failed.
        from_store: requests that the store answered.
        shared: requests that got the answer of an equal one in flight.
        failed: requests that ended as a Failure, by kind.
        statuses: HTTP replies by status.
        in_flight: exchanges that wait for their reply.
        served: answers, of either origin, by the model and the fingerprint that the server named.
        new: answers that were sent for now.
        stored: answers out of the store.
    """

    sent: int = 0
    retried: int = 0
    from_store: int = 0
    shared: int = 0
    failed: Mapping[FailureKind, int] = field(default_factory=dict)
    statuses: Mapping[int, int] = field(default_factory=dict)
    in_flight: int = 0
    served: Mapping[tuple[str | None, str | None], int] = field(default_factory=dict)
    new: AnswerCounts = AnswerCounts()
    stored: AnswerCounts = AnswerCounts()


class Tally:
    """A running count; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: Counter[str] = Counter()
        self._failed: Counter[FailureKind] = Counter()
        self._statuses: Counter[int] = Counter()
        self._served: Counter[tuple[str | None, str | None]] = Counter()
        self._answers: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}

    def count(self, event: str) -> None:
        """Nothing; counts one of `retried`, `shared`."""
        with self._lock:
            self._events[event] += 1

    def count_begun(self) -> None:
        """Nothing; counts an HTTP exchange, which is in flight from now on."""
        with self._lock:
            self._events["sent"] += 1
            self._events["in_flight"] += 1

    def count_ended(self, status: int | None) -> None:
        """Nothing; an exchange is in flight no longer; counts its reply, if there is one."""
        with self._lock:
            self._events["in_flight"] -= 1
            if status is not None:
                self._statuses[status] += 1

    def count_response(self, response: Response) -> None:
        """Nothing; counts a failure by kind, or an answer, its tokens and its validity."""
        with self._lock:
            self._add(response)

    def count_stored(self, responses: Iterable[Response]) -> None:
        """Nothing; counts responses that the store has given."""
        with self._lock:
            for response in responses:
                self._events["from_store"] += 1
                self._add(response)

    def _add(self, response: Response) -> None:
        if isinstance(response, Failure):
            self._failed[response.kind] += 1
            return
        counts, usage = self._answers[response.from_store], response.usage
        counts["answers"] += 1
        self._served[response.served_model, response.fingerprint] += 1
        counts["prompt_tokens"] += usage.prompt_tokens or 0
        counts["completion_tokens"] += usage.completion_tokens or 0
        counts["cached_tokens"] += usage.cached_tokens or 0
        if response.value is not None:
            valid = not isinstance(response.value, Invalid)
            counts["schema_valid" if valid else "schema_invalid"] += 1

    def snapshot(self) -> Counts:
        """The counts as they are now."""
        with self._lock:
            return Counts(
                **self._events,
                failed=dict(self._failed),
                statuses=dict(self._statuses),
                served=dict(self._served),
                new=AnswerCounts(**self._answers[False]),
                stored=AnswerCounts(**self._answers[True]),
            )
