"""`donor transfer`: the main job."""

from pathlib import Path
from typing import Any

import click

from donor.cli.asking import asking_options, resources_of
from donor.cli.batch import check_batch, tell_waiting
from donor.cli.losses import loss_lines
from donor.cli.options import (
    as_json_option,
    console,
    print_json,
    projecting_options,
    reading_options,
    tell_unreadable,
    writing_options,
)
from donor.cli.progress import progress_bar
from donor.cli.recipe_flags import recipe_of_flags
from donor.errors import ConfigError
from donor.llm import Prices
from donor.pipeline import (
    Outcome,
    Sample,
    Waiting,
    estimate,
    run,
    run_batch,
)
from donor.project import PROJECTORS
from donor.recipe import DEFAULT_CASCADE, KEEP, TRANSLATE
from donor.report import ledger_table
from donor.translate import TRANSLATORS

__all__ = ["transfer"]


_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option("--to", metavar="LANG", help="Target language, for example ru, sw, pt-BR.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="RUN", help="Run folder.")
@reading_options
@writing_options
@click.option("--model", metavar="NAME", help="provider:model, e.g. openai:gpt-4o-mini.")
@click.option("--base-url", metavar="URL", help="An OpenAI-compatible server, up to /v1.")
@click.option(
    "--method",
    metavar="M[,M...]",
    help=f"Projection cascade of: {', '.join(PROJECTORS)}. [{','.join(DEFAULT_CASCADE)}]",
)
@click.option("--translator", metavar="NAME", help=f"One of: {', '.join(TRANSLATORS)}.")
@click.option(
    "--translation",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The translation you have: a dataset, pairs, or id<TAB>text or source<TAB>target lines.",
)
@click.option(
    "--glossary", type=_FILE, metavar="FILE", help="Terms to render so: source<TAB>target a line."
)
@click.option(
    "--keep", type=_FILE, metavar="FILE", help="What is not translated: words or /regex/ a line."
)
@projecting_options
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Answers to each question about spans; they vote. [1]",
)
@click.option("--vote", is_flag=True, help="Ask all methods for all spans, and let them vote.")
@click.option(
    "--repair",
    type=click.IntRange(min=0),
    metavar="N",
    help="Ask again for what fails a check, N times at most. [1]",
)
@click.option("--back-translate", is_flag=True, help="Translate back, and compare with the source.")
@click.option(
    "--judge",
    metavar="MODEL",
    help="A model that judges the results, or: same.",
)
@click.option(
    "--recipe",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A recipe in TOML; flags override it.",
)
@click.option("--dry-run", is_flag=True, help="Say what it would ask and cost; ask nothing.")
@click.option("--batch", is_flag=True, help="Ask nothing: write the requests as batch files.")
@asking_options
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="N documents drawn by chance."
)
@click.option("--seed", type=int, metavar="S", help="Another seed draws others.  [default: 0]")
@click.option(
    "--budget-usd", type=click.FloatRange(min=0), metavar="X", help="Stop when so much is spent."
)
@click.option(
    "--prices",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own table of prices. [a dated one of list prices]",
)
@click.option(
    "--label-names",
    type=click.Choice([KEEP, TRANSLATE]),
    help="Whether the names of labels are translated too. [keep]",
)
@click.option(
    "--license", "license_", metavar="NAME", help="The source's licence. [what its folder says]"
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="X",
    help="Exit 1 if less than this share of spans is placed.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Go on with input in the target language, and align from few pairs.",
)
@as_json_option
def transfer(**flags: Any) -> int:
    """Carry a dataset into another language, into the folder RUN.

    RUN/dataset is the target dataset; donor show RUN tells what became of every annotation.
    The API key is taken from the environment (OPENAI_API_KEY and the like). Answers are kept
    in the store: the same command again goes on where it stopped, and asks nothing twice.

    With --batch nothing is asked over the network: what the store does not answer is written as
    files for a provider's batch service, and the exit code is 3. Import their results with donor
    store import; the same command then goes on, and exits with 0 when all is answered.

    \b
    Example:
      donor transfer deft/dev --to ru --model openai:gpt-4o-mini -o runs/dev
      donor transfer deft/dev --to ru --model vllm:Qwen/Qwen3-8B \\
          --base-url http://localhost:8000/v1 --dry-run
    """
    check_batch(flags)
    sample = _sample(flags)
    recipe, prices = recipe_of_flags(flags)
    resources = resources_of(
        flags,
        recipe.model,
        prices=prices,
        budget_usd=flags["budget_usd"],
        sample=sample,
        force=flags["force"],
    )
    warnings: list[dict[str, str]] = []

    def warn(where: str, what: str) -> None:
        warnings.append({"where": where, "what": what})
        click.echo(f"warning: {where}: {what}", err=True)

    if flags["dry_run"]:
        need = estimate(recipe, resources, warn)
        _print_estimate(need | {"warnings": warnings}, flags["as_json"])
        return 0
    if flags["output"] is None:
        raise click.UsageError("Missing option '-o': the folder of the run.")
    with progress_bar() as progress:
        begin = run_batch if flags["batch"] else run
        outcome = begin(recipe, flags["output"], resources, progress, warn)
    if isinstance(outcome, Waiting):
        return tell_waiting(outcome, flags["store"], as_json=flags["as_json"])
    if flags["as_json"]:
        losses = dict(outcome.losses)
        print_json({**outcome.summary, "losses": losses, "warnings": warnings})
    else:
        _print_outcome(outcome, flags["output"])
    if outcome.interrupted:
        raise click.Abort
    return _check_rate(outcome, flags["fail_under"])


