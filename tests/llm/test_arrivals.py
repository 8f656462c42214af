"""Answers that arrive in the same turn of the event loop: kept together, none for another."""

import asyncio
import sqlite3
from contextlib import contextmanager

import pytest

from donor.errors import StoreError
from donor.llm import ResponseStore
from donor.llm.arrivals import Arrivals
from donor.llm.stored import StoredAnswer


def row(text: str) -> StoredAnswer:
    return StoredAnswer(f"d1-{text}", "{}", "http://h/v1", "none", "2026-01-01", 0.1, 200, b"{}")


class Counting:
    """A store that tells what is committed together."""

    def __init__(self, store: ResponseStore, refused: str = "") -> None:
        self.store = store
        self.refused = refused
        self.commits: list[list[str]] = []
        self._together: list[str] | None = None

    def put(self, answer: StoredAnswer) -> bool:
        if self.refused and answer.key.endswith(self.refused):
            raise StoreError("s", "database or disk is full")
        new = self.store.put(answer)
        if self._together is None:
            self.commits.append([answer.key])
        else:
            self._together.append(answer.key)
        return new

    @contextmanager
    def together(self):
        self._together = []
        try:
            with self.store.together():
                yield
            self.commits.append(self._together)
        finally:
            self._together = None


def kept(path) -> set[str]:
    """What another process would see."""
    with sqlite3.connect(path) as other:
        return {key for (key,) in other.execute("SELECT key FROM responses")}


def taken(path, turns, *, refused="", after=None):
    """The store after these rows came, those of a list in one turn; who failed; freed; halts."""
    halted, freed, failed = [], [], {}

    async def main(store):
        arrivals = Arrivals(store, lambda: freed.append(len(kept(path))), halted.append)

        async def one(text):
            try:
                await arrivals.take(row(text))
            except (StoreError, TypeError) as error:
                failed[text] = error

        tasks = []
        for texts in turns:
            tasks += [asyncio.create_task(one(text)) for text in texts]
            for _ in range(3):
                await asyncio.sleep(0)
        if after:
            after(tasks)
        await asyncio.wait(tasks)

    with ResponseStore.open(path) as opened:
        store = Counting(opened, refused)
        asyncio.run(main(store))
    return store, failed, freed, halted


def test_answers_of_one_turn_are_one_commit(store):
    counted, failed, _, _ = taken(store, [["a", "b", "c"], ["d"]])
    assert counted.commits == [["d1-a", "d1-b", "d1-c"], ["d1-d"]]
    assert not failed
    assert kept(store) == {"d1-a", "d1-b", "d1-c", "d1-d"}


def test_no_slot_is_free_before_its_answer_is_committed(store):
    _, _, freed, _ = taken(store, [["a", "b"], ["c"]])
    assert freed == [2, 2, 3]


def test_an_answer_is_kept_though_nobody_waits_for_it_any_more(store):
    def give_up(tasks):
        for task in tasks:
            task.cancel()

    _, _, freed, _ = taken(store, [["a", "b"]], after=give_up)
    assert kept(store) == {"d1-a", "d1-b"}
    assert len(freed) == 2


def test_what_cannot_be_kept_takes_no_other_along(store):
    _, failed, freed, halted = taken(store, [["a", "b", "c"]], refused="b")
    assert kept(store) == {"d1-a", "d1-c"}
    assert list(failed) == ["b"]
    assert [str(error) for error in halted] == [str(failed["b"])]
    assert len(freed) == 3


def test_a_mistake_of_ours_reaches_all_who_wait(store, monkeypatch):
    monkeypatch.setattr(Counting, "together", None)
    _, failed, freed, halted = taken(store, [["a", "b"]])
    assert {type(error) for error in failed.values()} == {TypeError}
    assert (len(failed), len(freed), len(halted)) == (2, 2, 2)


@pytest.mark.parametrize("pages", [20, 60])
def test_a_full_disk_is_told_in_its_own_words(store, pages):
    big = StoredAnswer("", "{}", "http://h/v1", "none", "2026-01-01", 0.1, 200, b"x" * 9000)
    with ResponseStore.open(store) as opened:
        opened._connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreError, match="full"), opened.together():
            for n in range(100):
                opened.put(StoredAnswer(f"d1-{n}", *_values(big)))
        assert opened.count() == 0
        assert opened.put(row("later"))


def _values(answer: StoredAnswer):
    return (
        answer.logical,
        answer.base_url,
        answer.wire,
        answer.started_at,
        answer.seconds,
        answer.status,
        answer.body,
    )
