"""`donor bench`: projection methods against parallel gold."""

import os
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from donor.cli.batch import check_batch, tell_waiting
from donor.cli.options import as_json_option, console, print_json, store_option
from donor.cli.progress import progress_bar
from donor.experiments import bench as benched
from donor.llm import split_model
from donor.pipeline import DEFAULT_STORE, Resources, Waiting
from donor.project import PROJECTORS
from donor.recipe import DEFAULT_CASCADE

__all__ = ["bench"]

_BATCH = "donor-batch"


@click.command()
@click.argument(
    "pairs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PAIRS..."
)
@click.option("--model", required=True, metavar="NAME", help="provider:model.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, up to /v1.")
@click.option(
    "--method",
    default=",".join((*DEFAULT_CASCADE, "+".join(DEFAULT_CASCADE))),
    show_default=True,
    metavar="M[,M...]",
    help=f"What is compared: methods of {', '.join(PROJECTORS)}, or cascades of them with +.",
)
@click.option("--replay", is_flag=True, help="Use only answers that the store holds.")
@click.option(
    "--batch", is_flag=True, help=f"Ask nothing: write the requests as files in {_BATCH}/."
)
@store_option(default=Path(DEFAULT_STORE), show_default=True)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N pairs.")
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=16,
    show_default=True,
    metavar="N",
    help="Requests in flight.",
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="For one answer.",
)
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
    """
    check_batch(flags)
    with progress_bar() as progress:
        found = benched(
            flags["pairs"],
            flags["method"].split(","),
            model=flags["model"],
            resources=_resources(flags),
            batch=Path(_BATCH) if flags["batch"] else None,
            progress=progress,
        )
    if isinstance(found, Waiting):
        return tell_waiting(found, flags["store"], as_json=flags["as_json"])
    if flags["as_json"]:
        print_json(found)
    else:
        _print(found)
    return 0


def _resources(flags: dict[str, Any]) -> Resources:
    variable = split_model(flags["model"]).endpoint.key_variable
    return Resources(
        store=flags["store"],
        replay=flags["replay"],
        base_url=flags["base_url"],
        api_key=os.environ.get(variable) if variable else None,
        concurrency=flags["concurrency"],
        timeout_s=flags["timeout_s"],
        limit=flags["limit"],
    )


def _print(found: dict[str, Any]) -> None:
    table = Table(box=None)
    for column in ("method", "strict F1", "95 %", "partial", "chars", "placed", "repeated"):
        table.add_column(column, no_wrap=True, justify="left" if column == "method" else "right")
    for column in ("wrong", "unresolved", "tokens"):
        table.add_column(column, no_wrap=True, justify="right")
    for name, scores in found["methods"].items():
        tokens = scores["tokens_per_span"]
        table.add_row(
            name,
            _share(scores["strict"]["f1"]),
            "–".join(_share(edge) for edge in scores["strict"]["interval"] or ()),
            _share(scores["partial"]["f1"]),
            _share(scores["character"]["f1"]),
            _share(scores["projection_rate"]),
            _share(scores["repeated"]["f1"]),
            f"{scores['wrong']:,}",
            f"{sum(scores['unresolved'].values()):,}",
            "–" if tokens is None else f"{tokens:,.0f}",
        )
    out = console()
    out.print(
        f"{found['pairs']:,} pairs, {found['model']}; shares in per cent, tokens a source span"
    )
    out.print(table)
    out.print("F1 and placed (of the source spans) in per cent; tokens for each source span")
    for name, scores in found["methods"].items():
        if scores["unresolved"]:
            reasons = ", ".join(f"{reason} {n:,}" for reason, n in scores["unresolved"].items())
            out.print(f"{name}: unresolved by reason: {reasons}")
    for test in found["tests"]:
        if test["difference"] is not None:
            difference = f"{100 * test['difference']:+.2f} points of F1"
            out.print(f"{test['a']} against {test['b']}: {difference}, p = {test['p']:.4f}")


def _share(number: float | None) -> str:
    return "–" if number is None else f"{100 * number:.1f}"
