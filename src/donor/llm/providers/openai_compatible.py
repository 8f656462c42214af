"""One HTTP exchange with a server that speaks OpenAI-compatible chat completions."""

import errno
import os
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import aiohttp
import orjson
from yarl import URL

from donor.data.quick import quickly_made
from donor.errors import ConfigError
from donor.llm.providers import split_model, without_credentials
from donor.llm.providers.budget import smaller_budget
from donor.llm.providers.rejection import Rejection, Verdict, error_words
from donor.llm.providers.wire import Wire, WireForm, laxer, names_form, other_parameters, strictest
from donor.llm.request import Failure, FailureKind, Request

__all__ = ["OpenAICompatible", "Reply", "body_of", "rejection_of_error"]

_CONNECT_S = 15.0
# Far more than any answer; what goes on beyond it is no answer.
_LARGEST_BODY = 32 * 2**20
# A shorter word may be a stand-in ("EMPTY", "none") that also occurs in answers.
_SHORTEST_SECRET = 16


@quickly_made
@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP, read to its end: nothing of it is interpreted yet."""

    status: int
    body: bytes
    headers: Mapping[str, str]
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
        ConfigError: the base URL is none or has credentials beside a key, or the model's name is
            not known.
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
        self._headers = {"Content-Type": "application/json", **_key(key_header, api_key)}
        if _pair(address) and "Authorization" in self._headers:
            where, hint = f"base URL {self.base_url}", "leave them out of the URL, or unset the key"
            raise ConfigError(where, "holds a name or a password beside an API key", hint)
        self._secrets = _secrets(api_key, address)
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

    def serves(self, model: str) -> bool:
        """Whether a model is one of the same provider."""
        return split_model(model).provider == split_model(self.model).provider

    def session(self, timeout_s: float) -> aiohttp.ClientSession:
        """A session for exchanges with the server, each ended after `timeout_s`."""
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_S)
        # How many are in flight is the client's business.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=timeout,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def complete(self, session: aiohttp.ClientSession, request: Request, wire: Wire) -> Reply:
        """The reply of one HTTP exchange. Raises aiohttp.ClientError, TimeoutError, OSError.

        `_TooLargeError` is one of the first kind.
        """
        started = self._clock()
        data = orjson.dumps(body_of(request, wire))
        async with session.post(self._url, data=data, allow_redirects=False) as response:
            body = self._without_secret(await _whole(response))
            seconds = self._clock() - started
            return Reply(response.status, body, response.headers, wire, seconds)

    def learn(self, request: Request, wire: Wire) -> None:
        """Nothing; remembers that the server answered a request in this wire form."""
        if wire is self.wire and (request.schema is None or self._proven is wire.form):
            return
        if request.schema is not None:
            self._proven = strictest(self._proven, wire.form)
        changed = {**dict(self.wire.changed), **dict(wire.changed)}
        form = self._proven or WireForm.JSON_SCHEMA
        self.wire = Wire(form, tuple(sorted(changed.items())), wire.ceiling or self.wire.ceiling)

    def concede(
        self, request: Request, rejection: Rejection, reply: Reply, *, repeated: bool
    ) -> Wire | None:
        """The wire to try instead, if the reply refuses the one it came by; else None.

        An error of the server (500) is taken for a refusal of the form once it is repeated.
        """
        if reply.status not in (400, 422, 500, 501) or rejection.verdict is Verdict.STOP:
            return None
        words = error_words(reply.body)
        if reply.status < 500:
            wire = smaller_budget(reply.wire, request.parameters, words)
            if wire is None and _about_wire(rejection.failure):
                wire = other_parameters(reply.wire, request.parameters, words)
            if wire is not None:
                return wire
        if not _about_wire(rejection.failure):
            return None
        if request.schema is None or (reply.status == 500 and not repeated):
            return None
        # A grammar may fail on one schema where it has worked for others.
        form = laxer(reply.wire.form, None if names_form(words) else self._proven)
        return replace(reply.wire, form=form) if form else None

    def _without_secret(self, body: bytes) -> bytes:
        """The body without the API key or the password, should the server repeat it."""
        for secret in self._secrets:
            body = body.replace(secret, b"[API key]")
        return body


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


class _TooLargeError(aiohttp.ClientError):
    """A body that goes on and on."""


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises _TooLargeError before it fills the memory."""
    length = response.content_length
    if length is not None and "Content-Encoding" not in response.headers:
        if length > _LARGEST_BODY:
            response.close()
            raise _TooLargeError
        return await response.read()
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > _LARGEST_BODY:
            # The error remembers this frame, which must not remember the body.
            body.clear()
            response.close()
            raise _TooLargeError
    return bytes(body)


def rejection_of_error(error: Exception) -> Rejection:
    """What an exception of `complete` means: it is always worth another try."""
    unreachable = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    kind = FailureKind.CONNECTION
    if isinstance(error, TimeoutError) and not unreachable:
        kind = FailureKind.TIMEOUT
    elif isinstance(error, _TooLargeError | aiohttp.ContentTypeError) or _undecodable(error):
        kind = FailureKind.MALFORMED
    return Rejection(Verdict.AGAIN, Failure(kind, _words(error)), unreachable=unreachable)


def _undecodable(error: Exception) -> bool:
    """Whether the body is not compressed as its header says, or the head is no HTTP."""
    return isinstance(error, aiohttp.ClientResponseError) or (
        isinstance(error, aiohttp.ClientPayloadError) and "content-encoding" in str(error)
    )


def _words(error: Exception) -> str:
    """The error in a user's words."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return _system_words(error)
        case TimeoutError():
            return "no answer in time"
        case _TooLargeError():
            return f"the answer is larger than {_LARGEST_BODY // 2**20} MiB"
        case aiohttp.ServerDisconnectedError():
            return "the server closed the connection without an answer"
        case aiohttp.ClientResponseError():
            return f"the answer is no HTTP: {_first_line(error.message)}"
        case aiohttp.ClientPayloadError() if _undecodable(error):
            return "the answer is not compressed as its header says"
        case aiohttp.ClientPayloadError():
            return "the connection broke in the middle of the answer"
        case _:
            return _system_words(error)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip(": ") or "it cannot be read"


def _system_words(error: Exception) -> str:
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
        shown = without_credentials(base_url)
        raise ConfigError(f"base URL {shown!r}", "not an HTTP address", hint)
    return url


def _pair(address: URL) -> str:
    """The name and the password of an address as HTTP sends them; "" if it has none."""
    if address.user is None and address.password is None:
        return ""
    return f"{address.user or ''}:{address.password or ''}"


def _secrets(api_key: str | None, address: URL) -> tuple[bytes, ...]:
    """What must not be kept, though a server should repeat it."""
    encoded = b64encode(_pair(address).encode()).decode()
    secrets = (api_key or "", address.password or "", encoded)
    return tuple(secret.encode() for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def _key(header: str, api_key: str | None) -> dict[str, str]:
    if not api_key:
        return {}
    return {header: f"Bearer {api_key}" if header == "Authorization" else api_key}
