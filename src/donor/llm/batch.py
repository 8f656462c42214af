"""A batch: the requests of a round that the store does not answer, as files for a provider.

The files have the input format of OpenAI's Batch API, which vLLM's `run_batch`, Azure, Groq and
others take too: a line for each request, its custom_id the key of the request. What is asked
stands in the store as well, where the import of the results finds it.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Generic, TypeVar

import orjson

from donor.llm.counts import Counts, Tally
from donor.llm.exchange import read_response, response_to
from donor.llm.providers import split_model
from donor.llm.providers.openai_compatible import body_of
from donor.llm.providers.wire import Wire
from donor.llm.request import Failure, FailureKind, Method, Request, Response
from donor.llm.store import ResponseStore
from donor.llm.stored import WaitingRequest

__all__ = ["BatchRound", "Done", "Open", "advance", "batch_line"]

T = TypeVar("T")

# What OpenAI takes in one file; the others take as much or more.
_REQUESTS = 50_000
_BYTES = 200_000_000
_URL = "/v1/chat/completions"
_PAGE = 500
# What is no chat completion may be one the next time; what is none twice stays none.
# What a live run met with and a batch need not.
_PASSING = {
    FailureKind.CONNECTION,
    FailureKind.OVERLOADED,
    FailureKind.SERVER_ERROR,
    FailureKind.TIMEOUT,
}
_MALFORMED_TRIES = 2


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """A method that has returned its value."""

    value: T


@dataclass(frozen=True, slots=True)
class Open:
    """A method that waits for the answers to these requests."""

    requests: tuple[Request, ...]


def advance(method: Method[T], answer: Callable[[Request], Response | None]) -> Done[T] | Open:
    """How far a method comes with the answers that there are.

    >>> def hello() -> Method[str]:
    ...     [answer] = yield [Request((), document="a:1")]
    ...     return answer.text
    >>> advance(hello(), lambda request: None).requests[0].document
    'a:1'
    """
    try:
        requests = next(method)
        while True:
            pairs = [(request, answer(request)) for request in requests]
            missing = tuple(request for request, response in pairs if response is None)
            if missing:
                method.close()
                return Open(missing)
            requests = method.send([response for _, response in pairs if response is not None])
    except StopIteration as done:
        return Done(done.value)


def batch_line(request: Request, key: str, wire: Wire) -> bytes:
    """The request as a line of a batch's input file."""
    body = body_of(request, wire)
    value = {"custom_id": key, "method": "POST", "url": _URL, "body": body}
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


class BatchRound:
    """Drives methods with the store's answers alone, and writes down what they wait for.

    Args:
        model: `provider:model`, which all requests ask.
        store: where answers are looked up, and what is asked is kept.
        folder: where `requests-1.jsonl`, … are made; it is not made while nothing waits.
        most_requests: how many requests a file holds at most.
        most_bytes: how many bytes a file holds at most, unless one request is longer.
    """

    def __init__(
        self,
        model: str,
        store: ResponseStore,
        folder: Path,
        *,
        most_requests: int = _REQUESTS,
        most_bytes: int = _BYTES,
    ) -> None:
        split_model(model)
        self.store = store
        self.tally = Tally()
        self.done = 0
        # The room for an answer was that of one request.
        self._wire = replace(Wire.said(store.last_wire(model)), room=None)
        self._files = _Files(folder, most_requests, most_bytes)
        self._asked: set[str] = set()
        self._new: list[WaitingRequest] = []

    @property
    def counts(self) -> Counts:
        """What the store answered."""
        return self.tally.snapshot()

    @property
    def requests(self) -> int:
        """How many requests wait for answers."""
        return len(self._asked)

    @property
    def files(self) -> list[Path]:
        """The files that were written."""
        return self._files.paths

    def drive(self, methods: Iterable[Method[T]]) -> Generator[T, None, None]:
        """The values of those methods that wait for nothing, in the order of the methods.

        The requests that the others wait for are in the files when this ends.
        """
        self.done = 0
        with self._files.opened():
            for method in methods:
                state = advance(method, self._answer)
                if isinstance(state, Done):
                    self.done += 1
                    yield state.value
                else:
                    for request in state.requests:
                        self._ask(request)
            self._expect()

    def _answer(self, request: Request) -> Response | None:
        key, messages = request.key, request.messages
        reply = self.store.reply(key) or self.store.rejecting_reply(key)
        if reply is None:
            return None
        response = response_to(*reply, messages)
        if isinstance(response, Failure) and response.kind in _PASSING:
            return None
        malformed = isinstance(response, Failure) and response.kind is FailureKind.MALFORMED
        if malformed and self.store.rejections(key) < _MALFORMED_TRIES:
            return None
        response = read_response(request, response)
        self.tally.count_stored([response])
        return response

    def _ask(self, request: Request) -> None:
        key = request.key
        if key in self._asked:
            return
        self._asked.add(key)
        before = self.store.expected(key)
        wire = Wire.said(before.wire) if before else self._wire
        self._files.write(batch_line(request, key, wire))
        if before is None:
            self._new.append(WaitingRequest(key, request.canonical, str(wire)))
        if len(self._new) >= _PAGE:
            self._expect()

    def _expect(self) -> None:
        if self._new:
            self.store.expect(self._new)
            self._new.clear()


class _Files:
    """Numbered files of lines, none over a provider's limits."""

    def __init__(self, folder: Path, most_requests: int, most_bytes: int) -> None:
        self.paths: list[Path] = []
        self._folder = folder
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._file: IO[bytes] | None = None
        self._requests = 0
        self._bytes = 0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Nothing; the last file is closed at the end of the block."""
        try:
            yield
        finally:
            self._close()

    def write(self, line: bytes) -> None:
        """Nothing; the line is in the file that has room for it."""
        full = self._requests >= self._most_requests or self._bytes + len(line) > self._most_bytes
        if self._file is None or full:
            self._begin()
        assert self._file is not None
        self._file.write(line)
        self._requests += 1
        self._bytes += len(line)

    def _begin(self) -> None:
        self._close()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"requests-{len(self.paths) + 1}.jsonl"
        self._file = path.open("wb")
        self.paths.append(path)
        self._requests = self._bytes = 0

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
