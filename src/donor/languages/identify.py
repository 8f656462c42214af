"""Which languages a sample of texts is in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from donor.languages.codes import primary

if TYPE_CHECKING:
    from lingua import Language

__all__ = ["identify", "in_language"]

_READ_CHARACTERS = 300
_LIKELY_LANGUAGES = 5
_NAMES = {"no": "nb"}


def identify(texts: Iterable[str]) -> dict[str, int] | None:
    """How many of the texts are in each language, most first; None without the library.

    Keys are BCP 47 tags. Only the beginning of a text is read, and a text without words
    counts nowhere. A text that could be in several languages is counted to the one that the
    whole sample speaks for.
    """
    found = _identified(texts)
    return None if found is None else dict(Counter(filter(None, found)).most_common())


def in_language(texts: Sequence[str], tag: str) -> list[bool | None] | None:
    """Whether each text is in the language, by what `identify` says of them together.

    None for a text without words. None at all without the library, or where it does not know
    the language.
    """
    wanted = _NAMES.get(primary(tag), primary(tag))
    try:
        import lingua
    except ImportError:
        return None
    if wanted not in {_tag(language) for language in lingua.Language.all()}:
        return None
    found = _identified(texts) or []
    return [None if one is None else one == wanted for one in found]


def _identified(texts: Iterable[str]) -> list[str | None] | None:
    """The language of each text, None for one without words; None without the library."""
    try:
        import lingua
    except ImportError:
        return None
    beginnings = [text[:_READ_CHARACTERS].encode(errors="ignore").decode() for text in texts]
    read = [text for text in beginnings if any(map(str.isalpha, text))]
    detector = lingua.LanguageDetectorBuilder.from_languages(*_likely(lingua, read)).build()
    shares = [_shares(detector, text) for text in read]
    sample = _evidence(read, shares)
    tags = iter([_most_likely(share, sample) if share else None for share in shares])
    return [next(tags) if any(map(str.isalpha, text)) else None for text in beginnings]


def _likely(lingua: Any, texts: Sequence[str]) -> "list[Language]":
    """The few languages for which the small models see most evidence in all texts together.

    The large models are right on a single short sentence where the small ones are not, but all
    75 of them take 20 seconds and a gigabyte; so the small ones choose which are loaded.
    """
    rough = lingua.LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()
    evidence = _evidence(texts, [_shares(rough, text) for text in texts])
    seen = [language for language, _ in evidence.most_common(_LIKELY_LANGUAGES)]
    # Lingua wants two languages to choose from; these are what comes most.
    return list(dict.fromkeys([*seen, lingua.Language.ENGLISH, lingua.Language.RUSSIAN]))


def _shares(detector: Any, text: str) -> "dict[Language, float]":
    """Each possible language of a text with its share of 1, most likely first."""
    values = detector.compute_language_confidence_values(text)
    return {value.language: value.value for value in values if value.value > 0}


def _evidence(
    texts: Sequence[str], shares: "Sequence[Mapping[Language, float]]"
) -> "Counter[Language]":
    """How many characters speak for each language."""
    evidence: Counter[Any] = Counter()
    for text, share in zip(texts, shares, strict=True):
        evidence.update({language: part * len(text) for language, part in share.items()})
    return evidence


def _most_likely(share: "Mapping[Language, float]", sample: "Mapping[Language, float]") -> str:
    return _tag(max(share, key=lambda language: share[language] * sample[language]))


def _tag(language: "Language") -> str:
    return str(language.iso_code_639_1.name.lower())
