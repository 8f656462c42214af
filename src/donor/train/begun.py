"""What a folder is asked to hold, and whether it may: a training begun, gone on with, or done.

What is asked stands in `checkpoints/asked.json` while a training lasts, and in `donor.json` when
it is done. So the same command goes on, or finds that all is there, and another one is refused.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from donor.data import Document
from donor.errors import ConfigError, DonorError
from donor.formats.jsonl import encode
from donor.records import LOCK, alone_in, write_whole
from donor.train.encoders import EncoderChoice
from donor.train.examples import CHANGES_NOTHING, Settings
from donor.train.model_folder import ABOUT
from donor.train.splits import DEV, TEST, TRAIN, Splits
from donor.train.tasks.task import Task, settings_of

__all__ = [
    "ASKED",
    "CHECKPOINTS",
    "begun",
    "digest_of",
    "digest_of_encoder",
    "ended",
    "what_is_asked",
]

ASKED = "asked"
CHECKPOINTS = "checkpoints"
"""The folder, within a model's, of what only an unfinished training needs."""

_FILE = "asked.json"
_OURS = {CHECKPOINTS, LOCK, "unfinished"}
_ENCODER_FILES = ("config.json", "tokenizer.json", "*.safetensors")
_BLOCK = 2**20


def what_is_asked(
    task: Task,
    splits: Splits,
    encoder: EncoderChoice,
    settings: Settings,
    *,
    seeds: int,
    search: Sequence[float] = (),
) -> dict[str, Any]:
    """What tells one training from another, by name: data and encoder folders by their content."""
    documents = {TRAIN: splits.train, DEV: splits.dev, TEST: splits.test}
    digests = {name: None if own is None else digest_of(own) for name, own in documents.items()}
    told = {name: one for name, one in asdict(settings).items() if name not in CHANGES_NOTHING}
    content = digest_of_encoder(encoder)
    return {
        "task": {"name": task.name, **settings_of(task)},
        "encoder": {"name": encoder.name} | ({"sha256": content} if content else {}),
        **{f"{name} data": digest for name, digest in digests.items()},
        **told,
        "seeds": seeds,
        "search": list(search),
    }


def digest_of(documents: Iterable[Document]) -> str:
    """The SHA-256 of documents, as lines of JSON, in their order."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(orjson.dumps(encode(document), option=orjson.OPT_SORT_KEYS) + b"\n")
    return digest.hexdigest()


def digest_of_encoder(encoder: EncoderChoice) -> str:
    """The SHA-256 of an encoder's files; "" where it is no folder here."""
    folder = Path(encoder.name).expanduser()
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for pattern in _ENCODER_FILES:
        for file in sorted(folder.glob(pattern)):
            digest.update(file.name.encode())
            with file.open("rb") as content:
                while block := content.read(_BLOCK):
                    digest.update(block)
    return digest.hexdigest()


@contextmanager
def begun(
    folder: Path, asked: Mapping[str, Any], *, force: bool, leading: bool = True
) -> Iterator[bool]:
    """Whether the folder already holds what is asked; else it is ready, and locked, for training.

    With `force` it never does: a finished model stays until the new one takes its place, and an
    unfinished training of something else is removed.

    Args:
        folder: of the model.
        asked: as `what_is_asked` tells it.
        force: whether what is there counts for nothing.
        leading: whether this process is the one of its training that writes.

    Raises:
        ConfigError: the folder is a file, cannot be written, is in use, or holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(str(folder), "is a file", "name a folder with -o")
    if not leading:
        yield _said(folder / ABOUT) is not None and not force
        return
    with _locked(folder):
        done = _said(folder / ABOUT)
        if done is not None and not force:
            _check_same(folder, "a finished model", done.get(ASKED), asked)
            yield True
            return
        if done is None and not force:
            _check_ours(folder)
        _check_checkpoints(folder)
        _check_unfinished(folder, asked, force=force)
        (folder / CHECKPOINTS).mkdir(exist_ok=True)
        write_whole(folder / CHECKPOINTS / _FILE, [orjson.dumps(asked)])
        try:
            yield False
        except DonorError:
            if not any((folder / CHECKPOINTS).glob("*/state*")):
                ended(folder)
            raise


def ended(folder: Path) -> None:
    """Nothing; what only an unfinished training needs is gone, what says whose it is at last."""
    for own in (folder / CHECKPOINTS).glob("*/"):
        shutil.rmtree(own, ignore_errors=True)
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nothing; makes the folder, and keeps others out of it. Raises ConfigError."""
    try:
        with alone_in(folder, ConfigError, hint="choose another -o"):
            try:
                yield
            finally:
                # While it is held: whoever comes now makes a lock of its own.
                (folder / LOCK).unlink(missing_ok=True)
    finally:
        # Of a training that was refused nothing is left, not even an empty folder.
        with suppress(OSError):
            folder.rmdir()


def _said(file: Path) -> dict[str, Any] | None:
    """What a file says; None where it is not there, nothing where it is broken."""
    try:
        said = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, orjson.JSONDecodeError):
        return {}
    return said if isinstance(said, dict) else {}


def _check_same(
    folder: Path, what: str, there: Mapping[str, Any] | None, asked: Mapping[str, Any]
) -> None:
    """Nothing. Raises ConfigError where something else is there, and says what differs."""
    if there == asked:
        return
    names = dict.fromkeys([*asked, *(there or {})])
    other = [
        f"{name.replace('_', '-')}{_values(asked.get(name), there.get(name))}"
        for name in names
        if there and there.get(name) != asked.get(name)
    ]
    differs = f", which differs in {', '.join(other)}" if other else ""
    hint = "choose another -o, or train anew in its place with --force"
    raise ConfigError(str(folder), f"holds {what} of another training{differs}", hint)


def _values(here: Any, there: Any) -> str:
    """Both values, where they are short."""
    if any(isinstance(one, list | dict | str) for one in (here, there)):
        return ""
    return f" ({here} here, {there} there)"


def _check_unfinished(folder: Path, asked: Mapping[str, Any], *, force: bool) -> None:
    """Nothing; with `force` checkpoints of something else are removed. Raises ConfigError."""
    there = _said(folder / CHECKPOINTS / _FILE)
    if there is None or there == asked:
        return
    if not force:
        _check_same(folder, "the checkpoints", there, asked)
    ended(folder)


def _check_checkpoints(folder: Path) -> None:
    """Nothing. Raises ConfigError where another program's checkpoints would be taken for ours."""
    own = folder / CHECKPOINTS
    others = {one.name for one in own.iterdir()} if own.is_dir() else set()
    if others - {f"{_FILE}.partial"} and _FILE not in others:
        what = f"holds a folder {CHECKPOINTS}/ that is not of a training of donor"
        raise ConfigError(str(folder), what, "choose another -o, or remove it")


def _check_ours(folder: Path) -> None:
    """Nothing. Raises ConfigError where the folder holds what no training has put there."""
    if (folder / CHECKPOINTS / _FILE).exists():
        return
    others = sorted(one.name for one in folder.iterdir() if one.name not in _OURS)
    if others:
        some = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        hint = "choose another -o, or train into it with --force"
        raise ConfigError(str(folder), f"the folder is not empty: {some}", hint)
