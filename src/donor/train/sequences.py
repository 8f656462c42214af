"""Examples that get one answer each, as numbers, and back."""

from collections.abc import Sequence
from typing import Any

from donor.train.examples import Example, Feature, Settings

__all__ = ["class_features", "classes_said"]

_CHUNK = 2_000


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
    numbers = {label: number for number, label in enumerate(labels)}
    found = []
    for start in range(0, len(examples), _CHUNK):
        some = examples[start : start + _CHUNK]
        pairs = [example.texts[1] for example in some] if len(some[0].texts) > 1 else None
        encoded = tokenizer(
            [example.texts[0] for example in some],
            pairs,
            truncation="longest_first" if pairs else True,
            max_length=settings.max_length,
        )
        for n, example in enumerate(some):
            inputs = {name: encoded[name][n] for name in encoded}
            target = _target(example.target, numbers) if learning else None
            found.append(Feature(start + n, inputs, target, example.weight))
    return found


def _target(target: str | tuple[str, ...], numbers: dict[str, int]) -> int | tuple[int, ...]:
    if isinstance(target, str):
        return numbers[target]
    return tuple(int(label in target) for label in numbers)


def classes_said(logits: Sequence[Any], labels: Sequence[str], *, several: bool) -> list[Any]:
    """The most probable label of each; with `several` all of a probability over a half."""
    if several:
        return [tuple(labels[n] for n in (one > 0).nonzero()[0]) for one in logits]
    return [labels[int(one.argmax())] for one in logits]
