"""Local model servers are known by what they answer, and nothing that answers oddly hangs."""

import asyncio
import socket
import threading
import time
from contextlib import ExitStack
from functools import partial

import pytest
from tests.llm.local_server import (
    LLAMACPP,
    LMSTUDIO,
    OLLAMA,
    SOMETHING_ELSE,
    VLLM,
    Paths,
    local_server,
)

from donor.llm import LOCAL_PLACES, LocalServer, Place, ServedModel, ask_server, find_servers


def found_in(paths: Paths, **more: object) -> LocalServer | None:
    with local_server(paths) as base_url:
        # A busy machine is no reason for a server not to be found.
        patient = {"timeout_s": 20.0, **more}
        found = find_servers([Place(base_url)], **patient)  # type: ignore[arg-type]
        assert len(found) <= 1
        for server in found:
            assert server.base_url == base_url
        return found[0] if found else None


def test_the_usual_places_are_those_of_the_providers() -> None:
    ports = {place.base_url.rsplit(":", 1)[1] for place in LOCAL_PLACES}
    assert ports == {"11434/v1", "8000/v1", "8080/v1", "1234/v1"}


def test_ollama() -> None:
    server = found_in(OLLAMA)
    assert server is not None
    assert (server.kind, server.version) == ("ollama", "0.12.3")
    assert server.models == (
        ServedModel("llama3.1:8b", 4096, 131072, "Q4_K_M", "46e0c10c039e"),
        # What is loaded serves the context that it was loaded with, whatever its file says.
        ServedModel("mine:latest", 8192, 131072, "F16", "ab"),
    )
    assert server.model("mine") == server.models[1]
    assert server.model("other") is None


def test_ollama_without_a_model_is_a_server_without_models() -> None:
    server = found_in({"/api/version": {"version": "1"}, "/api/tags": {"models": []}})
    assert server is not None
    assert (server.kind, server.version, server.models) == ("ollama", "1", ())


def test_vllm() -> None:
    server = found_in(VLLM)
    assert server is not None
    assert (server.kind, server.version) == ("vllm", "0.11.0")
    assert server.models == (ServedModel("Qwen/Qwen3-8B", 40960),)


def test_vllm_that_wants_a_key_says_so_and_gets_the_one_of_its_place() -> None:
    server = found_in({"/version": {"version": "0.11.0"}, "/v1/models": 401})
    assert server is not None
    assert server.models == ()
    assert "key" in server.problem
    seen: list[tuple[str, str]] = []
    with local_server(VLLM, seen) as base_url:
        find_servers([Place(base_url, "secret")], timeout_s=20)
    assert {key for _, key in seen} == {"Bearer secret"}


def test_llamacpp() -> None:
    server = found_in(LLAMACPP)
    assert server is not None
    assert (server.kind, server.version) == ("llamacpp", "b6900-abc")
    assert server.models == (ServedModel("gemma", 32768, 131072, "Q5_K_M"),)


def test_lm_studio_without_its_embedding_models() -> None:
    server = found_in(LMSTUDIO)
    assert server is not None
    assert server.kind == "lmstudio"
    assert server.models == (ServedModel("qwen3-8b", 4096, 32768, "4bit"),)


def test_any_other_server_with_models_is_compatible() -> None:
    server = found_in({"/v1/models": {"data": [{"id": "m"}]}})
    assert server is not None
    assert (server.kind, server.models) == ("openai-compatible", (ServedModel("m"),))
    server = found_in({"/v1/models": 401})
    assert server is not None
    assert "401" in server.problem


@pytest.mark.parametrize(
    "paths",
    [
        {},
        SOMETHING_ELSE,
        {"*": 500},
        {"*": []},
        {"*": {"data": 7, "models": "x", "version": 3}},
        {"/v1/models": b"[" * 100_000},
        {"/v1/models": b'{"data": [' + b" " * 5_000_000 + b"]}"},
        {"/api/version": {"version": "1"}},
        {"/props": {"default_generation_settings": None}},
    ],
)
def test_what_is_no_model_server_is_none(paths: Paths) -> None:
    assert found_in(paths) is None


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        ({**OLLAMA, "/api/show": 500, "/api/ps": 404}, "ollama"),
        ({**OLLAMA, "/api/tags": {"models": [7, {"name": 3, "details": []}]}}, "ollama"),
        ({**LLAMACPP, "/v1/models": {"data": [{"id": 5, "meta": 5}]}}, "llamacpp"),
        ({**LMSTUDIO, "/api/v0/models": {"data": [{"id": []}, "x"]}}, "lmstudio"),
    ],
)
def test_odd_details_leave_the_server(paths: Paths, kind: str) -> None:
    server = found_in(paths)
    assert server is not None
    assert server.kind == kind


def test_places_are_asked_at_the_same_time_and_given_up() -> None:
    silent = {"*": 30.0}
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        urls = [stack.enter_context(local_server(silent)) for _ in range(3)]
        urls.append(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        urls.append("http://127.0.0.1:9/v1")
        urls.append("no address")
        urls.append(stack.enter_context(local_server(VLLM)))
        started = time.monotonic()
        found = find_servers(map(Place, urls), timeout_s=4)
        assert time.monotonic() - started < 12
    assert [server.kind for server in found] == ["vllm"]


def test_a_busy_server_is_not_asked_more_at_a_time_than_may_wait_for_it() -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def slowly(found: object, _: object) -> object:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.2)
        with lock:
            busy -= 1
        return found

    paths = {path: partial(slowly, found) for path, found in VLLM.items()}
    with local_server(paths | {"*": partial(slowly, 404)}) as base_url:
        server = ask_server(Place(base_url), "Qwen/Qwen3-8B", timeout_s=20)
    assert server is not None
    assert (server.kind, server.version) == ("vllm", "0.11.0")
    assert most <= 4


def test_one_model_is_asked_about_alone() -> None:
    seen: list[tuple[str, str]] = []
    with local_server(OLLAMA, seen) as base_url:
        server = ask_server(Place(base_url), "mine", timeout_s=20)
    assert server is not None
    assert [path for path, _ in seen].count("/api/show") == 1
    assert server.model("mine").trained_context == 131072  # type: ignore[union-attr]
    assert ask_server(Place("http://127.0.0.1:9/v1"), "mine") is None


def test_it_works_where_a_loop_runs_already() -> None:
    async def notebook() -> tuple[LocalServer, ...]:
        return find_servers([Place("http://127.0.0.1:9/v1")], timeout_s=0.5)

    assert asyncio.run(notebook()) == ()
