"""What a folder is asked to hold: begun, gone on with, refused, done."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.data import Document, Interval
from donor.errors import ConfigError, InputError
from donor.train.begun import begun, digest_of, ended, what_is_asked
from donor.train.encoders import EncoderChoice
from donor.train.examples import Settings
from donor.train.splits import Splits
from donor.train.tasks.task import task_named

ASKED = {"task": {"name": "spans"}, "batch": 32}


def document(text: str) -> Document:
    return Document("d", "en", text, (Interval(0, len(text)),))


def asked(*, text: str = "An ion.", encoder: str = "scratch:tiny", **settings: Any) -> Any:
    splits = Splits((document(text),), (document("An atom."),), None)
    choice = EncoderChoice(encoder)
    return what_is_asked(task_named("spans"), splits, choice, Settings(**settings), seeds=1)


def begin(folder: Path, what: Any = ASKED, *, force: bool = False) -> bool:
    with begun(folder, what, force=force) as finished:
        return finished


def finish(folder: Path, what: Any = ASKED) -> None:
    begin(folder, what)
    (folder / "donor.json").write_text(json.dumps({"asked": what}))
    ended(folder)


def test_a_training_is_told_from_others_by_data_settings_and_encoder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    folder = asked(encoder=str(tmp_path))
    assert asked() == asked()
    assert asked() != asked(text="An atom.")
    assert asked() != asked(batch=4)
    assert asked() == asked(checkpoint_s=1) == asked(at_once=2)
    (tmp_path / "config.json").write_text("[]")
    assert asked(encoder=str(tmp_path)) != folder


def test_a_digest_depends_on_the_order() -> None:
    one, other = document("a"), document("b")
    assert digest_of([one, other]) != digest_of([other, one])


def test_the_same_goes_on_and_is_found_when_it_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    assert not begin(folder)
    assert not begin(folder)
    finish(folder)
    assert begin(folder)
    assert not begin(folder, force=True)


@pytest.mark.parametrize("there", [finish, begin])
def test_another_is_refused_and_forced(there: Any, tmp_path: Path) -> None:
    there(tmp_path / "m")
    with pytest.raises(ConfigError, match="another training, which differs in batch"):
        begin(tmp_path / "m", ASKED | {"batch": 4})
    assert not begin(tmp_path / "m", ASKED | {"batch": 4}, force=True)


@pytest.mark.parametrize("force", [False, True])
def test_checkpoints_of_another_program_stay(force: bool, tmp_path: Path) -> None:
    theirs = tmp_path / "m" / "checkpoints" / "step-9" / "weights.bin"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    with pytest.raises(ConfigError, match="checkpoints"):
        begin(tmp_path / "m", force=force)
    finished = tmp_path / "m" / "donor.json"
    finished.write_text(json.dumps({"asked": ASKED}))
    with pytest.raises(ConfigError, match="not of a training of donor"):
        begin(tmp_path / "m", ASKED | {"batch": 4}, force=True)
    assert theirs.read_bytes() == b"theirs"


def test_what_a_kill_leaves_at_the_very_beginning_is_gone_on_from(tmp_path: Path) -> None:
    (tmp_path / "m" / "checkpoints").mkdir(parents=True)
    assert not begin(tmp_path / "m")


def test_a_finished_model_stays_until_another_takes_its_place(tmp_path: Path) -> None:
    finish(tmp_path / "m")
    begin(tmp_path / "m", ASKED | {"batch": 4}, force=True)
    assert (tmp_path / "m/donor.json").exists()


def test_what_no_training_has_put_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(ConfigError, match=r"not empty: mine\.txt"):
        begin(tmp_path)
    assert not begin(tmp_path, force=True)
    assert (tmp_path / "mine.txt").exists()


def test_a_refused_training_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError), begun(tmp_path / "m", ASKED, force=False):
        raise InputError("the data", "nothing to learn")
    assert not (tmp_path / "m").exists()


def test_a_training_with_a_state_can_be_gone_on_with_after_an_error(tmp_path: Path) -> None:
    state = tmp_path / "m/checkpoints/seed-1/state"
    with pytest.raises(ConfigError), begun(tmp_path / "m", ASKED, force=False):
        state.mkdir(parents=True)
        raise ConfigError("the disk", "is full")
    assert state.exists()
    assert not begin(tmp_path / "m")


def test_those_who_do_not_lead_touch_nothing(tmp_path: Path) -> None:
    with begun(tmp_path / "m", ASKED, force=False, leading=False) as finished:
        assert not finished
    assert not (tmp_path / "m").exists()
