"""Options that several verbs share, and how they print."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from donor.errors import FormatError, InputError
from donor.formats import FORMATS, Flatten, Options, Refuse, Snap, fields_for_output, raise_at_once
from donor.recipe import SKIP, STOP

__all__ = [
    "as_json_option",
    "check_free",
    "console",
    "fields_of",
    "force_option",
    "inputs_argument",
    "print_json",
    "projecting_options",
    "reading_of",
    "reading_options",
    "refusal_of",
    "store_option",
    "tell_unreadable",
    "unreadable",
    "writing_of",
    "writing_options",
]

Function = Callable[..., Any]

_SOME_PATH = click.Path(path_type=Path)

inputs_argument = click.argument(
    "inputs", nargs=-1, required=True, type=_SOME_PATH, metavar="INPUT..."
)

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")

force_option = click.option("--force", is_flag=True, help="Overwrite what is there.")

store_option = partial(
    click.option, "--store", type=_SOME_PATH, metavar="FILE", help="The response store."
)

_SHOWN = 10
_FIELDS = ("text", "spans", "label", "id")

_READING = (
    click.option("--format", "format", metavar="NAME", help=f"Input format: {', '.join(FORMATS)}."),
    click.option("--from", "language", metavar="LANG", help="Language of the input. [deft: en]"),
    *(
        click.option(f"--{name}-field", metavar="NAME", help=f"The field or column of the {name}.")
        for name in _FIELDS
    ),
    click.option(
        "--field",
        "more_fields",
        multiple=True,
        metavar="KEY=NAME",
        help="Another field that the format takes (docs/formats.md), e.g. side=title.",
    ),
    click.option("--scheme", metavar="NAME", help="Tag scheme: IOB1, BIO, BILOU … [found out]"),
    click.option(
        "--on-error",
        type=click.Choice([STOP, SKIP]),
        help="At what cannot be read, or skip and list it. [stop]",
    ),
)

_WRITING = (
    click.option("--out-format", metavar="NAME", help="Output format. [the input's]"),
    click.option("--out-scheme", metavar="NAME", help="Tag scheme of the output. [the input's]"),
    click.option(
        "--flatten",
        type=click.Choice(list(map(str, Flatten))),
        help="Which of overlapping spans stays where only one can. [longest]",
    ),
    click.option(
        "--snap",
        type=click.Choice(list(map(str, Snap))),
        help="What a span does whose edge cuts a token, in a format of tokens. [expand]",
    ),
)


_PROJECTING = (
    click.option(
        "--instructions",
        type=_SOME_PATH,
        metavar="FILE",
        help="The project's annotation guideline.",
    ),
    click.option(
        "--examples",
        type=_SOME_PATH,
        metavar="FILE",
        help="Pairs carried over by hand; three are shown.",
    ),
    click.option(
        "--parallel",
        type=_SOME_PATH,
        metavar="FILE",
        help="Sentence pairs that align learns from too.",
    ),
    click.option(
        "--alignment",
        type=_SOME_PATH,
        metavar="FILE",
        help="Word links (Pharaoh) that align uses.",
    ),
)


def projecting_options(function: Function) -> Function:
    """Adds what the projection methods are told, and what align goes by."""
    for option in reversed(_PROJECTING):
        function = option(function)
    return function


def reading_options(function: Function) -> Function:
    """Adds what says how input is read."""
    for option in reversed(_READING):
        function = option(function)
    return function


def writing_options(function: Function) -> Function:
    """Adds what says how output is written."""
    for option in reversed(_WRITING):
        function = option(function)
    return function


def fields_of(flags: Mapping[str, Any]) -> dict[str, str]:
    """The user's names of fields by Donor's. Raises UsageError for what names none."""
    fields = {name: flags[f"{name}_field"] for name in _FIELDS if flags[f"{name}_field"]}
    for said in flags["more_fields"]:
        key, equals, name = said.partition("=")
        if not (key and equals and name):
            raise click.UsageError(f"--field {said}: write KEY=NAME, for example side=title")
        fields[key] = name
    return fields


def reading_of(flags: Mapping[str, Any]) -> Options:
    """How the flags say that input is read."""
    return Options(fields=fields_of(flags), scheme=flags["scheme"])


def writing_of(flags: Mapping[str, Any], *, like_the_input: bool) -> Options:
    """How the flags say that output is written; `like_the_input` if it is of the same format."""
    return Options(
        fields=fields_for_output(fields_of(flags), like_the_input=like_the_input),
        scheme=flags["out_scheme"] or flags["scheme"],
        flatten=Flatten(flags["flatten"] or Flatten.LONGEST),
        snap=Snap(flags["snap"] or Snap.EXPAND),
        keep_names=like_the_input,
    )


def check_free(output: Path, *, force: bool) -> None:
    """Nothing. Raises InputError where a file, or a folder that holds some, would be overwritten.

    With `force` it says so, and goes on.
    """
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    kind = "the folder is not empty" if output.is_dir() else "the file exists"
    if not force:
        raise InputError(str(output), kind, "choose another name, or overwrite with --force")
    click.echo(f"{output}: {kind}; overwriting, as --force says", err=True)


def refusal_of(flags: Mapping[str, Any], skipped: list[FormatError]) -> Refuse:
    """What takes the unreadable: an error, or with `--on-error skip` the list."""
    return skipped.append if flags["on_error"] == SKIP else raise_at_once


def unreadable(skipped: Sequence[FormatError]) -> list[dict[str, str]]:
    """What was skipped, as `--json` prints it."""
    return [{"where": error.where, "what": error.what} for error in skipped]


def tell_unreadable(skipped: Sequence[Mapping[str, str]]) -> None:
    """Prints how many things were skipped, and the first of them."""
    if not skipped:
        return
    click.echo(f"{len(skipped):,} could not be read and {_were(len(skipped))} skipped:")
    for error in skipped[:_SHOWN]:
        click.echo(f"  {error['where']}: {error['what']}")
    if len(skipped) > _SHOWN:
        click.echo(f"  … and {len(skipped) - _SHOWN:,} more: --json lists them all")


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def print_json(value: Mapping[str, Any]) -> None:
    """Prints a value as JSON on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def console(*, err: bool = False) -> Console:
    """A console that wraps at the terminal's width, or at 100 columns where there is none."""
    plain = Console(stderr=err, highlight=False, markup=False)
    if plain.is_terminal:
        return plain
    return Console(stderr=err, highlight=False, markup=False, width=100)
