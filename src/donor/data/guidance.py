"""What the user tells a model beyond the data: terms, guideline, labels, examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from donor.data.document import Document

__all__ = ["NO_GUIDANCE", "Example", "Guidance", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a glossary: how a term of the source is to be rendered."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Example:
    """A document of the user's gold, carried over by hand: equal span ids are counterparts."""

    source: Document
    target: Document


@dataclass(frozen=True, slots=True)
class Guidance:
    """What methods are told beyond the document; each uses what concerns it.

    Args:
        instructions: the project's annotation guideline, in any language.
        labels: what each label means.
        glossary: how terms are rendered; only those that occur are told.
        keep: what stays untranslated: literal strings, or regular expressions as `/…/`.
        examples: documents carried over by hand.
        chunk_characters: how much of a document goes into one request, at most; a segment
            that is longer goes alone.
    """

    instructions: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    glossary: tuple[Term, ...] = ()
    keep: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    chunk_characters: int = 8_000


NO_GUIDANCE = Guidance()
