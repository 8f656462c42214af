"""The folder of a trained model: what transformers loads, and `donor.json`, which says what it is.

`donor.json` is written last: a folder without it is not finished.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import orjson

from donor.errors import ConfigError
from donor.train.encoders import Loaded
from donor.train.encoders.heads import HEADS, check_libraries
from donor.train.encoders.opening import config_of, model_of, quiet, tokenizer_of

__all__ = ["ABOUT", "check_room", "library_versions", "load_model", "save_model"]

ABOUT = "donor.json"
_FORMAT = 1
_UNFINISHED, _CHECKPOINTS = "unfinished", "checkpoints"
_NEEDED = ("task", "head", "labels", "encoder")
_LIBRARIES = ("donor", "torch", "transformers", "tokenizers")
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
# Config, tokenizer and card, at most.
_REST_BYTES = 32 * 2**20
_AGAIN = "train it again"


def save_model(folder: Path, model: Any, tokenizer: Any, *, about: Mapping[str, Any]) -> None:
    """Nothing; the folder then holds the model, in place of the one before.

    All is written aside first and then moved; `donor.json` goes first and comes last, so that a
    folder which was left in between is told from a finished one. Other files in it stay.

    Args:
        folder: is made if need be.
        model: of transformers; one that `load_encoder` has made, trained.
        tokenizer: its tokenizer.
        about: `task`, `head`, `labels`, `encoder` (as described), and whatever else is to be
            known: languages, data, settings, scores. The versions of the libraries are added.

    Raises:
        ConfigError: the folder cannot be written, or there is no room.
    """
    assert all(key in about for key in _NEEDED), about.keys()
    check_room(folder, model)
    said = {
        "format": _FORMAT,
        **about,
        "versions": library_versions() | dict(about.get("versions", {})),
    }
    work = folder / _UNFINISHED
    with _explained(folder):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        with quiet():
            model.save_pretrained(work)
            tokenizer.save_pretrained(work)
        (folder / ABOUT).unlink(missing_ok=True)
        # As any file: weights alone are written for their owner only.
        mode = (work / "config.json").stat().st_mode
        for file in sorted(work.iterdir()):
            file.chmod(mode)
            file.replace(folder / file.name)
        new = work / ABOUT
        new.write_bytes(orjson.dumps(said, option=_JSON))
        new.replace(folder / ABOUT)
        work.rmdir()


def check_room(folder: Path, model: Any, *, times: int = 1) -> None:
    """Nothing; makes the folder. To be called before training, which may take hours.

    Args:
        folder: is made if need be.
        model: of transformers.
        times: how often its weights are to be kept there.

    Raises:
        ConfigError: the folder cannot be written, or has no room for the model.
    """
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f"{_UNFINISHED}.trial"
        trial.write_bytes(b"")
        trial.unlink()
        free = shutil.disk_usage(folder).free
    weights = times * sum(one.numel() * one.element_size() for one in model.state_dict().values())
    needed = weights + _REST_BYTES
    if free < needed:
        kept = "the model takes" if times == 1 else "checkpoints take"
        what = f"{kept} {_megabytes(needed)}, and {_megabytes(free)} are free"
        raise ConfigError(str(folder), what, "make room, or choose another -o")


def load_model(folder: Path) -> Loaded:
    """The model that Donor has trained into a folder, with what its `donor.json` says.

    Raises:
        ConfigError: there is none, it is not finished, it is broken, its labels do not fit, or a
            newer Donor has made it.
        MissingExtraError: torch or transformers are not installed.
    """
    check_libraries("a trained model", "torch", "transformers")
    where = str(folder)
    about = _about(folder)
    config = config_of(folder, where)
    _check_labels(where, about, config)
    tokenizer = tokenizer_of(folder, where)
    model = model_of(folder, where, about["head"], config)
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        what = f"its tokenizer has {len(tokenizer):,} tokens, more than its model knows"
        raise ConfigError(where, what, _AGAIN)
    base = about.get("base_model") or ""
    return Loaded(tokenizer, model, about["encoder"], base_model=base, about=about)


def _about(folder: Path) -> Mapping[str, Any]:
    """What `donor.json` says, whole and of this version. Raises ConfigError."""
    where = str(folder)
    try:
        said = orjson.loads((folder / ABOUT).read_bytes())
    except OSError as error:
        raise _not_finished(folder, error) from None
    except orjson.JSONDecodeError as error:
        raise ConfigError(where, f"its {ABOUT} is broken: {error}", _AGAIN) from None
    if not isinstance(said, dict):
        raise ConfigError(where, f"its {ABOUT} is broken: no JSON object", _AGAIN)
    if said.get("format") != _FORMAT:
        made = said.get("versions", {}).get("donor", "another version")
        what = f"was made by Donor {made}, in a form that this one does not know"
        raise ConfigError(where, what, "pip install -U donor")
    lacking = [key for key in _NEEDED if key not in said]
    if lacking:
        raise ConfigError(where, f"its {ABOUT} lacks {', '.join(lacking)}", _AGAIN)
    if said["head"] not in HEADS:
        what = f"its {ABOUT} names the head {said['head']!r}, which is none of {', '.join(HEADS)}"
        raise ConfigError(where, what, _AGAIN)
    return said


def _not_finished(folder: Path, error: OSError) -> ConfigError:
    where = str(folder)
    if not folder.exists():
        return ConfigError(where, "there is no such folder", "donor train writes one with -o")
    if not folder.is_dir():
        return ConfigError(where, "is a file", "name the folder that it lies in")
    if not isinstance(error, FileNotFoundError):
        return ConfigError(where, f"its {ABOUT} cannot be read: {error.strerror}", "")
    if (folder / _UNFINISHED).exists() or (folder / _CHECKPOINTS).exists():
        what = "the model was not written to its end"
        return ConfigError(where, what, "the same donor train command goes on")
    hint = "donor train makes one; another model can be its --encoder"
    return ConfigError(where, f"holds no model of Donor: there is no {ABOUT}", hint)


def _check_labels(where: str, about: Mapping[str, Any], config: Any) -> None:
    """Nothing. Raises ConfigError where config and `donor.json` do not name the same labels."""
    if not HEADS[about["head"]].labelled:
        return
    ours = list(about["labels"])
    theirs = [config.id2label[n] for n in sorted(config.id2label)]
    if ours != theirs:
        what = f"{ABOUT} names the labels {_some(ours)}, config.json {_some(theirs)}"
        raise ConfigError(where, what, "the files are of two models: train it again")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(map(str, names[:5]))
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses into a ConfigError."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "make room, or choose another -o"
        raise ConfigError(str(folder), f"cannot be written: {reason}", hint) from None


def library_versions() -> dict[str, str]:
    """The versions of Donor and of what it trains with."""
    return {name: found for name in _LIBRARIES if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _megabytes(number: int) -> str:
    return f"{number / 2**20:,.0f} MiB"
