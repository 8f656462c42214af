"""`donor score`: a dataset against gold."""

from pathlib import Path
from typing import Any

import click
from rich.table import Table

from donor.cli.options import as_json_option, console, print_json
from donor.formats import read_targets
from donor.score import score as scored

__all__ = ["score"]


@click.command()
@click.argument("predicted", type=click.Path(path_type=Path))
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--format", "format", metavar="NAME", help="The format of both.")
@as_json_option
def score(predicted: Path, gold: Path, format: str | None, as_json: bool) -> None:
    """Score the spans and relations of PREDICTED against GOLD.

    A span is right if label and offsets are; partial counts an overlap under the same label
    half, characters are those under the right label. Of pairs, the targets are scored.
    Documents whose text differs from gold's are left out and counted.

    \b
    Example:
      donor score runs/demo/dataset sample/gold
    """
    found = scored(read_targets(predicted, format=format), read_targets(gold, format=format))
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    table = Table("strict", "precision", "recall", "F1", "right", "wrong", "missed", box=None)
    for kind in ("spans", "relations"):
        section = found[kind]
        if section is None:
            continue
        table.add_row(kind, *_cells(section["strict"]))
        for label, counts in section["by_label"].items():
            table.add_row(f"  {label}", *_cells(counts))
    out = console()
    out.print(table)
    if found["spans"]:
        out.print(_beside(found["spans"]))
    if found["texts_differ"]:
        left_out = f"{found['texts_differ']} of {found['documents']} documents left out"
        out.print(f"{left_out}: their text is not gold's, so their offsets cannot be compared")


def _beside(spans: dict[str, Any]) -> str:
    """The interval, and the F1 that forgives more."""
    low, high = spans["strict"]["interval"] or (None, None)
    partial, character = spans["partial"]["f1"], spans["character"]["f1"]
    return (
        f"spans: F1 between {_share(low)} and {_share(high)} (95 %, bootstrap over documents); "
        f"partial {_share(partial)}, characters {_share(character)}"
    )


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.4f}"


def _cells(counts: dict[str, Any]) -> list[str]:
    numbers = [_share(counts[name]) for name in ("precision", "recall", "f1")]
    names = ("true_positives", "false_positives", "false_negatives")
    return numbers + [str(counts[name]) for name in names]
