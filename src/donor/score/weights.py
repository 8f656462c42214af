"""The weights of a model that scores: where they lie on this machine. Nothing is downloaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from donor.errors import ConfigError, MissingExtraError

__all__ = ["Weights", "quietly", "weights"]

_REVISION = 12


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder of weights, and what a signature calls them: the model and its revision."""

    folder: Path
    called: str


def weights(name: str, extra: str, library: str) -> Weights:
    """The weights of a model by its name on the Hugging Face hub, or in a folder.

    Of the hub's models, those are found that were downloaded before.

    Args:
        name: the model's name, or the path of its folder.
        extra: what installs all that the model needs.
        library: the first of that.

    Raises:
        ConfigError: the extra is missing, or the model is not on this machine.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return Weights(folder, folder.resolve().name)
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise MissingExtraError(f"model {name}", library, extra) from None
    try:
        found = Path(snapshot_download(name, local_files_only=True))
    except FileNotFoundError:
        raise ConfigError(
            f"model {name}", "is not on this machine", f"hf download {name}"
        ) from None
    except ValueError:
        hint = "a folder, or a name such as sentence-transformers/LaBSE"
        raise ConfigError(f"model {name}", "there is no such folder", hint) from None
    return Weights(found, f"{name}@{found.name[:_REVISION]}")


@contextmanager
def quietly() -> Iterator[None]:
    """Nothing; while it lasts, no model that is loaded shows a bar of progress."""
    from transformers.utils import logging

    bars: Any = logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
