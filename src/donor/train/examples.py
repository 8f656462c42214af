"""What a model is shown at once."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Example"]


@dataclass(frozen=True, slots=True)
class Example:
    """What a model is shown at once, and what it should say.

    Args:
        document: the id of the document it comes from.
        number: which of the document's examples it is, from 0.
        texts: one text, or the two of a pair.
        target: what it should say: a label, a tuple of labels, spans, …, as the task has it.
        weight: how much its loss counts.
    """

    document: str
    number: int
    texts: tuple[str, ...]
    target: Any = None
    weight: float = 1.0
