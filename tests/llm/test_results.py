"""Results of a batch: what becomes of each line, whoever ran the batch and however it went."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.llm.asking import MODEL, SCHEMA, request, say
from tests.llm.test_batch import lines_of, round_of

from donor.llm import Completion, Fate, Imported, ResponseStore, import_file, response_of

ASKED = {"schema": SCHEMA, "parameters": {"temperature": 0, "max_tokens": 9}}
KEY = request("a", **ASKED).key
BODY = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "tiny-2026",
    "choices": [{"index": 0, "message": {"content": "ja"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    "system_fingerprint": "fp",
}


def result(key: str = KEY, status: int = 200, body: Any = BODY, **more: Any) -> dict[str, Any]:
    """A line as OpenAI writes it."""
    response = {"status_code": status, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": key, "response": response, "error": None, **more}


def error(code: str | None, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": "invalid_request_error"}}


class Waiting:
    """A store that waits for the answers to some requests, and a file of results."""

    def __init__(self, folder: Path, texts: Sequence[str] = "a") -> None:
        self.store, self.file = folder / "store.sqlite", folder / "results.jsonl"
        self.folder = folder / "batch"
        self.texts = texts
        self.round()

    def round(self) -> list[dict[str, Any]]:
        """The lines of the next round's file."""
        with ResponseStore.open(self.store) as store:
            _, batch = round_of(store, self.folder, [say(text, **ASKED) for text in self.texts])
            return [line for file in batch.files for line in lines_of(file)]

    def imported(self, *lines: Any) -> Imported:
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        self.file.write_bytes(b"\n".join(raw))
        with ResponseStore.open(self.store) as store:
            return import_file(store, self.file)

    def row(self, key: str = KEY) -> Any:
        with ResponseStore.open(self.store) as store:
            assert store.verify() == []
            return store.get(key)


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    return Waiting(tmp_path)


def test_an_answer_stands_in_the_store_as_one_that_was_asked_for_live(waiting: Waiting) -> None:
    assert waiting.imported(result()).counts == {Fate.ADDED: 1}
    row = waiting.row()
    assert row.logical == request("a", **ASKED).canonical
    assert json.loads(row.body) == BODY
    assert (row.base_url, row.wire, row.status) == ("batch", "json_schema", 200)
    assert (row.started_at, row.served_model) == ("2026-01-01T00:00:00+00:00", "tiny-2026")
    assert (row.prompt_tokens, row.completion_tokens, row.fingerprint) == (3, 2, "fp")
    assert isinstance(response_of(row), Completion)
    assert waiting.round() == []


def test_results_may_be_imported_again(waiting: Waiting) -> None:
    waiting.imported(result())
    again = waiting.imported(result(), result(status=500, body=error(None, "no")))
    assert again.counts == {Fate.KNOWN: 2}
    assert again.usable


VLLM = {"id": "vllm-1", "response": {"status_code": 400, "request_id": "vllm-batch-1"}}


@pytest.mark.parametrize(
    ("line", "fate", "told"),
    [
        (result(status=400, body=error(None, "no such thing")), Fate.REJECTED, "no such thing"),
        (
            result(status=400, body=error("context_length_exceeded", "too long")),
            Fate.REJECTED,
            "context-overflow: too long",
        ),
        (
            {**VLLM, "custom_id": KEY, "error": error(None, "bad grammar")},
            Fate.REJECTED,
            "bad grammar",
        ),
        ({**VLLM, "custom_id": KEY, "error": "prompt is too long"}, Fate.REJECTED, "too long"),
        (result(body={"choices": []}), Fate.REJECTED, "not a chat completion"),
        (result(body="<html>"), Fate.REJECTED, "not a chat completion"),
        (result(status=429, body=error(None, "slow down")), Fate.FAILED, "HTTP 429"),
        (result(status=500, body=error(None, "oh")), Fate.FAILED, "HTTP 500"),
        (result(status=401, body=error("invalid_api_key", "who?")), Fate.FAILED, "API key"),
        (
            result(response=None, error={"code": "batch_expired", "message": "too late"}),
            Fate.FAILED,
            "batch_expired: too late",
        ),
        (result(response={"status_code": 200}), Fate.FAILED, "no body"),
        (result(response={"status_code": "odd", "body": {}}), Fate.FAILED, "no body"),
        (result(response=None), Fate.BROKEN, "neither a response nor an error"),
        (result(custom_id=7), Fate.BROKEN, "neither an exported answer"),
        (result("d1-other"), Fate.UNKNOWN, "knows no such request"),
        ({"custom_id": KEY, "method": "POST", "url": "/", "body": {}}, Fate.BROKEN, "not its"),
        (json.dumps(result()).encode()[:-30], Fate.BROKEN, "not JSON"),
        (b"[" * 100_000, Fate.BROKEN, "not JSON"),
        (b"\xff\xfe{\x00", Fate.BROKEN, "not JSON"),
    ],
)
def test_what_is_no_answer_is_told_with_its_line(
    waiting: Waiting, line: Any, fate: Fate, told: str
) -> None:
    imported = waiting.imported(b"", line)
    assert imported.counts == {fate: 1}
    [trouble] = imported.troubles.values()
    assert told in trouble.what
    assert (trouble.lines, trouble.count) == ([2], 1)
    assert imported.usable == (fate is Fate.REJECTED)
    assert waiting.row() is None


