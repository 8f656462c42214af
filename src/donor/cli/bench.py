"""`donor bench`: projection methods against parallel gold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from donor.cli.asking import asking_options, resources_of
from donor.cli.batch import check_batch, tell_waiting
from donor.cli.options import as_json_option, console, print_json, projecting_options
from donor.cli.progress import progress_bar
from donor.errors import InputError
from donor.experiments import bench as benched
from donor.experiments.bench import cascades
from donor.llm import NO_MODEL
from donor.pipeline import Waiting, asks_for_model, guidance_of
from donor.pipeline.corpus_steps import Alignment
from donor.project import PROJECTORS
from donor.recipe import DEFAULT_CASCADE, Recipe
from donor.report.intervals_plot import intervals_plot

__all__ = ["bench"]

_FILE = click.Path(path_type=Path)
_BATCH = "donor-batch"
_COLUMNS = ("F1", "95 %", "partial", "repeated", "placed", "wrong", "no place", "tokens")


@click.command()
@click.argument(
    "pairs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PAIRS..."
)
@click.option("--model", metavar="NAME", help="provider:model; methods that ask need one.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, up to /v1.")
@click.option(
    "--method",
    default=",".join((*DEFAULT_CASCADE, "+".join(DEFAULT_CASCADE))),
    show_default=True,
    metavar="M[,M...]",
    help=f"What is compared: methods of {', '.join(PROJECTORS)}, or cascades of them with +.",
)
@click.option(
    "--batch", is_flag=True, help=f"Ask nothing: write the requests as files in {_BATCH}/."
)
@projecting_options
@click.option(
    "--keep-alignment", type=_FILE, metavar="FOLDER", help="Keep align's links there for reuse."
)
@click.option("--force", is_flag=True, help="Let align learn from fewer than 300 pairs.")
@click.option("--plot", type=_FILE, metavar="FILE", help="Write a picture of the scores, as SVG.")
@asking_options
@as_json_option
def bench(**flags: Any) -> int:
    """Measure projection methods on PAIRS, files of texts with spans on both sides.

    The translation is given: each method carries the source spans over to the target text, and
    is scored against the target's spans. A place is right if label and offsets are; where both
    sides give the same id, also only under that id. The interval is a bootstrap over pairs, p
    an approximate randomisation. docs/bench.md says how each number is counted. --batch goes
    as that of donor transfer does.

    \b
    Example:
      donor bench gold.jsonl --method tags,quote,tags+quote --model openai:gpt-4o-mini
      donor bench gold.jsonl --method quote,index --model ollama:llama3.1:8b --plot scores.svg
    """
    check_batch(flags)
    methods = flags["method"].split(",")
    model = flags["model"] or NO_MODEL
    asking = asks_for_model(Recipe((), "", model, translator="given", cascade=_names(methods)))
    if model == NO_MODEL and asking:
        raise click.UsageError(f"Missing --model: {asking} asks one.")
    with progress_bar() as progress:
        found = benched(
            flags["pairs"],
            methods,
            model=model,
            resources=resources_of(flags, model),
            guidance=guidance_of(_guiding(flags)),
            alignment=Alignment(
                flags["alignment"], flags["parallel"], flags["force"], flags["keep_alignment"]
            ),
            batch=Path(_BATCH) if flags["batch"] else None,
            progress=progress,
        )
    if isinstance(found, Waiting):
        return tell_waiting(found, flags["store"], as_json=flags["as_json"])
    if flags["plot"]:
        _plot(found, flags["plot"], " · ".join(path.name for path in flags["pairs"]))
    if flags["as_json"]:
        print_json(found)
    else:
        _print(found)
    return 0


def _names(methods: Sequence[str]) -> tuple[str, ...]:
    """The projectors that the methods are made of."""
    return tuple(name for names in cascades(methods).values() for name in names)


def _guiding(flags: dict[str, Any]) -> Recipe:
    """A recipe of what the methods are told beyond the pairs."""
    told: dict[str, Any] = {
        name: str(flags[name]) for name in ("instructions", "examples") if flags[name]
    }
    return Recipe((), "", "", **told)


def _plot(found: dict[str, Any], file: Path, title: str) -> None:
    try:
        file.write_text(intervals_plot(found, title=title), encoding="utf-8")
    except OSError as error:
        raise InputError(str(file), f"cannot be written: {error.strerror}") from None


def _print(found: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("method", no_wrap=True)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=True, justify="right")
    for name, scores in found["methods"].items():
        tokens = scores["tokens_per_span"]
        table.add_row(
            name,
            _share(scores["strict"]["f1"]),
            "–".join(_share(edge) for edge in scores["strict"]["interval"] or ()) or "–",
            _share(scores["partial"]["f1"]),
            _share(scores["repeated"]["f1"]),
            _share(scores["projection_rate"]),
            f"{scores['wrong']:,}",
            f"{sum(scores['unresolved'].values()):,}",
            "–" if tokens is None else f"{tokens:,.0f}",
        )
    out = console()
    model = "" if found["model"] == NO_MODEL else f", {found['model']}"
    out.print(f"{found['pairs']:,} pairs{model}")
    if found["left_out"]:
        out.print(f"{found['left_out']:,} more are shown to the methods as examples, and left out")
    out.print(table)
    out.print("F1 and placed (of the source spans) in per cent; tokens for each source span")
    for part, title in (("by_label", "label"), ("by_length", "words")):
        names = dict.fromkeys(n for scores in found["methods"].values() for n in scores[part])
        if len(names) > 1:
            out.print()
            out.print(_parts(found, part, title, list(names)))
    out.print()
    for name, scores in found["methods"].items():
        if scores["unresolved"]:
            reasons = ", ".join(f"{reason} {n:,}" for reason, n in scores["unresolved"].items())
            out.print(f"{name}: unresolved by reason: {reasons}")
    for test in found["tests"]:
        if test["difference"] is not None:
            difference = f"{100 * test['difference']:+.2f} points of F1"
            out.print(f"{test['a']} against {test['b']}: {difference}, p = {test['p']:.4f}")


def _parts(found: dict[str, Any], part: str, title: str, names: list[str]) -> Table:
    """The strict F1 of each method by label, or by length; with how many spans gold has."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column(title, no_wrap=True)
    for column in ("spans", *found["methods"]):
        table.add_column(column, no_wrap=True, justify="right")
    for name in names:
        own = [scores[part].get(name, {"f1": None}) for scores in found["methods"].values()]
        known = next(one for one in own if one["f1"] is not None or len(one) > 1)
        gold = known["true_positives"] + known["false_negatives"]
        table.add_row(name, f"{gold:,}", *(_share(one["f1"]) for one in own))
    return table


def _share(number: float | None) -> str:
    return "–" if number is None else f"{100 * number:.1f}"
