"""`donor compare`: runs side by side."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from donor.cli.asking import asking_options, resources_of
from donor.cli.compared import compared_tables
from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.cli.rates import read_rates
from donor.costs import Rates
from donor.errors import ConfigError, InputError
from donor.experiments.compare import Comparison
from donor.experiments.compare import compare as compared
from donor.experiments.compare.cases import Sides
from donor.experiments.compare.runs import ComparedRun
from donor.formats import read_sides
from donor.languages import language
from donor.llm import Prices, Unpriced, host_of, prices_of, read_prices, split_model
from donor.llm.prices import Table
from donor.pipeline import Resources
from donor.project import PROJECTORS
from donor.report.cost_axes import points_of
from donor.report.cost_plot import cost_plot
from donor.score.embedding import Embedder, embedder_or_note

__all__ = ["compare"]

_FILE = click.Path(path_type=Path)
_SOME_USD = click.FloatRange(min=0)
_MORE_THAN_NONE = click.FloatRange(min=0, min_open=True)


@click.command()
@click.argument("runs", nargs=-1, required=True, type=_FILE, metavar="RUN...")
@click.option("--gold", type=_FILE, metavar="FILE", help="A dataset in the target, or pairs.")
@click.option("--format", "format", metavar="NAME", help="The format of gold.")
@click.option(
    "--method",
    metavar="M[,M...]",
    help=f"Methods of {', '.join(PROJECTORS)}, or cascades of them with +. [each run's own]",
)
@click.option("--no-spans", is_flag=True, help="Leave the span scores out, and ask no model.")
@click.option("--embed", metavar="NAME", help="A sentence encoder: compare meanings too.")
@click.option("--base-url", metavar="URL", help="A server for all runs. [each run's own]")
@asking_options
@click.option("--budget-usd", type=_SOME_USD, metavar="X", help="Stop when so much is spent.")
@click.option("--prices", type=_FILE, metavar="FILE", help="Your own table of prices.")
@click.option(
    "--rates", type=_FILE, metavar="FILE", help="What an hour costs, as recipes/rates.toml."
)
@click.option("--gpu-hour-usd", type=_SOME_USD, metavar="X", help="An hour of a GPU of your own.")
@click.option(
    "--gpus",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="How many serve a model.",
)
@click.option("--setup-usd", type=_SOME_USD, metavar="X", help="To set up a server, once.")
@click.option(
    "--human-minutes", type=_MORE_THAN_NONE, metavar="X", help="Of a person, for a document."
)
@click.option(
    "--human-rate-usd-hour", type=_SOME_USD, metavar="X", help="What an hour of a person costs."
)
@click.option(
    "--corpus", type=click.IntRange(min=1), metavar="N", help="Tell what N documents would cost."
)
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw quality against cost, as SVG.")
@as_json_option
def compare(**flags: Any) -> None:
    """Compare RUNs of one input: quality, cost, time and tokens, with significance.

    With --gold, each run's model is asked to project the spans onto gold's translation, so that
    all span scores are over one text; its own translation is scored against gold's. Answers are
    kept in the store, and nothing is asked twice. Without gold, what is told is reference-free.
    The cost is measured; docs/compare.md says how each number is counted.

    \b
    Example:
      donor compare runs/gpt runs/llama --gold gold.jsonl
      donor compare runs/gpt runs/llama --gold gold.jsonl --method tags,quote --plot cost.svg
      donor compare runs/gpt runs/llama --gpu-hour-usd 2 --setup-usd 50 --corpus 100000
    """  # fmt: skip
    if flags["plot"] and not flags["gold"]:
        raise click.UsageError("--plot draws span scores, which need --gold.")
    if flags["method"] and not flags["gold"]:
        raise click.UsageError("--method compares span scores, which need --gold.")
    gold = flags["gold"]
    with progress_bar() as progress:
        found = compared(
            Comparison(
                runs=flags["runs"],
                resources=_resources(flags),
                gold=None if gold is None else _sides(gold, flags["format"]),
                methods=flags["method"].split(",") if flags["method"] else (),
                spans=not flags["no_spans"],
                embedder=_embedder(flags["embed"]),
                rates=_rates(flags),
                corpus=flags["corpus"],
                limit=flags["limit"],
                budget_usd=flags["budget_usd"],
                progress=progress,
            )
        )
    if flags["as_json"]:
        print_json(found)
    else:
        out = console()
        for part in compared_tables(found, out.width):
            out.print(part)
    if flags["plot"]:
        _plot(found, flags["plot"], gold.name)


def _embedder(name: str | None) -> Embedder | None:
    """The encoder of that name; where it is not there a line says so, and the rest goes on."""
    found, note = embedder_or_note(name) if name else (None, "")
    if note:
        click.echo(note, err=True)
    return found


def _sides(gold: Path, format: str | None) -> Callable[[str], Sides]:
    """Gives gold's documents with their sources, where it has them."""
    return lambda to: read_sides(gold, format=format, language=language(to).tag)


def _resources(flags: dict[str, Any]) -> Callable[[ComparedRun], Resources]:
    """Gives how the model of a run is asked: at its own server, with the answers of the store."""
    own = dict(read_prices(flags["prices"])) if flags["prices"] else {}

    def resources(run: ComparedRun) -> Resources:
        base_url = flags["base_url"] or _other_server(run)
        said = flags | {"base_url": base_url}
        return replace(
            resources_of(said, run.recipe.model), prices=_prices(run, own, base_url), limit=None
        )

    return resources


def _other_server(run: ComparedRun) -> str | None:
    """The server that the run asked, where that is not the provider's own."""
    said: str | None = run.provenance.get("base_url")
    own = split_model(run.recipe.model).endpoint.base_url
    return None if said is None or (own and host_of(own) == host_of(said)) else said


def _prices(run: ComparedRun, own: Table, base_url: str | None) -> Prices | Unpriced:
    """By the file of --prices where it names the model, by what the run has paid, by the table."""
    said = run.summary["usage"].get("prices")
    found = prices_of(run.recipe.model, own=own, base_url=base_url)
    named = isinstance(found, Prices) and prices_of(run.recipe.model, base_url=base_url) != found
    return Prices(**said) if said and not named else found


def _rates(flags: dict[str, Any]) -> Rates:
    """What the flags say of an hour's cost, and what they leave to the file of --rates."""
    filed = read_rates(flags["rates"]) if flags["rates"] else {}
    minutes, rate, gpu = (
        flags[name] for name in ("human_minutes", "human_rate_usd_hour", "gpu_hour_usd")
    )
    if minutes is not None and rate is None:
        rate = filed.get("human")
    if (minutes is None) != (rate is None):
        raise click.UsageError("--human-minutes and --human-rate-usd-hour belong together.")
    return Rates(
        gpu_hour_usd=filed.get("gpu") if gpu is None else gpu,
        gpus=flags["gpus"],
        setup_usd=flags["setup_usd"],
        human_minutes=minutes,
        human_hour_usd=rate,
    )


def _plot(found: dict[str, Any], file: Path, title: str) -> None:
    """Draws the runs. Raises ConfigError where there is nothing to draw."""
    points, missing = points_of(found)
    if not points:
        told = "; ".join(f"{name}: {why}" for name, why in missing.items())
        hint = "give --prices FILE, or --gpu-hour-usd for a model of your own"
        raise ConfigError("--plot", f"no run can be drawn: {told}", hint)
    try:
        file.write_text(cost_plot(points, title=title, missing=missing), encoding="utf-8")
    except OSError as error:
        raise InputError(str(file), f"cannot be written: {error.strerror}") from None
