"""A round of a batch: how far methods come, and what is written down for a provider."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.llm.asking import MODEL, SCHEMA, ask, request, say
from tests.llm.test_store import row

from donor.llm import BatchRound, Completion, Method, Request, Response, ResponseStore, StoredAnswer
from donor.llm.batch import Done, Open, advance


def answer(text: str, words: str = "ja", **more: Any) -> StoredAnswer:
    body = {"choices": [{"message": {"content": words}, "finish_reason": "stop"}]}
    return row(text, body=json.dumps(body).encode(), **more)


def round_of(
    store: ResponseStore, folder: Path, methods: Sequence[Method[Any]], **limits: int
) -> tuple[list[Any], BatchRound]:
    batch = BatchRound(MODEL, store, folder, **limits)
    return list(batch.drive(methods)), batch


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_method_goes_on_while_there_are_answers() -> None:
    assert advance(say("a", rounds=2), lambda asked: None) == Open((request("a"),))
    known = {request("a").key}

    def lookup(asked: Request) -> Response | None:
        return Completion("ja") if asked.key in known else None

    assert advance(say("a", rounds=2), lookup) == Open((request("a/2"),))
    known.add(request("a/2").key)
    assert advance(say("a", rounds=2), lookup) == Done("ja")


def test_what_is_answered_goes_on_and_the_rest_is_written_once(store: Path, tmp_path: Path) -> None:
    with ResponseStore.open(store) as opened:
        opened.put(answer("a"))
        opened.put(answer("b"))
        methods = [say("a"), ask("b", "c", schema=None), say("c"), say("a", rounds=2)]
        values, batch = round_of(opened, tmp_path / "batch", methods)
        assert values == ["ja"]
        assert (batch.done, batch.requests) == (1, 2)
        assert batch.counts.from_store == 3
        [file] = batch.files
        assert [line["custom_id"] for line in lines_of(file)] == [
            request("c").key,
            request("a/2").key,
        ]
        assert opened.expected(request("c").key) is not None
        assert opened.expected(request("b").key) is None
        assert opened.stats()["waiting"] == 2


def test_a_line_is_the_request_as_it_goes_over_the_wire(store: Path, tmp_path: Path) -> None:
    asked = {"schema": SCHEMA, "parameters": {"temperature": 0}}
    with ResponseStore.open(store) as opened:
        _, batch = round_of(opened, tmp_path / "batch", [say("a", **asked)])
    [line] = lines_of(batch.files[0])
    shape = {"name": "answer", "strict": True, "schema": SCHEMA}
    assert line == {
        "custom_id": request("a", **asked).key,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "temperature": 0,
            "model": "tiny",
            "messages": [{"role": "user", "content": "a"}],
            "response_format": {"type": "json_schema", "json_schema": shape},
        },
    }


def test_files_keep_to_the_limits(store: Path, tmp_path: Path) -> None:
    methods = [str(n) for n in range(7)]
    with ResponseStore.open(store) as opened:
        _, batch = round_of(opened, tmp_path / "a", [say(n) for n in methods], most_requests=3)
        assert [file.name for file in batch.files] == [f"requests-{n}.jsonl" for n in (1, 2, 3)]
        assert [len(lines_of(file)) for file in batch.files] == [3, 3, 1]
        size = batch.files[0].stat().st_size // 3
        _, batch = round_of(opened, tmp_path / "b", [say(n) for n in methods], most_bytes=2 * size)
        assert [len(lines_of(file)) for file in batch.files] == [2, 2, 2, 1]
        assert all(file.stat().st_size <= 2 * size for file in batch.files)
        _, batch = round_of(opened, tmp_path / "c", [say("a"), say("b")], most_bytes=10)
        assert [len(lines_of(file)) for file in batch.files] == [1, 1]


def test_nothing_is_written_where_nothing_waits(store: Path, tmp_path: Path) -> None:
    with ResponseStore.open(store) as opened:
        opened.put(answer("a"))
        values, batch = round_of(opened, tmp_path / "batch", [say("a")])
    assert (values, batch.files) == (["ja"], [])
    assert not (tmp_path / "batch").exists()


def test_a_rejection_is_the_last_word_but_an_odd_answer_gets_another_try(
    store: Path, tmp_path: Path
) -> None:
    refused = row("a", rejected=True, status=400, body=b'{"error": {"message": "no"}}')
    with ResponseStore.open(store) as opened:
        opened.put(refused)
        opened.put(row("b", rejected=True, body=b"<html>"))
        values, batch = round_of(opened, tmp_path / "a", [say("a"), say("b")])
        assert (values, batch.requests) == (["rejected"], 1)
        opened.put(row("b", rejected=True, body=b"<html>"))
        values, batch = round_of(opened, tmp_path / "b", [say("a"), say("b")])
        assert (values, batch.requests) == (["rejected", "malformed"], 0)


def test_the_wire_form_that_the_model_took_last_is_used(store: Path, tmp_path: Path) -> None:
    with ResponseStore.open(store) as opened:
        opened.put(answer("a", wire="json_object without temperature"))
        asked = say("b", schema=SCHEMA, parameters={"temperature": 0})
        _, batch = round_of(opened, tmp_path / "batch", [asked])
    [line] = lines_of(batch.files[0])
    assert line["body"]["response_format"] == {"type": "json_object"}
    assert "temperature" not in line["body"]


def test_a_store_without_batches_is_as_it_always_was(store: Path) -> None:
    with ResponseStore.open(store) as opened:
        opened.put(answer("a"))
        assert opened.expected(request("a").key) is None
        tables = opened._select("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert sorted(tables) == [("failures",), ("responses",)]


def test_many_requests_stand_in_the_store_before_the_round_ends(
    store: Path, tmp_path: Path
) -> None:
    with ResponseStore.open(store) as opened:
        round_of(opened, tmp_path / "b", [say(str(n)) for n in range(1200)])
        assert opened.stats()["waiting"] == 1200
