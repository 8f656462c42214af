"""What the user tells a model beyond the data: terms, guideline, labels, examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from donor.data.document import Document
from donor.data.keep import Kept, KeptIndex

__all__ = ["NO_GUIDANCE", "Example", "Glossary", "Guidance", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a glossary: how a term of the source is to be rendered."""

    source: str
    target: str


@dataclass(frozen=True, eq=False)
class Glossary:
    """The terms of a glossary; one glossary equals only itself, so that it can be a cache's key."""

    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A document of the user's gold, carried over by hand: equal span ids are counterparts."""

    source: Document
    target: Document


@dataclass(frozen=True, slots=True, eq=False)
class Guidance:
    """What methods are told beyond the document; each uses what concerns it.

    As a `Glossary` it equals only itself, so that what is made of it once can be kept.

    Args:
        instructions: the project's annotation guideline, in any language.
        labels: what each label means.
        glossary: how terms are rendered; only those that occur are told.
        keep: what stays untranslated: words as they stand in a text, not inside of others, and
            expressions; see `kept_in`.
        examples: documents carried over by hand.
        chunk_characters: how much of a document goes into one request, at most; a segment
            that is longer goes alone.
    """

    instructions: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    glossary: Glossary = Glossary()
    keep: tuple[Kept, ...] = ()
    examples: tuple[Example, ...] = ()
    chunk_characters: int = 8_000

    def kept_in(self, text: str) -> tuple[str, ...]:
        """What of a text stays untranslated, each once, in the order of the text.

        >>> import re
        >>> Guidance(keep=("E = mc²", "ion", re.compile("f[(]x[)]"))).kept_in("f(x), ions, f(x)")
        ('f(x)',)
        """
        return _kept_index(self).found(text) if self.keep else ()


@lru_cache(maxsize=8)
def _kept_index(guidance: Guidance) -> KeptIndex:
    return KeptIndex.of(guidance.keep)


NO_GUIDANCE = Guidance()
