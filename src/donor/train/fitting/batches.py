"""Features in batches of about equal length, so that little is padded."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from donor.train.examples import Feature

__all__ = ["IGNORED", "batches", "by_length", "padded"]

IGNORED = -100
"""The class of a token that counts for nothing."""

# With larger pools, batches of short texts and of long ones pull a training to and fro.
_POOL = 10


def batches(
    features: Sequence[Feature], size: int, *, seed: int, epoch: int
) -> list[list[Feature]]:
    """All features in batches of that size, in an order that seed and epoch decide.

    Features are shuffled, sorted by length within pools of some batches, and the batches are
    shuffled: random enough to learn from, and hardly padded.

    >>> some = [Feature(n, {"input_ids": [0] * n}) for n in range(1, 5)]
    >>> sorted(len(batch) for batch in batches(some, 3, seed=1, epoch=0))
    [1, 3]
    """
    chance = Random(f"{seed}:{epoch}")
    order = list(range(len(features)))
    chance.shuffle(order)
    found = []
    pool = size * _POOL
    for start in range(0, len(order), pool):
        some = sorted(order[start : start + pool], key=lambda n: (len(features[n]), n))
        found += [some[at : at + size] for at in range(0, len(some), size)]
    chance.shuffle(found)
    return [[features[n] for n in batch] for batch in found]


def by_length(features: Sequence[Feature], size: int) -> Iterator[list[int]]:
    """The positions of all features in batches, from the longest on: what is run only once."""
    order = sorted(range(len(features)), key=lambda n: (-len(features[n]), n))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def padded(features: Sequence[Feature], pads: dict[str, int]) -> dict[str, Any]:
    """The features as tensors (features × tokens of the longest), by the model's names.

    Args:
        features: at least one; with targets of one kind, or without any.
        pads: what fills up each input; those that are not named, 0.
    """
    import torch

    longest = max(map(len, features))
    found: dict[str, Any] = {
        name: torch.tensor(
            [[*f.inputs[name], *[pads.get(name, 0)] * (longest - len(f))] for f in features]
        )
        for name in features[0].inputs
    }
    found["weights"] = torch.tensor([feature.weight for feature in features])
    targets = [feature.target for feature in features]
    if targets[0] is None:
        return found
    if isinstance(targets[0], list):
        # A class for each token.
        targets = [[*target, *[IGNORED] * (longest - len(target))] for target in targets]
    found["labels"] = torch.tensor(targets)
    return found
