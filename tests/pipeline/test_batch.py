"""A run that asks nothing: rounds of files, their results imported, and in the end the live run."""

import json
from pathlib import Path

import pytest
from tests.pipeline.small import (
    REQUESTS,
    contents,
    ledger_of,
    recipe_for,
    transfer_small,
    write_windows,
)
from tests.servers.batch_runner import run_batch as answer_batch

from donor.errors import ConfigError, RunError
from donor.llm import Fate, Imported, ResponseStore, import_file
from donor.pipeline import Outcome, Resources, Waiting, run_batch
from donor.recipe import Recipe
from donor.records import RunFolder


def batch_round(folder: Path, name: str = "batched", **more: object) -> Outcome | Waiting:
    """One call of `donor transfer --batch` over `folder/source`, with a store of its own."""
    recipe = recipe_for(folder / "source", **more)
    return run_batch(recipe, folder / name, Resources(store=folder / "batched.sqlite"))


def imported(folder: Path, file: Path) -> Imported:
    with ResponseStore.open(folder / "batched.sqlite") as store:
        return import_file(store, file)


def answered(folder: Path, base_url: str, waiting: Waiting) -> None:
    """Runs the batch, and imports its results."""
    for file in waiting.files:
        results = folder / f"results-{file.name}"
        answer_batch(base_url, file, results)
        assert imported(folder, results).counts == {Fate.ADDED: waiting.requests}


def test_rounds_end_in_the_run_that_a_live_one_is(done: Path, base_url: str) -> None:
    rounds = []
    while isinstance(outcome := batch_round(done), Waiting):
        rounds.append((outcome.requests, outcome.done, outcome.documents, outcome.again))
        assert set(contents(done / "batched")) == {"batch/requests-1.jsonl", "recipe.toml"}
        answered(done, base_url, outcome)
    assert rounds == [(3, 0, 3, False), (3, 0, 3, False)]
    assert contents(done / "batched") == contents(done / "run")
    requests = outcome.summary["requests"]
    assert (requests["sent"], requests["from_store"]) == (0, REQUESTS)
    with ResponseStore.open(done / "batched.sqlite") as store:
        assert store.stats()["waiting"] == 0
        assert store.verify() == []


def test_a_live_run_may_finish_what_a_batch_has_begun(done: Path, base_url: str) -> None:
    waiting = batch_round(done)
    assert isinstance(waiting, Waiting)
    answered(done, base_url, waiting)
    assert isinstance(batch_round(done), Waiting)
    outcome = transfer_small(done, base_url, "batched", store="batched.sqlite")
    assert outcome.summary["requests"]["sent"] == REQUESTS - waiting.requests
    assert contents(done / "batched") == contents(done / "run")


def test_repeated_without_results_it_writes_the_same_and_says_so(source: Path) -> None:
    folder = source.parent
    first = batch_round(folder)
    assert isinstance(first, Waiting)
    before = contents(folder / "batched")
    second = batch_round(folder)
    assert isinstance(second, Waiting)
    assert (first.again, second.again) == (False, True)
    assert contents(folder / "batched") == before


def test_results_that_lie_beside_the_requests_are_left_alone(done: Path, base_url: str) -> None:
    while isinstance(waiting := batch_round(done), Waiting):
        results = done / "batched" / "batch" / "results.jsonl"
        answer_batch(base_url, waiting.files[0], results)
        imported(done, results)
    assert [file.name for file in (done / "batched" / "batch").iterdir()] == ["results.jsonl"]


def test_half_of_the_results_shrink_the_next_batch(tmp_path: Path, base_url: str) -> None:
    write_windows(tmp_path / "source" / "a.deft", [[f"Ion/T{n} {n} ."] for n in range(6)])
    waiting = batch_round(tmp_path)
    assert isinstance(waiting, Waiting)
    results = tmp_path / "results.jsonl"
    answer_batch(base_url, waiting.files[0], results)
    lines = results.read_bytes().splitlines(keepends=True)
    results.write_bytes(b"".join(lines[:3]) + lines[3][:50])
    assert imported(tmp_path, results).counts == {Fate.ADDED: 3, Fate.BROKEN: 1}
    after = batch_round(tmp_path)
    assert isinstance(after, Waiting)
    # Three translations are still to be made, and three can be projected.
    assert (after.requests, after.done, after.again) == (6, 0, False)


def test_a_rejected_request_ends_as_that_documents_failure(done: Path, base_url: str) -> None:
    waiting = batch_round(done)
    assert isinstance(waiting, Waiting)
    results = done / "results.jsonl"
    answer_batch(base_url, waiting.files[0], results)
    [first, *others] = [json.loads(line) for line in results.read_text().splitlines()]
    problem = {"error": {"message": "maximum context length exceeded"}}
    first["response"] = {"status_code": 400, "request_id": "r", "body": problem}
    results.write_text("\n".join(map(json.dumps, [first, *others])))
    assert imported(done, results).counts == {Fate.REJECTED: 1, Fate.ADDED: 2}
    waiting = batch_round(done)
    assert isinstance(waiting, Waiting)
    assert (waiting.requests, waiting.done) == (2, 1)
    answered(done, base_url, waiting)
    assert isinstance(batch_round(done), Outcome)
    [failed] = ledger_of(done, "batched")["failed"]
    assert "maximum context length" in failed["problem"]


def test_other_recipe_is_refused_while_a_batch_waits(source: Path) -> None:
    folder = source.parent
    batch_round(folder)
    before = contents(folder / "batched")
    with pytest.raises(RunError, match="another recipe"):
        batch_round(folder, cascade=("quote",))
    assert contents(folder / "batched") == before
    with pytest.raises(RunError, match="waits for the answers of a batch"):
        RunFolder(folder / "batched").summary()


def test_a_finished_run_stays_while_a_longer_one_waits(done: Path) -> None:
    transfer_small(done, None, "batched", replay=True, limit=2)
    before = contents(done / "batched")
    assert isinstance(batch_round(done), Waiting)
    assert contents(done / "batched").items() >= before.items()
    assert ledger_of(done, "batched")["documents"] == 2


def test_nobody_serves_recorded_answers(source: Path) -> None:
    recipe = Recipe((str(source),), "ru", "recorded:sample-a")
    with pytest.raises(ConfigError, match="nobody serves"):
        run_batch(recipe, source.parent / "run", Resources(store=source.parent / "s.sqlite"))
    assert not (source.parent / "run").exists()
