"""`donor baselines`: what the transferred dataset is worth."""

from pathlib import Path
from typing import Any

import click
import orjson

from donor.cli.baseline_tables import compared_baselines, planned_baselines
from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.experiments.baselines import Asked, planned, read_baselines
from donor.experiments.baselines import baselines as compared
from donor.experiments.baselines.keeping import own_folder
from donor.experiments.baselines.recipe import NAMES
from donor.records import write_whole

__all__ = ["baselines"]

_FILE = click.Path(path_type=Path)
_FOUND = "baselines.json"


@click.command()
@click.argument("recipe", type=_FILE)
@click.option(
    "-o",
    "--output",
    "folder",
    type=_FILE,
    metavar="FOLDER",
    help="Keeps what is done. [runs/ and the recipe's name]",
)
@click.option("--run", type=_FILE, metavar="RUN", help="The transferred data. [the recipe's]")
@click.option("--only", metavar="NAME[,NAME...]", help=f"Rows of {', '.join(NAMES)}.")
@click.option("--seeds", type=click.IntRange(min=1), metavar="N", help="[the recipe's, or 1]")
@click.option("--encoder", metavar="E", help="Of all rows. [the recipe's, or by language]")
@click.option("--dry-run", is_flag=True, help="Say what would be trained on what.")
@as_json_option
def baselines(
    recipe: Path,
    folder: Path | None,
    run: Path | None,
    only: str | None,
    seeds: int | None,
    encoder: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say what the transferred data of a RECIPE is worth, beside what could be had without it.

    Models learn from the source language (zero-shot, translate-test), from the transferred data
    (translate-train), from gold, and from both; all are scored on the same gold documents, with
    intervals and tests. The learning curve says how many gold sentences the transferred ones are
    worth. A row that cannot be had is told with its reason. FOLDER keeps each model's answers:
    the same command again goes on. docs/baselines.md tells the recipe and each row.

    \b
    Example:
      donor baselines recipes/paper-baselines.toml --dry-run
      donor baselines recipes/paper-baselines.toml --seeds 5
      donor baselines recipes/paper-baselines.toml --run runs/llama -o runs/llama-baselines
      donor baselines recipes/paper-baselines.toml --only translate-train,gold-train
    """
    said = read_baselines(recipe).changed(seeds=seeds, encoder=encoder, only=only, run=run)
    asked = Asked(str(recipe), said, folder or Path("runs") / recipe.stem)
    if dry_run:
        plan = planned(asked)
        _print(plan, as_json, planned_baselines)
        return
    with own_folder(asked.folder), progress_bar() as progress:
        found = compared(asked, progress)
        told = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        write_whole(asked.folder / _FOUND, [told])
    _print(found, as_json, compared_baselines)
    if not as_json:
        click.echo(f"found  {asked.folder / _FOUND}")


def _print(found: dict[str, Any], as_json: bool, parts: Any) -> None:
    if as_json:
        print_json(found)
        return
    out = console()
    for part in parts(found):
        out.print(part)
