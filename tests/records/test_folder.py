"""A run folder: what stands in it is whole, and belongs to one recipe and one process."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from donor.data import (
    Check,
    Document,
    Finding,
    Interval,
    LabelRow,
    TextLabel,
    Transfer,
    Translation,
)
from donor.errors import RunError
from donor.records import RunFolder

RECIPE = '[translate]\nto = "ru"\n'
SOURCE = Document("d:1", "en", "An ion.", (Interval(0, 7),), labels=(TextLabel("kind", "x"),))
DONE = Transfer(SOURCE, Translation("ru", ("Ион.",), (), "llm"), (), (), (LabelRow(0),))


def fill(files: RunFolder, *transfers: Transfer) -> None:
    """Does what a run does."""
    files.write_read(transfer.source for transfer in transfers)
    files.write_transfers(transfers, format="jsonl")
    files.write_card("# Card\n")
    files.write_usage({"seconds": 1})
    files.write_scores({"reference_free": {}})
    files.write_provenance({"versions": {}})
    files.write_ledger({"documents": len(transfers)})


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    with RunFolder(tmp_path / "run").opened(RECIPE) as files:
        fill(files, DONE)
    return tmp_path / "run"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_finished_run_is_in_place(finished: Path) -> None:
    assert sorted(set(contents(finished)) - {".lock"}) == [
        "1-read.jsonl",
        "2-translated.jsonl",
        "3-placed.jsonl",
        "4-verified.jsonl",
        "dataset/README.md",
        "dataset/documents.jsonl",
        "ledger.json",
        "provenance.json",
        "recipe.toml",
        "scores.json",
        "usage.json",
    ]
    assert RunFolder(finished).summary() == {"documents": 1, "seconds": 1}
    assert list(RunFolder(finished).transfers()) == [DONE]


def test_older_run_has_no_scores(finished: Path) -> None:
    assert RunFolder(finished).scores() == {"reference_free": {}}
    (finished / "scores.json").unlink()
    assert RunFolder(finished).scores() is None


COPIED = Finding(Check.SOURCE_COPIED, "as it was", segment=0)
VARIES = Finding(Check.TERM_VARIES, "'ion' is 'йон' here", span_id="T1")


def test_findings_are_added_to_those_of_their_documents(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    seen = replace(DONE, findings=(COPIED,))
    run.write_read([SOURCE] * 3)
    run.write_transfers([DONE, seen, seen], format="jsonl")
    verified = tmp_path / "4-verified.jsonl"
    before = verified.read_bytes().splitlines()
    run.add_findings({0: (VARIES,), 2: (VARIES, VARIES)})
    found = [transfer.findings for transfer in run.transfers()]
    assert found == [(VARIES,), (COPIED,), (COPIED, VARIES, VARIES)]
    assert verified.read_bytes().splitlines()[1] == before[1]
    assert len(before) == 3
    assert "4-verified.new" not in contents(tmp_path)


def test_findings_are_written_as_if_they_had_been_there(tmp_path: Path) -> None:
    whole, added = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "added")
    both = (replace(DONE, findings=(COPIED, VARIES)), replace(DONE, findings=(COPIED,)))
    for run, transfer in zip((whole, added), both, strict=True):
        run.path.mkdir()
        run.write_transfers([transfer], format="jsonl")
    added.add_findings({0: (VARIES,)})
    assert contents(added.path) == contents(whole.path)


def test_no_findings_leave_the_file_alone(tmp_path: Path) -> None:
    RunFolder(tmp_path).add_findings({})
    assert contents(tmp_path) == {}


def test_same_recipe_may_run_again(finished: Path) -> None:
    with RunFolder(finished).opened(RECIPE) as files:
        fill(files, DONE, DONE)
    assert RunFolder(finished).summary()["documents"] == 2
    assert not (finished / "unfinished").exists()


def test_other_recipe_is_refused_with_the_difference(finished: Path) -> None:
    before = contents(finished)
    with pytest.raises(RunError) as caught, RunFolder(finished).opened(RECIPE.replace("ru", "sw")):
        pass
    assert '- to = "ru"\n+ to = "sw"' in caught.value.what
    assert "translate" not in caught.value.what
    assert contents(finished) == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_breaks_off_leaves_the_old_run(finished: Path, error: type[BaseException]) -> None:
    before = contents(finished)
    with pytest.raises(error), RunFolder(finished).opened(RECIPE) as files:
        files.write_read([SOURCE])
        raise error
    assert contents(finished) == before


def test_what_breaks_off_in_a_new_folder_leaves_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError), RunFolder(tmp_path / "run").opened(RECIPE):
        raise ValueError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["note.txt", "dataset", "unfinished", "usage.json"])
def test_folder_of_somebodys_files_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").touch()
    with (
        pytest.raises(RunError, match=f"files that are no run's: {name}"),
        RunFolder(tmp_path).opened(RECIPE),
    ):
        raise AssertionError
    assert [path.name for path in tmp_path.rglob("*")] == [name, "mine"]


def test_longer_run_is_not_replaced_by_a_partial_one(finished: Path) -> None:
    before = (finished / "ledger.json").read_bytes()
    with (
        pytest.raises(RunError, match="holds a run of 1 documents, which is kept"),
        RunFolder(finished).opened(RECIPE) as files,
    ):
        fill(files)
        files.write_ledger({"documents": 0, "partial": True})
    assert (finished / "ledger.json").read_bytes() == before
    assert not (finished / "unfinished").exists()


def test_leavings_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    (tmp_path / "unfinished" / "dataset").mkdir(parents=True)
    (tmp_path / "unfinished" / "1-read.jsonl").write_text("half")
    (tmp_path / ".lock").touch()
    with RunFolder(tmp_path).opened(RECIPE) as files:
        fill(files, DONE)
    assert not (tmp_path / "unfinished").exists()
    assert RunFolder(tmp_path).summary()["documents"] == 1


def test_second_process_is_kept_out(finished: Path) -> None:
    with RunFolder(finished).opened(RECIPE) as files:
        with (
            pytest.raises(RunError, match="another donor process works in this folder"),
            RunFolder(finished).opened(RECIPE),
        ):
            pass
        fill(files, DONE)
    assert RunFolder(finished).summary()["documents"] == 1


@pytest.mark.parametrize(
    ("name", "problem"), [("none", "there is no such folder"), ("", "holds no finished run")]
)
def test_folder_without_a_run_is_told(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(RunError, match=problem):
        RunFolder(tmp_path / name).summary()


_STEPS = ("replace", "unlink", "rmdir", "mkdir", "write_text", "write_bytes")


def killed_at_step(folder: Path, step: int, work: Callable[[], None]) -> bool:
    """Whether the process in which `work` is done was killed before its n-th change of a file."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    try:
        left = iter(range(step))
        for owner, names in ((Path, _STEPS), (shutil, ("rmtree",))):
            for name in names:
                setattr(owner, name, _deadly(getattr(owner, name), left))
        work()
    finally:
        os._exit(0)


