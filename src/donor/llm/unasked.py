"""No model: methods that ask nothing come to their end, and a request is an error."""

from collections.abc import Generator, Iterable
from typing import NoReturn, TypeVar

from donor.errors import ConfigError
from donor.llm.counts import Counts
from donor.llm.request import Method, Request, answered

__all__ = ["Unasked"]

T = TypeVar("T")


class Unasked:
    """Drives methods as a `Client` does, without a server and without a store."""

    counts = Counts()

    def drive(self, methods: Iterable[Method[T]]) -> Generator[T, None, None]:
        """The value of each method, in their order. Raises ConfigError where one asks."""
        for method in methods:
            yield answered(method, _refused)


def _refused(request: Request) -> NoReturn:
    where = f"document {request.document}" if request.document else "the run"
    what = f"a model is to be asked ({request.task}), and none is given"
    raise ConfigError(where, what, "give --model provider:model")
