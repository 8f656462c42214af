"""`donor inspect`: what is in a dataset, and what is odd about it."""

from pathlib import Path
from typing import Any

import click

from donor.cli.options import (
    as_json_option,
    console,
    inputs_argument,
    print_json,
    reading_of,
    reading_options,
    refusal_of,
    unreadable,
)
from donor.errors import FormatError
from donor.formats import read
from donor.report import survey_table
from donor.survey import Survey

__all__ = ["inspect"]


@click.command()
@inputs_argument
@reading_options
@as_json_option
def inspect(inputs: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Count what a dataset holds, and list what is odd about it.

    \b
    Example:
      donor inspect deft/train
      donor inspect deft/train --json
    """
    found = _inspected(inputs, flags)
    if as_json:
        print_json(found)
    else:
        console().print(survey_table(found))


def _inspected(inputs: tuple[Path, ...], flags: dict[str, Any]) -> dict[str, Any]:
    survey = Survey()
    warnings: list[dict[str, str]] = []
    skipped: list[FormatError] = []

    def warn(where: str, what: str) -> None:
        warnings.append({"where": where, "what": what})

    for document in read(
        inputs,
        format=flags["format"],
        language=flags["language"],
        warn=warn,
        refuse=refusal_of(flags, skipped),
        options=reading_of(flags),
    ):
        survey.add(document)
        for relation in document.dangling():
            warn(document.id, f"{relation.label} of {relation.tail}: no span {relation.head} here")
    return {**survey.as_json(), "warnings": warnings, "unreadable": unreadable(skipped)}
