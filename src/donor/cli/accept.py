"""`donor accept`: the placed spans that are exact as often as wished, apart from the others."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import orjson

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
from donor.data import Document, Transfer
from donor.errors import ConfigError, DonorError
from donor.formats import format_named, of_transfer, write
from donor.pipeline.input import output_format
from donor.pipeline.label_names import renamed
from donor.trust import (
    DOCUMENT,
    UNITS,
    Acceptance,
    Calibrator,
    Gold,
    Placed,
    confidences,
    digest,
    judge,
    known,
)
from donor.trust import accept as accepted_at

__all__ = ["accept"]

_SOME_PATH = click.Path(path_type=Path)
_ACCEPTED, _TO_REVIEW, _ACCEPTANCE = "accepted.jsonl", "to-review.jsonl", "acceptance.json"
_DATASET = "accepted"


@click.command()
@click.argument("run", type=_SOME_PATH)
@click.option("--precision", type=float, required=True, metavar="P", help="Share of exact spans.")
@click.option(
    "--confidence", type=float, required=True, metavar="C", help="How sure that is to be."
)
@click.option("--gold", type=_SOME_PATH, metavar="FILE", help="[that of donor calibrate]")
@click.option("--format", "format", metavar="NAME", help="The format of gold.")
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    default=DOCUMENT,
    show_default=True,
    help="What is independent: one span of each document is tested, or all spans.",
)
@click.option("--force", is_flag=True, help="Take a calibrator of another method or language pair.")
@as_json_option
def accept(run: Path, **flags: Any) -> int:
    """Accept the spans of a RUN that are exact with a wished PRECISION, and promise it.

    Needs donor calibrate first. The threshold of confidence is tested on gold that the
    calibrator has not seen, by an exact binomial bound; the promise is printed, and holds if
    gold is a random draw of the run's documents. RUN/accepted.jsonl and RUN/to-review.jsonl take
    every span, RUN/accepted/ is the target dataset with the accepted ones alone. Where nothing
    can be promised, nothing is written, the exit code is 1, and it is said how much gold would do.

    \b
    Example:
      donor accept runs/first --precision 0.98 --confidence 0.95
    """
    trusted = TrustedRun.at(run)
    if not trusted.calibrator.exists():
        hint = f"donor calibrate {run} --gold FILE makes it"
        raise ConfigError(str(run), "the run has no calibrator", hint)
    calibrator = read_calibrator(trusted.calibrator)
    note = check_made(calibrator, trusted.made, force=flags["force"])
    judgement = judge(trusted.folder.transfers(), _gold(trusted, flags), trusted.label_names)
    found = accepted_at(
        list(_placed(trusted, calibrator)),
        known(judgement.rows, calibrator),
        precision=flags["precision"],
        confidence=flags["confidence"],
        unit=flags["unit"],
    )
    if found.threshold is None:
        # What was promised before stays; nothing of this is.
        spans = sum(len(transfer.spans) for transfer in trusted.folder.transfers())
        nothing = {"spans": spans, "accepted": 0, "to_review": spans, "accepted_seen": 0}
        kept = (run / _ACCEPTANCE).exists()
        summary = found.as_json() | {"counts": nothing, "kept": kept}
    else:
        summary = found.as_json() | _written(trusted, calibrator, found)
        write_json(run / _ACCEPTANCE, summary)
    if note:
        click.echo(f"warning: {note}", err=True)
    if flags["as_json"]:
        print_json(summary)
    else:
        _print(summary)
    return 1 if found.threshold is None else 0


def _gold(trusted: TrustedRun, flags: dict[str, Any]) -> Gold:
    """The gold that is named, else that of the calibration. Raises ConfigError if it changed."""
    if flags["gold"] is not None:
        return read_gold(flags["gold"], flags["format"])
    remembered = None
    if trusted.calibration.exists():
        remembered = orjson.loads(trusted.calibration.read_bytes())["gold"]
    if remembered is None:
        raise ConfigError(str(trusted.folder.path), "no gold to test on", "give --gold FILE")
    gold = read_gold(Path(remembered["path"]), remembered["format"])
    if gold.sha256 != remembered["sha256"]:
        what = "has changed since donor calibrate"
        raise ConfigError(remembered["path"], what, "calibrate again, or name it with --gold")
    return gold


def _placed(trusted: TrustedRun, calibrator: Calibrator) -> Iterator[Placed]:
    """The placed spans of documents that the calibrator has not seen."""
    for transfer in trusted.folder.transfers():
        text = digest(transfer.source.text)
        if text not in calibrator.texts:
            for _, confidence in confidences(transfer, calibrator):
                yield Placed(text, confidence)


def _written(trusted: TrustedRun, calibrator: Calibrator, found: Acceptance) -> dict[str, Any]:
    """The counts of what was accepted and what is to review, after both are written."""
    folder = trusted.folder.path
    counts = {"spans": 0, "accepted": 0, "to_review": 0, "accepted_seen": 0}
    passed: set[tuple[str, str]] = set()
    to_review: list[dict[str, Any]] = []

    def accepted_lines() -> Iterator[dict[str, Any]]:
        for transfer in trusted.folder.transfers():
            sure = dict(confidences(transfer, calibrator))
            seen = digest(transfer.source.text) in calibrator.texts
            for line in _lines(transfer, sure):
                confidence = line["confidence"]
                counts["spans"] += 1
                if found.threshold is None or confidence is None or confidence < found.threshold:
                    to_review.append(line)
                    continue
                counts["accepted"] += 1
                counts["accepted_seen"] += seen
                passed.add((line["id"], line["span"]))
                yield line

    write_lines(folder / _ACCEPTED, accepted_lines())
    write_lines(folder / _TO_REVIEW, to_review)
    write_lines(trusted.confidence, confidence_lines(trusted, calibrator))
    counts["to_review"] = len(to_review)
    shutil.rmtree(folder / _DATASET, ignore_errors=True)
    problem = _write_dataset(trusted, passed) if passed else "nothing is accepted"
    incomplete = len({line["id"] for line in to_review})
    return {
        "counts": counts,
        "documents_to_review": incomplete,
        "dataset": None if problem else str(folder / _DATASET),
        "no_dataset": problem,
    }


def _lines(transfer: Transfer, sure: dict[str, float]) -> Iterator[dict[str, Any]]:
    """A line for each source span: its place and the confidence in it, or why it has none."""
    target = transfer.target
    for row in transfer.spans:
        line: dict[str, Any] = {"id": transfer.source.id, "span": row.span_id}
        span = row.placed
        if span is None or target is None:
            label = transfer.source.span(row.span_id).label
            yield line | {"label": label, "confidence": None, "reason": row.reason}
            continue
        yield line | {
            "label": span.label,
            "surface": span.surface(target.text),
            "fragments": [[part.start, part.end] for part in span.fragments],
            "confidence": sure[row.span_id],
        }


def _write_dataset(trusted: TrustedRun, passed: set[tuple[str, str]]) -> str:
    """Nothing is said if the dataset is written; else why it could not be."""
    try:
        name, options = output_format(trusted.recipe)
        known_format = format_named(name)
        names = trusted.label_names

        def targets() -> Iterator[Document]:
            for transfer in trusted.folder.transfers():
                if transfer.target is not None:
                    target = renamed(_only(transfer.target, passed), names, known_format)
                    yield of_transfer(transfer.source, target, known_format)

        write(targets(), trusted.folder.path / _DATASET, format=name, options=options)
    except DonorError as error:
        shutil.rmtree(trusted.folder.path / _DATASET, ignore_errors=True)
        return str(error)
    return ""


def _only(target: Document, passed: set[tuple[str, str]]) -> Document:
    """The document with its accepted spans, and the relations between them."""
    ids = {span.id for span in target.spans}
    left = {span.id for span in target.spans if (target.id, span.id) in passed}
    gone = ids - left
    return replace(
        target,
        spans=tuple(span for span in target.spans if span.id in left),
        relations=tuple(r for r in target.relations if not {r.head, r.tail} & gone),
    )


def _print(summary: dict[str, Any]) -> None:
    out = console()
    out.print(summary["statement"])
    if summary["threshold"] is None:
        if summary["kept"]:
            out.print("What was accepted before stays as it is.")
        return
    counts = summary["counts"]
    if counts["accepted_seen"]:
        seen = f"{counts['accepted_seen']:,} more accepted spans stand in documents that taught"
        out.print(f"{seen} the calibrator: this is not said of them.")
    out.print(
        f"{counts['spans']:,} spans: {counts['accepted']:,} accepted, "
        f"{counts['to_review']:,} to review in {summary['documents_to_review']:,} documents"
    )
    if summary["dataset"]:
        out.print(f"dataset  {summary['dataset']}, without the spans to review")
    else:
        out.print(f"no dataset of accepted spans: {summary['no_dataset']}")
