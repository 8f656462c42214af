"""One question about many things: in chunks, side by side, and in halves where one is too large."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from donor.llm.checked import Asked, Check, Rescue, ask_checked
from donor.llm.request import Method, Request, Response

__all__ = ["Question", "ask_in_chunks", "chunks", "together"]

K = TypeVar("K")
T = TypeVar("T")

Question = tuple[Request, Check] | tuple[Request, Check, Rescue]
"""A request, what looks at its answer, and what takes the sound rest; see `ask_checked`."""


def together(methods: Iterable[Method[T]]) -> Method[list[T]]:
    """The values of several methods, whose requests of a round are asked for at once."""
    values: dict[int, T] = {}
    begun: dict[int, tuple[Method[T], Sequence[Request]]] = {}

    def advance(place: int, method: Method[T], responses: Sequence[Response] | None) -> None:
        try:
            asked = next(method) if responses is None else method.send(responses)
            begun[place] = (method, asked)
        except StopIteration as done:
            begun.pop(place, None)
            values[place] = done.value

    for place, method in enumerate(methods):
        advance(place, method, None)
    while begun:
        live = sorted(begun.items())
        responses = list((yield [request for _, (_, asked) in live for request in asked]))
        for place, (method, asked) in live:
            own, responses = responses[: len(asked)], responses[len(asked) :]
            advance(place, method, own)
    return [values[place] for place in sorted(values)]


def chunks(keys: Iterable[K], size: Callable[[K], int], limit: int) -> list[list[K]]:
    """The keys in their order, in as few chunks as keep to the limit; a larger one stands alone.

    >>> chunks(["aa", "bbb", "c", "dddddd", "e"], len, 5)
    [['aa', 'bbb'], ['c'], ['dddddd'], ['e']]
    """
    found: list[list[K]] = []
    room = 0
    for key in keys:
        needed = size(key)
        if not found or needed > room:
            found.append([])
            room = limit
        found[-1].append(key)
        room -= needed
    return found


def ask_in_chunks(
    parts: Iterable[Sequence[K]],
    question: Callable[[Sequence[K]], Question],
    worth: Callable[[Sequence[K]], bool] = bool,
) -> Method[dict[K, Asked]]:
    """How the question about each key ended; all parts are asked about at once.

    Where a part was too large for the server, or something in it was refused, its halves are
    asked about; the trouble ends with the one key that brings it. Parts that are not worth it
    are not asked about.
    """
    parts = [part for part in parts if worth(part)]
    if len(parts) == 1:
        return (yield from _ask(parts[0], question, worth))
    answers = yield from together(_ask(part, question, worth) for part in parts)
    return {key: asked for answer in answers for key, asked in answer.items()}


def _ask(
    part: Sequence[K],
    question: Callable[[Sequence[K]], Question],
    worth: Callable[[Sequence[K]], bool],
) -> Method[dict[K, Asked]]:
    asked = yield from ask_checked(*question(part))
    if len(part) == 1 or not asked.smaller_may_help:
        return dict.fromkeys(part, asked)
    middle = len(part) // 2
    return (yield from ask_in_chunks((part[:middle], part[middle:]), question, worth))
