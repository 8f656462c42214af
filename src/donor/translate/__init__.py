"""TRANSLATE: a document becomes its translation, segment by segment."""

from collections.abc import Callable
from typing import cast

from donor.llm import Method
from donor.plugins import object_named
from donor.translate.task import Translated, TranslationTask

__all__ = [
    "OFFLINE",
    "TRANSLATORS",
    "Translated",
    "TranslationTask",
    "Translator",
    "translator_named",
]

Translator = Callable[[TranslationTask], Method[Translated]]
"""Takes a document to translate; asks; returns the translation, and maybe candidates."""

TRANSLATORS = {
    "llm": "donor.translate.llm:translate",
    "joint": "donor.translate.joint:translate",
    "given": "donor.translate.given:translate",
    "apertium": "donor.translate.apertium:translate",
}

OFFLINE = frozenset({"given", "apertium"})
"""The translators that ask no model."""

GROUP = "donor.translators"
"""The entry points by which other packages bring translators."""


def translator_named(name: str) -> Translator:
    """The translator of that name, Donor's or another package's.

    Raises ConfigError, which lists the known ones, or names the package that is broken.
    """
    found = object_named(name, kind="translator", known=TRANSLATORS, group=GROUP, fits=callable)
    return cast(Translator, found)
