"""How long a text is in another language, and words to fill that length with."""

from functools import cache

from donor.languages.codes import primary
from donor.languages.function_words import small_words

__all__ = ["filler_words", "letters_per_english_letter"]

# A few common letters of each script, and how many letters it takes where English takes one. Latin
# and Cyrillic are measured on parallel texts (reviews, parliament, encyclopedia, medicine: Spanish
# 1.09 to 1.18, French 1.20, Russian 1.07 to 1.11); the others are rules of thumb.
_SCRIPTS = {
    "Latn": ("etaoin", 1.13),
    "Cyrl": ("оеаинт", 1.1),
    "Grek": ("αοιετσ", 1.05),
    "Armn": ("աենրոտ", 1.05),
    "Geor": ("აიეორდ", 1.05),
    "Arab": ("اليمنر", 0.8),
    "Hebr": ("יוהלאר", 0.75),
    "Deva": ("करनसतह", 0.8),
    "Beng": ("করনসতহ", 0.8),
    "Taml": ("கதபமனல", 1.0),
    "Thai": ("กนรามต", 0.85),
    "Ethi": ("የነተለመበ", 0.6),
    "Kore": ("이다의는을가", 0.45),
    "Jpan": ("のはに権人国", 0.4),
    "Hans": ("的人和有国在", 0.28),
    "Hant": ("的人和有國在", 0.28),
}


def filler_words(tag: str) -> tuple[str, ...]:
    """Words of the language of a BCP 47 tag, or else letters of its script.

    >>> filler_words("ru")[:3], filler_words("th")[:3]
    (('и', 'в', 'не'), ('ก', 'น', 'ร'))
    """
    return small_words(tag) or tuple(_of(tag)[0])


def letters_per_english_letter(tag: str) -> float:
    """How many letters the language takes for what takes one in English.

    >>> letters_per_english_letter("zh")
    0.28
    """
    return 1.0 if primary(tag) == "en" else _of(tag)[1]


@cache
def _of(tag: str) -> tuple[str, float]:
    import langcodes

    script = langcodes.Language.get(tag).maximize().script or "Latn"
    return _SCRIPTS.get(script, _SCRIPTS["Latn"])
