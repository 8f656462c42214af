"""What a server means by refusing a request: try again, give this one up, or stop the run.

The rules are facts about servers: OpenAI, Azure, OpenRouter, Mistral, Groq, DeepSeek, Anthropic,
Gemini, vLLM, llama.cpp and Ollama each word their errors in their own way.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from donor.llm.request import Failure, FailureKind

__all__ = ["ErrorWords", "Rejection", "Verdict", "error_words", "failure_of"]

_SHOWN = 400
_PYDANTIC = ("loc", "msg", "type")


class Verdict(StrEnum):
    """What to do after a request got no answer."""

    AGAIN = "again"
    FINAL = "final"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A request without an answer: what to do, the failure it is, and a hint for the user.

    `unreachable` says that not even a connection came about; `misled`, that the address seems
    to be wrong, which cannot be once it has answered.
    """

    verdict: Verdict
    failure: Failure
    hint: str = ""
    unreachable: bool = False
    misled: bool = False


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """A server's error: its message and, where it says so, code, type and parameter."""

    message: str
    code: str = ""
    type: str = ""
    parameter: str = ""

    @property
    def all(self) -> str:
        """Code, type and message in one line."""
        return f"{self.code} {self.type} {self.message}"

    def names(self, parameter: str) -> bool:
        """Whether the error is about this parameter of the request."""
        if self.parameter:
            return self.parameter == parameter
        return self.place(parameter) < len(self.message)

    def place(self, parameter: str) -> int:
        """Where the message names this parameter; its length where it does not."""
        found = re.search(rf"(?<![\w-]){re.escape(parameter)}(?![\w-])", self.message)
        return found.start() if parameter and found else len(self.message)


def error_words(body: bytes) -> ErrorWords:
    """What an error's body says, whatever server it comes from.

    >>> error_words(b'{"error": {"message": "No such model", "code": "model_not_found"}}')
    ErrorWords(message='No such model', code='model_not_found', type='', parameter='')
    >>> error_words(b"<h1>Bad gateway</h1>").message
    'Bad gateway'
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        text = re.sub(r"<[^>]*>", " ", body[:4000].decode(errors="replace"))
        return ErrorWords(_line(text))
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return ErrorWords(_line(str(value)))
    error = value.get("error", value)
    if not isinstance(error, dict):
        return ErrorWords(_line(str(error)))
    message = error.get("message") or error.get("detail") or error.get("msg") or error
    return ErrorWords(
        _line(_told(message)),
        _plain(error.get("code")),
        _plain(error.get("type")),
        _plain(error.get("param")),
    )


def _told(message: Any) -> str:
    """A message in words; pydantic's lists of errors without the input that they repeat."""
    if isinstance(message, dict) and "detail" in message:
        message = message["detail"]
    if not isinstance(message, list):
        return message if isinstance(message, str) else orjson.dumps(message).decode()
    problems = [item for item in message if isinstance(item, dict)]
    told = [" ".join(str(item.get(part, "")) for part in _PYDANTIC) for item in problems]
    return "; ".join(told) or str(message)


def _line(text: str) -> str:
    """The text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _plain(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


_OVERFLOW = re.compile(
    r"context_length_exceeded|exceed_context_size|(context|maximum model) (length|size|window)"
    r"|prompt is too long|input is too long|(input )?token count .* exceeds",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"content[ _-]?filter|content[ _]?(management )?policy|responsibleai|moderation|flagged"
    r"|data_inspection_failed",
    re.IGNORECASE,
)
_QUOTA = re.compile(
    r"insufficient_quota|billing_hard_limit_reached|billing_not_active"
    r"|credit balance is too low|insufficient (balance|credits)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"invalid_api_key|api[ _]key not valid|(invalid|incorrect) api[ _]key", re.IGNORECASE
)
_MODEL = re.compile(
    r"model_not_found|invalid_model|model_decommissioned|deploymentnotfound|^\S* \S* invalid model"
    r"|model not exist|not a valid model|(model|deployment)\b.{0,200} (does not exist|not found)",
    re.IGNORECASE,
)

_KEY_HINT = "check the API key and what it is allowed to do"
_MODEL_HINT = "check --model, and that the server has this model"
_QUOTA_HINT = "add credit and run the same command again; nothing is asked twice"
_URL_HINT = "check --base-url, which usually ends in /v1"
_RETRIED = {
    408: FailureKind.TIMEOUT,
    429: FailureKind.OVERLOADED,
    503: FailureKind.OVERLOADED,
    529: FailureKind.OVERLOADED,  # Anthropic
}


def failure_of(status: int, body: bytes) -> Rejection:
    """What an HTTP status other than 200 and its body mean.

    >>> failure_of(429, b'{"error": {"message": "slow down"}}').verdict
    <Verdict.AGAIN: 'again'>
    >>> failure_of(401, b'{"error": {"message": "who?"}}').verdict
    <Verdict.STOP: 'stop'>
    """
    words = error_words(body)
    hint = _stop_hint(status, words)
    kind = _kind(status, words)
    message = words.message or f"HTTP {status}"
    if hint:
        misled = hint == _URL_HINT
        return Rejection(Verdict.STOP, Failure(kind, message, status), hint, misled=misled)
    final = kind in _FINAL_KINDS
    return Rejection(Verdict.FINAL if final else Verdict.AGAIN, Failure(kind, message, status))


_FINAL_KINDS = {FailureKind.CONTEXT_OVERFLOW, FailureKind.CONTENT_FILTER, FailureKind.REJECTED}


def _kind(status: int, words: ErrorWords) -> FailureKind:
    if status in _RETRIED:
        return _RETRIED[status]
    if status == 413 or _OVERFLOW.search(words.all):
        return FailureKind.CONTEXT_OVERFLOW
    if status < 500 and _FILTER.search(words.all):
        return FailureKind.CONTENT_FILTER
    if status == 409 or status >= 500:
        return FailureKind.SERVER_ERROR
    return FailureKind.REJECTED


def _stop_hint(status: int, words: ErrorWords) -> str:
    """What to do about an error that would befall every request; empty if it would not."""
    if status == 402 or (status in (400, 403, 429) and _QUOTA.search(words.all)):
        return _QUOTA_HINT
    if status == 403 and _FILTER.search(words.all):
        return ""
    if status in (401, 403) or (status == 400 and _KEY.search(words.all)):
        return _KEY_HINT
    if status in (400, 404, 422) and _names_model(status, words):
        return _MODEL_HINT
    return _URL_HINT if status in (404, 405) or 300 <= status < 400 else ""


def _names_model(status: int, words: ErrorWords) -> bool:
    """Whether the error says that the model is not there."""
    if _OVERFLOW.search(words.all):
        return False
    return bool(_MODEL.search(words.all)) or (status == 404 and "model" in words.message.lower())
