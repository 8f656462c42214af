"""Examples that get one answer each, as numbers, and back."""

from collections.abc import Iterator, Sequence
from typing import Any

from donor.errors import ConfigError
from donor.train.examples import Example, Feature, Settings

__all__ = ["class_features", "class_target", "classes_said", "longest_input"]

_CHUNK = 2_000
_LEAST = 8


def longest_input(tokenizer: Any, settings: Settings) -> int:
    """How many tokens an input has at most: as set, and as the model can tell apart.

    Raises:
        ConfigError: too few to hold anything.
    """
    found = min(settings.max_length, int(tokenizer.model_max_length))
    if found < _LEAST:
        what = f"of {found} tokens a model learns nothing"
        raise ConfigError("the longest input", what, f"give at least {_LEAST}")
    return found


def class_features(
    examples: Sequence[Example],
    labels: Sequence[str],
    tokenizer: Any,
    settings: Settings,
    *,
    learning: bool,
) -> list[Feature]:
    """One feature for each example; what is too long is cut, of pairs the longer text first.

    The target is the number of the label; of a tuple of labels, 0 or 1 for each that there is.
    """
    inputs = list(_inputs([example.texts for example in examples], tokenizer, settings))
    return [
        Feature(n, own, class_target(example.target, labels) if learning else None, example.weight)
        for n, (example, own) in enumerate(zip(examples, inputs, strict=True))
    ]


def class_target(target: str | tuple[str, ...], labels: Sequence[str]) -> int | tuple[int, ...]:
    """The number of a label; of a tuple of labels, 0 or 1 for each that there is."""
    if isinstance(target, str):
        return labels.index(target)
    return tuple(int(label in target) for label in labels)


def _inputs(
    texts: Sequence[tuple[str, ...]], tokenizer: Any, settings: Settings
) -> Iterator[dict[str, list[int]]]:
    """What the model is given of each text or pair."""
    longest = longest_input(tokenizer, settings)
    at = 0
    while at < len(texts):
        # A run of texts, or of pairs: the tokenizer takes no mixture.
        width = len(texts[at])
        end = at + 1
        while end < min(len(texts), at + _CHUNK) and len(texts[end]) == width:
            end += 1
        columns = [list(column) for column in zip(*texts[at:end], strict=True)]
        truncation = "longest_first" if width > 1 else True
        encoded = tokenizer(*columns, truncation=truncation, max_length=longest)
        for n in range(end - at):
            yield {name: encoded[name][n] for name in encoded}
        at = end


def classes_said(logits: Sequence[Any], labels: Sequence[str], *, several: bool) -> list[Any]:
    """The most probable label of each; with `several` all of a probability over a half."""
    if several:
        return [tuple(labels[n] for n in (one > 0).nonzero()[0]) for one in logits]
    return [labels[int(one.argmax())] for one in logits]
