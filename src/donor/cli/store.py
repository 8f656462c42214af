"""`donor store`: look after a response store."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from donor.cli.imported import (
    check_importable,
    check_usable,
    imported_json,
    tell_imported,
)
from donor.cli.options import (
    as_json_option,
    check_free,
    console,
    force_option,
    print_json,
    store_option,
)
from donor.errors import StoreError
from donor.llm import ResponseStore, import_file
from donor.pipeline import DEFAULT_STORE, rebuild, stale
from donor.report.visible import visible

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
    """Count answers and tokens, by model and by what was asked.

    \b
    Example:
      donor store stats
    """
    with ResponseStore.open(store, read_only=True) as answers:
        found = answers.stats()
    if as_json:
        print_json(found)
        return
    out = console()
    out.print(_totals(found))
    out.print(_counted("by model", found["models"]))
    out.print(_counted("by task", found["tasks"]))


def _totals(found: Mapping[str, Any]) -> Table:
    """What the store holds as a whole."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    names = {"uncounted": "answers without tokens told", "waiting": "waiting for a batch"}
    for name, value in found.items():
        if isinstance(value, int):
            table.add_row(names.get(name, name.replace("_", " ")), f"{value:,}")
    return table


def _counted(title: str, rows: Mapping[str, Mapping[str, int]]) -> Table:
    """A row of counts for each model or task."""
    columns = next(iter(rows.values()), {})
    table = Table(title, box=None)
    for name in columns:
        table.add_column(name.replace("_tokens", "").replace("_", " "), justify="right")
    for name, counts in rows.items():
        table.add_row(Text(visible(name)), *(f"{number:,}" for number in counts.values()))
    return table


@store.command()
@_existing_store
@as_json_option
def verify(store: Path, as_json: bool) -> None:
    """Check that every answer still belongs to its request.

    \b
    Example:
      donor store verify
    """
    with ResponseStore.open(store, read_only=True) as answers:
        problems = answers.verify()
        count = answers.count()
    if as_json:
        print_json({"answers": count, "problems": problems})
    if problems:
        more = f" … and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise StoreError(str(store), "; ".join(problems[:3]) + more, "restore it from a copy")
    if not as_json:
        click.echo(f"{count:,} answers, each under the key of its request")


@store.command()
@click.argument("file", type=click.Path(path_type=Path))
@_existing_store
@force_option
@as_json_option
def export(store: Path, file: Path, force: bool, as_json: bool) -> None:
    """Write all answers to FILE as JSON lines.

    \b
    Example:
      donor store export answers.jsonl
    """
    with ResponseStore.open(store, read_only=True) as answers:
        check_free(file, force=force)
        count = answers.export_lines(file)
    if as_json:
        print_json({"answers": count, "file": str(file)})
    else:
        click.echo(f"{count:,} answers written to {file}")


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
@click.argument(
    "answers", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="ANSWERS..."
)
@_existing_store
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the store is stale.")
def rebuild_(answers: tuple[Path, ...], store: Path, check: bool) -> None:
    """Make a store anew from readable files of ANSWERS, such as the sample's.

    \b
    Example:
      donor store rebuild sample/answers/*.toml --store sample/responses.sqlite
    """
    named = ", ".join(map(str, answers))
    if not check:
        click.echo(f"{rebuild(answers, store):,} answers written to {store}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        if stale(answers, store, Path(scratch)):
            raise StoreError(str(store), f"does not hold the answers of {named}", "rebuild it")
    click.echo(f"{store} holds the answers of {named}")
