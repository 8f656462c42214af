"""The scripts of a language, and the words of a text that stand in another script."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from donor.languages.codes import primary

__all__ = [
    "UNSPACED",
    "has_letters",
    "has_unspaced",
    "prose_outside",
    "script_of",
    "scripts_of",
]

_RANGES = {
    "Latn": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua7ff"
    "\uab30-\uab64\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a",
    "Cyrl": "\u0400-\u0481\u048a-\u052f\u1c80-\u1c8f\ua640-\ua66e\ua680-\ua69d",
    "Grek": "\u0370-\u0373\u0376-\u03ff\u1f00-\u1fff",
    "Armn": "\u0531-\u0588\ufb13-\ufb17",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2d",
    "Hebr": "\u05d0-\u05f2\ufb1d-\ufb4f",
    "Arab": "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f"
    "\u08a0-\u08c7\ufb50-\ufdfb\ufe70-\ufefc",
    "Syrc": "\u0710-\u072f",
    "Thaa": "\u0780-\u07a5",
    "Nkoo": "\u07ca-\u07ea",
    "Deva": "\u0904-\u0939\u0958-\u0961\u0972-\u097f",
    "Beng": "\u0980-\u09b9\u09dc-\u09e1\u09f0-\u09f1",
    "Guru": "\u0a05-\u0a39\u0a59-\u0a5e",
    "Gujr": "\u0a85-\u0ab9\u0ae0-\u0ae1",
    "Orya": "\u0b05-\u0b39\u0b5c-\u0b61",
    "Taml": "\u0b83-\u0bb9",
    "Telu": "\u0c05-\u0c39\u0c58-\u0c61",
    "Knda": "\u0c85-\u0cb9\u0cde-\u0ce1",
    "Mlym": "\u0d05-\u0d3a\u0d54-\u0d61\u0d7a-\u0d7f",
    "Sinh": "\u0d85-\u0dc6",
    "Thai": "\u0e01-\u0e33\u0e40-\u0e46",
    "Laoo": "\u0e81-\u0eb3\u0ebd-\u0edf",
    "Tibt": "\u0f40-\u0f6c",
    "Mymr": "\u1000-\u102a\u103f\u1050-\u109f\uaa60-\uaa7f",
    "Khmr": "\u1780-\u17b3",
    "Mong": "\u1820-\u18aa",
    "Ethi": "\u1200-\u137f\u1380-\u139f\u2d80-\u2ddf",
    "Cher": "\u13a0-\u13fd\uab70-\uabbf",
    "Cans": "\u1401-\u167f",
    "Tfng": "\u2d30-\u2d67",
    "Olck": "\u1c5a-\u1c7d",
    "Hang": "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc",
    "Kana": "\u3041-\u3096\u309d-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Bopo": "\u3105-\u312f\u31a0-\u31bf",
    "Hani": "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
"""The letters of each script, as the inside of a regular expression's class."""

UNSPACED = frozenset({"Thai", "Laoo", "Khmr", "Mymr", "Tibt"})
"""Scripts without spaces between words, whose signs are parts of words."""

_NAMES = {
    "Latn": "Latin", "Cyrl": "Cyrillic", "Grek": "Greek", "Armn": "Armenian", "Geor": "Georgian",
    "Hebr": "Hebrew", "Arab": "Arabic", "Deva": "Devanagari", "Beng": "Bengali", "Thai": "Thai",
    "Ethi": "Ethiopic", "Hang": "Korean", "Kana": "Japanese", "Hani": "Chinese",
}  # fmt: skip

_MIXED = {
    "Jpan": ("Hani", "Kana"), "Kore": ("Hang", "Hani"), "Hans": ("Hani", "Bopo"),
    "Hant": ("Hani", "Bopo"), "Hrkt": ("Kana",), "Hira": ("Kana",),
}  # fmt: skip

