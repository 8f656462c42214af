"""Whether a text is in the language that it should be in: what may well be passes."""

import re
from collections import Counter
from functools import cache
from typing import Any

from donor.languages.codes import Language, language, primary
from donor.languages.function_words import TABLED, function_words, strange_words
from donor.languages.scripts import has_letters, prose_outside, script_of

__all__ = ["copied", "foreign", "untranslated_share"]

_READ_CHARACTERS = 600
_FEW_LETTERS = 15
_FEW_SIGNS = 6
_FIRST_WORDS = 9
_LETTERS_FOR_LINGUA = 30
_SURE = 0.95
_RULED_OUT = 0.02

# What a model answers in when it does not answer in what was asked for.
_USUAL = {
    "Latn": ("en", "es", "fr", "de", "it", "pt", "nl", "pl"),
    "Cyrl": ("ru", "uk", "bg", "be", "sr"),
}

_ONLY_RUSSIAN = re.compile("[ыэё]")
# No other letters than Russian ones, as most translations into Russian: soon said.
_PLAIN_RUSSIAN = re.compile(r"[а-яА-ЯёЁ\W\d_]*")
_NOT_RUSSIAN = re.compile(r"[^\W\da-zA-Zа-яёА-ЯЁ_]")
_NO_WORDS = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|</?\w[^<>]*>|[\w/.]+\(\)|`[^`]+`|\w*\d[\w+/=]*"
)
_WORD = re.compile(r"[^\W\d_]+")


def foreign(text: str, *, source: Language, target: Language) -> str:
    """What the text seems to be if it is hardly in the target language; "" if it may well be.

    First the script decides, by the words that no writer of the target language would leave
    in another one; then, between languages of one script, the function words; then lingua,
    where it is installed and the text is long enough. Names, formulas, code, titles and short
    texts pass.

    >>> from donor.languages import language
    >>> english, russian = language("en"), language("ru")
    >>> foreign("The food was not good at all.", source=english, target=russian)
    'it is written in Latin letters'
    >>> foreign("Microsoft Windows 11 Pro", source=english, target=russian)
    ''
    """
    if primary(source.tag) == primary(target.tag):
        return ""
    text = text[:_READ_CHARACTERS]
    if target.tag == "ru" and _PLAIN_RUSSIAN.fullmatch(text) and _ONLY_RUSSIAN.search(text):
        return ""
    words, others = prose_outside(text, target.tag)
    if words and _NO_WORDS.search(text):
        words, others = prose_outside(_NO_WORDS.sub(" ", text), target.tag)
    outside = sum(map(len, words))
    if outside > others and outside >= (_FEW_SIGNS if _unspaced(words) else _FEW_LETTERS):
        script = script_of(words)
        return f"it is written in {script} letters" if script else "it is in another script"
    return _in_other_words(text, source, target) if others >= _FEW_LETTERS else ""


def copied(source_text: str, target_text: str, *, source: Language, target: Language) -> str:
    """Words that say so if the target text is the source text, or nearly; else "".

    Names, formulas and short titles may be equal in both languages, and what the source has in
    the target language stays.

    >>> from donor.languages import language
    >>> english, spanish = language("en"), language("es")
    >>> both = "Water boils at a hundred degrees."
    >>> copied(both, both, source=english, target=spanish)
    'it is the source, copied'
    """
    if primary(source.tag) == primary(target.tag):
        return ""
    folded = target_text.casefold()
    before = source_text.casefold().split()
    first = before[:_FIRST_WORDS]
    if 3 * sum([word in folded for word in first]) < len(first):
        return ""
    after = folded.split()
    if before == after:
        stays = not _is_prose(source_text) or _is_already(source_text, source, target)
        return "" if stays else "it is the source, copied"
    if len(before) < 6 or not _is_prose(source_text):
        return ""
    kept = (Counter(before) & Counter(after)).total()
    return "it is nearly the source, copied" if kept >= 0.8 * max(len(before), len(after)) else ""


def untranslated_share(
    source_text: str, target_text: str, *, source: Language, target: Language
) -> float:
    """How much of a target text is words of the source, from 0 to 1; names do not count.

    >>> from donor.languages import language
    >>> english, russian = language("en"), language("ru")
    >>> untranslated_share("Say hello now", "Скажи hello now", source=english, target=russian)
    0.6153846153846154
    """
    if primary(source.tag) == primary(target.tag):
        return 0.0
    if _is_already(source_text, source, target):
        return 0.0
    target_text = _NO_WORDS.sub(" ", target_text)
    words = _WORD.findall(target_text)
    there = set(_WORD.findall(source_text))
    kept = [word for word in words if len(word) > 3 and word[0].islower() and word in there]
    outside, _ = prose_outside(target_text, target.tag)
    letters = max(sum(map(len, kept)), sum(map(len, outside)))
    return letters / max(1, sum(map(len, words)))


def _is_already(text: str, source: Language, target: Language) -> bool:
    """Whether a text of the source is in the target language, and so is to stay."""
    if foreign(text, source=source, target=target):
        return False
    return foreign(text, source=target, target=source) != ""


def _unspaced(words: list[str]) -> bool:
    """Whether the words are of a script without capitals, where a letter may be a word."""
    return bool(words) and words[0].lower() == words[0].upper()


def _is_prose(text: str) -> bool:
    """Whether a text has words that are no names: four with a small letter, or six signs."""
    words = _WORD.findall(text)
    if not any(map(str.islower, text)):
        small = [word for word in words if len(word) > 1]
    else:
        small = [word for word in words if len(word) > 1 and word[0].islower()]
    return len(small) >= 4 or sum(len(word) for word in words if _unspaced([word])) >= _FEW_SIGNS


def _in_other_words(text: str, source: Language, target: Language) -> str:
    """What the text seems to be, of the languages that share the target's script."""
    wanted = primary(target.tag)
    if wanted in ("ja", "zh"):
        return _japanese_or_chinese(text, wanted)
    if wanted == "ru" and _ONLY_RUSSIAN.search(text) and not _NOT_RUSSIAN.search(text):
        return ""
    other, against, for_it = _strongest_rival(text, wanted)
    if wanted in TABLED:
        if for_it >= max(2, against):
            return ""
        if against >= 3 * (for_it + 1):
            return (
                f"it seems to be {language(other).name}" if other else "it is in another language"
            )
    if wanted in TABLED and not against:
        return ""
    return _by_lingua(text, source, target, other if against > 1 else "")


def _strongest_rival(text: str, wanted: str) -> tuple[str, int, int]:
    """The language that most speaks for, beside the wanted one; what does, and what against.

    Only words count that one of the two has and the other has not.
    """
    found = function_words(text)
    lacking = Counter(tag for tags in found if wanted not in tags for tag in tags)
    other, against = lacking.most_common(1)[0] if lacking else ("", 0)
    for_it = sum(wanted in tags and other not in tags for tags in found)
    return other, against + strange_words(text, wanted), for_it


def _japanese_or_chinese(text: str, wanted: str) -> str:
    """Japanese is hardly ever without kana; a few stand in Chinese texts, as names."""
    kana = sum(has_letters(character, "Kana") for character in text)
    signs = sum(has_letters(character, "Hani") for character in text)
    if wanted == "ja" and not kana and signs >= 20:
        return "it seems to be Chinese"
    return "it seems to be Japanese" if wanted == "zh" and kana > max(3, signs // 6) else ""


def _by_lingua(text: str, source: Language, target: Language, suspected: str) -> str:
    if sum(map(str.isalpha, text)) < _LETTERS_FOR_LINGUA:
        return ""
    names = frozenset((primary(source.tag), suspected, *_usual(text)))
    detector = _detector(primary(target.tag), names - {primary(target.tag), ""})
    if detector is None:
        return ""
    values = detector.compute_language_confidence_values(text.encode(errors="ignore").decode())
    own = next((v.value for v in values if _tag(v.language) == primary(target.tag)), 1.0)
    if own > _RULED_OUT or values[0].value < _SURE:
        return ""
    return f"it seems to be {language(_tag(values[0].language)).name}"


def _usual(text: str) -> tuple[str, ...]:
    return next((tags for script, tags in _USUAL.items() if has_letters(text, script)), ())


def _tag(lingua_language: Any) -> str:
    return str(lingua_language.iso_code_639_1.name.lower())


@cache
def _detector(wanted: str, others: frozenset[str]) -> Any:
    """Lingua's small models of these languages; None where it is absent or lacks the first."""
    lingua = _lingua()
    if lingua is None:
        return None
    known = {_tag(one): one for one in lingua.Language.all()}
    wanted = "nb" if wanted == "no" else wanted
    chosen = [known[tag] for tag in sorted(others) if tag in known]
    if wanted not in known or not chosen:
        return None
    builder = lingua.LanguageDetectorBuilder.from_languages(known[wanted], *chosen)
    return builder.with_low_accuracy_mode().build()


@cache
def _lingua() -> Any:
    try:
        import lingua
    except ImportError:
        return None
    return lingua
