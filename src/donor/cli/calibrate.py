"""`donor calibrate`: confidence for the placed spans of a run, and how good it is."""

from pathlib import Path
from typing import Any

import click

from donor.cli.options import as_json_option, console, print_json
from donor.cli.trusted import (
    TrustedRun,
    check_made,
    confidence_lines,
    read_calibrator,
    read_gold,
    write_json,
    write_lines,
)
from donor.errors import InputError
from donor.report.reliability import calibrator_lines, reliability_table
from donor.report.reliability_picture import reliability_picture
from donor.trust import (
    AUTO,
    KINDS,
    Calibrator,
    Gold,
    Judgement,
    Reliability,
    fit,
    halves,
    judge,
    known,
    reliability,
)

__all__ = ["calibrate"]

_SOME_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("run", type=_SOME_PATH)
@click.option("--gold", type=_SOME_PATH, metavar="FILE", help="A dataset, or pairs.")
@click.option("--format", "format", metavar="NAME", help="The format of gold.")
@click.option(
    "--kind", type=click.Choice(KINDS), default=AUTO, show_default=True, help="Of calibrator."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the cross-validation.")
@click.option("--calibrator", type=_SOME_PATH, metavar="FILE", help="One that is fitted already.")
@click.option("--svg", type=_SOME_PATH, metavar="FILE", help="Draw the reliability diagram.")
@click.option("--force", is_flag=True, help="Take a calibrator of another method or language pair.")
@as_json_option
def calibrate(run: Path, **flags: Any) -> None:
    """Say of each placed span of a RUN how likely it is exact, learnt from gold.

    Gold is a target dataset of any format, or pairs, of some documents of the run. Half of its
    documents teach, the other half is held back and measures: Brier score, calibration error,
    precision at coverage, the reliability diagram. RUN/calibrator.json keeps what was learnt,
    RUN/confidence.jsonl the confidence in each span. --calibrator takes one from another run;
    gold then only measures it.

    \b
    Example:
      donor calibrate runs/first --gold gold.jsonl
      donor calibrate runs/second --calibrator runs/first/calibrator.json
    """
    trusted = TrustedRun.at(run)
    gold = _gold(flags)
    judgement = judge(trusted.folder.transfers(), gold, trusted.label_names) if gold else None
    calibrator, note = _calibrator(trusted, judgement, flags)
    unseen = known(judgement.rows, calibrator) if judgement else []
    measured = reliability(unseen) if unseen else None
    if flags["svg"] is not None:
        _draw(measured, calibrator, flags["svg"])
    write_lines(trusted.confidence, confidence_lines(trusted, calibrator))
    write_json(trusted.calibrator, calibrator.as_json())
    found = _found(trusted, calibrator, judgement, measured)
    remembered = gold and {
        "path": str(flags["gold"]),
        "format": flags["format"],
        "sha256": gold.sha256,
    }
    write_json(trusted.calibration, {"gold": remembered, **found})
    if note:
        click.echo(f"warning: {note}", err=True)
    if flags["as_json"]:
        print_json(found)
    else:
        _print(trusted, calibrator, judgement, measured)


def _gold(flags: dict[str, Any]) -> Gold | None:
    if flags["gold"] is not None:
        return read_gold(flags["gold"], flags["format"])
    if flags["calibrator"] is None:
        raise click.UsageError("Give --gold FILE to learn from, or --calibrator FILE.")
    return None


def _calibrator(
    trusted: TrustedRun, judgement: Judgement | None, flags: dict[str, Any]
) -> tuple[Calibrator, str]:
    """The calibrator, given or fitted, and what is to be told of it."""
    if flags["calibrator"] is not None:
        calibrator = read_calibrator(flags["calibrator"])
        return calibrator, check_made(calibrator, trusted.made, force=flags["force"])
    assert judgement is not None, "without a calibrator there is gold"
    teaching, _ = halves(judgement.rows)
    return fit(teaching, trusted.made, kind=flags["kind"], seed=flags["seed"]), ""


def _found(
    trusted: TrustedRun,
    calibrator: Calibrator,
    judgement: Judgement | None,
    measured: Reliability | None,
) -> dict[str, Any]:
    """The shape of `donor calibrate --json`."""
    documents = None
    if judgement:
        documents = {
            "gold": judgement.gold,
            "matched": judgement.matched,
            "texts_differ": judgement.texts_differ,
            "held_back": measured.documents if measured else 0,
        }
    value = calibrator.as_json()
    return {
        "kind": calibrator.kind,
        "methods": value["methods"],
        "from": value["from"],
        "to": value["to"],
        "fit": value["fit"],
        "documents": documents,
        "reliability": measured and measured.as_json(),
        "calibrator": str(trusted.calibrator),
        "confidence": str(trusted.confidence),
    }


def _print(
    trusted: TrustedRun,
    calibrator: Calibrator,
    judgement: Judgement | None,
    measured: Reliability | None,
) -> None:
    out = console()
    for line in calibrator_lines(calibrator):
        out.print(line)
    if judgement and judgement.texts_differ:
        left_out = f"{judgement.texts_differ:,} of {judgement.matched:,} documents left out"
        out.print(f"{left_out}: their text is not gold's, so their places cannot be judged")
    if measured:
        out.print(
            f"measured on {measured.spans:,} placed spans of {measured.documents:,} other "
            f"documents, {100 * measured.base_rate:.1f} % exact"
        )
        out.print()
        out.print(reliability_table(measured))
        out.print()
    elif judgement:
        out.print("not measured: the calibrator has seen all documents of gold")
    else:
        out.print("not measured: --gold FILE does")
    out.print(f"confidence  {trusted.confidence}")


def _draw(measured: Reliability | None, calibrator: Calibrator, path: Path) -> None:
    if measured is None:
        raise click.UsageError("--svg draws what --gold FILE measures.")
    made = calibrator.made
    title = f"{', '.join(made.methods)}: {made.source} to {made.target}"
    try:
        path.write_text(reliability_picture(measured, title), encoding="utf-8")
    except OSError as error:
        raise InputError(str(path), f"cannot write: {error.strerror}") from None
