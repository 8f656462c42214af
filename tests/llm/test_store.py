import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.llm.asking import request

from donor.errors import StoreError
from donor.llm import Fate, Message, Request, ResponseStore, StoredAnswer, import_file
from donor.llm.stored import from_line, to_line


def row(text: str = "a", **more) -> StoredAnswer:
    asked = request(text)
    return StoredAnswer(
        **{
            "key": asked.key,
            "logical": asked.canonical,
            "base_url": "http://h/v1",
            "wire": "json_schema",
            "started_at": "2026-01-01T00:00:00+00:00",
            "seconds": 0.5,
            "status": 200,
            "body": b'{"choices": []}',
            "prompt_tokens": 3,
            "completion_tokens": 2,
            **more,
        }
    )


def rejection(text: str = "a", **more) -> StoredAnswer:
    return row(text, rejected=True, status=400, **more)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\x00", "«да»".encode()])
def test_what_is_put_is_got(store, body):
    kept = row(body=body, served_model="m", fingerprint="f", cached_tokens=1, finish_reason="stop")
    with ResponseStore.open(store) as opened:
        assert opened.put(kept)
        assert opened.get(kept.key) == kept
        assert opened.get_rejected(kept.key) is None
        assert opened.get("d1-other") is None


def test_the_first_answer_stays(store):
    with ResponseStore.open(store) as opened:
        assert opened.put(row(body=b"1"))
        assert not opened.put(row(body=b"2"))
        assert opened.get(row().key).body == b"1"


def test_the_last_rejection_counts_and_is_no_answer(store):
    with ResponseStore.open(store) as opened:
        opened.put(rejection(body=b"1"))
        opened.put(rejection(body=b"2"))
        assert opened.get(row().key) is None
        assert opened.get_rejected(row().key) == rejection(body=b"2")


def test_each_answer_is_committed_when_put_returns(store):
    with ResponseStore.open(store) as one:
        one.put(row())
        with ResponseStore.open(store, read_only=True) as other:
            assert other.get(row().key) == row()


def test_rows_carry_over_to_another_store_once(store, tmp_path):
    rows = [row("a"), row("b"), rejection("c", body=b"1"), rejection("c", body=b"2")]
    with ResponseStore.open(store) as one, ResponseStore.open(tmp_path / "other") as other:
        assert one.add(rows) == 4
        assert list(one.rows()) == rows
        assert other.add(one.rows()) == 4
        assert other.add(one.rows()) == 0
        assert list(other.rows()) == rows


def test_rows_are_read_in_pages_and_in_order(store):
    with ResponseStore.open(store) as opened:
        opened.add(row(str(n)) for n in range(1203))
        assert [kept.key for kept in opened.rows()] == [row(str(n)).key for n in range(1203)]


def test_export_and_import_are_lines_of_json(store, tmp_path):
    lines = tmp_path / "rows.jsonl"
    rows = [row("a", body=b"\xff"), row("b", body="да".encode()), rejection("c")]
    with ResponseStore.open(store) as opened:
        opened.add(rows)
        assert opened.export_lines(lines) == 3
    assert len(lines.read_bytes().splitlines()) == 3
    with ResponseStore.open(tmp_path / "other") as other:
        imported = import_file(other, lines)
        assert imported.counts == {Fate.ADDED: 2, Fate.REJECTED: 1}
        assert list(other.rows()) == rows
        assert import_file(other, lines).counts == {Fate.KNOWN: 3}
        assert list(other.rows()) == rows


@given(st.binary(), st.text())
def test_a_line_gives_back_its_row(body, text):
    kept = row(text, body=body)
    assert from_line(to_line(kept), "here") == kept


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{}", "neither an exported answer nor a result"),
        (b"nonsense", "not JSON"),
        (b'{"key": "d1-x", "logical": ', "not JSON"),
        (b'[["body", 1]]', "not a JSON object"),
        (b'{"logical": "{}"}', "not an answer"),
        (to_line(replace(row(), key="d1-x")), "d1-x: its request has the key"),
    ],
)
def test_a_bad_line_is_told_and_leaves_the_others_alone(store, tmp_path, line, words):
    lines = tmp_path / "rows.jsonl"
    lines.write_bytes(to_line(row("a")) + line.strip() + b"\n\n" + to_line(row("b")))
    with ResponseStore.open(store) as opened:
        imported = import_file(opened, lines)
        assert imported.counts == {Fate.ADDED: 2, Fate.BROKEN: 1}
        [trouble] = imported.troubles.values()
        assert (trouble.lines, trouble.count) == ([2], 1)
        assert words in trouble.what
        assert opened.stats()["answers"] == 2


