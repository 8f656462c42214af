"""What a run does before anything is asked: all of the input is read and found fit."""

from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from donor.data import Document
from donor.errors import ConfigError, FormatError
from donor.formats import Format, of_transfer
from donor.pipeline.input import read_input
from donor.pipeline.plan import Plan
from donor.pipeline.resources import Progress, Resources, watched
from donor.recipe import SKIP, Recipe
from donor.records import RunFolder
from donor.translate.given import brought

__all__ = ["check_given_translation", "check_outside", "read_in"]


def check_given_translation(recipe: Recipe) -> None:
    """Nothing. Raises ConfigError if a translation is to be given that nothing gives."""
    if recipe.translator != "given" or recipe.translation:
        return
    first = next(read_input(recipe), None)
    if first is not None and isinstance(brought(first), str):
        where = ", ".join(recipe.inputs)
        what = "brings no translation, and none is given"
        raise ConfigError(where, what, "give --translation FILE; pairs bring theirs")


def check_outside(folder: Path, inputs: Iterable[Path]) -> None:
    """Nothing. Raises ConfigError if the run would read its own files."""
    for path in inputs:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise ConfigError(str(folder), f"lies in the input {path}", "choose another with -o")


def read_in(
    recipe: Recipe,
    plan: Plan,
    out_format: Format,
    files: RunFolder,
    resources: Resources,
    progress: Progress,
) -> tuple[int, list[Document], bool, dict[str, Any]]:
    """How many documents were read, the first ones, whether some were left out, what was met.

    All of the input is read, every language looked up, and every document found fit for the
    output format, before anything is asked.
    """
    oddities = 0
    skipped: list[FormatError] = []

    def warn(where: str, what: str) -> None:
        nonlocal oddities
        oddities += 1

    drawn = resources.sample.drawn(read_input(recipe)) if resources.sample else None
    read = read_input(recipe, warn=warn, skipped=skipped, by_input_file=True)
    documents = map(partial(_fit, plan, out_format), drawn.of(read) if drawn else read)
    taken = islice(documents, resources.limit)
    count, first = files.write_read(watched(taken, "read", None, progress))
    cut = drawn.left_out if drawn else next(documents, None) is not None
    found: dict[str, Any] = {"oddities": oddities}
    if recipe.on_error == SKIP:
        found["unreadable"] = [{"where": error.where, "what": error.what} for error in skipped]
    return count, first, cut, found


def _fit(plan: Plan, out_format: Format, document: Document) -> Document:
    """The document, its segments no longer than a request can hold.

    Raises:
        ConfigError: its language is not known, or is the target language.
        FormatError: the output format cannot hold it at all.
    """
    out_format.losses(of_transfer(document, document, out_format))
    try:
        plan.language_of(document)
    except ConfigError as error:
        own = f"document {document.id}"
        what = error.what if error.where == own else f"{error.where}: {error.what}"
        raise ConfigError(f"{document.metadata.get('file')}: {own}", what, error.hint) from None
    return plan.cut(document)
