"""`donor store`: look after a response store."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from donor.cli.imported import (
    check_importable,
    check_usable,
    imported_json,
    tell_imported,
)
from donor.cli.options import as_json_option, print_json, store_option
from donor.errors import StoreError
from donor.llm import ResponseStore, import_file
from donor.pipeline import DEFAULT_STORE, rebuild, stale

__all__ = ["store"]

_existing_store = store_option(default=Path(DEFAULT_STORE), show_default=True)


@click.group()
def store() -> None:
    """Look after a response store: the answers that were paid for.

    \b
    Example:
      donor store stats --store donor-responses.sqlite
    """


@store.command()
@_existing_store
@as_json_option
def stats(store: Path, as_json: bool) -> None:
    """Count answers and tokens by model.

    \b
    Example:
      donor store stats
    """
    with ResponseStore.open(store, read_only=True) as answers:
        found = answers.stats()
    if as_json:
        print_json(found)
        return
    for name, value in _flat(found):
        click.echo(f"{name:<44} {value:>14,}")


def _flat(counts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, int]]:
    """The counts with the names that lead to them."""
    for name, value in counts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}  ")
        else:
            yield before + name, value


@store.command()
@_existing_store
def verify(store: Path) -> None:
    """Check that every answer still belongs to its request.

    \b
    Example:
      donor store verify
    """
    with ResponseStore.open(store, read_only=True) as answers:
        problems = answers.verify()
        count = answers.stats()["answers"]
    if problems:
        more = f" … and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise StoreError(str(store), "; ".join(problems[:3]) + more, "restore it from a copy")
    click.echo(f"{count:,} answers, each under the key of its request")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
@_existing_store
def export(store: Path, file: Path) -> None:
    """Write all answers to FILE as JSON lines.

    \b
    Example:
      donor store export answers.jsonl
    """
    with ResponseStore.open(store, read_only=True) as answers:
        click.echo(f"{answers.export_lines(file):,} answers written to {file}")


@store.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@_existing_store
@as_json_option
def import_(store: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Add the answers of each FILE to the store.

    A file holds what donor store export wrote, or the results (or errors) of a batch whose
    requests donor transfer --batch wrote. A line that cannot be used is told, with its number,
    and leaves the others alone; the exit code is 1 if none of a file could be used.

    \b
    Example:
      donor store import answers.jsonl
      donor store import batch_output.jsonl batch_errors.jsonl --store donor-responses.sqlite
    """
    for file in files:
        check_importable(file, store)
    with ResponseStore.open(store) as answers:
        found = {file: import_file(answers, file) for file in files}
    if as_json:
        print_json({"files": [imported_json(file, some) for file, some in found.items()]})
    else:
        for file, some in found.items():
            tell_imported(file, some, store)
    for file, some in found.items():
        check_usable(file, some)


@store.command("rebuild")
@click.argument("answers", type=click.Path(path_type=Path))
@_existing_store
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the store is stale.")
def rebuild_(answers: Path, store: Path, check: bool) -> None:
    """Make a store anew from a readable file of ANSWERS, such as the sample's.

    \b
    Example:
      donor store rebuild sample/answers/sample-a.toml --store sample/responses.sqlite
    """
    if not check:
        click.echo(f"{rebuild(answers, store):,} answers written to {store}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        if stale(answers, store, Path(scratch)):
            raise StoreError(str(store), f"does not hold the answers of {answers}", "rebuild it")
    click.echo(f"{store} holds the answers of {answers}")
