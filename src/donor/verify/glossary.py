"""Whether a translation renders terms as the glossary says."""

from collections.abc import Iterator
from functools import lru_cache

from donor.data import Check, Finding, Glossary, Term
from donor.languages import Language, lemmatizer
from donor.languages.tokens import plain_spans
from donor.translate.glossary import occurring
from donor.verify.case import Case

__all__ = ["glossary_missed"]

_STEM, _SHORTEST_STEM = 0.6, 3


def glossary_missed(case: Case) -> Iterator[Finding]:
    """A finding for each term of the glossary that a segment has, and its translation has not.

    A rendering may be inflected, and its words may stand apart. Where the glossary renders a
    term in several ways, one is enough. A term within a longer one is rendered by that.
    """
    glossary = case.guidance.glossary
    if not glossary.terms:
        return
    for pair in case.pairs:
        told = occurring(glossary, pair.source, case.source.tag)
        for term, renderings in _to_be_rendered(told).items() if told else ():
            if not any(_rendered(words, pair.target, case.target) for words in renderings):
                what = f"{term!r} is not rendered as {' or '.join(map(repr, renderings))}"
                yield Finding(Check.GLOSSARY_MISSED, what, pair.position)


def _to_be_rendered(terms: tuple[Term, ...]) -> dict[str, list[str]]:
    """The renderings of each term that stands in no longer one."""
    found: dict[str, list[str]] = {}
    for term in terms:
        found.setdefault(term.source, []).append(term.target)
    if len(found) < 2:
        return found
    padded = {source: f" {source.casefold()} " for source in found}
    return {
        source: renderings
        for source, renderings in found.items()
        if not any(
            padded[source] in longer for longer in padded.values() if longer != padded[source]
        )
    }


def _rendered(rendering: str, text: str, language: Language) -> bool:
    if rendering.casefold() in text.casefold():
        return True
    if occurring(_alone(rendering), text, language.tag):
        return True
    words = _words(text)
    return all(
        any(_is_form(word, wanted, language.tag) for word in words) for wanted in _words(rendering)
    )


@lru_cache(maxsize=4096)
def _alone(rendering: str) -> Glossary:
    return Glossary((Term(rendering, rendering),))


def _words(text: str) -> list[str]:
    found = [text[start:end].casefold() for start, end in plain_spans(text)]
    return [word for word in found if any(map(str.isalnum, word))]


def _is_form(word: str, wanted: str, tag: str) -> bool:
    """Whether two words begin alike, or are forms of one word."""
    stem = max(_SHORTEST_STEM, round(_STEM * len(wanted)))
    if word[:stem] == wanted[:stem]:
        return True
    lemmas = lemmatizer(tag)
    return lemmas is not None and not lemmas(word).isdisjoint(lemmas(wanted))
