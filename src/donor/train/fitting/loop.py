"""Training: epochs over length-bucketed batches, the best on dev kept, resumed after a kill."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from math import ceil
from typing import Any, TypeVar

from donor.train.examples import Feature, Settings
from donor.train.fitting.batches import batches, by_length, padded
from donor.train.fitting.checkpoint import Checkpoint, Position
from donor.train.fitting.losses import loss_of
from donor.train.fitting.memory import memory_explained

__all__ = ["AT_ONCE", "Fitted", "Learner", "all_there", "fit", "leads", "run_over"]

AT_ONCE = 64
"""So many features a model is shown together where nobody says how many."""

_APART = 100_003

T = TypeVar("T")

Step = Callable[[int, int, int], None]
"""Told the epoch, how many of its steps are done, and how many it has."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What is trained.

    Args:
        model: of transformers, with a head.
        head: what kind of head; see `donor.train.fitting.losses`.
        pads: what fills up each input.
        class_weights: how much each class counts, or None.
    """

    model: Any
    head: str
    pads: dict[str, int] = field(default_factory=dict)
    class_weights: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of training; the model holds the weights of the best epoch.

    Args:
        history: of each epoch its number, mean loss, score on dev, and seconds.
        best: the number of the best epoch.
        score: its score on dev.
        seconds: of training, without what another process of the same training took before.
        resumed: the epoch at which a checkpoint was gone on from, or None.
    """

    history: list[dict[str, Any]]
    best: int
    score: float | None
    seconds: float
    resumed: int | None


def fit(
    learner: Learner,
    features: Sequence[Feature],
    score: Callable[[], float | None],
    settings: Settings,
    checkpoint: Checkpoint,
    step_done: Step = lambda epoch, done, total: None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Fitted:
    """Trains the model in its place and returns how it went.

    After each epoch `score` is asked for the score of the model on dev, of which more is
    better; None counts as less than all, and while nothing is found, patience is not lost. With
    the same seed, features and number of threads two trainings give the same weights, also where
    one is killed in between.

    Args:
        learner: the model; its weights are changed.
        features: what is learnt from; at least one, with targets.
        score: of the model as it then is; of several processes that of the first counts.
        settings: how.
        checkpoint: where the state is kept; a state that is there is gone on from.
        step_done: told each step.
        clock: says how many seconds it is, from whenever.

    Raises:
        ConfigError: the state is of another training, broken, or cannot be written; or memory
            does not suffice.
    """
    accelerator = _accelerator()
    at_once = min(settings.at_once or settings.batch, settings.batch)
    enough = memory_explained(
        "training",
        at_once,
        fewer=f"--at-once {at_once // 2} learns from the same batch in smaller parts, and goes on"
        " in the same folder",
        one="take a smaller encoder, or a shorter --max-length",
    )
    with enough, _repeatable(), _chance(accelerator, settings.seed):
        training = _Training(accelerator, learner, settings, ceil(len(features) / settings.batch))
        return _fitted(training, features, score, checkpoint, step_done, clock)


def _of_first(own: T) -> T:
    """What the first of several processes has, in each of them."""
    from accelerate.utils import broadcast_object_list

    found: list[T] = broadcast_object_list([own])
    return found[0]


@contextmanager
def _repeatable() -> Iterator[None]:
    """Nothing; inside, a GPU adds up in the same order each time, where it can at all."""
    import torch

    if torch.are_deterministic_algorithms_enabled():
        yield
        return
    warned = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False, warn_only=warned)


@contextmanager
def _chance(accelerator: Any, seed: int) -> Iterator[None]:
    """Nothing; inside, chance comes from the seed, and it goes on as before afterwards."""
    import torch

    device = accelerator.device
    # The GPUs of other processes, and one that is not used, are not even to be woken.
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        # Of several processes each drops others.
        torch.manual_seed(seed + _APART * accelerator.process_index)
        yield


def _fitted(
    training: "_Training",
    features: Sequence[Feature],
    score: Callable[[], float | None],
    checkpoint: Checkpoint,
    step_done: Step,
    clock: Callable[[], float],
) -> Fitted:
    started = clock()
    accelerator, settings = training.accelerator, training.settings
    steps, model = training.steps, training.learner.model
    at = checkpoint.restored(accelerator) or Position()
    resumed = at.epoch if (at.epoch, at.step) != (0, 0) else None
    saved = clock()
    while at.epoch < settings.epochs and at.epoch - at.best < settings.patience:
        epoch_started = clock()
        model.train()
        order = batches(features, settings.batch, seed=settings.seed, epoch=at.epoch)
        for batch in order[at.step :]:
            at.loss += training.step(batch)
            at.step += 1
            step_done(at.epoch + 1, at.step, steps)
            # All keep their state, or none does: clocks differ from process to process.
            if _of_first(clock() - saved > settings.checkpoint_s):
                checkpoint.save(accelerator, at)
                saved = clock()
        found = _of_first(score())
        at.epoch_done(found, at.loss / steps, clock() - epoch_started)
        if at.best == at.epoch and accelerator.is_main_process:
            checkpoint.keep_best(accelerator.unwrap_model(training.model))
        checkpoint.save(accelerator, at)
        saved = clock()
    checkpoint.save(accelerator, at, ended=True)
    # Training may be in half precision; what is said afterwards is what the saved model says.
    accelerator.unwrap_model(training.model, keep_fp32_wrapper=False)
    checkpoint.load_best(model)
    best = next(one for one in at.history if one["epoch"] == at.best)
    return Fitted(at.history, at.best, best["score"], clock() - started, resumed)


