"""What rows have said, kept in a folder, so that nothing is trained twice.

`FOLDER/TASK/ROW-FINGERPRINT.json` says of each seed that is done how it went;
`FOLDER/TASK/ROW-FINGERPRINT/seed-N.jsonl` is what its model says of the test set, a dataset. The
fingerprint is that of the row's data and settings: with others it is kept beside.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from donor.data import Document
from donor.errors import ConfigError
from donor.experiments.baselines.rows import Row
from donor.formats.jsonl import decode, encode
from donor.records import alone_in, write_whole
from donor.train.examples import CHANGES_NOTHING, Settings
from donor.train.tasks.task import Task

__all__ = ["Answered", "KeptRow", "fingerprint", "own_folder"]

_OF_A_RUN = "recipe.toml"
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Nothing; inside, the folder is there, and no other process works in it.

    Raises ConfigError where it cannot be written, is a run's, or another process works in it.
    """
    hint = "choose another folder: -o FOLDER"
    if (folder / _OF_A_RUN).exists():
        raise ConfigError(str(folder), "is the folder of a run", hint)
    with alone_in(folder, ConfigError, hint=hint):
        yield


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model of one seed says of the test set.

    Args:
        seed: of its training.
        documents: those of the test set with what it says.
        encoder: what it began with, as described.
        history: of its training, see `Fitted`; None of a linear model.
        seconds: that it took.
    """

    seed: int
    documents: Sequence[Document]
    encoder: str
    history: Sequence[Mapping[str, Any]] | None
    seconds: float


@dataclass(frozen=True, slots=True)
class KeptRow:
    """The files of a row.

    Args:
        folder: of the task.
        name: of the row.
        fingerprint: of its data and settings; what is kept of others does not count, and stays.
    """

    folder: Path
    name: str
    fingerprint: str

    @property
    def own(self) -> Path:
        """The folder of what its models say; beside it stands the file of how it went."""
        return self.folder / f"{self.name.replace(':', '-')}-{self.fingerprint[:12]}"

    @property
    def checkpoint(self) -> Path:
        """Where its trainings keep their state."""
        return self.own / "checkpoint"

    def seeds(self) -> dict[int, Answered]:
        """What is kept, by seed. Raises ConfigError where a file is damaged.

        A seed whose documents are gone is none; the others count.
        """
        try:
            told = orjson.loads(self._file.read_bytes())
            if told["fingerprint"] != self.fingerprint:
                raise ValueError("it is of another fingerprint")
            there = [one for one in told["seeds"] if self._predictions(one["seed"]).exists()]
            return {one["seed"]: self._read(one) for one in there}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            what = f"is damaged: {type(error).__name__}: {error}"
            raise ConfigError(str(self._file), what, "remove it, and it is made anew") from None

    def add(self, one: Answered) -> None:
        """Nothing; a seed is kept beside the others, and its training's state is gone."""
        others = [seed for seed in self.seeds().values() if seed.seed != one.seed]
        self.own.mkdir(parents=True, exist_ok=True)
        lines = (orjson.dumps(encode(d), option=orjson.OPT_APPEND_NEWLINE) for d in one.documents)
        write_whole(self._predictions(one.seed), lines)
        seeds = sorted([*others, one], key=lambda seed: seed.seed)
        told = {"fingerprint": self.fingerprint, "seeds": list(map(_told, seeds))}
        write_whole(self._file, [orjson.dumps(told, option=_JSON)])
        shutil.rmtree(self.checkpoint, ignore_errors=True)

    def _read(self, told: Mapping[str, Any]) -> Answered:
        lines = self._predictions(told["seed"]).read_bytes().splitlines()
        documents = [decode(orjson.loads(line)) for line in lines]
        return Answered(documents=documents, **told)

    def _predictions(self, seed: int) -> Path:
        return self.own / f"seed-{seed}.jsonl"

    @property
    def _file(self) -> Path:
        return self.own.with_name(f"{self.own.name}.json")


def fingerprint(
    task: Task,
    row: Row,
    test: Sequence[Document],
    settings: Settings,
    times: int = 1,
    content: str = "",
) -> str:
    """What tells one row from another that has its name: its data and how it is trained.

    `content` tells the encoder's files where it is a folder here.
    """
    told = {key: value for key, value in asdict(settings).items() if key not in _OF_ONE_SEED}
    digest = hashlib.sha256(repr(task).encode())
    encoder = row.encoder and [row.encoder.name, content]
    digest.update(orjson.dumps([encoder, told, times], option=orjson.OPT_SORT_KEYS))
    for documents in (row.train, row.dev, row.asked, test):
        for document in documents:
            digest.update(orjson.dumps(encode(document), option=orjson.OPT_SORT_KEYS))
        digest.update(b"\n")
    if row.weights is not None:
        for example in task.examples(row.train, learning=True):
            digest.update(f"{row.weights(example):.6f} ".encode())
    return digest.hexdigest()


_OF_ONE_SEED = {"seed"} | CHANGES_NOTHING


def _told(one: Answered) -> dict[str, Any]:
    return {
        "seed": one.seed,
        "encoder": one.encoder,
        "history": one.history,
        "seconds": one.seconds,
    }