def _deadly(change: Callable[..., Any], left: Iterator[int]) -> Callable[..., Any]:
    """The change, before which the process dies when none is left."""

    def changed(*given: Any, **more: Any) -> Any:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(*given, **more)

    return changed


@pytest.mark.parametrize("before", ["nothing", "a run", "a batch"])
def test_killed_at_any_step_it_leaves_what_was_or_nothing_and_goes_on(
    tmp_path: Path, undisturbed: dict[str, bytes], before: str
) -> None:
    """Every change of a file, from the first to the last one that puts a run into place."""
    steps = 0
    for step in range(100):
        run = RunFolder(tmp_path / str(step))
        if before != "nothing":
            begin(run, waits=before == "a batch")
        old = contents(run.path) if run.path.exists() else {}
        if not killed_at_step(run.path, step, lambda run=run: rerun(run)):
            break
        steps += 1
        after = contents(run.path) if run.path.exists() else {}
        if "ledger.json" in after:
            whole = {name: data for name, data in after.items() if "unfinished" not in name}
            assert {**whole, ".lock": b""} in ({**old, ".lock": b""}, undisturbed)
        else:
            with pytest.raises(RunError):
                run.summary()
        rerun(run)
        assert contents(run.path) == undisturbed
    assert steps > 12
    assert contents(run.path) == undisturbed


def begin(run: RunFolder, *, waits: bool) -> None:
    with run.opened(RECIPE) as files:
        if waits:
            files.batch.mkdir()
            (files.batch / "requests-1.jsonl").write_text("{}\n")
        else:
            fill(files, DONE)


def rerun(run: RunFolder) -> None:
    with run.opened(RECIPE) as files:
        fill(files, DONE, OTHER)


OTHER = replace(DONE, source=replace(SOURCE, id="d:2"))


@pytest.fixture
def undisturbed(tmp_path: Path) -> dict[str, bytes]:
    """The files of a run that nobody killed."""
    run = RunFolder(tmp_path / "undisturbed")
    rerun(run)
    return contents(run.path)


def test_label_names_are_read_as_they_were_written_and_are_none_where_kept(tmp_path):
    folder = RunFolder(tmp_path)
    assert folder.label_names() == {}
    folder.write_label_names({"Term": "термин"})
    assert folder.label_names() == {"Term": "термин"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ledger.json", "{"),
        ("ledger.json", "{}"),
        ("usage.json", "[]"),
        ("scores.json", "no"),
        ("3-placed.jsonl", "{broken\n"),
        ("3-placed.jsonl", ""),
        ("4-verified.jsonl", '{"other": 1}\n'),
        ("1-read.jsonl", "[]\n"),
    ],
)
def test_damaged_file_is_an_error_that_says_what_to_do(
    finished: Path, name: str, content: str
) -> None:
    (finished / name).write_text(content, encoding="utf-8")
    folder = RunFolder(finished)
    with pytest.raises(RunError, match=r"is damaged.*makes it anew"):
        (folder.summary(), folder.scores(), list(folder.transfers()))
