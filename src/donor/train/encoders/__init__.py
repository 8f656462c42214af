"""The encoders that training begins with: of the hub, of a folder, or without pre-training.

Whatever it is, it is told in `described`, which stands in every output.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from donor.errors import ConfigError
from donor.languages import language as known_language
from donor.train.encoders.heads import HEADS, Head, check_libraries
from donor.train.encoders.hub import hub_folder
from donor.train.encoders.opening import (
    config_of,
    positions_of,
    quiet,
    seeded,
    tokenizer_of,
    with_head,
)
from donor.train.encoders.scratch import SIZES, bert_config, wordpiece

__all__ = ["DEFAULTS", "EncoderChoice", "Loaded", "encoder_named", "load_encoder"]

_DEFAULT, _SCRATCH = "default:", "scratch:"
_ABOUT = "donor.json"
# Of a language, a small one and a base one, each with its weights as safetensors or their
# conversion by the hub.
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "ru": {"small": "cointegrated/rubert-tiny2", "base": "DeepPavlov/rubert-base-cased"},
}
_OTHERS: Mapping[str, str] = {
    "small": "distilbert/distilbert-base-multilingual-cased",
    "base": "FacebookAI/xlm-roberta-base",
}


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """An encoder that was chosen.

    Args:
        name: `scratch:tiny`, `scratch:small`, a local folder, or a name of the hub.
        default: whether the language has chosen it.
    """

    name: str
    default: bool = False

    @property
    def scratch(self) -> bool:
        """Whether it is built here, without pre-training."""
        return self.name.startswith(_SCRATCH)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model with its tokenizer.

    Args:
        tokenizer: of transformers; knows how long a text the model takes.
        model: of transformers, with a head, on the CPU, in single precision.
        described: what its encoder is, as outputs say it.
        base_model: the name on the hub of what it was made from; "" where it has none.
        about: what its `donor.json` says; nothing of a model that Donor has not trained.
    """

    tokenizer: Any
    model: Any
    described: str
    base_model: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


def encoder_named(name: str | None, language: str | None) -> EncoderChoice:
    """The encoder of that name; without one, the base one for the language, or for many.

    >>> encoder_named(None, "ru").name
    'DeepPavlov/rubert-base-cased'
    >>> encoder_named("default:small", "sw").name
    'distilbert/distilbert-base-multilingual-cased'

    Args:
        name: a folder, a name of the hub (`owner/name`, `owner/name@revision`), `scratch:tiny`,
            `scratch:small`, `default:small`, `default:base`, or None.
        language: the BCP 47 tag of the texts; None where they are of several.

    Raises:
        ConfigError: there is no such size, or no such language.
    """
    chosen = f"{_DEFAULT}base" if name is None else name
    if chosen.startswith(_DEFAULT):
        tag = known_language(language).tag.partition("-")[0] if language else ""
        defaults = DEFAULTS.get(tag, _OTHERS)
        return EncoderChoice(defaults[_size(chosen, _DEFAULT, defaults)], default=True)
    if chosen.startswith(_SCRATCH):
        _size(chosen, _SCRATCH, SIZES)
    if not chosen.strip():
        raise ConfigError("the encoder", "its name is empty", "leave --encoder out for the default")
    return EncoderChoice(chosen)


def load_encoder(
    choice: EncoderChoice,
    *,
    head: str,
    labels: Sequence[str],
    texts: Iterable[str],
    marker_tokens: Sequence[str] = (),
    seed: int,
) -> Loaded:
    """The encoder with a new head, ready to be trained; with one seed the same each time.

    Args:
        choice: which one.
        head: a name of `HEADS`.
        labels: what the model may say, in the order of its outputs; none for `answers`.
        texts: what is learnt from; only an encoder without pre-training reads them.
        marker_tokens: tokens that the tokenizer gets beside its own.
        seed: decides the weights that are not pre-trained.

    Raises:
        ConfigError: the encoder is not there, cannot be had, or is broken.
        MissingExtraError: torch, transformers or accelerate are not installed.
    """
    check_libraries("training")
    kind = HEADS[head]
    if choice.scratch:
        return _scratch(choice, kind, labels, texts, marker_tokens, seed)
    folder, where = _found(choice.name)
    config = config_of(folder, where, **kind.settings(labels))
    tokenizer = tokenizer_of(folder, where)
    described = _described(choice.name, folder, config)
    config.pad_token_id = tokenizer.pad_token_id
    model = with_head(folder, where, kind, config, seed=seed)
    tokenizer.add_tokens(list(marker_tokens), special_tokens=True)
    _fit(model, tokenizer, seed)
    hub = "" if _local(choice.name) else choice.name.partition("@")[0]
    return Loaded(tokenizer, model, described, base_model=hub)


def _size(name: str, prefix: str, sizes: Mapping[str, Any]) -> str:
    """The size in a name. Raises ConfigError, which lists them."""
    size = name.removeprefix(prefix)
    if size not in sizes:
        known = ", ".join(f"{prefix}{one}" for one in sizes)
        raise ConfigError(f"the encoder {name}", "there is no such size", f"one of {known}")
    return size


def _scratch(
    choice: EncoderChoice,
    head: Head,
    labels: Sequence[str],
    texts: Iterable[str],
    marker_tokens: Sequence[str],
    seed: int,
) -> Loaded:
    size = SIZES[choice.name.removeprefix(_SCRATCH)]
    tokenizer = wordpiece(texts, markers=marker_tokens)
    config = bert_config(size, tokenizer, **head.settings(labels))
    with quiet(), seeded(seed):
        model = head.model_class.from_config(config)
    described = (
        f"BERT {size}, from scratch, no pre-training, "
        f"WordPiece of {len(tokenizer):,} from the training text"
    )
    return Loaded(tokenizer, model, described)


def _local(name: str) -> bool:
    """Whether there is a folder of that name here."""
    return Path(name).expanduser().is_dir()


def _found(name: str) -> tuple[Path, str]:
    """The folder of an encoder, and what an error calls it. Raises ConfigError."""
    path = Path(name).expanduser()
    where = f"the encoder {name}"
    if path.is_dir():
        return path, where
    if path.exists():
        raise ConfigError(where, "is a file", "name the folder that it lies in")
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ConfigError(where, "there is no such folder", "name a folder that holds a model")
    return hub_folder(name), where


def _described(name: str, folder: Path, config: Any) -> str:
    """What an encoder is that was not built here."""
    known = ("num_hidden_layers", "hidden_size")
    size = "×".join(str(getattr(config, one, "?")) for one in known)
    kind = f"{config.model_type} {size}"
    if not _local(name):
        return f"{name.partition('@')[0]} ({kind}, pre-trained, revision {folder.name[:12]})"
    about = folder / _ABOUT
    if not about.is_file():
        return f"the folder {folder.name} ({kind}, pre-trained elsewhere)"
    try:
        said = orjson.loads(about.read_bytes())
        earlier = f"trained for {said['task']}, from {said['encoder']}"
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        what = f"its {_ABOUT} is broken: {error}"
        raise ConfigError(f"the encoder {name}", what, "train it again") from None
    return f"the folder {folder.name} ({kind}, {earlier})"


def _fit(model: Any, tokenizer: Any, seed: int) -> None:
    """Nothing; gives each token an embedding, and tells the tokenizer how much the model takes."""
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        with quiet(), seeded(seed):
            model.resize_token_embeddings(len(tokenizer))
    positions = positions_of(model)
    if positions is not None:
        tokenizer.model_max_length = min(tokenizer.model_max_length, positions)
