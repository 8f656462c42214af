"""A folder with a model of transformers, opened: code never run, pickles never read, all explained.

Chance and the noise of the libraries are as before afterwards.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from donor.errors import ConfigError
from donor.train.encoders.heads import HEADS, Head
from donor.train.encoders.hub import has_weights

__all__ = ["config_of", "model_of", "positions_of", "quiet", "seeded", "tokenizer_of", "with_head"]

_CONFIG = "config.json"
_AGAIN = "fetch or train it again"


def config_of(folder: Path, where: str, **settings: Any) -> Any:
    """The config of the model in a folder, with these settings in place of its own.

    Raises:
        ConfigError: the folder holds no model that can be loaded without running its code or
            reading a pickle.
    """
    from transformers import AutoConfig

    said = _said(folder, where)
    if not has_weights(folder):
        raise _without_weights(folder, where)
    try:
        with quiet():
            return AutoConfig.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True, **settings
            )
    except (ValueError, KeyError, TypeError, OSError) as error:
        if "auto_map" in said:
            what = "needs code of its own to run, which Donor never does"
            raise ConfigError(
                where, what, "name an encoder of a kind that transformers has"
            ) from None
        what = f"its {_CONFIG} is of no kind that transformers knows: {_first_line(error)}"
        raise ConfigError(where, what, "name another encoder") from None


def tokenizer_of(folder: Path, where: str) -> Any:
    """The tokenizer in a folder: one that says which characters a token stands for.

    Raises:
        ConfigError: there is none, or it is of no use.
    """
    from transformers import AutoTokenizer

    try:
        with quiet():
            found = AutoTokenizer.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
    # What a broken tokenizer.json raises is a bare Exception.
    except Exception as error:  # noqa: BLE001
        what = f"its tokenizer cannot be loaded: {_first_line(error)}"
        raise ConfigError(where, what, _AGAIN) from None
    if not found.is_fast or len(found) <= len(found.all_special_tokens):
        what = "its tokenizer does not say which characters a token stands for, or has no tokens"
        raise ConfigError(where, what, "name an encoder that has a tokenizer.json")
    if found.pad_token_id is None:
        what = "its tokenizer has no token to fill up a batch with"
        raise ConfigError(where, what, "name an encoder, such as a BERT")
    return found


def model_of(folder: Path, where: str, head: str, config: Any) -> Any:
    """The model in a folder as it was saved, with its head.

    Raises:
        ConfigError: its weights are broken, or do not fit the config.
    """
    model, lacking = _loaded(HEADS[head].model_class, folder, where, config)
    if lacking:
        raise _lacking(where, lacking)
    return model


def with_head(folder: Path, where: str, head: Head, config: Any, *, seed: int) -> Any:
    """The encoder in a folder with a new head, which the seed decides; in single precision.

    Raises:
        ConfigError: its weights are broken, or do not fit the config.
    """
    import torch
    from transformers import AutoModel

    backbone, lacking = _loaded(AutoModel, folder, where, config)
    # The pooler stands between encoder and head, and is learnt with the head where it is not there.
    lacking = [name for name in lacking if "pooler" not in name]
    if lacking:
        raise _lacking(where, lacking)
    try:
        with quiet(), seeded(seed):
            # As the encoder is loaded: in half precision small steps would be lost.
            model = head.model_class.from_config(config, dtype=torch.float32)
    except ValueError:
        what = f"cannot have the head {head.auto.removeprefix('AutoModelFor')}"
        raise ConfigError(where, what, "name an encoder, such as a BERT") from None
    own = set(model.base_model.state_dict())
    weights = {name: one for name, one in backbone.state_dict().items() if name in own}
    if not weights or model.base_model is model:
        raise ConfigError(where, "is no encoder", "name an encoder, such as a BERT")
    model.base_model.load_state_dict(weights, strict=False)
    return model


def positions_of(model: Any) -> int | None:
    """How many tokens the model can tell apart by position; None where it does not matter."""
    from torch.nn import Embedding

    limit = getattr(model.config, "max_position_embeddings", None)
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, Embedding):
            # RoBERTa counts positions from behind the number that fills up.
            taken = 0 if module.padding_idx is None else module.padding_idx + 1
            return int(module.num_embeddings - taken)
    return limit if isinstance(limit, int) and limit > 0 else None


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Chance on the CPU comes from the seed inside the block, and goes on as before after it."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


@contextmanager
def quiet() -> Iterator[None]:
    """The libraries say nothing inside the block; what is wrong is raised."""
    from transformers.utils import logging as said

    level, shown = said.get_verbosity(), said.is_progress_bar_enabled()
    said.set_verbosity(logging.CRITICAL)
    said.disable_progress_bar()
    try:
        yield
    finally:
        said.set_verbosity(level)
        if shown:
            said.enable_progress_bar()


def _said(folder: Path, where: str) -> Mapping[str, Any]:
    """What the folder's config says."""
    try:
        said = orjson.loads((folder / _CONFIG).read_bytes())
    except FileNotFoundError:
        raise ConfigError(where, f"holds no model: there is no {_CONFIG}", _AGAIN) from None
    except (OSError, orjson.JSONDecodeError) as error:
        raise ConfigError(where, f"its {_CONFIG} is broken: {error}", _AGAIN) from None
    if not isinstance(said, dict):
        raise ConfigError(where, f"its {_CONFIG} is broken: no JSON object", _AGAIN)
    return said


def _without_weights(folder: Path, where: str) -> ConfigError:
    if (folder / "pytorch_model.bin").exists():
        what = "has its weights as a pickle (pytorch_model.bin), which Donor never reads"
        hint = "load it with transformers and save_pretrained it, which writes safetensors"
        return ConfigError(where, what, hint)
    what = "there are no weights in it as safetensors"
    return ConfigError(where, what, "name an encoder that has a model.safetensors")


def _loaded(auto: Any, folder: Path, where: str, config: Any) -> tuple[Any, Sequence[str]]:
    """A model, and the names of the weights that were not there."""
    import torch
    from safetensors import SafetensorError

    try:
        with quiet(), seeded(0):
            model, info = auto.from_pretrained(
                folder,
                config=config,
                dtype=torch.float32,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
    except (SafetensorError, OSError, orjson.JSONDecodeError) as error:
        what = f"its weights are broken, perhaps cut short: {_first_line(error)}"
        raise ConfigError(where, what, _AGAIN) from None
    except (RuntimeError, ValueError, KeyError) as error:
        what = f"its weights do not fit its {_CONFIG}: {_first_line(error)}"
        raise ConfigError(where, what, _AGAIN) from None
    return model, sorted(info["missing_keys"])


def _lacking(where: str, names: Sequence[str]) -> ConfigError:
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return ConfigError(where, f"its weights lack {some}", _AGAIN)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
