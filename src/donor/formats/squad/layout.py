"""What things are called in the documents that are made of SQuAD's paragraphs."""

from collections.abc import Mapping
from typing import Any

__all__ = ["EMPTY", "LABELS", "QUESTION", "UNANSWERABLE", "but"]

QUESTION = "question"
LABELS = {"answers": "answer", "plausible_answers": "plausible_answer"}
UNANSWERABLE = "is_impossible"

EMPTY = "empty answers"
"""Under which the metadata of a question keep its answers without a text."""


def but(value: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The object without these keys."""
    return {key: part for key, part in value.items() if key not in keys}