def _sample(flags: dict[str, Any]) -> Sample | None:
    """The sample that is asked for. Raises UsageError where the flags contradict each other."""
    size, seed = flags["sample"], flags["seed"]
    if size is None and seed is not None:
        raise click.UsageError("--seed belongs to --sample N.")
    if size is None:
        return None
    if flags["limit"] is not None:
        raise click.UsageError("--limit and --sample: give one of the two.")
    return Sample(size, seed or 0)


def _print_estimate(need: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(need)
        return
    low, high = need["prompt_tokens"]
    answer_low, answer_high = need["completion_tokens"]
    least, most = need["requests_range"]
    click.echo(f"{need['documents']:,} documents, {least:,} to {most:,} requests")
    click.echo(f"prompt tokens      {low:>12,} to {high:,}")
    click.echo(f"completion tokens  {answer_low:>12,} to {answer_high:,}")
    if need["prices"]:
        click.echo(f"cost in USD        {need['usd'][0]:>12,} to {need['usd'][1]:,}")
        click.echo(f"                   {Prices(**need['prices'])}")
    else:
        click.echo(f"cost               unknown: {need['unpriced']}")
        if need["requests"]:
            click.echo("                   give it with --prices FILE or in the recipe's [prices]")
    if need["refined_by"]:
        seen = need["refined_by"]
        click.echo(f"                   narrowed by {seen:,} answers of this model in the store")


def _print_outcome(outcome: Outcome, folder: Path) -> None:
    out = console()
    out.print(ledger_table(outcome.summary))
    failed = outcome.summary["failed"]
    if failed and len(failed) == outcome.summary["documents"]:
        problem = f"donor: no document could be translated: {failed[0]['problem']}"
        console(err=True).print(problem, style="red")
    if outcome.summary["oddities"]:
        out.print(f"{outcome.summary['oddities']} oddities of the input: donor inspect lists them")
    tell_unreadable(outcome.summary.get("unreadable", ()))
    for line in loss_lines("the output format", outcome.losses):
        out.print(line)
    if outcome.interrupted:
        out.print("Stopped. What was done is written; the same command goes on from here.")
    out.print(f"dataset  {folder / 'dataset'}")
    out.print(f"journey  donor show {folder} DOCUMENT")
    out.print(f"report   donor report {folder}")


def _check_rate(outcome: Outcome, fail_under: float | None) -> int:
    spans = outcome.summary["spans"]
    if fail_under is None or not spans["source"]:
        return 0
    rate = spans["placed"] / spans["source"]
    if rate >= fail_under:
        return 0
    what = f"{rate:.4f} of the spans are placed, less than {fail_under}"
    raise ConfigError("--fail-under", what, "everything is written all the same")
