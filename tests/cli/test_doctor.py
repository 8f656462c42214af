"""`donor doctor` as a person meets it, beside servers that answer like the real ones."""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cli.test_cli import donor
from tests.llm.local_server import LLAMACPP, OLLAMA, local_server
from tests.llm.model_server import ModelServer, completion, error
from tests.servers.transliterator import transliterator

from donor.cli import cli
from donor.cli.doctor import _places
from donor.llm import ResponseStore, find_servers

SECRET = "sk-this-must-never-be-shown"


def doctor(*arguments: str, cwd: Path, **environment: str) -> dict[str, Any]:
    done = donor("doctor", "--json", *arguments, cwd=cwd, **environment)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_keys_are_told_by_name_and_never_by_value(tmp_path: Path) -> None:
    found = doctor(cwd=tmp_path, OPENAI_API_KEY=SECRET, GROQ_API_KEY="")
    keys = {key["variable"]: key["set"] for key in found["keys"]}
    assert keys["OPENAI_API_KEY"] is True
    assert keys["GROQ_API_KEY"] is keys["ANTHROPIC_API_KEY"] is False
    shown = donor("doctor", cwd=tmp_path, OPENAI_API_KEY=SECRET)
    assert SECRET not in shown.stdout
    assert "set, for openai:" in shown.stdout


def test_nothing_is_made_and_it_does_not_hang(tmp_path: Path) -> None:
    started = time.monotonic()
    found = doctor(cwd=tmp_path)
    assert time.monotonic() - started < 30
    assert found["live_test"] is None
    assert found["store"] == {
        "path": "donor-responses.sqlite",
        "exists": False,
        "writable": True,
        "bytes": None,
        "answers": None,
        "problem": "",
    }
    assert list(tmp_path.iterdir()) == []


def test_servers_are_listed_with_their_models(monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine is no reason for a server not to be found.
    monkeypatch.setattr("donor.cli.doctor.find_servers", partial(find_servers, timeout_s=20))
    with local_server(OLLAMA) as ollama, local_server(LLAMACPP) as llamacpp:
        monkeypatch.setenv("OLLAMA_HOST", ollama.removeprefix("http://").removesuffix("/v1"))
        command = ["doctor", "--base-url", llamacpp]
        found = json.loads(CliRunner().invoke(cli, [*command, "--json"]).stdout)
        shown = CliRunner().invoke(cli, command).stdout
    kinds = {server["kind"]: server for server in found["servers"]}
    assert {"ollama", "llamacpp"} <= set(kinds)
    assert kinds["ollama"]["models"][0] == {
        "name": "llama3.1:8b",
        "context": 4096,
        "trained_context": 131072,
        "quantisation": "Q4_K_M",
        "digest": "46e0c10c039e",
    }
    assert "llama3.1:8b, Q4_K_M, context 4,096 of 131,072" in shown
    assert "gemma, Q5_K_M, context 32,768 of 131,072" in shown


def test_keys_go_only_where_their_provider_is_expected() -> None:
    keys = {"VLLM_API_KEY": "v", "LLAMA_API_KEY": "l", "OPENAI_API_KEY": SECRET}
    places = {place.base_url: place.api_key for place in _places(keys, None, None)}
    assert {url.rsplit(":")[-1]: key for url, key in places.items()} == {
        "11434/v1": None,
        "8000/v1": "v",
        "8080/v1": "l",
        "1234/v1": None,
    }
    [first, *_] = _places(keys, "http://localhost:8000/v1/", None)
    assert (first.base_url, first.api_key) == ("http://localhost:8000/v1", "v")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:11434/v1"),
        ("0.0.0.0:8080", "http://localhost:8080/v1"),
        (":4000", "http://localhost:4000/v1"),
        ("gpu", "http://gpu:11434/v1"),
        ("http://gpu", "http://gpu:80/v1"),
        ("http://gpu:1/", "http://gpu:1/v1"),
        ("[::]:5", "http://[::1]:5/v1"),
        ("gpu:port", "http://localhost:11434/v1"),
    ],
)
def test_ollama_host(host: str, address: str) -> None:
    assert _places({"OLLAMA_HOST": host}, None, None)[0].base_url == address


def test_libraries_are_those_that_the_package_names(tmp_path: Path) -> None:
    extras = {library["name"]: library for library in doctor(cwd=tmp_path)["extras"]}
    assert extras["pymorphy3"]["extra"] == "lang"
    for library in extras.values():
        assert (library["version"] is None) == library["hint"].startswith("pip install 'donor[")


def test_apertium_is_looked_for_on_the_path(tmp_path: Path) -> None:
    [program] = doctor(cwd=tmp_path, PATH=str(tmp_path))["programs"]
    assert program == {"name": "apertium", "version": None, "modes": [], "problem": ""}


