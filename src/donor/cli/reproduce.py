"""`donor reproduce`: the same run again out of the store, and what is different."""

from pathlib import Path

import click

from donor.cli.options import as_json_option, console, print_json, store_option
from donor.cli.progress import progress_bar
from donor.pipeline import Reproduction
from donor.pipeline import reproduce as reproduced
from donor.report.visible import visible

__all__ = ["reproduce"]

_SHOWN = 20


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@store_option(help="The response store. [the one that the run used]")
@as_json_option
def reproduce(run: Path, store: Path | None, as_json: bool) -> int:
    """Replay a RUN out of its store, and compare byte for byte; exit 1 if there is a difference.

    Nothing is asked, and nothing in RUN is changed. Compared are the numbered files, ledger.json
    and dataset/. Other versions of Donor and its libraries are told, and are no difference.

    \b
    Example:
      donor reproduce runs/demo
      donor reproduce runs/demo --store backup.sqlite --json
    """
    with progress_bar() as progress:
        found = reproduced(run, store=store, progress=progress)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found, run)
    return 0 if found.equal else 1


def _print(found: Reproduction, run: Path) -> None:
    out = console()
    for note in found.notes:
        out.print(f"note: {note}", style="yellow")
    if found.equal:
        out.print(f"{run}: {found.documents:,} documents, the same bytes again", style="green")
        return
    file = ""
    for difference in found.differences[:_SHOWN]:
        if difference.file != file:
            file = difference.file
            out.print(file, style="bold")
        where = f"{difference.document}: " if difference.document else ""
        out.print(f"  {visible(where + difference.what)}")
    more = len(found.differences) - _SHOWN
    if more > 0:
        out.print(f"… and {more:,} more: --json lists up to 1,000")
    documents = {d.document for d in found.differences if d.document}
    out.print(f"{run}: {len(documents):,} of {found.documents:,} documents differ", style="red")
