"""What `donor store import` says of a file."""

from pathlib import Path
from typing import Any

import click

from donor.errors import StoreError
from donor.llm import Fate, Imported

__all__ = ["check_importable", "check_usable", "imported_json", "tell_imported"]

_SHOWN = 5
_SAID = {
    Fate.ADDED: "added to {store}",
    Fate.KNOWN: "there already",
    Fate.REJECTED: "rejected for good; the run will say so of their documents",
    Fate.CHANGED: "refused as they stood; the next batch asks them otherwise",
    Fate.FAILED: "without an answer; the next batch asks them again",
    Fate.UNKNOWN: "of requests that this store does not know",
    Fate.BROKEN: "not readable",
}
_HINTS = {
    Fate.UNKNOWN: "--store names the store that donor transfer --batch used",
    Fate.FAILED: "the same donor transfer --batch command writes a batch that asks again",
    Fate.BROKEN: "give what the provider returned for the batch, or what donor store export wrote",
}


def check_importable(file: Path, store: Path) -> None:
    """Nothing. Raises StoreError for a missing file, and for results to a store that is not there.

    Exported answers may make a new store; results of a batch are of no use to one.
    """
    try:
        with file.open("rb") as lines:
            first = next((line for line in lines if line.strip()), b"")
    except OSError as error:
        raise StoreError(str(file), f"cannot be read: {error.strerror}") from None
    if not store.exists() and b'"logical"' not in first:
        hint = "--store names the store that donor transfer --batch used"
        raise StoreError(str(store), "no such response store", hint)


def check_usable(file: Path, imported: Imported) -> None:
    """Nothing. Raises StoreError if no line of the file could be used, with the likely cause."""
    if not imported.usable:
        likely = max(_HINTS, key=lambda fate: imported.counts[fate])
        hint = _HINTS[likely] if imported.counts[likely] else "the file holds no line"
        raise StoreError(str(file), "no line could be used", hint)


def imported_json(file: Path, imported: Imported) -> dict[str, Any]:
    """The counts of a file, and what kept its lines from being used."""
    troubles = [
        {"fate": t.fate, "what": t.what, "count": t.count, "lines": t.lines}
        for t in imported.troubles.values()
    ]
    counts = {str(fate): imported.counts[fate] for fate in Fate}
    return {"file": str(file), **counts, "troubles": troubles}


def tell_imported(file: Path, imported: Imported, store: Path) -> None:
    """Prints the same for people."""
    total = imported.counts.total()
    click.echo(f"{file}: {total:,} {'line' if total == 1 else 'lines'}")
    for fate, said in _SAID.items():
        if not imported.counts[fate] and fate is not Fate.ADDED:
            continue
        click.echo(f"{imported.counts[fate]:>9,} {said.format(store=store)}")
        troubles = [trouble for trouble in imported.troubles.values() if trouble.fate is fate]
        for trouble in troubles[:_SHOWN]:
            lines = ", ".join(map(str, trouble.lines))
            more = f" and {n:,} more" if (n := trouble.count - len(trouble.lines)) else ""
            word = "line" if trouble.count == 1 else "lines"
            click.echo(f"          {word} {lines}{more}: {trouble.what}")
        if len(troubles) > _SHOWN:
            click.echo(f"          and {len(troubles) - _SHOWN} more reasons")