class _Training:
    """The model and its optimiser on the devices that there are."""

    def __init__(self, accelerator: Any, learner: Learner, settings: Settings, steps: int) -> None:
        import torch
        from transformers import get_linear_schedule_with_warmup

        self.learner = learner
        self.settings = settings
        self.steps = steps
        self.accelerator = accelerator
        # Fused, a step of a small model takes a third less.
        optimiser = torch.optim.AdamW(
            _decayed(learner.model), lr=settings.learning_rate, weight_decay=0.01, fused=True
        )
        total = settings.epochs * steps
        schedule = get_linear_schedule_with_warmup(optimiser, ceil(total / 10), total)
        self.model, self._optimiser = self.accelerator.prepare(learner.model, optimiser)
        # Steps are counted over all devices, so the schedule is not to be divided by them.
        self._schedule = schedule
        self.accelerator.register_for_checkpointing(schedule)
        weights = learner.class_weights
        self._weights = None
        if weights is not None:
            self._weights = torch.tensor(weights, device=self.accelerator.device)

    def step(self, batch: Sequence[Feature]) -> float:
        """The loss of a step over a batch, each device taking its share."""
        import torch

        device = self.accelerator.device
        total = torch.zeros((), device=device)
        whole = sum(one.weight for one in batch) or 1.0
        parts = list(self._parts(batch))
        for number, (part, weight) in enumerate(parts):
            tensors = {
                name: tensor.to(device) for name, tensor in padded(part, self.learner.pads).items()
            }
            # As the mean over the whole batch, by the weights of its features: processes count
            # alike, whatever each of them has of it.
            share = weight * self.accelerator.num_processes / whole
            context = self.accelerator.no_sync if number < len(parts) - 1 else nullcontext
            with context(self.model), self.accelerator.autocast():
                loss = share * loss_of(
                    self.learner.head, self.model(**_inputs(tensors)), tensors, self._weights
                )
                self.accelerator.backward(loss)
            total += loss.detach()
        self.accelerator.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self._schedule.step()
        self._optimiser.zero_grad()
        return float(self.accelerator.reduce(total, reduction="mean"))

    def _parts(self, batch: Sequence[Feature]) -> Iterator[tuple[Sequence[Feature], float]]:
        """What this device sees of a batch, in parts that it can hold, and what each weighs."""
        rank, number = self.accelerator.process_index, self.accelerator.num_processes
        own = batch[rank::number]
        if not own:
            # All processes take each step together; of what is another's nothing is learnt.
            yield batch[:1], 0.0
            return
        size = self.settings.at_once or len(own)
        for start in range(0, len(own), size):
            part = own[start : start + size]
            yield part, sum(one.weight for one in part)


def leads() -> bool:
    """Whether this process is the only one of its training, or the first: it alone writes."""
    return bool(_accelerator().is_main_process)


def all_there() -> None:
    """Nothing; waits until all processes of the same training have come so far."""
    _accelerator().wait_for_everyone()


def _accelerator() -> Any:
    """What knows the devices and the other processes; who asks first decides what it knows."""
    from accelerate import Accelerator

    return Accelerator(mixed_precision=_precision())


def run_over(learner: Learner, features: Sequence[Feature], at_once: int = AT_ONCE) -> list[Any]:
    """What the model says of each feature: its logits, as an array; of answers a pair of them.

    Logits of tokens are those of the feature's own tokens. So many features are shown at once.
    """
    import torch

    model = learner.model
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    found: list[Any] = [None] * len(features)
    with torch.inference_mode():
        for some in by_length(features, at_once):
            tensors = padded([features[n] for n in some], learner.pads)
            said = model(**{name: t.to(device) for name, t in _inputs(tensors).items()})
            for row, n in enumerate(some):
                found[n] = _logits(said, row, len(features[n]), learner.head)
    model.train(was_training)
    return found


def _logits(said: Any, row: int, length: int, head: str) -> Any:
    if head == "answers":
        both = (said.start_logits, said.end_logits)
        return tuple(one[row, :length].float().cpu().numpy() for one in both)
    logits = said.logits[row].float().cpu().numpy()
    return logits[:length] if head == "tokens" else logits


def _inputs(tensors: dict[str, Any]) -> dict[str, Any]:
    return {name: tensor for name, tensor in tensors.items() if name not in ("labels", "weights")}


def _decayed(model: Any) -> list[dict[str, Any]]:
    """The parameters in two groups: biases and the scales of norms do not decay."""
    plain = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": plain}, {"params": free, "weight_decay": 0.0}]


def _precision() -> str:
    """bf16 where a GPU has it: where it is emulated, it is slower than single precision."""
    import torch

    there = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    return "bf16" if there else "no"
