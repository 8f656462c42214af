"""What the user tells a model beyond the data: terms, guideline, labels, examples."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from donor.data.document import Document

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
        keep: what stays untranslated; see `kept_in`.
        examples: documents carried over by hand.
        chunk_characters: how much of a document goes into one request, at most; a segment
            that is longer goes alone.
    """

    instructions: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    glossary: Glossary = Glossary()
    keep: tuple[re.Pattern[str], ...] = ()
    examples: tuple[Example, ...] = ()
    chunk_characters: int = 8_000

    def kept_in(self, text: str) -> tuple[str, ...]:
        """What of a text stays untranslated, each once, in the order of the text.

        >>> Guidance(keep=(re.compile("E = mc²"), re.compile("f[(]x[)]"))).kept_in("f(x), f(x)")
        ('f(x)',)
        """
        found = [match for words in self.keep for match in words.finditer(text) if match[0].strip()]
        return tuple(dict.fromkeys(match[0] for match in sorted(found, key=re.Match.start)))


NO_GUIDANCE = Guidance()
