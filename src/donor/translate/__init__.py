"""TRANSLATE: a document becomes its translation, segment by segment."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from donor.errors import ConfigError
from donor.llm import Method
from donor.translate.task import Translated, TranslationTask

__all__ = ["TRANSLATORS", "Translated", "TranslationTask", "Translator", "translator_named"]

Translator = Callable[[TranslationTask], Method[Translated]]
"""Takes a document to translate; asks; returns the translation, and maybe candidates."""

TRANSLATORS = {
    "llm": "donor.translate.llm:translate",
    "joint": "donor.translate.joint:translate",
    "given": "donor.translate.given:translate",
}


def translator_named(name: str) -> Translator:
    """The translator of that name. Raises ConfigError, which lists the known ones."""
    if name not in TRANSLATORS:
        known = ", ".join(TRANSLATORS)
        raise ConfigError(f"translator {name!r}", "not known", f"known: {known}")
    module, function = TRANSLATORS[name].split(":")
    return cast(Translator, getattr(import_module(module), function))
