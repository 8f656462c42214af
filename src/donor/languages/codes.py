"""A language by its BCP 47 tag."""

import difflib
from dataclasses import dataclass
from functools import cache

from donor.errors import ConfigError

__all__ = ["Language", "language", "primary"]

_EXAMPLE = "use a BCP 47 tag such as en, ru or pt-BR"

_NOT_ONE_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})

# CLDR's long names, which read better in a prompt than "Portuguese (Brazil)".
_LONG_NAMES = {
    "de-AT": "Austrian German",
    "de-CH": "Swiss High German",
    "en-AU": "Australian English",
    "en-CA": "Canadian English",
    "en-GB": "British English",
    "en-US": "American English",
    "es-419": "Latin American Spanish",
    "es-ES": "European Spanish",
    "es-MX": "Mexican Spanish",
    "fr-CA": "Canadian French",
    "fr-CH": "Swiss French",
    "pt-BR": "Brazilian Portuguese",
    "pt-PT": "European Portuguese",
    "zh-Hans": "Simplified Chinese",
    "zh-Hant": "Traditional Chinese",
}


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its standardised BCP 47 tag and its English name, as prompts use it."""

    tag: str
    name: str


@cache
def language(tag: str) -> Language:
    """The language that a BCP 47 tag names.

    >>> language("pt_br")
    Language(tag='pt-BR', name='Brazilian Portuguese')
    >>> language("Russian")
    Traceback (most recent call last):
    donor.errors.ConfigError: language 'Russian': not a known language (use the tag ru)

    Raises:
        ConfigError: the tag is not valid, or names no language, or several.
    """
    import langcodes

    if not langcodes.tag_is_valid(tag):
        raise _unknown(tag)
    standard = langcodes.standardize_tag(tag)
    name = _LONG_NAMES.get(standard) or langcodes.Language.get(standard).display_name("en")
    if primary(standard) in _NOT_ONE_LANGUAGE or "Unknown " in name:
        raise _unknown(tag)
    return Language(standard, name)


@cache
def primary(tag: str) -> str:
    """The language part of a tag, in lower case: "pt" of "pt-BR"."""
    return tag.replace("_", "-").partition("-")[0].lower()


def _unknown(tag: str) -> ConfigError:
    nearest = _tag_of_name(tag)
    hint = f"use the tag {nearest}" if nearest else _EXAMPLE
    return ConfigError(f"language {tag!r}", "not a known language", hint)


def _tag_of_name(name: str) -> str | None:
    import langcodes

    try:
        return langcodes.find(name).to_tag()
    except (LookupError, UnicodeError):
        return _tag_of_misspelt(name)


def _tag_of_misspelt(name: str) -> str | None:
    import langcodes

    letters = "abcdefghijklmnopqrstuvwxyz"
    tags = (first + second for first in letters for second in letters)
    by_name = {
        langcodes.Language.get(tag).display_name("en").lower(): tag
        for tag in tags
        if langcodes.tag_is_valid(tag)
    }
    nearest = difflib.get_close_matches(name.lower(), by_name, n=1, cutoff=0.8)
    return by_name[nearest[0]] if nearest else None
