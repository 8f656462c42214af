"""Which model servers run on this machine, recognised by what they answer, and what they serve.

Ollama, llama.cpp, LM Studio and vLLM all list their models under `/v1/models`; each has endpoints
of its own beside it, by which it is known and which tell more: digests, quantisation, contexts.
"""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

import aiohttp

from donor.llm.providers import PROVIDERS, without_credentials

__all__ = [
    "LOCAL_PLACES",
    "LocalServer",
    "Place",
    "ServedModel",
    "ask_server",
    "find_servers",
]

T = TypeVar("T")

_TIMEOUT_S = 1.5
# llama.cpp lets five connections wait; one more is found out a second later, or never.
_CONNECTIONS = 4
_LARGEST_BYTES = 4 * 2**20
# So many models of an Ollama are asked about one by one; there may be hundreds.
_DESCRIBED = 24
_QUANTISATION = re.compile(r"(?<![A-Za-z0-9])(I?Q[1-8]_[A-Z0-9_]+|BF16|F16|F32|MXFP4)")
_NUM_CTX = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """An address where a server may be, and the key that it may want."""

    base_url: str
    api_key: str | None = None


LOCAL_PLACES = tuple(
    Place(endpoint.base_url)
    for name, endpoint in PROVIDERS.items()
    if name in ("ollama", "vllm", "llamacpp", "lmstudio") and endpoint.base_url
)
"""Where the four servers are unless they were told otherwise."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model as its server describes it; None where the server does not say.

    Args:
        name: as it stands in a request.
        context: how many tokens a request and its answer may have together.
        trained_context: how many the model could have; Ollama serves fewer unless told.
        quantisation: for example `Q4_K_M`.
        digest: the hash of the weights.
    """

    name: str
    context: int | None = None
    trained_context: int | None = None
    quantisation: str | None = None
    digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answers: what it is, where, and its models.

    `kind` is a provider's name, or `openai-compatible` for one that is not known better.
    `problem` says why the models could not be listed, or is "".
    """

    kind: str
    base_url: str
    version: str | None = None
    models: tuple[ServedModel, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self) | {"models": [model.as_json() for model in self.models]}

    def model(self, name: str) -> ServedModel | None:
        """The model of that name; Ollama takes a name without a tag for `:latest`."""
        names = (name, f"{name}:latest")
        return next((model for model in self.models if model.name in names), None)


def find_servers(
    places: Iterable[Place] = LOCAL_PLACES, *, timeout_s: float = _TIMEOUT_S
) -> tuple[LocalServer, ...]:
    """The servers that answer at these places, in their order; all are asked at the same time.

    Never an error: where nobody answers like a model server, there is none.
    """
    return _run(lambda: _find(list(dict.fromkeys(places)), timeout_s, None))


def ask_server(place: Place, model: str, *, timeout_s: float = _TIMEOUT_S) -> LocalServer | None:
    """The server at a place, with all that it tells about one model; None if there is none."""
    found = _run(lambda: _find([place], timeout_s, model))
    return found[0] if found else None


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine returns; in a thread of its own, for a notebook's loop is running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def _find(
    places: Sequence[Place], timeout_s: float, model: str | None
) -> tuple[LocalServer, ...]:
    # What waits for its turn has all of its time still: each question has a time-out of its own.
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        probes = [_Probe(http, place, timeout_s).server(model) for place in places]
        found = await asyncio.gather(*probes)
    return tuple(server for server in found if server is not None)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back from a path: JSON, or None, and the HTTP status, or None."""

    value: Any = None
    status: int | None = None


