"""TRANSLATE: a document becomes its translation, segment by segment."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from donor.data import Document, Translation
from donor.errors import ConfigError
from donor.languages import Language
from donor.llm import Method

__all__ = ["TRANSLATORS", "Translator", "translator_named"]

Translator = Callable[[Document, Language, Language], Method[Translation]]
"""Takes a document, its language and the target language; asks; returns the translation."""

TRANSLATORS = {
    "llm": "donor.translate.llm:translate",
}


def translator_named(name: str) -> Translator:
    """The translator of that name. Raises ConfigError, which lists the known ones."""
    if name not in TRANSLATORS:
        known = ", ".join(TRANSLATORS)
        raise ConfigError(f"translator {name!r}", "not known", f"known: {known}")
    module, function = TRANSLATORS[name].split(":")
    return cast(Translator, getattr(import_module(module), function))
