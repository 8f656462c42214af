"""`donor consistency`: how far several runs of one recipe agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from donor.cli.asking import asking_options, resources_of
from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.cli.recipe_flags import recipe_of_flags
from donor.experiments.consistency import (
    RESULT,
    consistency_estimate,
    repeated,
)
from donor.experiments.consistency import (
    consistency as compared,
)
from donor.recipe import DEFAULT_SAMPLE_TEMPERATURE
from donor.report.visible import visible

__all__ = ["consistency"]

_PATH = click.Path(path_type=Path)
_SHOWN = 5
_ROWS = {
    "translations: alpha over tokens": ("translation", "alpha"),
    "segments that are the same in all": ("translation", "equal_segments"),
    "chrF2 between runs (agreement)": ("translation", "agreement", "chrf2"),
    "BLEU between runs (agreement)": ("translation", "agreement", "bleu"),
    "spans: alpha over their words": ("spans", "alpha"),
    "labels of tokens: alpha, equal texts": ("spans", "alpha_labels"),
    "strict F1 between runs": ("spans", "strict_f1"),
    "  where texts are equal, by offsets": ("spans", "strict_f1", "by_offsets"),
    "  elsewhere, by the words": ("spans", "strict_f1", "by_words"),
    "projection rate": ("spans", "projection_rate"),
    "spans placed in all runs or in none": ("spans", "same_outcome"),
}


@click.command()
@click.argument("recipe", type=_PATH)
@click.argument("inputs", nargs=-1, type=_PATH, metavar="[INPUT]...")
@click.option(
    "--samples",
    "runs",
    type=click.IntRange(min=2),
    required=True,
    metavar="N",
    help="Runs at each temperature.",
)
@click.option(
    "-o", "--output", type=_PATH, metavar="FOLDER", help="[runs/consistency-HASH of the recipe]"
)
@click.option(
    "--temperature",
    "temperatures",
    type=click.FloatRange(min=0),
    multiple=True,
    metavar="T",
    help="At this one instead; may be given several times.  [0, and the recipe's or "
    f"{DEFAULT_SAMPLE_TEMPERATURE}]",
)
@click.option("--to", metavar="LANG", help="Target language.  [the recipe's]")
@click.option("--model", metavar="NAME", help="provider:model.  [the recipe's]")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, up to /v1.")
@click.option("--dry-run", is_flag=True, help="Say what it would ask and cost; ask nothing.")
@asking_options
@click.option(
    "--budget-usd", type=click.FloatRange(min=0), metavar="X", help="Of all runs together."
)
@click.option("--prices", type=_PATH, metavar="FILE", help="Your own table of prices.")
@click.option(
    "--force",
    is_flag=True,
    help="Go on with input in the target language, and align from few pairs.",
)
@as_json_option
def consistency(**flags: Any) -> None:
    """Repeat a RECIPE's transfer N times, and tell how far the runs agree.

    Once at temperature 0 and once at the recipe's own: N whole transfers each, into run folders
    that donor show reads. Every request of a run is asked anew; the first run at the recipe's
    temperature is the one of donor transfer, and nothing of it is paid for twice. Agreement is
    no quality: runs may all be wrong in the same way. docs/consistency.md says how each number
    is counted.

    \b
    Example:
      donor consistency recipes/today-gpt-6-luna.toml deft/dev --samples 5 --limit 100
      donor consistency runs/first/recipe.toml --samples 3 -o runs/again --json
    """
    recipe, prices = recipe_of_flags(flags)
    resources = resources_of(
        flags,
        recipe.model,
        prices=prices,
        budget_usd=flags["budget_usd"],
        force=flags["force"],
    )
    folder = flags["output"] or Path("runs") / f"consistency-{recipe.sha256[:8]}"
    runs = repeated(recipe, flags["runs"], folder, flags["temperatures"])
    if flags["dry_run"]:
        need = consistency_estimate(runs, resources, _warn)
        print_json(need) if flags["as_json"] else _print_estimate(need)
        return
    try:
        with progress_bar() as progress:
            found = compared(runs, folder, resources, progress, _warn)
    except KeyboardInterrupt:
        click.echo("Answers are in the store: the same command goes on from here.", err=True)
        raise
    if flags["as_json"]:
        print_json(found)
    else:
        _print(found, folder)


def _warn(where: str, what: str) -> None:
    click.echo(f"warning: {where}: {what}", err=True)


def _print_estimate(need: Mapping[str, Any]) -> None:
    low, high = need["requests_range"]
    click.echo(
        f"{need['documents']:,} documents, {need['runs']} runs: {low:,} to {high:,} requests"
    )
    for name in ("prompt_tokens", "completion_tokens"):
        low, high = need[name]
        click.echo(f"{name.replace('_', ' '):<18} {low:>12,} to {high:,}")
    if need["usd"]:
        low, high = need["usd"]
        click.echo(f"{'cost in USD':<18} {low:>12,.4f} to {high:,.4f}")
    else:
        click.echo(f"{'cost':<18} unknown: {need['unpriced']}")


def _print(found: Mapping[str, Any], folder: Path) -> None:
    out = console()
    out.print(found["verdict"], style="bold")
    out.print(f"{found['documents']:,} documents, {found['spans']:,} source spans")
    out.print()
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for name in found["temperatures"]:
        table.add_column(f"temperature {name}", justify="right", no_wrap=True)
    for title, path in _ROWS.items():
        table.add_row(title, *(_cell(one, path) for one in found["temperatures"].values()))
    out.print(table)
    for name, one in found["temperatures"].items():
        _print_varying(name, one["varying"], found["documents"])
    out.print()
    out.print(f"all of it  {folder / RESULT}")


def _print_varying(name: str, varying: list[dict[str, Any]], documents: int) -> None:
    out = console()
    out.print()
    out.print(f"temperature {name}: {len(varying):,} of {documents:,} documents vary", style="bold")
    for one in varying[:_SHOWN]:
        words, places = (100 * one[part] for part in ("words_apart", "places_apart"))
        what = f"{words:.1f} % of the tokens and {places:.1f} % of the places differ"
        out.print(visible(f"  {one['id']}: {what}"))
        shown = one["example"]
        parts = [shown["segment"], *shown["spans"]] if shown else []
        for part in [part for part in parts if part][:2]:
            for run, target in zip(shown["runs"], part["targets"], strict=True):
                out.print(visible(f"    run {run}: {'no place' if target is None else target}"))
    if len(varying) > _SHOWN:
        out.print(f"  … and {len(varying) - _SHOWN:,} more: --json lists them all")


def _cell(found: Mapping[str, Any], path: tuple[str, ...]) -> str:
    told: Any = found
    for name in path:
        told = told[name]
    if told["score"] is None:
        return "–"
    digits = 1 if path[-1] in ("chrf2", "bleu") else 3
    between = "–".join(f"{edge:.{digits}f}" for edge in told["interval"] or ())
    return f"{told['score']:.{digits}f}" + (f" ({between})" if between else "")
