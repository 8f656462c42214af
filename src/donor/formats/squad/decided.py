"""What SQuAD's metadata say of questions that have been answered anew."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from donor.data import Document
from donor.formats.squad.layout import EMPTY, LABELS, UNANSWERABLE, but

__all__ = ["decided"]


def decided(document: Document, answered: Container[str]) -> Document:
    """The document whose questions have an answer if their id is among these, and else none.

    Nothing is left of what the file said of it: `is_impossible` is as it is said here, there are
    no plausible and no empty answers. Documents of other formats stay as they are.
    """
    squad = document.metadata.get("squad")
    if not isinstance(squad, Mapping) or not squad.get("qas"):
        return document
    qas = [_decided(one, str(one["id"]) in answered) for one in squad["qas"]]
    return replace(document, metadata={**document.metadata, "squad": {**squad, "qas": qas}})


def _decided(question: Mapping[str, Any], is_answered: bool) -> dict[str, Any]:
    """What is kept of a question; SQuAD 1.1 does not say that one has an answer."""
    own = but(question, EMPTY, *LABELS) | {"answers": int(is_answered)}
    if UNANSWERABLE in question or not is_answered:
        own[UNANSWERABLE] = not is_answered
    return own
