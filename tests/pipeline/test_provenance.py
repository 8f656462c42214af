"""What a run says about what it was made with and from."""

import hashlib
import json
import platform
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from tests.llm.local_server import LLAMACPP, OLLAMA, local_server
from tests.pipeline.small import REQUESTS, contents, recipe_for, transfer_small
from tests.servers.transliterator import answer

from donor.llm import ask_server
from donor.pipeline import Resources, run
from donor.prompts import PROMPTS, prompt
from donor.records import RunFolder

SECRET = "sk-this-must-never-be-written-down"


def provenance_of(folder: Path) -> dict[str, Any]:
    found = RunFolder(folder).provenance()
    assert found is not None
    return found


def chat(body: dict[str, Any]) -> dict[str, Any]:
    """A right answer, as Ollama or llama.cpp would wrap it."""
    content = json.dumps(answer(json.loads(body["messages"][1]["content"])))
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return {
        "model": body["model"],
        "system_fingerprint": "fp_ollama",
        "choices": [choice],
        "usage": {"prompt_tokens": 9, "completion_tokens": 9},
    }


def run_with(tmp_path: Path, model: str, base_url: str, **more: Any) -> dict[str, Any]:
    recipe = recipe_for(tmp_path / "source", parameters={"temperature": 0, "seed": 7})
    recipe = type(recipe)(**{**_fields(recipe), "model": model})
    store = tmp_path / "store.sqlite"
    run(recipe, tmp_path / "run", Resources(store=store, base_url=base_url, **more))
    return provenance_of(tmp_path / "run")


def _fields(recipe: Any) -> dict[str, Any]:
    return {name: getattr(recipe, name) for name in recipe.__dataclass_fields__}


def test_it_names_versions_and_hashes(done: Path) -> None:
    found = provenance_of(done / "run")
    assert found["versions"]["donor"] == version("donor")
    assert found["versions"]["python"] == platform.python_version()
    assert found["recipe"] == recipe_for(done / "source").sha256
    assert found["prompts"] == {name: prompt(name).sha256 for name in PROMPTS}
    assert found["started_at"] <= found["ended_at"]
    assert (found["documents"], found["partial"], found["replay"]) == (3, False, False)


def test_it_names_the_input_files(done: Path) -> None:
    files = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (done / "source").rglob("*.deft")
    }
    inputs = provenance_of(done / "run")["inputs"]
    assert {file["path"]: file["sha256"] for file in inputs} == files
    assert {file["name"] for file in inputs} == {"a.deft", "more/b.deft"}
    assert all(file["bytes"] == Path(file["path"]).stat().st_size for file in inputs)


def test_it_names_the_store_and_the_server_without_credentials(
    source: Path, tmp_path: Path, base_url: str
) -> None:
    address = base_url.replace("http://", f"http://me:{SECRET}@")
    transfer_small(tmp_path, address)
    found = provenance_of(tmp_path / "run")
    assert found["store"] == str(tmp_path / "store.sqlite")
    assert (found["base_url"], found["wire"]) == (base_url, "json_schema")
    for path in (tmp_path / "run").rglob("*"):
        assert not path.is_file() or SECRET not in path.read_text(errors="replace")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason for a server not to tell what it is."""
    monkeypatch.setattr("donor.pipeline.provenance.ask_server", partial(ask_server, timeout_s=20))


@pytest.mark.usefixtures("patient")
def test_ollama_tells_digest_and_quantisation(source: Path, tmp_path: Path) -> None:
    with local_server({**OLLAMA, "/v1/chat/completions": chat}) as base_url:
        found = run_with(tmp_path, "ollama:llama3.1:8b", base_url)
    assert found["server"] == {
        "kind": "ollama",
        "version": "0.12.3",
        "name": "llama3.1:8b",
        "context": 4096,
        "trained_context": 131072,
        "quantisation": "Q4_K_M",
        "digest": "46e0c10c039e",
    }
    assert found["served"] == {
        "models": {"llama3.1:8b": REQUESTS},
        "fingerprints": {"fp_ollama": REQUESTS},
    }
    assert (found["parameters"], found["seed"]) == ({"temperature": 0, "seed": 7}, 7)
    card = (tmp_path / "run" / "dataset" / "README.md").read_text()
    assert "- served as: llama3.1:8b\n" in card
    assert "- fingerprint: fp_ollama\n" in card
    assert '- parameters: {"seed":7,"temperature":0}\n' in card
    assert found["inputs"][0]["sha256"] in card


@pytest.mark.usefixtures("patient")
def test_a_model_that_the_server_does_not_list_is_unknown(source: Path, tmp_path: Path) -> None:
    with local_server({**LLAMACPP, "/v1/chat/completions": chat}) as base_url:
        found = run_with(tmp_path, "llamacpp:other", base_url)
    assert found["server"] == {
        "kind": "llamacpp",
        "version": "b6900-abc",
        "unknown": "the server lists no model other",
    }


@pytest.mark.parametrize("odd", [{}, {"*": 500}, {"/v1/models": b"{", "/props": 30.0}])
def test_a_server_that_tells_nothing_stops_no_run(
    source: Path, tmp_path: Path, odd: dict[str, Any]
) -> None:
    with local_server({**odd, "/v1/chat/completions": chat}) as base_url:
        found = run_with(tmp_path, "vllm:m", base_url)
    assert found["server"] == {"unknown": "the server does not tell what it is"}
    assert (found["documents"], found["served"]["models"]) == (3, {"m": REQUESTS})


def test_a_service_is_not_asked_about_itself(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("donor.pipeline.provenance._LOOPBACK", ())
    seen: list[tuple[str, str]] = []
    paths = {**OLLAMA, "/v1/chat/completions": chat}
    with local_server(paths, seen) as base_url:
        found = run_with(tmp_path, "openai:gpt-4o-mini", base_url, api_key=SECRET)
    assert "a service" in found["server"]["unknown"]
    assert {path for path, _ in seen} == {"/v1/chat/completions"}


def test_a_replay_asks_nobody_and_counts_the_same_answers(done: Path) -> None:
    transfer_small(done, None, "again", replay=True)
    first, again = provenance_of(done / "run"), provenance_of(done / "again")
    assert again["server"] == {"unknown": "a replay asks no server"}
    assert (again["base_url"], again["replay"]) == (None, True)
    assert first["served"] == again["served"]
    assert contents(done / "run") == contents(done / "again")


def test_a_folder_of_an_older_donor_has_none(done: Path) -> None:
    (done / "run" / "provenance.json").unlink()
    assert RunFolder(done / "run").provenance() is None
