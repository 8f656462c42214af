"""What the reasons mean for which relations and text labels are lost."""

from donor.data import LostReason

__all__ = ["meaning_of_loss"]

_MEANINGS = {
    LostReason.HEAD_OUTSIDE: "the head is no span of the document",
    LostReason.HEAD_UNRESOLVED: "the span at the head has no place",
    LostReason.TAIL_UNRESOLVED: "the span at the tail has no place",
    LostReason.NO_TRANSLATION: "the document has no valid translation",
}


def meaning_of_loss(reason: str) -> str:
    """The reason in a sentence; empty if it is not known.

    >>> meaning_of_loss("head-outside")
    'the head is no span of the document'
    """
    return next((text for known, text in _MEANINGS.items() if known == reason), "")
