"""Options that several verbs share, and how they print."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from donor.formats import FORMATS

__all__ = [
    "as_json_option",
    "console",
    "inputs_argument",
    "print_json",
    "reading_options",
    "store_option",
    "writing_options",
]

Function = Callable[..., Any]

_SOME_PATH = click.Path(path_type=Path)

inputs_argument = click.argument(
    "inputs", nargs=-1, required=True, type=_SOME_PATH, metavar="INPUT..."
)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")

store_option = partial(
    click.option, "--store", type=_SOME_PATH, metavar="FILE", help="The response store."
)


def reading_options(function: Function) -> Function:
    """Adds what says how input is read."""
    for option in (
        click.option(
            "--from", "language", metavar="LANG", help="Language of the input. [deft: en]"
        ),
        click.option(
            "--format", "format", metavar="NAME", help=f"Input format: {', '.join(FORMATS)}."
        ),
    ):
        function = option(function)
    return function


def writing_options(function: Function) -> Function:
    """Adds what says how output is written."""
    return click.option("--out-format", metavar="NAME", help="Output format. [the input's]")(
        function
    )


def print_json(value: Mapping[str, Any]) -> None:
    """Prints a value as JSON on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def console(*, err: bool = False) -> Console:
    """A console that wraps at the terminal's width, or at 100 columns where there is none."""
    plain = Console(stderr=err, highlight=False, markup=False)
    if plain.is_terminal:
        return plain
    return Console(stderr=err, highlight=False, markup=False, width=100)