@dataclass(frozen=True)
class _Probe:
    """Questions to one place."""

    http: aiohttp.ClientSession
    place: Place
    timeout_s: float
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_CONNECTIONS))

    @property
    def root(self) -> str:
        """The address that the servers' own endpoints hang on."""
        return self.place.base_url.partition("?")[0].rstrip("/").removesuffix("/v1")

    async def server(self, model: str | None) -> LocalServer | None:
        """The server, if one answers; `model` is the only one that matters, or None for all.

        A place that takes connections and says nothing costs one time-out, not seven: what tells
        the kinds of servers apart is asked at once, and the rest of those that answer.
        """
        answers = await self._answers(_TELLING)
        if all(answer.status is None for answer in answers.values()):
            return None
        answers |= await self._answers(_MORE)
        server = _recognised(answers)
        if server is None:
            return None
        server = replace(server, base_url=without_credentials(f"{self.root}/v1"))
        return await self._fuller(server, model) if server.kind == "ollama" else server

    async def _answers(self, paths: Sequence[str]) -> dict[str, _Answer]:
        found = await asyncio.gather(*map(self._ask, paths))
        return dict(zip(paths, found, strict=True))

    async def _fuller(self, server: LocalServer, model: str | None) -> LocalServer:
        """The server with what Ollama tells about single models only."""
        wanted = [server.model(model)] if model is not None else server.models[:_DESCRIBED]
        names = [one.name for one in wanted if one is not None]
        shown = await asyncio.gather(*(self._ask("/api/show", {"model": n}) for n in names))
        told = {name: answer.value for name, answer in zip(names, shown, strict=True)}
        return replace(
            server, models=tuple(_shown(one, told.get(one.name)) for one in server.models)
        )

    async def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> _Answer:
        key = self.place.api_key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        method, url = "GET" if body is None else "POST", self.root + path
        try:
            # A server that sends a byte a second would outlast a time-out for each read.
            async with (
                self.turns,
                asyncio.timeout(self.timeout_s),
                self.http.request(
                    method, url, json=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                raw = await _bounded(response)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return _Answer()
        try:
            return _Answer(json.loads(raw) if status == 200 else None, status)
        except (ValueError, RecursionError):
            return _Answer(None, status)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises ValueError where it is no list of models, but gigantic."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > _LARGEST_BYTES:
            raise ValueError("too large")
        parts.append(part)
    return b"".join(parts)


_TELLING = ("/v1/models", "/api/version", "/props", "/version")
_MORE = ("/api/tags", "/api/ps", "/api/v0/models")


def _recognised(answers: Mapping[str, _Answer]) -> LocalServer | None:
    """The server that answers like this; None for something else, or nothing."""
    for recognise in (_ollama, _llamacpp, _lmstudio, _vllm):
        found = recognise({path: answer.value for path, answer in answers.items()})
        if found is not None:
            return found
    listed = answers["/v1/models"]
    if _rows(listed.value, "data"):
        models = tuple(_named(_rows(listed.value, "data")))
        return LocalServer("openai-compatible", "", models=models)
    if listed.status in (401, 403):
        problem = f"HTTP {listed.status}: it wants an API key"
        return LocalServer("openai-compatible", "", problem=problem)
    return None


def _ollama(answers: Mapping[str, Any]) -> LocalServer | None:
    version, tags = _text(answers["/api/version"], "version"), answers["/api/tags"]
    if version is None or not isinstance(_at(tags, "models"), list):
        return None
    running = _rows(answers["/api/ps"], "models")
    loaded = {_text(row, "name"): _number(row, "context_length") for row in running}
    models = [
        ServedModel(
            name=_text(row, "name") or "",
            context=loaded.get(_text(row, "name")),
            quantisation=_text(_at(row, "details"), "quantization_level"),
            digest=_text(row, "digest"),
        )
        for row in _rows(tags, "models")
    ]
    return LocalServer("ollama", "", version, tuple(models))


def _shown(model: ServedModel, shown: Any) -> ServedModel:
    """The model with what Ollama's `show` adds: the context it was trained for, and its own."""
    info = _at(shown, "model_info")
    keys = [key for key in info if key.endswith(".context_length")] if _is_object(info) else []
    own = _NUM_CTX.search(_text(shown, "parameters") or "")
    return replace(
        model,
        context=model.context or (int(own[1]) if own else None),
        trained_context=next((_number(info, key) for key in keys), None),
    )


def _llamacpp(answers: Mapping[str, Any]) -> LocalServer | None:
    props = answers["/props"]
    settings = _at(props, "default_generation_settings")
    if not _is_object(settings):
        return None
    quantised = _QUANTISATION.search(_text(props, "model_path") or "")
    rows = _rows(answers["/v1/models"], "data")
    models = [
        replace(
            model,
            context=_number(settings, "n_ctx"),
            trained_context=_number(_at(row, "meta"), "n_ctx_train"),
            quantisation=quantised[1] if quantised else None,
        )
        for row, model in zip(rows, _named(rows), strict=True)
    ]
    return LocalServer("llamacpp", "", _text(props, "build_info"), tuple(models))


def _lmstudio(answers: Mapping[str, Any]) -> LocalServer | None:
    listed = answers["/api/v0/models"]
    if not isinstance(_at(listed, "data"), list):
        return None
    models = [
        ServedModel(
            name=_text(row, "id") or "",
            context=_number(row, "loaded_context_length"),
            trained_context=_number(row, "max_context_length"),
            quantisation=_text(row, "quantization"),
        )
        for row in _rows(listed, "data")
        if _text(row, "type") != "embeddings"
    ]
    return LocalServer("lmstudio", "", models=tuple(models))


def _vllm(answers: Mapping[str, Any]) -> LocalServer | None:
    version = _text(answers["/version"], "version")
    if version is None:
        return None
    rows = _rows(answers["/v1/models"], "data")
    models = [
        replace(model, context=_number(row, "max_model_len"))
        for row, model in zip(rows, _named(rows), strict=True)
    ]
    problem = "" if models else "it does not list its models; perhaps it wants an API key"
    return LocalServer("vllm", "", version, tuple(models), problem)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: Any, name: str) -> str | None:
    found = _at(value, name)
    return found if isinstance(found, str) and found else None


def _number(value: Any, name: str) -> int | None:
    found = _at(value, name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _rows(value: Any, name: str) -> list[Any]:
    """The objects of a list."""
    found = _at(value, name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _named(rows: Iterable[Any]) -> list[ServedModel]:
    return [ServedModel(_text(row, "id") or "") for row in rows]
