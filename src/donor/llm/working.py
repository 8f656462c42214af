"""The documents at work: their methods in an event loop, in a thread of its own."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

from donor.errors import DonorError
from donor.llm.request import Completion, Failure, Method, Request, Response
from donor.llm.sender import Sender, StoppedError

if TYPE_CHECKING:
    from donor.llm.client import Client

__all__ = ["Work", "Working", "advance"]

T = TypeVar("T")

Answered = Callable[[Sequence[Request]], Sequence[Response] | None]
"""Takes a round, and returns the responses if they are all there."""

# Waiting in short turns lets Ctrl-C through on every system.
_TURN_S = 0.2
# More documents are at work than there are requests in flight, so that a request is ready to go
# as soon as another one has its answer.
_AHEAD = 2
# To wake the other thread for each document would cost more than what is done for it there.
_TELL_S = 0.01


@dataclass(slots=True, eq=False)
class Work(Generic[T]):
    """A document at work: its method, the round that it waits for, and how it ended."""

    method: Method[T]
    requests: Sequence[Request] | None = None
    done: bool = False
    result: T | None = None
    error: BaseException | None = None

    @property
    def value(self) -> T:
        """What the method has returned."""
        return cast(T, self.result)


def advance(works: Sequence[Work[T]], answered: Answered) -> None:
    """Nothing; each method comes to its end, or waits for a round that has no answers here.

    They go side by side, round by round: what is done for many in a row is done faster. An error
    of Donor waits with its document for whoever asks for it.
    """
    live = [work for work in works if _goes_on(work, None)]
    while live:
        rounds = [(work, _answers(work, answered)) for work in live]
        live = [work for work, answers in rounds if answers is not None and _goes_on(work, answers)]


def _goes_on(work: Work[T], responses: Sequence[Response] | None) -> bool:
    """Whether the method asks for something, or for more; else it has come to an end."""
    try:
        work.requests = next(work.method) if responses is None else work.method.send(responses)
    except StopIteration as end:
        work.result, work.done = end.value, True
    except DonorError as error:
        work.error, work.done = error, True
    return not work.done


def _answers(work: Work[T], answered: Answered) -> Sequence[Response] | None:
    try:
        return answered(work.requests or ())
    except DonorError as error:
        work.method.close()
        work.error, work.done = error, True
        return None


class Working(Generic[T]):
    """The documents of one call of `Client.drive` that do not get all answers from the store.

    The thread begins with the first of them and ends with the context.
    """

    def __init__(self, client: "Client") -> None:
        self.stopping = False
        self._error: BaseException | None = None
        self._broken: BaseException | None = None
        self._client = client
        self._most = client.concurrency + max(1, client.concurrency // _AHEAD)
        self._thread = threading.Thread(target=self._work, name="donor-client", daemon=True)
        self._ready = threading.Event()
        # After an interrupt, `Thread.join` of Python 3.11 may believe that the thread has ended.
        self._gone = threading.Event()
        self._coming: deque[Work[T]] = deque()
        self._expected = False
        self._told = threading.Event()
        self._telling = False
        self._waiting: deque[Work[T]] = deque()
        self._documents: set[asyncio.Task[T]] = set()
        self._asked: dict[str, asyncio.Future[Response]] = {}

    # Called in the thread of whoever iterates.

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._thread.ident is None:
            return
        self._ready.wait()
        self._end()
        if self._broken is None or self._broken is error:
            return
        if error is None or isinstance(error, GeneratorExit):
            raise self._broken
        error.add_note(f"Besides, the client's event loop broke: {self._broken!r}")

    def submit(self, work: Work[T]) -> None:
        """Nothing; the document is begun, or goes on, as soon as there is room.

        Raises what kept the event loop from its work.
        """
        if not self._ready.is_set():
            self._thread.start()
            self._ready.wait()
        if self._broken is not None:
            raise self._broken
        self._coming.append(work)
        if not self._expected:
            self._expected = True
            with suppress(RuntimeError):  # the loop has just broken: `finished` tells why
                self._loop.call_soon_threadsafe(self._take_in)

    def finished(self, work: Work[T]) -> bool:
        """Whether the document came to its end, which is waited for; if not, everything stops.

        Raises what the document raised, or what stops everything.
        """
        while not work.done:
            self._told.clear()
            if work.done or self._told.wait(_TURN_S):
                continue
            if self._gone.is_set() and not work.done:
                raise self._broken or RuntimeError("the client's event loop is gone")
        if work.error is None:
            return True
        if not isinstance(work.error, StoppedError):
            raise work.error
        if self._error is not None:
            raise self._error
        return False

    def _end(self) -> None:
        """Nothing; stops what is still at work, and returns when the thread is gone.

        Answers in flight are waited for; an interrupt meanwhile gives them up.
        """
        try:
            self._leave(self._finish)
        except KeyboardInterrupt:
            self._leave(self._abandon)
            raise

    def _leave(self, last: Callable[[], None]) -> None:
        # The loop may be closed already, or never have begun.
        with suppress(RuntimeError, AttributeError):
            self._loop.call_soon_threadsafe(last)
        while not self._gone.wait(_TURN_S):
            pass
        self._thread.join()

    # Called in the thread of the event loop.

    def _work(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001 - whoever iterates raises it
            self._broken = error
        finally:
            self._gone.set()
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        provider = self._client.provider
        assert provider is not None, "replay never waits for an answer"
        async with provider.session(self._client.timeout_s) as http:
            self._sender = Sender(self._client, provider, http, self._stop)
            self._ready.set()
            await self._over.wait()
            while pending := self._pending():
                await asyncio.wait(pending)

    def _stop(self, error: BaseException | None = None) -> None:
        """Nothing; from now on no document and no request begins."""
        if self.stopping:
            return
        self.stopping, self._error = True, error
        self._sender.stop()
        self._loop.call_later(self._client.grace_s, self._abandon)
        self._begin_waiting()

    def _finish(self) -> None:
        self._stop()
        self._take_in()
        self._over.set()

    def _abandon(self) -> None:
        for one in self._pending():
            one.cancel()

    def _pending(self) -> "list[asyncio.Future[T] | asyncio.Future[Response]]":
        return [*self._documents, *self._asked.values()]

    def _take_in(self) -> None:
        """Nothing; takes what was submitted since the last time."""
        self._expected = False
        while self._coming:
            self._waiting.append(self._coming.popleft())
        self._begin_waiting()

    def _begin_waiting(self) -> None:
        while self._waiting and self.stopping:
            work = self._waiting.popleft()
            work.method.close()
            self._settle(work, StoppedError())
        while self._waiting and len(self._documents) < self._most:
            work = self._waiting.popleft()
            task = self._loop.create_task(self._document(work))
            self._documents.add(task)
            task.add_done_callback(partial(self._ended, work))

    def _ended(self, work: Work[T], task: asyncio.Task[T]) -> None:
        self._documents.discard(task)
        error = StoppedError() if task.cancelled() else task.exception()
        if error is None:
            work.result = task.result()
        else:
            self._stop(error)
        self._settle(work, error)
        self._begin_waiting()

    def _settle(self, work: Work[T], error: BaseException | None) -> None:
        """Nothing; whoever iterates is told soon, of all that was done meanwhile at once."""
        work.error, work.done = error, True
        if not self._telling:
            self._telling = True
            self._loop.call_later(_TELL_S, self._tell)

    def _tell(self) -> None:
        self._telling = False
        self._told.set()

    async def _document(self, work: Work[T]) -> T:
        """What the method returns, in the end."""
        method = work.method
        try:
            requests = next(method) if work.requests is None else work.requests
            while True:
                requests = method.send(await self._responses(requests))
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            method.close()

    async def _responses(self, requests: Sequence[Request]) -> list[Response]:
        """The responses to one round of a document, asked for at the same time."""
        begun = [self._response(request, alone=len(requests) == 1) for request in requests]
        return [b if isinstance(b, Completion | Failure) else await b for b in begun]

    def _response(self, request: Request, *, alone: bool) -> Response | Awaitable[Response]:
        """The response where the store has it, else what to wait for."""
        response = self._client.recorded(request)
        if response is not None:
            self._client.tally.count_stored([response])
            return response
        asked = self._asked.get(request.key)
        if asked is not None:
            self._client.tally.count("shared")
            return asked
        if alone:
            return self._asked_here(request)
        task = self._asked[request.key] = self._loop.create_task(self._sender.ask(request))
        task.add_done_callback(partial(self._answered, request.key))
        return task

    async def _asked_here(self, request: Request) -> Response:
        """The response to the only request of a round, which needs no task of its own."""
        answer = self._asked[request.key] = self._loop.create_future()
        try:
            response = await self._sender.ask(request)
        except BaseException:
            # Whoever else waits for it is stopped too.
            answer.cancel()
            raise
        finally:
            del self._asked[request.key]
        if not answer.cancelled():
            answer.set_result(response)
        return response

    def _answered(self, key: str, task: asyncio.Task[Response]) -> None:
        del self._asked[key]
        if not task.cancelled():
            # A document that has ended does not fetch it, and asyncio would complain.
            task.exception()
