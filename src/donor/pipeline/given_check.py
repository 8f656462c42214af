"""Whether a given translation is one of the input at all, before anything is asked."""

from donor.data import Document
from donor.errors import ConfigError
from donor.pipeline.given_file import GivenFile
from donor.pipeline.input import read_input
from donor.recipe import Recipe

__all__ = ["check_given"]

_SHOWN = 3


def check_given(recipe: Recipe, found: GivenFile) -> None:
    """Nothing. Raises ConfigError if no document of the input has a translation in the file.

    Nor may it have more or fewer than the input where only their numbers tell which is whose.
    """
    path = str(recipe.translation)
    documents = read_input(recipe)
    missing: list[Document] = []
    for document in documents:
        if not isinstance(found(document), str):
            break
        missing = [*missing, document][:_SHOWN]
    else:
        ids = ", ".join(document.id for document in missing)
        there = ", ".join(found.examples()) or "none"
        what = f"has no translation of any document of the input: {ids} …; its own ids: {there}"
        hint = "give the ids of the input, pairs, or source<TAB>target lines"
        raise ConfigError(path, what, hint)
    if found.by_number:
        count = sum(1 for _ in read_input(recipe))
        if count != found.count:
            what = f"holds {found.count} documents, the input {count}"
            raise ConfigError(path, what, "their ids differ, so each must have its own by number")