# Written in either, and the tag mostly does not say in which.
_EITHER = {
    **dict.fromkeys(("bs", "sh", "sr"), ("Cyrl", "Latn")),
    **dict.fromkeys(("az", "kk", "ky", "tk", "tt", "ug", "uz"), ("Arab", "Cyrl", "Latn")),
    **dict.fromkeys(("ha", "ku", "ms", "wo"), ("Arab", "Latn")),
    **dict.fromkeys(("kok", "ks", "sa", "sd"), ("Arab", "Deva", "Latn")),
    "mn": ("Cyrl", "Mong"),
    "pa": ("Arab", "Guru"),
}

_WORD = re.compile(r"[^\W\d_]+")
# The digits of these scripts, and what stands between two syllables of Tibetan.
_OTHER_SIGNS = (
    "\u0e50-\u0e59\u0ed0-\u0ed9\u0f0b\u0f0c\u0f20-\u0f29\u1040-\u1049\u1090-\u1099\u17e0-\u17e9"
)
_UNSPACED = re.compile(f"[{''.join(_RANGES[script] for script in sorted(UNSPACED))}{_OTHER_SIGNS}]")
_NO_LETTER = re.compile(r"[\W\d_]*")


@cache
def scripts_of(tag: str) -> frozenset[str]:
    """The scripts in which a language is written, by their ISO 15924 codes.

    >>> sorted(scripts_of("sr")), sorted(scripts_of("sr-Latn")), sorted(scripts_of("ja"))
    (['Cyrl', 'Latn'], ['Latn'], ['Hani', 'Kana'])
    """
    import langcodes

    given = langcodes.Language.get(tag)
    if given.script is None and primary(tag) in _EITHER:
        return frozenset(_EITHER[primary(tag)])
    script = given.script or given.maximize().script or ""
    return frozenset(_MIXED.get(script, (script,)))


def prose_outside(text: str, tag: str) -> tuple[list[str], int]:
    """The words of a text that no writer of the language would write, and all its other letters.

    Names, acronyms, single letters and signs may stand in any script; so only words count
    that begin with a small letter, or are in a script without capitals.

    >>> prose_outside("Модуль XMLParser (file not found)", "ru")
    (['file', 'not', 'found'], 6)
    """
    own = _own(scripts_of(tag))
    if own is None:
        return [], len(text)
    rest = own.sub("", text)
    if _NO_LETTER.fullmatch(rest):
        return [], len(text) - len(rest)
    found = _WORD.findall(rest)
    words = [word for word in found if _is_prose(word)]
    if not words and found and rest == rest.upper():
        words = [word for word in found if len(word) > 1]
    return words, len(text) - len(rest)


def script_of(words: Iterable[str]) -> str:
    """The script of most letters of the words, in English; "" for one without a name.

    >>> script_of(["細胞", "は"]), script_of(["вода", "water", "течёт"])
    ('Japanese', 'Cyrillic')
    """
    seen = Counter(_script_of_letter(letter) for word in words for letter in word)
    if seen["Japanese"]:
        return "Japanese"
    return seen.most_common(1)[0][0] if seen else ""


def has_letters(text: str, script: str) -> bool:
    """Whether a letter of the script, by its code, is in the text."""
    return _class(script).search(text) is not None


def has_unspaced(text: str) -> bool:
    """Whether a sign of a script without spaces is in the text: a letter, a digit, a tsheg.

    >>> has_unspaced("น้ำ"), has_unspaced("๑๒"), has_unspaced("水, water")
    (True, True, False)
    """
    return _UNSPACED.search(text) is not None


def _is_prose(word: str) -> bool:
    first = word[0]
    return (first.islower() and len(word) > 1) or first.lower() == first.upper()


@cache
def _own(scripts: frozenset[str]) -> re.Pattern[str] | None:
    """The letters of these scripts; None where one of them is not in the table."""
    if not scripts <= _RANGES.keys():
        return None
    return re.compile(f"[{''.join(_RANGES[script] for script in sorted(scripts))}]+")


@cache
def _class(script: str) -> re.Pattern[str]:
    return re.compile(f"[{_RANGES[script]}]")


@cache
def _script_of_letter(letter: str) -> str:
    names = (name for script, name in _NAMES.items() if has_letters(letter, script))
    return next(names, "")
