"""One HTTP exchange with a server that speaks OpenAI-compatible chat completions."""

import errno
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import aiohttp
import orjson
from yarl import URL

from donor.errors import ConfigError
from donor.llm.providers import split_model
from donor.llm.providers.rejection import Rejection, Verdict, error_words
from donor.llm.providers.wire import Wire, WireForm, laxer, other_parameters, strictest
from donor.llm.request import Completion, Failure, FailureKind, Request, Usage
from donor.llm.thoughts import without_thoughts

__all__ = ["OpenAICompatible", "Reply", "body_of", "parse_completion", "rejection_of_error"]

_CONNECT_S = 15.0
# Where an answer without words is no accident: cut off while thinking, or filtered.
_SILENT = ("length", "content_filter")
# Where servers put the thoughts: vLLM and DeepSeek; Ollama, OpenRouter and newer vLLM.
_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details", "thinking")
_LARGEST = 2**53
# A shorter word may be a stand-in ("EMPTY", "none") that also occurs in answers.
_SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP, read to its end: nothing of it is interpreted yet."""

    status: int
    body: bytes
    retry_after: str | None
    wire: Wire
    seconds: float


class OpenAICompatible:
    """A server and one of its models, with what was learnt about the wire form they take.

    Args:
        base_url: the address before `/chat/completions`; a query is kept.
        model: `provider:model[@revision]`, as the requests name it.
        api_key: the key, or None for a server that wants none.
        key_header: the HTTP header that carries the key.
        clock: seconds that only grow.

    Raises:
        ConfigError: the base URL is none, or the model's name is not known.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        *,
        key_header: str = "Authorization",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        split_model(model)
        address = _checked_url(base_url)
        self.model = model
        self.base_url = str(address.with_user(None).with_query(None)).rstrip("/")
        self.wire = Wire()
        self._url = address.with_path(address.path.rstrip("/") + "/chat/completions")
        self._url = self._url.with_query(address.query)
        self._secret = api_key or ""
        self._headers = {"Content-Type": "application/json", **_key(key_header, api_key)}
        self._proven: WireForm | None = None
        self._clock = clock

    @classmethod
    def of(cls, model: str, *, base_url: str | None = None, api_key: str | None = None) -> Self:
        """The server of a model's provider, or the one at `base_url`.

        Raises:
            ConfigError: the provider has no address of its own, or wants a key.
        """
        name = split_model(model)
        where, address = f"model {model!r}", base_url or name.endpoint.base_url
        if address is None and name.provider == "recorded":
            raise ConfigError(where, "nobody serves recorded answers", "use it with --replay")
        if address is None:
            hint = "give --base-url, for azure https://RESOURCE.openai.azure.com/openai/v1"
            raise ConfigError(where, f"{name.provider} has no address of its own", hint)
        if name.endpoint.needs_key and not (api_key or base_url):
            hint = f"set {name.endpoint.key_variable}"
            raise ConfigError(where, f"{name.provider} wants an API key", hint)
        return cls(address, model, api_key, key_header=name.endpoint.key_header)

    def session(self, timeout_s: float) -> aiohttp.ClientSession:
        """A session for exchanges with the server, each ended after `timeout_s`."""
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_S)
        # How many are in flight is the client's business.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=timeout, headers=self._headers
        )

    async def complete(self, session: aiohttp.ClientSession, request: Request, wire: Wire) -> Reply:
        """The reply of one HTTP exchange. Raises aiohttp.ClientError, TimeoutError, OSError."""
        started = self._clock()
        data = orjson.dumps(body_of(request, wire))
        async with session.post(self._url, data=data, allow_redirects=False) as response:
            body = self._without_secret(await response.read())
            seconds = self._clock() - started
            return Reply(response.status, body, response.headers.get("Retry-After"), wire, seconds)

    def learn(self, request: Request, wire: Wire) -> None:
        """Nothing; remembers that the server answered a request in this wire form."""
        if request.schema is not None:
            self._proven = strictest(self._proven, wire.form)
        changed = {**dict(self.wire.changed), **dict(wire.changed)}
        self.wire = Wire(self._proven or WireForm.JSON_SCHEMA, tuple(sorted(changed.items())))

    def concede(
        self, request: Request, rejection: Rejection, reply: Reply, *, repeated: bool
    ) -> Wire | None:
        """The wire to try instead, if the reply refuses the one it came by; else None.

        An error of the server (500) is taken for a refusal of the form once it is repeated.
        """
        if reply.status not in (400, 422, 500, 501) or not _about_wire(rejection.failure):
            return None
        words = error_words(reply.body)
        if rejection.verdict is Verdict.STOP:
            return None
        if reply.status < 500:
            wire = other_parameters(reply.wire, request.parameters, words)
            if wire is not None:
                return wire
        if request.schema is None or (reply.status == 500 and not repeated):
            return None
        form = laxer(reply.wire.form, self._proven)
        return replace(reply.wire, form=form) if form else None

    def _without_secret(self, body: bytes) -> bytes:
        """The body without the API key, should the server repeat it."""
        if len(self._secret) < _SHORTEST_SECRET:
            return body
        return body.replace(self._secret.encode(), b"[API key]")