def test_stats_count_by_model(store):
    other = request("a", model="vllm:big")
    with ResponseStore.open(store) as opened:
        opened.add([row("a"), row("b", prompt_tokens=None), rejection("c")])
        opened.put(row(key=other.key, logical=other.canonical, cached_tokens=1))
        stats = opened.stats()
    tiny = {
        "answers": 2,
        "uncounted": 1,
        "prompt_tokens": 3,
        "completion_tokens": 4,
        "cached_tokens": 0,
    }
    big = {
        "answers": 1,
        "uncounted": 0,
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "cached_tokens": 1,
    }
    assert stats.pop("bytes") > 0
    assert stats == {
        "answers": 3,
        "uncounted": 1,
        "prompt_tokens": 6,
        "completion_tokens": 6,
        "cached_tokens": 1,
        "rejected": 1,
        "waiting": 0,
        "models": {"openai:tiny": tiny, "vllm:big": big},
        "tasks": {"other": {"answers": 3, "corrections": 0}},
    }


@pytest.mark.parametrize("column", ["logical", "key", "body"])
@pytest.mark.parametrize("table", ["responses", "failures"])
def test_verify_finds_a_changed_row(store, table, column):
    with ResponseStore.open(store) as opened:
        opened.add([row("a"), row("b"), rejection("a"), rejection("b")])
        assert opened.verify() == []
    with sqlite3.connect(store) as connection:
        connection.execute(f"UPDATE {table} SET {column} = 'changed' WHERE id = 2")
    connection.close()
    with ResponseStore.open(store, read_only=True) as opened:
        [problem] = opened.verify()
    assert ("changed" if column == "key" else row("b").key) in problem


def test_verify_finds_a_damaged_file(store):
    with ResponseStore.open(store) as opened:
        opened.add(row(str(n), body=b"x" * 3000) for n in range(100))
        opened.seal()
    data = bytearray(store.read_bytes())
    data[4096 * 20 : 4096 * 20 + 2000] = b"\xff" * 2000
    store.write_bytes(data)
    with ResponseStore.open(store, read_only=True) as opened:
        assert opened.verify()


def beside(store: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in store.parent.iterdir()}


def test_a_sealed_store_stands_alone_and_is_only_read(store):
    with ResponseStore.open(store) as opened:
        opened.put(row())
        opened.seal()
    before = beside(store)
    assert before.keys() == {store.name}
    with ResponseStore.open(store, read_only=True) as opened:
        assert opened.get(row().key) == row()
        assert opened.verify() == []
        assert beside(store) == before
        with pytest.raises(StoreError, match="read-only"):
            opened.put(row("b"))
    assert beside(store) == before


def test_a_sealed_store_can_be_written_again(store):
    with ResponseStore.open(store) as opened:
        opened.seal()
    with ResponseStore.open(store) as opened:
        assert opened.put(row())
    with ResponseStore.open(store, read_only=True) as opened:
        assert opened.get(row().key) == row()


def test_a_store_in_use_cannot_be_sealed(store, monkeypatch):
    monkeypatch.setattr("donor.llm.store_file._BUSY_S", 0.1)
    with ResponseStore.open(store) as one, ResponseStore.open(store) as other:
        other.put(row())
        with pytest.raises(StoreError, match="another process"):
            one.seal()


