"""What a check has seen in a transfer: a reason to look, no verdict."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Check", "Finding"]


class Check(StrEnum):
    """The checks that a transfer goes through."""

    SOURCE_COPIED = "source-copied"
    OTHER_LANGUAGE = "other-language"
    LENGTH = "length"
    NUMBERS_CHANGED = "numbers-changed"
    FORM_CHANGED = "form-changed"
    ADDED = "added"
    KEPT_CHANGED = "kept-changed"
    TEXT_ALTERED = "text-altered"
    SPAN_ASTRAY = "span-astray"
    INSTRUCTION_OBEYED = "instruction-obeyed"

    @property
    def meaning(self) -> str:
        """What a finding of this check says."""
        return _MEANINGS[self]


_MEANINGS = {
    Check.SOURCE_COPIED: "the translation is the source, copied",
    Check.OTHER_LANGUAGE: "the translation is hardly in the target language",
    Check.LENGTH: "the translation is far shorter or longer than the source",
    Check.NUMBERS_CHANGED: "the translation has other numbers than the source",
    Check.FORM_CHANGED: "the translation is in capitals, repeats itself, or is written backwards",
    Check.ADDED: "the translation has addresses, signs or markup that the source has not",
    Check.KEPT_CHANGED: "something that the keep-list names is not in the translation",
    Check.TEXT_ALTERED: "the model changed a translation that it was to leave as it is",
    Check.SPAN_ASTRAY: "a span covers far more or less than its source, or another span's words",
    Check.INSTRUCTION_OBEYED: "the text reads like an instruction, and seems to have been obeyed",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check has seen.

    Args:
        check: which check.
        detail: what it saw, in words.
        segment: the position of the segment where it was seen, if it was one.
        span_id: the span that it concerns, if it is one.
    """

    check: Check
    detail: str
    segment: int | None = None
    span_id: str | None = None