def body_of(request: Request, wire: Wire) -> dict[str, Any]:
    """The body of the HTTP request.

    Samples other than the first get a seed of their own, where there is one: with the same seed
    they would all be the same answer.
    """
    parameters = wire.parameters(request.parameters)
    if request.sample and isinstance(parameters.get("seed"), int):
        parameters["seed"] += request.sample
    return {
        **parameters,
        "model": split_model(request.model).name,
        "messages": [{"role": m.role, "content": m.content} for m in request.messages],
        **_response_format(request, wire.form),
    }


def _response_format(request: Request, form: WireForm) -> dict[str, Any]:
    if request.schema is None or form is WireForm.NONE:
        return {}
    if form is WireForm.JSON_OBJECT:
        return {"response_format": {"type": "json_object"}}
    shape = {"name": "answer", "strict": True, "schema": request.schema}
    return {"response_format": {"type": "json_schema", "json_schema": shape}}


def parse_completion(body: bytes) -> Completion | Failure:
    """The completion that a body holds, else a Failure of the kind MALFORMED; never an error.

    >>> parse_completion(b'{"choices": [{"message": {"content": "Ja"}}]}').text
    'Ja'
    """
    try:
        value = _json(body)
        choice = value["choices"][0]
        message = choice["message"]
        text = _text(message.get("content"))
    except (ValueError, RecursionError, TypeError, LookupError, AttributeError):
        words = error_words(body).message
        return Failure(FailureKind.MALFORMED, f"not a chat completion: {words}", 200)
    finish_reason = _string(choice.get("finish_reason"))
    refusal = _string(message.get("refusal")) or None
    if not (text.strip() or refusal or finish_reason in _SILENT):
        return Failure(FailureKind.MALFORMED, "the answer is empty", 200)
    return Completion(
        text=text,
        finish_reason=finish_reason,
        refusal=refusal,
        usage=_usage(value.get("usage")),
        served_model=_string(value.get("model")),
        fingerprint=_string(value.get("system_fingerprint")),
        reasoned=_reasoned(message, value.get("usage")) or without_thoughts(text) != text.strip(),
    )


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, or NaN: some servers write them, and orjson is right to object.
        return json.loads(body.decode(errors="replace"))


def _text(content: object) -> str:
    """The text of a message's content: a string, null, or a list of parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return _encodable(content)
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(_encodable(text) for text in texts if isinstance(text, str))
    raise TypeError("content")


def _string(value: object) -> str | None:
    return _encodable(value) if isinstance(value, str) else None


def _encodable(text: str) -> str:
    """The text, with a replacement character for half a surrogate pair."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


def _usage(usage: object) -> Usage:
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    numbers = (usage.get("prompt_tokens"), usage.get("completion_tokens"), cached)
    return Usage(*map(_number, numbers))


def _reasoned(message: dict[str, Any], usage: object) -> bool:
    """Whether thoughts stand beside the content, or their tokens were counted."""
    if any(message.get(name) for name in _THOUGHTS):
        return True
    details = usage.get("completion_tokens_details") if isinstance(usage, dict) else None
    return isinstance(details, dict) and bool(_number(details.get("reasoning_tokens")))


def _number(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and 0 <= value < _LARGEST else None


def rejection_of_error(error: Exception) -> Rejection:
    """What an exception of `complete` means: it is always worth another try."""
    unreachable = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    late = isinstance(error, TimeoutError) and not unreachable
    kind = FailureKind.TIMEOUT if late else FailureKind.CONNECTION
    failure = Failure(kind, "no answer in time" if late else _words(error))
    return Rejection(Verdict.AGAIN, failure, unreachable=unreachable)


def _words(error: Exception) -> str:
    """The error in the words of the operating system, where it has some."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, OSError) and (number := cause.errno) and number > 0:
        return os.strerror(number).lower()
    if f"[Errno {errno.ECONNREFUSED}]" in str(cause):
        return os.strerror(errno.ECONNREFUSED).lower()
    strerror = cause.strerror if isinstance(cause, OSError) else None
    return strerror or str(cause) or type(cause).__name__


def _about_wire(failure: Failure) -> bool:
    return failure.kind not in (FailureKind.CONTEXT_OVERFLOW, FailureKind.CONTENT_FILTER)


def _checked_url(base_url: str) -> URL:
    try:
        url = URL(base_url)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        hint = "write it as http://localhost:8000/v1"
        raise ConfigError(f"base URL {base_url!r}", "not an HTTP address", hint)
    return url


def _key(header: str, api_key: str | None) -> dict[str, str]:
    if not api_key:
        return {}
    return {header: f"Bearer {api_key}" if header == "Authorization" else api_key}
