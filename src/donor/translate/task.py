"""What a translator is asked, and what it returns."""

from dataclasses import dataclass

from donor.data import NO_GUIDANCE, Candidate, Declined, Document, Guidance, Translation
from donor.languages import Language

__all__ = ["Translated", "TranslationTask"]


@dataclass(frozen=True, slots=True)
class TranslationTask:
    """A document to translate, from and into which language, and what the user says to it."""

    document: Document
    source: Language
    target: Language
    guidance: Guidance = NO_GUIDANCE


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation and, where its translator marks spans too, its answers for them."""

    translation: Translation
    candidates: tuple[Candidate | Declined, ...] = ()