@pytest.mark.parametrize("status", [429, 500])
def test_a_failure_is_asked_again(waiting: Waiting, status: int) -> None:
    before = waiting.round()
    waiting.imported(result(status=status, body=error(None, "later")))
    assert waiting.round() == before
    assert waiting.imported(result()).counts == {Fate.ADDED: 1}


def test_a_rejection_is_not_asked_again_but_an_answer_overrides_it(waiting: Waiting) -> None:
    waiting.imported(result(status=400, body=error(None, "no")))
    assert waiting.round() == []
    assert waiting.imported(result()).counts == {Fate.ADDED: 1}


def test_an_odd_answer_is_asked_for_once_more(waiting: Waiting) -> None:
    odd = result(body={"created": 1, "choices": [{"message": {"content": ""}}]})
    assert waiting.imported(odd, odd).counts == {Fate.REJECTED: 1, Fate.KNOWN: 1}
    assert len(waiting.round()) == 1
    other = result(body={"created": 2, "choices": [{"message": {"content": ""}}]})
    waiting.imported(other)
    assert waiting.round() == []


def test_what_the_model_does_not_take_goes_otherwise_into_the_next_round(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path, ["a", "b"])
    refused = error("unsupported_value", "'temperature' does not support 0")
    assert waiting.imported(result(status=400, body=refused)).counts == {Fate.CHANGED: 1}
    first, second = waiting.round()
    assert "temperature" not in first["body"]
    assert first["body"]["max_tokens"] == second["body"]["max_tokens"] == 9
    assert second["body"]["temperature"] == 0
    unknown = error("unsupported_parameter", "max_tokens: use max_completion_tokens")
    no_schema = error(None, "response_format json_schema is not supported")
    waiting.imported(result(status=400, body=unknown), result(status=400, body=no_schema))
    body = waiting.round()[0]["body"]
    assert body["max_completion_tokens"] == 9
    assert body["response_format"] == {"type": "json_object"}
    assert waiting.imported(result()).counts == {Fate.ADDED: 1}
    assert waiting.row().wire.startswith("json_object with max_completion_tokens for max_tokens")
    # What the model took is where the other requests begin.
    waiting.texts = ["c"]
    assert waiting.round()[0]["body"] == {
        **body,
        "messages": [{"role": "user", "content": "c"}],
    }


def test_one_bad_line_leaves_the_others_alone(tmp_path: Path) -> None:
    texts = [str(n) for n in range(1203)]
    waiting = Waiting(tmp_path, texts)
    lines: list[Any] = [result(request(text, **ASKED).key) for text in texts]
    lines[600:601] = [b'{"cut', lines[600], result("d1-x"), b" "]
    imported = waiting.imported(*lines)
    assert imported.counts == {Fate.ADDED: 1203, Fate.BROKEN: 1, Fate.UNKNOWN: 1}
    assert [trouble.lines for trouble in imported.troubles.values()] == [[601], [603]]
    assert waiting.round() == []


def test_reasons_are_gathered_and_bounded(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path)
    expired = result(response=None, error={"code": "batch_expired", "message": "late"})
    imported = waiting.imported(*[expired] * 7)
    [trouble] = imported.troubles.values()
    assert (trouble.count, trouble.lines) == (7, [1, 2, 3, 4, 5])
    many = [result(response=None, error={"message": f"no {n}"}) for n in range(300)]
    imported = waiting.imported(*many)
    assert imported.counts == {Fate.FAILED: 300}
    assert len(imported.troubles) <= 101
    assert sum(trouble.count for trouble in imported.troubles.values()) == 300


def test_half_a_surrogate_pair_is_no_harm(waiting: Waiting) -> None:
    body = {**BODY, "choices": [{"message": {"content": "a\ud800"}}]}
    assert waiting.imported(result(body=body)).counts == {Fate.ADDED: 1}
    response = response_of(waiting.row())
    assert isinstance(response, Completion)
    assert response.text.startswith("a")


def test_the_models_name_is_the_wires(tmp_path: Path) -> None:
    assert MODEL == "openai:tiny"
    assert Waiting(tmp_path).round()[0]["body"]["model"] == "tiny"