class TestStore:
    def test_answers_are_counted(self, tmp_path: Path, sample: Path) -> None:
        found = doctor("--store", str(sample / "responses.sqlite"), cwd=tmp_path)["store"]
        with ResponseStore.open(sample / "responses.sqlite", read_only=True) as store:
            assert found["answers"] == store.stats()["answers"] > 0
        assert found["bytes"] > 0

    def test_another_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("Dear diary")
        found = doctor("--store", "notes.txt", cwd=tmp_path)["store"]
        assert "not a response store" in found["problem"]
        assert found["answers"] is None

    def test_what_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        found = doctor("--store", "nowhere/store.sqlite", cwd=tmp_path)["store"]
        assert (found["exists"], found["writable"]) == (False, False)


class TestLive:
    def test_a_sentence_is_translated_and_nothing_is_kept(self, tmp_path: Path) -> None:
        mine = tmp_path / "mine.toml"
        mine.write_text("[vllm.models]\nm = { prompt = 1000000, completion = 0 }\n")
        with transliterator() as base_url:
            asked = ("--model", "vllm:m", "--base-url", base_url)
            test = doctor(*asked, cwd=tmp_path)["live_test"]
            priced = doctor(*asked, "--prices", str(mine), cwd=tmp_path)["live_test"]
            shown = donor("doctor", *asked, cwd=tmp_path).stdout
        assert test["translation"].startswith("Еверу ливинг целл")
        assert (test["requests"], test["schema_taken"], test["finish_reason"]) == (1, True, "stop")
        assert test["prompt_tokens"] > test["completion_tokens"] > 0
        assert (test["served_model"], test["base_url"]) == ("transliterator", base_url)
        assert (test["usd"], test["prices"]) == (
            None,
            "a server of your own: its tokens have no list price",
        )
        assert priced["usd"] == priced["prompt_tokens"]
        assert 0 <= test["seconds"] < 30
        for word in ("Еверу", "JSON schema", "taken", "unknown", "finish reason"):
            assert word in shown
        assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]

    def test_a_server_without_schemas_is_told(self, tmp_path: Path) -> None:
        def refuse(asked: Any) -> Any:
            form = asked.body.get("response_format", {}).get("type")
            if form == "json_schema":
                return error(400, "response_format json_schema is not supported")
            [key] = json.loads(asked.body["messages"][1]["content"])
            return completion(json.dumps({key: "Да."}), usage={})

        async def answer(asked: Any) -> Any:
            return refuse(asked)

        with ModelServer(answer=answer) as server:
            asked = ("--model", "vllm:m", "--base-url", server.base_url)
            test = doctor(*asked, cwd=tmp_path)["live_test"]
        assert (test["schema_taken"], test["wire"], test["requests"]) == (False, "json_object", 2)
        assert test["prompt_tokens"] is test["usd"] is None

    @pytest.mark.parametrize(
        ("response", "told"),
        [
            (lambda: error(401, "who are you?"), "who are you?"),
            (lambda: error(429, "slow down", headers={"Retry-After": "100"}), "slow down"),
            (lambda: completion("I would rather not."), "no JSON object"),
        ],
    )
    def test_a_failure_is_told_after_the_rest_and_exits_with_1(
        self, tmp_path: Path, response: Callable[[], Any], told: str
    ) -> None:
        async def answer(asked: Any) -> Any:
            return response()

        with ModelServer(answer=answer) as server:
            started = time.monotonic()
            done = donor(
                "doctor", "--json", "--model", "vllm:m", "--base-url", server.base_url,
                cwd=tmp_path,
            )  # fmt: skip
        assert time.monotonic() - started < 60
        assert done.returncode == 1
        problem: Mapping[str, str] = json.loads(done.stderr)["error"]
        assert problem["kind"] == "ModelError"
        assert told in problem["what"]
        assert problem["where"] and problem["hint"]
        assert json.loads(done.stdout)["live_test"] is None

    def test_nobody_there(self, tmp_path: Path) -> None:
        done = donor(
            "doctor", "--model", "vllm:m", "--base-url", "http://127.0.0.1:9/v1", cwd=tmp_path
        )
        assert done.returncode == 1
        assert "cannot reach http://127.0.0.1:9/v1" in done.stderr

    def test_a_missing_key_is_named(self, tmp_path: Path) -> None:
        done = donor("doctor", "--model", "openai:gpt-4o-mini", cwd=tmp_path)
        assert done.returncode == 1
        assert "OPENAI_API_KEY" in done.stderr
        assert "API keys" in done.stdout
