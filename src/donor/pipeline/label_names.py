"""The names of a run's labels in the target language: collected, asked for once, put in place."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, cast

from donor.data import Document, with_label_names
from donor.errors import ConfigError
from donor.formats import Format
from donor.llm import Method, asking
from donor.pipeline.clients import Asker
from donor.pipeline.plan import Plan
from donor.recipe import Recipe
from donor.translate.label_names import translatable, translate_names

__all__ = ["Names", "asked_names", "labels_of", "naming", "renamed"]

Names = Mapping[str, str]

_MOST = 1000
_HINT = "--label-names keep leaves them as they are"


def labels_of(document: Document, known: Format) -> set[str]:
    """The labels of a document's spans and texts, and what else its format knows as labels."""
    found = {span.label for span in document.spans}
    found.update(label.value for label in document.labels)
    if hasattr(known, "label_names"):
        found |= cast(Any, known).label_names(document)
    return found


def label_names(documents: Iterable[Document], known: Format) -> list[str]:
    """The names that the labels of spans and texts have in some documents, sorted, each once.

    A format may know more names than its documents use; it tells by a method `label_names`.

    Raises:
        ConfigError: there are so many that they can be no names of classes.
    """
    found: set[str] = set()
    for document in documents:
        found |= labels_of(document, known)
        if len(found) > _MOST:
            what = f"there are more than {_MOST} different labels"
            raise ConfigError("--label-names translate", what, _HINT)
    return sorted(filter(translatable, found))


def naming(documents: Iterator[Document], plan: Plan, known: Format) -> Method[Names | str] | None:
    """The method that asks for the names; None where there are none to translate."""
    first = next(documents, None)
    if first is None:
        return None
    source = plan.language_of(first)
    names = label_names((document for part in ([first], documents) for document in part), known)
    return translate_names(names, source, plan.target, plan.guidance) if names else None


def asked_names(
    recipe: Recipe,
    plan: Plan,
    documents: Iterator[Document],
    known: Format,
    client: Asker,
) -> Names | None:
    """The names, if the recipe wants them; None while a batch has yet to answer.

    Raises:
        ConfigError: the model gives no name to each label.
    """
    if recipe.label_names == "keep":
        return {}
    method = naming(documents, plan, known)
    if method is None:
        return {}
    way = asking(method, recipe.model, recipe.parameters, recipe.first_sample)
    with closing(client.drive([way])) as driven:
        found = next(driven, None)
    if isinstance(found, str):
        what = f"the names could not be translated: {found}"
        raise ConfigError("--label-names translate", what, _HINT)
    return found


def renamed(document: Document, names: Names, known: Format) -> Document:
    """The document with its labels called so, in what the format writes of it too."""
    if not names:
        return document
    new = with_label_names(document, names)
    if hasattr(known, "renamed"):
        found: Document = cast(Any, known).renamed(new, names)
        return found
    return new