def test_many_may_make_the_store_at_once(tmp_path):
    def opened(n: int) -> bool:
        together.wait()
        with ResponseStore.open(tmp_path / str(n // 8)) as store:
            return store.put(row(str(n)))

    together = threading.Barrier(8)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(opened, range(80))) == [True] * 80
    for n in range(10):
        with ResponseStore.open(tmp_path / str(n)) as store:
            assert store.stats()["answers"] == 8


def test_opening_waits_where_sqlite_itself_does_not(store, monkeypatch):
    """SQLite gives up at once where two change the journal mode at the same moment."""
    with ResponseStore.open(store) as opened:
        opened.seal()
    monkeypatch.setattr("donor.llm.store_file._BUSY_S", 0.0)
    other = sqlite3.connect(store, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.2, other.execute, ["ROLLBACK"]).start()
    with ResponseStore.open(store) as opened:
        assert opened.put(row())
    other.close()


def test_write_ahead_and_synchronous_normal(store):
    with ResponseStore.open(store) as opened:
        [(mode,)] = opened._select("PRAGMA journal_mode")
        [(synchronous,)] = opened._select("PRAGMA synchronous")
    assert (mode, synchronous) == ("wal", 1)


def not_a_database(path: Path) -> None:
    path.write_bytes(b"name,value\n" * 100)


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (x)")
    connection.close()


def of_another_version(path: Path) -> None:
    ResponseStore.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (not_a_database, "not a response store"),
        (of_another_program, "not a response store"),
        (of_another_version, "has schema 99, expected 1"),
        (Path.mkdir, "unable to open|no such response store"),
    ],
)
def test_what_is_no_store_is_an_error_and_stays_as_it_is(store, make, words, read_only):
    make(store)
    before = store.read_bytes() if store.is_file() else None
    with pytest.raises(StoreError, match=words) as raised:
        ResponseStore.open(store, read_only=read_only)
    assert raised.value.where == str(store)
    assert before is None or store.read_bytes() == before


def test_a_missing_store_is_an_error_only_when_read(store):
    with pytest.raises(StoreError, match="no such response store"):
        ResponseStore.open(store, read_only=True)
    assert not store.exists()
    ResponseStore.open(store).close()
    assert store.exists()


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_a_folder_that_is_none_is_an_error(tmp_path, folder):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="folder does not exist"):
        ResponseStore.open(tmp_path / folder / "store")


def test_a_folder_that_cannot_be_written_is_an_error():
    with pytest.raises(StoreError, match="unable to open"):
        ResponseStore.open("/proc/donor-responses.sqlite")


def test_names_with_special_characters_are_files(tmp_path):
    path = tmp_path / "a?b#c %41.sqlite"
    with ResponseStore.open(path) as opened:
        opened.put(row())
    with ResponseStore.open(path, read_only=True) as opened:
        assert opened.get(row().key) == row()
    assert path.exists()


def asking(system: str, data: str, attempt: int = 0) -> StoredAnswer:
    messages = (Message("system", system), Message("user", data))
    asked = Request(messages, model="ollama:m", attempt=attempt)
    return row(key=asked.key, logical=asked.canonical)


def test_answers_are_counted_by_what_was_asked(store):
    """A request does not say its task; its shape does."""
    source, spans = '"source": {"1": "<s1>a</s1>"}', '"spans": {"s1": {"words": "a"}}'
    with ResponseStore.open(store) as opened:
        opened.put(asking("You translate", '{"1": "a"}'))
        opened.put(asking("You translate", '{"1": "a"}', attempt=1))
        opened.put(asking("You translate", '{"7": "a"}'))
        opened.put(asking("You carry", f"{{{source}}}"))
        opened.put(asking("You carry", f'{{{source}, "translation": {{"1": "b"}}}}'))
        for example in ("occurrence", "first", "start"):
            words = f'{{{source}, "translation": {{}}, {spans}}}'
            opened.put(asking(f'You carry "{example}"', words))
        opened.put(asking("Hello", "no JSON"))
        opened.put(asking("Hello", "[1]"))
        tasks = opened.stats()["tasks"]
    assert {task: counts["answers"] for task, counts in tasks.items()} == {
        "translate": 3, "other": 2, "index-characters": 1, "index-words": 1, "joint": 1,
        "quote": 1, "tags": 1,
    }  # fmt: skip
    assert tasks["translate"]["corrections"] == 1


def test_the_sample_is_counted_by_its_tasks(sample):
    with ResponseStore.open(sample / "responses.sqlite", read_only=True) as opened:
        found = opened.stats()
    assert set(found["tasks"]) == {"translate", "tags", "quote", "index-words"}
    assert sum(task["answers"] for task in found["tasks"].values()) == found["answers"]
    assert found["uncounted"] == found["answers"]


def test_recent_answers_are_of_one_model_and_the_newest_first(store):
    with ResponseStore.open(store) as opened:
        for n in range(5):
            opened.put(row(f"a{n}"))
        opened.put(row("b", prompt_tokens=None))
        found = list(opened.recent(request("a0").model, 3))
        assert found == [row("a4"), row("a3"), row("a2")]
        assert list(opened.recent("ollama:other", 3)) == []
