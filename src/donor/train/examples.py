"""What a model is shown at once, before and after its tokenizer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["CHANGES_NOTHING", "TRAINING", "Borne", "Example", "Feature", "Settings"]

TRAINING = "the training data"

CHANGES_NOTHING = frozenset({"checkpoint_s", "at_once"})
"""The settings of how a training is run, not of what it learns: they tell no two apart."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a model is shown at once, and what it should say.

    Args:
        document: the id of the document it comes from.
        number: which of the document's examples it is: of sentences, their position.
        texts: one text, or the two of a pair.
        target: what it should say: a label, a tuple of labels, spans, …, as the task has it.
        weight: how much its loss counts.
        position: which of the documents it comes from, whose ids may be equal.
    """

    document: str
    number: int
    texts: tuple[str, ...]
    target: Any = None
    weight: float = 1.0
    position: int = 0


class Borne(NamedTuple):
    """What a token bears the tag of: the words from `start` to the one before `end`.

    `begins` says whether it is their first token.
    """

    start: int
    end: int
    begins: bool


@dataclass(frozen=True, slots=True)
class Feature:
    """An example, or a window of a long one, as numbers.

    Args:
        example: the position of the example that it is made of.
        inputs: equally long lists of numbers, by the names that the model gives them.
        target: a class, a class for each token (-100 counts for nothing), or two positions;
            None where nothing is to be learnt.
        weight: how much its loss counts.
        places: for each token the code points of the text that it stands for; None for those
            that stand for none, or for another text.
        words: for each token the words whose tag it bears; None for those that bear none.
    """

    example: int
    inputs: Mapping[str, Sequence[int]]
    target: Any = None
    weight: float = 1.0
    places: Sequence[tuple[int, int] | None] = ()
    words: Sequence[Borne | None] = ()

    def __len__(self) -> int:
        return len(self.inputs["input_ids"])


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained.

    Args:
        epochs: at most so many.
        patience: training ends after so many epochs without a better score on dev.
        batch: examples that one step learns from, over all devices.
        at_once: examples of it that a device sees at once; None for all.
        learning_rate: the highest one; it rises over the first tenth of the steps, then falls
            to nothing.
        max_length: longer texts are cut, or go in windows, by tokens of the encoder.
        stride: how many tokens two windows share.
        class_weights: whether rare classes count for more, by the inverse of their number.
        all_subwords: whether each part of a word bears its tag, not the first alone.
        whole_tokens: whether tokens of scripts without spaces between words stay whole when they
            are tagged, as a pre-trained encoder knows them, or are cut into signs.
        seed: of the initial weights, the order and the dropout.
        checkpoint_s: how many seconds may pass between two checkpoints.
    """

    epochs: int = 10
    patience: int = 3
    batch: int = 32
    at_once: int | None = None
    learning_rate: float = 5e-5
    max_length: int = 256
    stride: int = 64
    class_weights: bool = False
    all_subwords: bool = False
    whole_tokens: bool = True
    seed: int = 1
    checkpoint_s: float = 60.0
