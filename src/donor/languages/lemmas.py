"""Which words are forms of one word.

Russian by pymorphy3; the languages of simplemma by its dictionaries, and by a Snowball stem
where a word is in none; a few others by Snowball alone. All of it is the extra `lang`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

from donor.languages.codes import primary
from donor.languages.particles import attached

__all__ = ["Lemmatizer", "forms", "lemmatizer", "missing_lemmatizer"]

Lemmatizer = Callable[[str], frozenset[str]]

_SIMPLEMMA = (
    "ar ast bg ca cs cy da de el en eo es et fa fi fr ga gd gl he hi hu hy id is it ka la lb lt "
    "lv mk ms nb nl nn pl pt ro se sk sl sq sv sw tl tr uk"
)
_SIMPLEMMA_NAMES = {"no": "nb", "bs": "hbs", "hr": "hbs", "sr": "hbs", "sh": "hbs"}
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian",
    "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

_SHORTEST_BARE = 3


def lemmatizer(tag: str) -> Lemmatizer | None:
    """A function from a word form to all its dictionary forms; None where there is none.

    The forms are in lower case, with е for ё. Two words that share one are forms of one word.
    A stem stands for the dictionary form of a word that no dictionary has.
    """
    return _lemmatizer(primary(tag))


def forms(tag: str) -> Lemmatizer | None:
    """A function from a word form to all forms of its word; None where only lemmas are known.

    They are in lower case, with е for ё; none for a word that the dictionary does not have.
    Looking a text's words up in them is much faster than finding the lemma of each.
    """
    return _russian_forms() if primary(tag) == "ru" else None


def missing_lemmatizer(tag: str) -> str | None:
    """The command that would bring a lemmatizer for the language; None if none would."""
    name = primary(tag)
    known = name == "ru" or _simplemma_name(name) or name in _SNOWBALL
    if not known or _lemmatizer(name) is not None:
        return None
    return "pip install 'donor[lang]'"


@cache
def _lemmatizer(name: str) -> Lemmatizer | None:
    if name == "ru":
        return _russian()
    known, stemmer = _dictionary(name), _stemmer(name)
    if known is None and stemmer is None:
        return None

    def found(form: str) -> Iterable[str]:
        lemmas = known(form) if known else ()
        if lemmas or stemmer is None:
            return lemmas or (form,)
        return (f"{stemmer(form)}-",)  # a stem is no word: it equals no dictionary form

    @lru_cache(maxsize=32_768)
    def lemmas(form: str) -> frozenset[str]:
        return frozenset(
            lemma.lower() for bare in _bare(form.lower(), name) for lemma in found(bare)
        )

    return lemmas


def _bare(form: str, name: str) -> Iterator[str]:
    """The form, and what is left of it without the particles that are written on to it."""
    yield form
    for particle in attached(name):
        if form.startswith(particle) and len(form) - len(particle) >= _SHORTEST_BARE:
            yield form[len(particle) :]


def _simplemma_name(name: str) -> str | None:
    return _SIMPLEMMA_NAMES.get(name, name if name in _SIMPLEMMA.split() else None)


def _dictionary(name: str) -> Callable[[str], tuple[str, ...]] | None:
    """A function from a form to its dictionary forms, none for a form that is not known."""
    known_as, simplemma = _simplemma_name(name), _imported("simplemma")
    if known_as is None or simplemma is None:
        return None

    def known(form: str) -> tuple[str, ...]:
        # German nouns are in the dictionary with a capital letter.
        written = (form, form.capitalize()) if known_as == "de" else (form,)
        return tuple(
            simplemma.lemmatize(one, lang=known_as)
            for one in written
            if simplemma.is_known(one, lang=known_as)
        )

    return known


def _stemmer(name: str) -> Callable[[str], str] | None:
    algorithm, snowballstemmer = _SNOWBALL.get(name), _imported("snowballstemmer")
    if algorithm is None or snowballstemmer is None:
        return None
    stem: Callable[[str], str] = snowballstemmer.stemmer(algorithm).stemWord
    return stem


@cache
def _imported(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None


@cache
def _analyzer() -> Any:
    pymorphy3 = _imported("pymorphy3")
    if pymorphy3 is None:
        return None
    # How likely a reading is does not matter here, and to work it out takes half of the time.
    return pymorphy3.MorphAnalyzer(probability_estimator_cls=None)


@cache
def _russian() -> Lemmatizer | None:
    analyzer = _analyzer()
    if analyzer is None:
        return None

    @lru_cache(maxsize=32_768)  # pymorphy3 alone makes some 3,600 words a second
    def lemmas(form: str) -> frozenset[str]:
        try:
            parses = analyzer.parse(form.lower())
        except ValueError:  # half a surrogate pair, or a letter that Python has no name for
            return frozenset()
        return frozenset(_plain(parse.normal_form.lower()) for parse in parses)

    return lemmas


@cache
def _russian_forms() -> Lemmatizer | None:
    analyzer = _analyzer()
    if analyzer is None:
        return None
    dictionary = analyzer.dictionary

    @cache
    def endings(paradigm: int) -> tuple[tuple[str, str], ...]:
        row = dictionary.paradigms[paradigm]  # the suffixes, the tags, the prefixes of all forms
        n = len(row) // 3
        return tuple(
            (dictionary.paradigm_prefixes[row[2 * n + at]], dictionary.suffixes[row[at]])
            for at in range(n)
        )

    @lru_cache(maxsize=32_768)
    def forms_of(form: str) -> frozenset[str]:
        try:
            found = dictionary.words.similar_items(form.lower(), analyzer.char_substitutes)
        except ValueError:  # half a surrogate pair
            return frozenset()
        stems = {
            (paradigm, dictionary.build_stem(dictionary.paradigms[paradigm], index, word))
            for word, readings in found
            for paradigm, index in readings
        }
        return frozenset(
            _plain(f"{prefix}{stem}{suffix}")
            for paradigm, stem in stems
            for prefix, suffix in endings(paradigm)
        )

    return forms_of


def _plain(word: str) -> str:
    return word.replace("ё", "е")
