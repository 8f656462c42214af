"""The dictionary forms of a word form."""

from collections.abc import Callable
from functools import cache, lru_cache

from donor.languages.codes import primary

__all__ = ["lemmatizer", "missing_lemmatizer"]

Lemmatizer = Callable[[str], frozenset[str]]


def lemmatizer(tag: str) -> Lemmatizer | None:
    """A function from a word form to all its dictionary forms; None where there is none.

    The forms are in lower case, with е for ё. There is one for Russian, by pymorphy3.
    """
    return _russian() if primary(tag) == "ru" else None


def missing_lemmatizer(tag: str) -> str | None:
    """The command that would bring a lemmatizer for the language; None if none would."""
    if primary(tag) != "ru" or _russian() is not None:
        return None
    return "pip install 'donor[lang]'"


@cache
def _russian() -> Lemmatizer | None:
    try:
        import pymorphy3
    except ImportError:
        return None
    analyzer = pymorphy3.MorphAnalyzer()

    @lru_cache(maxsize=32_768)  # pymorphy3 alone makes some 3,600 words a second
    def lemmas(form: str) -> frozenset[str]:
        try:
            parses = analyzer.parse(form.lower())
        except ValueError:  # half a surrogate pair, or a letter that Python has no name for
            return frozenset()
        return frozenset(parse.normal_form.lower().replace("ё", "е") for parse in parses)

    return lemmas
