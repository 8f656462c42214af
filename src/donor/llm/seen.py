"""What a store has seen of a model: how its tokens compare with what is thought beforehand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import orjson

from donor.llm.request import Message, Request
from donor.llm.stored import StoredAnswer
from donor.llm.tokens import token_range

__all__ = ["Guess", "Seen", "guess_of", "seen_of"]

# A server counts some tokens for the frame of each message too.
_FRAME = (3, 8)
# How much longer or shorter an answer may be than one that is made up.
_LENGTH = (0.85, 1.25)
_ENOUGH = 5
_MARGIN = 0.06
_ERRORS = 3.0
# Of the first answers, how many are wrong and asked for again, where nothing is known.
_WRONG = (0.0, 0.4)

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Guess:
    """The tokens of some requests and their answers, each between two bounds."""

    prompt: Range = (0.0, 0.0)
    completion: Range = (0.0, 0.0)

    def __add__(self, other: "Guess") -> "Guess":
        return Guess(_sum(self.prompt, other.prompt), _sum(self.completion, other.completion))


@dataclass(frozen=True, slots=True)
class Seen:
    """What stored answers say about guesses: nothing where there are too few.

    Args:
        answers: how many were looked at.
        prompt: the tokens of their prompts, as a share of the middle of what was guessed, and how
            far that share may be off.
        completion: likewise.
        wrong: the share of first answers after which was asked again, between two bounds.
    """

    answers: int = 0
    prompt: tuple[float, float] | None = None
    completion: tuple[float, float] | None = None
    wrong: Range = _WRONG

    def refined(self, guess: Guess) -> Guess:
        """The guess, narrowed to what was seen."""
        return Guess(
            _narrowed(guess.prompt, self.prompt), _narrowed(guess.completion, self.completion)
        )


@lru_cache(maxsize=64)
def _of_prompt(text: str) -> tuple[int, int]:
    """The tokens of a text that stands at the beginning of many requests."""
    return token_range(text)


def guess_of(request: Request, answer: str) -> Guess:
    """The tokens of a request, and of an answer that may come back."""
    system, rest = request.messages[:1], request.messages[1:]
    parts = [_of_prompt(message.content) for message in system]
    parts += [token_range(message.content) for message in rest]
    prompt = [sum(part[n] for part in parts) + _FRAME[n] * len(parts) for n in (0, 1)]
    low, high = token_range(answer)
    return Guess((prompt[0], prompt[1]), (low * _LENGTH[0], high * _LENGTH[1]))


def seen_of(rows: Iterable[StoredAnswer], likely: Callable[[Request], str]) -> Seen:
    """What stored answers of a model say; `likely` makes up an answer to a request."""
    asked = again = 0
    prompts: list[tuple[float, float]] = []
    completions: list[tuple[float, float]] = []
    for row in rows:
        request = _request_of(row)
        if request.attempt:
            again += 1
            continue
        asked += 1
        guess = guess_of(request, likely(request))
        prompts.append((row.prompt_tokens or 0, sum(guess.prompt) / 2))
        completions.append((row.completion_tokens or 0, sum(guess.completion) / 2))
    if asked < _ENOUGH:
        return Seen()
    share = again / asked
    wrong = (share * 0.5, min(1.0, share * 1.5 + 1 / asked))
    return Seen(asked, _share(prompts), _share(completions), wrong)


def _share(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """What was told as a share of what was guessed, and how far off that may be for others."""
    told, guessed = (sum(pair[n] for pair in pairs) for n in (0, 1))
    if not (told and guessed):
        return None
    share = told / guessed
    # The error of a ratio of sums, from the residuals of its pairs.
    spread = sqrt(sum((told - share * guess) ** 2 for told, guess in pairs))
    return share, _MARGIN + _ERRORS * spread / (share * guessed)


def _request_of(row: StoredAnswer) -> Request:
    """The request that a row answers, its task read off its JSON."""
    logical = orjson.loads(row.logical)
    messages = tuple(Message(m["role"], m["content"]) for m in logical["messages"])
    return Request(messages, attempt=logical["attempt"], task=_task(messages))


def _task(messages: tuple[Message, ...]) -> str:
    """The task of a request, as its messages show it; "" where they show none."""
    try:
        data = orjson.loads(messages[1].content)
        if "spans" in data:
            return _pointing(messages[0].content, data["translation"])
        if "source" in data and isinstance(data["source"], dict):
            return "tags" if "translation" in data else "joint"
        return "translate" if all(isinstance(text, str) for text in data.values()) else ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _pointing(system: str, translation: dict[str, object]) -> str:
    if any(isinstance(words, dict) for words in translation.values()):
        return "index-words"
    return "quote" if '"occurrence"' in system else "index-characters"


def _narrowed(range_: Range, share: tuple[float, float] | None) -> Range:
    if share is None:
        return range_
    middle, margin = sum(range_) / 2 * share[0], min(share[1], 0.9)
    return middle * (1 - margin), middle * (1 + margin)


def _sum(one: Range, other: Range) -> Range:
    return one[0] + other[0], one[1] + other[1]
