"""`donor show`: a finished run, or one document's journey through it."""

from pathlib import Path

import click

from donor.cli.options import as_json_option, console, print_json
from donor.cli.trusted import confidences_of
from donor.data import Transfer
from donor.errors import InputError
from donor.formats.jsonl import encode
from donor.records import RunFolder, encode_findings, encode_rows, encode_translation
from donor.report import document_view, journey_view, ledger_table, picture

__all__ = ["show"]


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("document", required=False)
@click.option("--brief", is_flag=True, help="Only before and after, without the attempts.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="Draw the document.")
@as_json_option
def show(run: Path, document: str | None, brief: bool, svg: Path | None, as_json: bool) -> None:
    """Show what became of every annotation of a RUN, or one DOCUMENT's journey.

    \b
    Example:
      donor show runs/demo
      donor show runs/demo biology:4
      donor show runs/demo biology:4 --svg fetus.svg
    """
    folder = RunFolder(run)
    if document is None:
        if brief or svg is not None:
            raise click.UsageError("--brief and --svg need a DOCUMENT.")
        summary = folder.summary()
        if as_json:
            print_json(summary)
            return
        out = console()
        out.print(ledger_table(summary))
        out.print(f"dataset  {folder.dataset}")
        return
    transfer = _transfer(folder, document)
    if svg is not None:
        _draw(transfer, svg)
    elif as_json:
        read = encode(transfer.source)
        translated, placed = encode_translation(transfer), encode_rows(transfer)
        found = encode_findings(transfer)
        print_json({"read": read, "translated": translated, "placed": placed, "verified": found})
    else:
        view = document_view if brief else journey_view
        console().print(view(transfer, confidences_of(folder, transfer.source.id)))


def _transfer(folder: RunFolder, document: str) -> Transfer:
    folder.summary()
    known = []
    for transfer in folder.transfers():
        if transfer.source.id == document:
            return transfer
        known.append(transfer.source.id)
    hint = "for example " + ", ".join(known[:3]) if known else ""
    raise InputError(str(folder.path), f"the run has no document {document!r}", hint)


def _draw(transfer: Transfer, path: Path) -> None:
    try:
        path.write_text(picture(transfer), encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot write: {error.strerror}") from None
    click.echo(f"{transfer.source.id} drawn in {path}")
