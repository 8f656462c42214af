"""The input of a recipe, read as the recipe says."""

from collections.abc import Iterator
from pathlib import Path

from donor.data import Document
from donor.errors import ConfigError, FormatError
from donor.formats import Options, Refuse, find_files, format_named, format_of, raise_at_once, read
from donor.formats.format import Warn, ignore_warnings
from donor.recipe import SKIP, Recipe

__all__ = ["input_formats", "output_format", "read_input"]


def read_input(
    recipe: Recipe,
    *,
    warn: Warn = ignore_warnings,
    skipped: list[FormatError] | None = None,
    by_input_file: bool = False,
) -> Iterator[Document]:
    """The documents of the input, each once.

    Args:
        recipe: says where they are and how they are read.
        warn: takes oddities.
        skipped: gets what cannot be read, where the recipe says to skip it.
        by_input_file: as of `donor.formats.read`.
    """
    kept = [] if skipped is None else skipped
    refuse: Refuse = kept.append if recipe.on_error == SKIP else raise_at_once
    return read(
        list(recipe.inputs),
        format=recipe.format,
        language=recipe.language,
        warn=warn,
        refuse=refuse,
        by_input_file=by_input_file,
        options=recipe.reading,
    )


def input_formats(recipe: Recipe) -> list[str]:
    """The formats that the inputs are read as; most often it is one."""
    files = find_files(
        [Path(path) for path in recipe.inputs], format=recipe.format, options=recipe.reading
    )
    return sorted({format_of(file, recipe.format) for file in files})


def output_format(recipe: Recipe) -> tuple[str, Options]:
    """The format of the target dataset, and how it is written.

    Raises ConfigError where nothing decides it.
    """
    kinds = input_formats(recipe)
    if recipe.out_format:
        like = kinds == [recipe.out_format]
        options = recipe.writing(like_the_input=like)
        return format_named(recipe.out_format, options).name, options
    if len(kinds) > 1:
        what = f"inputs of several formats: {', '.join(kinds)}"
        raise ConfigError(", ".join(recipe.inputs), what, "give --out-format, or one at a time")
    return kinds[0], recipe.writing(like_the_input=True)
