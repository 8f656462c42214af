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
    FORMULA_CHANGED = "formula-changed"
    FORM_CHANGED = "form-changed"
    ADDED = "added"
    KEPT_CHANGED = "kept-changed"
    GLOSSARY_MISSED = "glossary-missed"
    TEXT_ALTERED = "text-altered"
    SPAN_ASTRAY = "span-astray"
    OTHER_SENTENCE = "other-sentence"
    OVERLAP_CHANGED = "overlap-changed"
    RELATION_COLLAPSED = "relation-collapsed"
    SPANS_UNPLACED = "spans-unplaced"
    INSTRUCTION_OBEYED = "instruction-obeyed"
    TERM_VARIES = "term-varies"
    BACK_TRANSLATION = "back-translation"
    JUDGED_TRANSLATION = "judged-translation"
    JUDGED_SPAN = "judged-span"
    LABEL_DOUBTFUL = "label-doubtful"

    @property
    def meaning(self) -> str:
        """What a finding of this check says."""
        return _MEANINGS[self]


_MEANINGS = {
    Check.SOURCE_COPIED: "the translation is the source, copied",
    Check.OTHER_LANGUAGE: "the translation is hardly in the target language",
    Check.LENGTH: "the translation is far shorter or longer than the source",
    Check.NUMBERS_CHANGED: "the translation has other numbers than the source",
    Check.FORMULA_CHANGED: "a formula or code of the source is not in the translation as it stands",
    Check.FORM_CHANGED: "the translation is in capitals, repeats itself, or is written backwards",
    Check.ADDED: "the translation has addresses, signs or markup that the source has not",
    Check.KEPT_CHANGED: "something that the keep-list names is not in the translation",
    Check.GLOSSARY_MISSED: "a term is not rendered as the glossary says",
    Check.TEXT_ALTERED: "the model changed a translation that it was to leave as it is",
    Check.SPAN_ASTRAY: "a span covers far more or less than its source, or another span's words",
    Check.OTHER_SENTENCE: "a span stands in another sentence than in the source",
    Check.OVERLAP_CHANGED: "two spans share text in the source and not in the target, or reversely",
    Check.RELATION_COLLAPSED: "the two ends of a relation became the same words",
    Check.SPANS_UNPLACED: "most spans of the document have no place",
    Check.INSTRUCTION_OBEYED: "the text reads like an instruction, and seems to have been obeyed",
    Check.TERM_VARIES: "a term is rendered otherwise than nearly everywhere else",
    Check.BACK_TRANSLATION: "the translation, translated back, is hardly the source",
    Check.JUDGED_TRANSLATION: "the judge finds that the translation is not adequate",
    Check.JUDGED_SPAN: "the judge finds that a span does not cover what its source covers",
    Check.LABEL_DOUBTFUL: "the judge would give the translation another label",
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
