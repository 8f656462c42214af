"""`donor predict`: what a trained model says of any dataset."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from donor.cli.convert import by_ending
from donor.cli.losses import loss_lines
from donor.cli.options import (
    as_json_option,
    check_free,
    console,
    force_option,
    inputs_argument,
    print_json,
    reading_of,
    reading_options,
    refusal_of,
    tell_unreadable,
    unreadable,
    writing_of,
    writing_options,
)
from donor.cli.progress import progress_bar
from donor.cli.runs import language_of
from donor.cli.train_tables import score_table
from donor.data import Document, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats import find_files, format_named, format_of, read, write
from donor.formats.format import Format
from donor.formats.pairs import target_of
from donor.formats.table.columns import with_column
from donor.train.likelihood import without_scores
from donor.train.model_folder.onnx import INT8, ONNX, TORCH
from donor.train.model_folder.written import holding, holds_none
from donor.train.predicting import DOCUMENTS_AT_ONCE, Opened, opened, predict
from donor.train.scoring import mean_over_seeds
from donor.train.splits import check_no_model

__all__ = ["predict_command"]

_SHOWN = 12
_TABLES = ("csv", "tsv")
_WHAT = {"spans": "spans", "qa": "spans", "relations": "relations"}


@dataclass
class _Counts:
    """How many documents have gone through, and how often each label was said."""

    documents: int = 0
    said: Counter[str] = field(default_factory=Counter)


@click.command("predict")
@click.argument("model", type=click.Path(path_type=Path))
@inputs_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="OUT")
@click.option("--onnx", is_flag=True, help="Run the ONNX model, on the CPU.")
@click.option("--int8", is_flag=True, help="Run the ONNX model of eight bits, on the CPU.")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    metavar="N",
    help="Texts, or windows of long ones, that the model is shown at once.",
)
@click.option("--score", is_flag=True, help="Score it too, by the input's own annotations.")
@reading_options
@writing_options
@force_option
@as_json_option
def predict_command(
    model: Path, inputs: tuple[Path, ...], output: Path, force: bool, **flags: Any
) -> None:
    """Write what MODEL, a folder of donor train, says of each INPUT, to OUT.

    What the model says takes the place of the input's annotations; ids, files, metadata, text
    labels of other names and the spans that relations are asked of stay. Of pairs, the targets are
    asked about. Each prediction has the attribute score, the model's own probability, which is not
    calibrated. Documents go through a thousand at a time; with --score all of them are kept.

    \b
    Example:
      donor predict models/spans news/ -o predicted
      donor predict models/spans news.jsonl -o predicted.conll --int8
    """
    started = time.monotonic()
    check_free(output, force=force)
    asked = opened(model, run=_run(flags), inputs_at_once=flags["batch"])
    skipped: list[FormatError] = []
    kept: list[tuple[Document, Document]] | None = [] if flags["score"] else None
    counts = _Counts()
    where = ", ".join(map(str, inputs))
    with progress_bar() as progress:
        documents = _read(inputs, flags, skipped)
        said = _said(asked, documents, kept, where)
        counted = _counted(said, asked, counts, progress)
        format, lost = _written(counted, asked, inputs, output, flags)
    found: dict[str, Any] = {
        "task": asked.task.name,
        "model": str(model),
        "run": _run(flags),
        "documents": counts.documents,
        _what(asked): dict(sorted(counts.said.items())),
        "out": str(output),
        "format": format,
        "lost": dict(lost),
        "unreadable": unreadable(skipped),
        "scores": None if kept is None else _scores(asked, kept),
        "seconds": round(time.monotonic() - started, 3),
    }
    if flags["as_json"]:
        print_json(found)
    else:
        _print(found, asked)


def _run(flags: Mapping[str, Any]) -> str:
    """Which of the models in the folder is run."""
    if flags["onnx"] and flags["int8"]:
        raise click.UsageError("--onnx and --int8 are two models: give one of them.")
    return INT8 if flags["int8"] else ONNX if flags["onnx"] else TORCH


def _read(
    inputs: Sequence[Path], flags: Mapping[str, Any], skipped: list[FormatError]
) -> Iterator[Document]:
    """The documents of all inputs; of pairs, their targets."""
    options = reading_of(flags)
    for path in inputs:
        check_no_model(path)
    files = find_files(inputs, format=flags["format"], options=options)
    parallel = {
        file.name for file in files if format_named(format_of(file, flags["format"])).parallel
    }
    for document in read(
        inputs,
        format=flags["format"],
        language=language_of(flags["language"], inputs[0]),
        refuse=refusal_of(flags, skipped),
        options=options,
        by_input_file=bool(parallel),
    ):
        yield target_of(document) if document.metadata.get("file") in parallel else document


def _said(
    asked: Opened,
    documents: Iterable[Document],
    kept: list[tuple[Document, Document]] | None,
    where: str,
) -> Iterator[Document]:
    """What the model says of the documents; with a list, each beside what it was before."""
    if kept is None:
        yield from predict(asked, documents, where=where)
        return
    before = list(documents)
    for one, gold in zip(predict(asked, before, where=where), before, strict=True):
        kept.append((one, gold))
        yield one


def _counted(
    said: Iterable[Document], asked: Opened, counts: _Counts, progress: Any
) -> Iterator[Document]:
    """The documents as they come; counts them, and what is said by its label."""
    what = _what(asked)
    for document in said:
        counts.documents += 1
        if what == "spans":
            counts.said.update(span.label for span in document.spans)
        elif what == "relations":
            counts.said.update(relation.label for relation in document.relations)
        else:
            counts.said.update(label.value for label in _own_labels(document, asked))
        if counts.documents % 100 == 0:
            progress("predict", counts.documents, None)
        yield document


def _written(
    said: Iterator[Document],
    asked: Opened,
    inputs: Sequence[Path],
    output: Path,
    flags: Mapping[str, Any],
) -> tuple[str, Mapping[str, int]]:
    """The format of the output, and what it could not say: of what Donor adds, the scores alone.

    It is the one that is named, by the flag or the ending, else that of the input; but jsonl where
    that cannot hold what the model says.

    Raises ConfigError, before anything is written, where the named one holds nothing of that.
    """
    options = reading_of(flags)
    task = asked.task.name
    own = format_of(find_files(inputs, format=flags["format"], options=options)[0], flags["format"])
    first = list(islice(said, DOCUMENTS_AT_ONCE))
    if flags["out_format"]:
        wanted = flags["out_format"]
    elif output.suffix and not output.is_dir():
        wanted = by_ending(output, own)
    else:
        wanted = holding(own, task, [_in_columns(one, own, asked) for one in first])
    first = [_in_columns(one, wanted, asked) for one in first]
    if holds_none(wanted, task, [_predicted_alone(one, asked) for one in first]):
        what = f"{wanted} can hold none of the {_what(asked)} that the model says"
        raise ConfigError(str(output), what, "name it .jsonl, or give --out-format jsonl")
    writing = writing_of(flags, like_the_input=wanted == own)
    every = chain(first, (_in_columns(one, wanted, asked) for one in said))
    added: Counter[str] = Counter()
    known = format_named(wanted, writing)
    lost = write(_with_added(every, known, added), output, format=wanted, options=writing)
    lost -= added
    if _what(asked) == "spans":
        # Donor has given these ids.
        del lost["span ids"]
    return wanted, lost + Counter(scores=added["attributes"])


def _with_added(said: Iterable[Document], known: Format, added: Counter[str]) -> Iterator[Document]:
    """The documents as they come; counts what of them is lost only because they have scores."""
    for document in said:
        added.update(known.losses(document) - known.losses(without_scores(document)))
        yield document


def _predicted_alone(document: Document, asked: Opened) -> Document:
    """The document without the labels that the model does not speak of."""
    return replace(document, labels=tuple(_own_labels(document, asked)))


def _own_labels(document: Document, asked: Opened) -> Iterator[TextLabel]:
    """The text labels that the model says; others may be those of another model."""
    return (label for label in document.labels if label.name == asked.label_name)


def _in_columns(document: Document, format: str, asked: Opened) -> Document:
    """The document with a column for the labels of the model, where it is a row of a table."""
    if asked.label_name is None or format not in _TABLES:
        return document
    return with_column(document, asked.label_name, several=asked.head == "multi-labels")


def _scores(asked: Opened, kept: Sequence[tuple[Document, Document]]) -> dict[str, Any]:
    """The scores of the predictions against what was annotated before."""
    measured = asked.task.measured([one for one, _ in kept], [gold for _, gold in kept])
    return {name: mean_over_seeds([one]) for name, one in measured.items()}


def _what(asked: Opened) -> str:
    return _WHAT.get(asked.task.name, "labels")


def _print(found: Mapping[str, Any], asked: Opened) -> None:
    out, what = console(), _what(asked)
    name = f"{asked.label_name}=" if what == "labels" else ""
    documents = "document" if found["documents"] == 1 else "documents"
    total = sum(found[what].values())
    out.print(f"{total:,} {what} in {found['documents']:,} {documents}")
    shown = sorted(found[what].items(), key=lambda one: -one[1])
    for label, count in shown[:_SHOWN]:
        out.print(f"  {count:>7,}  {name}{label}")
    if len(shown) > _SHOWN:
        out.print(f"  … and {len(shown) - _SHOWN:,} more labels: --json lists them all")
    if found["scores"]:
        out.print()
        out.print(score_table(found["scores"], all_in="--json"))
        out.print()
    tell_unreadable(found["unreadable"])
    for line in loss_lines(found["format"], found["lost"]):
        out.print(line)
    out.print(f"written to {found['out']} as {found['format']}", soft_wrap=True)
