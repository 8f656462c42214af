"""Training: it learns, stops, keeps its best, repeats itself, and goes on after a kill."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from accelerate.state import AcceleratorState
from tests.train.small import Bag, even_and_odd

from donor.errors import ConfigError
from donor.train.examples import Settings
from donor.train.fitting import loop
from donor.train.fitting.checkpoint import Checkpoint, Position, fingerprint
from donor.train.fitting.loop import Fitted, Learner, fit, run_over

SETTINGS = Settings(epochs=4, batch=8, learning_rate=0.05)


def accuracy(learner: Learner) -> float:
    features = even_and_odd()
    said = [int(one.argmax()) for one in run_over(learner, features)]
    return sum(a == f.target for a, f in zip(said, features, strict=True)) / len(said)


def fitted(
    folder: Path,
    settings: Settings = SETTINGS,
    score: Callable[[Learner], float | None] = accuracy,
    **more: Any,
) -> tuple[Learner, Fitted]:
    torch.manual_seed(0)
    learner = Learner(Bag(), "labels")
    torch.seed()
    checkpoint = Checkpoint(folder, "this one")
    found = fit(learner, even_and_odd(), lambda: score(learner), settings, checkpoint, **more)
    return learner, found


def test_it_learns(tmp_path: Path) -> None:
    learner, found = fitted(tmp_path)
    assert accuracy(learner) == 1.0
    assert found.history[-1]["loss"] < found.history[0]["loss"]


def test_it_ends_when_dev_gets_no_better_and_keeps_the_best(tmp_path: Path) -> None:
    scores = iter([0.3, 0.5, 0.4, 0.5, 0.9])
    weights = []

    def score(learner: Learner) -> float:
        weights.append(learner.model.layer.weight.detach().clone())
        return next(scores)

    settings = replace(SETTINGS, epochs=9, patience=2)
    learner, found = fitted(tmp_path, settings, score)
    assert [one["epoch"] for one in found.history] == [1, 2, 3, 4]
    assert (found.best, found.score) == (2, 0.5)
    assert torch.equal(learner.model.layer.weight, weights[1])


def test_undefined_scores_are_less_than_all(tmp_path: Path) -> None:
    scores = iter([None, 0.0, None, None])
    _, found = fitted(tmp_path, replace(SETTINGS, patience=9), lambda learner: next(scores))
    assert found.best == 2


def test_patience_begins_when_something_is_found(tmp_path: Path) -> None:
    scores = iter([0.0, None, 0.0, 0.0, 0.4, 0.3, 0.2, 0.9])
    settings = replace(SETTINGS, epochs=9, patience=2)
    _, found = fitted(tmp_path, settings, lambda learner: next(scores))
    assert (found.best, len(found.history)) == (5, 7)
    nothing = iter([None] * 3)
    few = replace(SETTINGS, epochs=3, patience=2)
    _, found = fitted(tmp_path / "nothing", few, lambda learner: next(nothing))
    assert (found.best, found.score) == (3, None)


def test_training_that_has_ended_keeps_its_best_weights_alone(tmp_path: Path) -> None:
    learner, found = fitted(tmp_path)
    there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert there == {"best.safetensors", "state/position.json"}
    steps: list[int] = []
    again, same = fitted(tmp_path, step_done=lambda epoch, done, total: steps.append(done))
    assert (steps, same.history) == ([], found.history)
    assert torch.equal(again.model.layer.weight, learner.model.layer.weight)


def test_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    one, _ = fitted(tmp_path / "a")
    other, _ = fitted(tmp_path / "b")
    assert torch.equal(one.model.layer.weight, other.model.layer.weight)


@pytest.mark.parametrize("killed_at", [(1, 3), (2, 8), (3, 1)])
def test_killed_training_goes_on_and_ends_the_same(
    tmp_path: Path, killed_at: tuple[int, int]
) -> None:
    """Each step leaves a checkpoint here; the kill comes right behind one, or in between."""
    whole, expected = fitted(tmp_path / "whole")

    def kill(epoch: int, done: int, total: int) -> None:
        if (epoch, done) == killed_at:
            raise SystemExit

    often = replace(SETTINGS, checkpoint_s=0.0)
    with pytest.raises(SystemExit):
        fitted(tmp_path / "killed", often, step_done=kill)
    learner, found = fitted(tmp_path / "killed", often)
    assert found.resumed == killed_at[0] - 1 or found.resumed == killed_at[0]
    assert torch.equal(learner.model.layer.weight, whole.model.layer.weight)
    told = [(one["epoch"], one["score"]) for one in found.history]
    assert told == [(one["epoch"], one["score"]) for one in expected.history]
    assert [one["loss"] for one in found.history] == pytest.approx(
        [one["loss"] for one in expected.history]
    )


def test_half_precision_is_for_training_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a trained model says is what the same weights say when they are loaded."""
    monkeypatch.setattr(loop, "_precision", lambda: "bf16")
    AcceleratorState._reset_state(True)
    learner, _ = fitted(tmp_path, replace(SETTINGS, epochs=1))
    AcceleratorState._reset_state(True)
    fresh = Bag()
    fresh.load_state_dict(learner.model.state_dict())
    features = even_and_odd(4)
    for one, other in zip(
        run_over(learner, features), run_over(Learner(fresh, "labels"), features), strict=True
    ):
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize(
    ("there", "emulated", "expected"),
    [(True, False, "bf16"), (True, True, "no"), (False, False, "no")],
)
def test_half_precision_that_is_emulated_is_not_used(
    there: bool, emulated: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def supported(including_emulation: bool = True) -> bool:
        return including_emulation or not emulated

    monkeypatch.setattr("torch.cuda.is_available", lambda: there)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", supported)
    assert loop._precision() == expected


@pytest.mark.parametrize(("device", "forked"), [("cpu", []), ("cuda:1", ["cuda:1"])])
def test_chance_of_no_other_device_is_touched(
    device: str, forked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def fork_rng(*, devices: list[torch.device]) -> Any:
        asked.extend(map(str, devices))
        return nullcontext()

    monkeypatch.setattr("torch.random.fork_rng", fork_rng)
    monkeypatch.setattr("torch.manual_seed", lambda seed: asked.append(seed))
    own = SimpleNamespace(device=torch.device(device), process_index=0)
    with loop._chance(own, seed=7):
        assert asked == [*forked, 7]


def test_state_is_kept_when_its_time_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step takes ten seconds here, and 25 may pass between two checkpoints."""
    now = 0.0
    steps: list[int] = []
    saved: list[int] = []
    really = Checkpoint.save

    def save(checkpoint: Checkpoint, accelerator: Any, at: Position, **more: Any) -> None:
        saved.append(len(steps))
        really(checkpoint, accelerator, at, **more)

    def step_done(epoch: int, done: int, total: int) -> None:
        nonlocal now
        now += 10.0
        steps.append(done)

    monkeypatch.setattr(Checkpoint, "save", save)
    settings = replace(SETTINGS, epochs=2, checkpoint_s=25.0)
    _, found = fitted(tmp_path, settings, step_done=step_done, clock=lambda: now)
    in_epochs, after_epochs, ended = [3, 6, 11, 14], [8, 16], [16]
    assert saved == sorted(in_epochs + after_epochs + ended)
    assert [one["seconds"] for one in found.history] == [80.0, 80.0]
    assert found.seconds == 160.0


def test_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    fitted(tmp_path)
    with pytest.raises(ConfigError, match="another training"):
        fit(
            Learner(Bag(), "labels"),
            even_and_odd(),
            lambda: 1.0,
            SETTINGS,
            Checkpoint(tmp_path, "another"),
        )


def test_small_parts_of_a_batch_learn_as_the_whole(tmp_path: Path) -> None:
    """Without dropout the gradient is the same."""

    def weights(folder: Path, at_once: int | None) -> Any:
        learner = Learner(Bag(), "labels")
        learner.model.dropout.p = 0.0
        settings = replace(SETTINGS, at_once=at_once, epochs=1)
        fit(learner, even_and_odd(), lambda: 1.0, settings, Checkpoint(folder, ""))
        return learner.model.layer.weight

    whole, parts = weights(tmp_path / "a", None), weights(tmp_path / "b", 3)
    assert torch.allclose(whole, parts, atol=1e-5)


def test_small_parts_of_a_batch_count_by_their_weights(tmp_path: Path) -> None:
    features = [
        replace(one, weight=[1.0, 0.2, 0.05][n % 3]) for n, one in enumerate(even_and_odd())
    ]

    def loss(folder: Path, at_once: int | None) -> float:
        learner = Learner(Bag(), "labels")
        learner.model.dropout.p = 0.0
        settings = replace(SETTINGS, at_once=at_once, epochs=1)
        found = fit(learner, features, lambda: 1.0, settings, Checkpoint(folder, ""))
        return float(found.history[0]["loss"])

    assert loss(tmp_path / "a", None) == pytest.approx(loss(tmp_path / "b", 1), abs=1e-5)


def test_weight_of_nothing_is_not_learnt_from(tmp_path: Path) -> None:
    """The odd ones are labelled wrongly, and weigh nothing."""
    features = [
        replace(one, target=0, weight=0.0) if one.target else one for one in even_and_odd()
    ] + [replace(one, target=1) for one in even_and_odd() if one.target]
    learner = Learner(Bag(), "labels")
    longer = replace(SETTINGS, epochs=10)
    fit(learner, features, lambda: accuracy(learner), longer, Checkpoint(tmp_path, ""))
    assert accuracy(learner) == 1.0


@pytest.mark.parametrize(
    ("error", "at_once", "hint"),
    [
        (torch.OutOfMemoryError("CUDA out of memory.\nSee …"), None, "--at-once 4 .* same folder"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 2, "--at-once 1 "),
        (RuntimeError("DefaultCPUAllocator: not enough memory"), 1, "smaller encoder"),
    ],
)
def test_what_memory_does_not_hold_is_explained(
    error: RuntimeError, at_once: int | None, hint: str, tmp_path: Path
) -> None:
    def full(epoch: int, done: int, total: int) -> None:
        raise error

    settings = replace(SETTINGS, at_once=at_once)
    with pytest.raises(ConfigError, match=rf"(?s)training: .* not fit into memory.*{hint}"):
        fitted(tmp_path, settings, step_done=full)


def test_smaller_parts_go_on_where_larger_ones_ended() -> None:
    features = even_and_odd(2)
    whole, parts = (fingerprint("e", features, replace(SETTINGS, at_once=n)) for n in (None, 2))
    assert whole == parts
    assert whole != fingerprint("e", features, replace(SETTINGS, batch=2))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("position.json", b"{"),
        ("position.json", b"[]"),
        ("position.json", b'{"fingerprint": "this one", "ended": false, "more": 1}'),
        *(
            (name, None)
            for name in ("model.safetensors", "optimizer.bin", "custom_checkpoint_0.pkl")
        ),
        ("random_states_0.pkl", None),
    ],
)
def test_broken_state_is_explained(name: str, content: bytes | None, tmp_path: Path) -> None:
    def kill(epoch: int, done: int, total: int) -> None:
        if epoch == 2:
            raise SystemExit

    with pytest.raises(SystemExit):
        fitted(tmp_path, step_done=kill)
    file = tmp_path / "state" / name
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(ConfigError, match=r"state: the checkpoint is broken: .+\(remove the"):
        fitted(tmp_path)


def test_best_weights_that_are_cut_short_are_explained(tmp_path: Path) -> None:
    fitted(tmp_path)
    (tmp_path / "best.safetensors").write_bytes(b"short")
    with pytest.raises(ConfigError, match="the checkpoint is broken"):
        fitted(tmp_path)


def test_what_repeats_itself_is_asked_for_while_it_trains_alone(tmp_path: Path) -> None:
    asked = []

    def score(learner: Learner) -> float:
        asked.append(torch.are_deterministic_algorithms_enabled())
        return 1.0

    fitted(tmp_path / "a", replace(SETTINGS, epochs=1), score)
    assert asked == [True]
    assert not torch.are_deterministic_algorithms_enabled()

    def fails(learner: Learner) -> float:
        raise ConfigError("dev", "cannot be scored")

    with pytest.raises(ConfigError):
        fitted(tmp_path / "b", score=fails)
    assert not torch.are_deterministic_algorithms_enabled()
