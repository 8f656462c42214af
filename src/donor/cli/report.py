"""`donor report`: one page on a finished run, for people, and its facts for machines."""

from pathlib import Path
from typing import Any

import click

from donor.cli.options import as_json_option, print_json
from donor.records import RunFolder
from donor.report.facts.given import Given
from donor.report.written import Written, write_report

__all__ = ["report"]

_SOME_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("run", type=_SOME_PATH)
@click.option("--gold", type=_SOME_PATH, metavar="FILE", help="A dataset, or pairs, to score by.")
@click.option("--format", "format", metavar="NAME", help="The format of gold.")
@click.option(
    "--consistency", type=_SOME_PATH, metavar="FILE", help="What donor consistency has found."
)
@click.option("--compared", type=_SOME_PATH, metavar="FILE", help="What donor compare has printed.")
@click.option(
    "--baselines",
    type=_SOME_PATH,
    metavar="PATH",
    help="What donor baselines has printed, or its folder.",
)
@click.option(
    "--trained",
    type=_SOME_PATH,
    metavar="PATH",
    multiple=True,
    help="A model of donor train, or its scores.json; may be given several times.",
)
@click.option("-o", "out", type=_SOME_PATH, metavar="FILE", help="The page. [RUN/report.html]")
@as_json_option
def report(
    run: Path,
    gold: Path | None,
    format: str | None,
    out: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Write a page on a RUN: what went well, what not, and where to look first.

    One HTML file that needs nothing from elsewhere, and beside it the same facts as JSON. What
    donor calibrate and donor accept have found of the run is taken along; what donor compare and
    donor baselines print with --json is told if it is given. Of a large run the page shows the
    documents with most to look at, and a random sample of the others.

    \b
    Example:
      donor report runs/demo --gold sample/gold
      donor compare runs/gpt runs/llama --gold gold.jsonl --json > compared.json
      donor report runs/gpt --gold gold.jsonl --compared compared.json
    """
    folder = RunFolder(run)
    written = write_report(folder, out, gold=gold, format=format, given=Given(**given))
    if as_json:
        print_json(_told(written))
        return
    for one in written.facts["first"]:
        click.echo(f"{one['what']}  ({one['why']})")
    click.echo(f"report  {written.page}")


def _told(written: Written) -> dict[str, object]:
    """The shape of `donor report --json`."""
    documents = written.facts["documents"]
    return {
        "report": str(written.page),
        "json": str(written.json),
        "documents": {key: documents[key] for key in ("of", "worst", "drawn")},
        "first": written.facts["first"],
    }
