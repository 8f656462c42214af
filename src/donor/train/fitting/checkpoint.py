"""The state of a training on disk: whole or not there, and of the same training or refused."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from shutil import rmtree
from typing import Any

import orjson

from donor.errors import ConfigError
from donor.train.examples import CHANGES_NOTHING, Feature, Settings

__all__ = ["Checkpoint", "Position", "fingerprint"]

_STATE, _OLD, _BEST, _POSITION = "state", "state.old", "best.safetensors", "position.json"
# What torch calls a disk that takes no more, while it writes a state.
_FULL = ("unexpected pos", "iostream error", "PytorchStreamWriter failed")


@dataclass
class Position:
    """How far a training has come.

    Attributes:
        epoch: how many epochs are done.
        step: how many steps of the next one are.
        loss: the sum of their losses.
        best: the number of the best epoch so far; 0 before the first.
        history: what is told of each epoch that is done.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    best: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)

    def epoch_done(self, score: float | None, loss: float, seconds: float) -> None:
        """Nothing; counts an epoch."""
        self.epoch += 1
        self.step, self.loss = 0, 0.0
        told = {"epoch": self.epoch, "loss": loss, "score": score, "seconds": seconds}
        before = [one["score"] for one in self.history if one["score"] is not None]
        most = max(before, default=None)
        # Of models that find nothing yet, the one that has learnt longer is better.
        if most is None or (score is not None and (score > most or score == most == 0)):
            self.best = self.epoch
        self.history.append(told)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder for the state of one training.

    Args:
        folder: is made.
        fingerprint: of what is trained and how; see `fingerprint`.
    """

    folder: Path
    fingerprint: str

    def save(self, accelerator: Any, at: Position, *, ended: bool = False) -> None:
        """Keeps the state, in place of the one before; the old one stays until it is whole.

        Of a training that has ended only the position is kept, beside the weights of the best
        epoch: optimisers are twice as large as their models.

        Every process is to call it: each keeps its own chance.
        """
        new, old, gone = (self.folder / name for name in ("state.new", _STATE, _OLD))
        leads = accelerator.is_main_process
        with self._explained():
            if leads:
                rmtree(new, ignore_errors=True)
                self.folder.mkdir(parents=True, exist_ok=True)
            accelerator.wait_for_everyone()
            if ended:
                new.mkdir(exist_ok=True)
            else:
                accelerator.save_state(str(new))
            accelerator.wait_for_everyone()
            if leads:
                told = asdict(at) | {"fingerprint": self.fingerprint, "ended": ended}
                (new / _POSITION).write_bytes(orjson.dumps(told))
                if old.exists():
                    # What a kill has left of an earlier one stands in its way.
                    rmtree(gone, ignore_errors=True)
                    old.replace(gone)
                new.replace(old)
                rmtree(gone, ignore_errors=True)

    def restored(self, accelerator: Any) -> Position | None:
        """The position of the state that is there, which the model and all now have.

        Raises:
            ConfigError: it is that of another training, or broken.
        """
        folder = self.folder / _STATE
        if not folder.exists():
            folder = self.folder / _OLD
        if not (folder / _POSITION).exists():
            return None
        with _read_whole(folder):
            told = orjson.loads((folder / _POSITION).read_bytes())
            of_this = told.pop("fingerprint") == self.fingerprint
            ended = told.pop("ended")
            at = Position(**told)
        if not of_this:
            what = "holds the checkpoint of another training: other data, settings or encoder"
            raise ConfigError(str(self.folder), what, "remove the folder, or choose another -o")
        if not ended:
            with _read_whole(folder):
                _check_chance(folder, accelerator.process_index)
                accelerator.load_state(str(folder))
        return at

    def keep_best(self, model: Any) -> None:
        """Keeps the weights of the best epoch so far."""
        from safetensors.torch import save_file

        new = self.folder / f"{_BEST}.new"
        weights = {name: one.contiguous().clone() for name, one in model.state_dict().items()}
        with self._explained():
            self.folder.mkdir(parents=True, exist_ok=True)
            save_file(weights, str(new))
            new.replace(self.folder / _BEST)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what the disk refuses into a ConfigError."""
        from safetensors import SafetensorError

        try:
            yield
        except (OSError, SafetensorError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._unwritten(reason) from None
        except RuntimeError as error:
            if not any(sign in str(error) for sign in _FULL):
                raise
            raise self._unwritten("the disk takes no more") from None

    def _unwritten(self, reason: str) -> ConfigError:
        what = f"the checkpoint cannot be written: {reason}"
        return ConfigError(str(self.folder), what, "make room, and run the same again")

    def load_best(self, model: Any) -> None:
        """Gives the model the weights of the best epoch."""
        from safetensors.torch import load_file

        with _read_whole(self.folder):
            model.load_state_dict(load_file(str(self.folder / _BEST)))


@contextmanager
def _read_whole(folder: Path) -> Iterator[None]:
    """Turns what a broken state gives rise to into a ConfigError.

    Its files are read by torch, safetensors and pickle, each of which has errors of its own.
    """
    import torch
    from safetensors import SafetensorError

    broken = (OSError, EOFError, ValueError, LookupError, AttributeError, TypeError, RuntimeError)
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (*broken, SafetensorError, UnpicklingError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        what = f"the checkpoint is broken: {reason}"
        hint = "remove the folder, and the same command trains anew what it held"
        raise ConfigError(str(folder), what, hint) from None


def _check_chance(folder: Path, process: int) -> None:
    """Nothing; raises where the state of chance cannot be read, which accelerate passes over."""
    from accelerate.utils import load

    file = folder / f"random_states_{process}.pkl"
    if file.exists():
        load(str(file))


def fingerprint(encoder: str, features: Sequence[Feature], settings: Settings) -> str:
    """What tells one training from another: its encoder, its features, its settings."""
    digest = hashlib.sha256(encoder.encode())
    told = {name: one for name, one in asdict(settings).items() if name not in CHANGES_NOTHING}
    digest.update(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
    for feature in features:
        digest.update(orjson.dumps([dict(feature.inputs), feature.target, feature.weight]))
    return digest.hexdigest()
