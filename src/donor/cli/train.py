"""`donor train`: a model that shows what a dataset is worth."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from donor.cli.options import (
    as_json_option,
    fields_of,
    print_json,
    reading_of,
    reading_options,
    refusal_of,
    unreadable,
)
from donor.cli.progress import progress_bar
from donor.cli.runs import language_of, run_of
from donor.cli.train_tables import print_training
from donor.errors import ConfigError, FormatError, InputError
from donor.formats import Options, fields_for_output, find_files, format_named, format_of
from donor.pipeline.licence import hub_names, licence_given
from donor.train.begun import begun, ended, what_is_asked
from donor.train.encoders import EncoderChoice, encoder_named
from donor.train.encoders.heads import check_libraries
from donor.train.examples import TRAINING
from donor.train.fitting.loop import all_there, leads
from donor.train.model_folder.written import Origin, Outputs, read_told, with_onnx
from donor.train.splits import DEV, TEST, Splits, read_splits
from donor.train.tasks.task import TASKS, Task, task_named
from donor.train.training import settings_for
from donor.train.whole import LEARNING_RATES, Training, trained_whole

__all__ = ["train"]

_FILE = click.Path(path_type=Path)
_COUNT = click.IntRange(min=1)
_OF_TRAIN = (TRAINING, "the data")
_KINDS = ("gold", "silver")
_SETTINGS = (
    *("epochs", "patience", "batch", "at_once", "learning_rate", "max_length", "stride"),
    *("class_weights", "all_subwords", "whole_tokens", "seed", "checkpoint_s"),
)


@click.command()
@click.argument("task", type=click.Choice(list(TASKS)))
@click.argument("dataset", type=_FILE)
@click.option("-o", "--output", "folder", type=_FILE, required=True, metavar="MODEL")
@click.option("--dev", type=_FILE, metavar="D", help="Chosen by. [the dataset's, or a tenth]")
@click.option("--test", type=_FILE, metavar="D", help="Scored on. [the dataset's, or dev]")
@click.option("--label", metavar="NAME", help="Of labels: which, where a dataset has several.")
@click.option(
    "--encoder",
    metavar="E",
    help="A name of the hub, a folder, default:small, default:base, or without pre-training "
    "scratch:tiny, scratch:small. [default:base of the language]",
)
@click.option("--seeds", type=_COUNT, default=1, show_default=True, metavar="N", help="So many.")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="The first seed. [1]")
@click.option("--search", is_flag=True, help="Take the best on dev of several learning rates.")
@click.option("--epochs", type=_COUNT, metavar="N", help="At most so many. [by the encoder]")
@click.option("--patience", type=_COUNT, metavar="N", help="Stop after so many that are no better.")
@click.option("--batch", type=_COUNT, metavar="N", help="Examples that a step learns from.")
@click.option("--at-once", type=_COUNT, metavar="N", help="Of these, on a device at once. [all]")
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="R",
    help="The highest. [by the encoder]",
)
@click.option("--max-length", type=click.IntRange(min=8), metavar="N", help="Tokens of an input.")
@click.option(
    "--stride", type=click.IntRange(min=0), metavar="N", help="Of these, two windows share."
)
@click.option("--class-weights", is_flag=True, default=None, help="Let rare classes count more.")
@click.option("--all-subwords", is_flag=True, default=None, help="Tag all parts of a word.")
@click.option(
    "--whole-tokens/--signs",
    default=None,
    help="What of Thai and the like is tagged. [signs by encoders from scratch, else whole tokens]",
)
@click.option(
    "--checkpoint-seconds",
    "checkpoint_s",
    type=click.FloatRange(min=0),
    metavar="X",
    help="Keep the state so often, and after each epoch. [60]",
)
@reading_options
@click.option("--out-format", metavar="NAME", help="Of the predictions. [the data's, or jsonl]")
@click.option("--onnx", is_flag=True, help="Export as ONNX, in full and in eight bits.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="[SPLIT=]KIND",
    help="What the annotations are: silver, test=gold … [silver for a run's]",
)
@click.option("--license", "license_", metavar="NAME", help="The data's. [what its folder says]")
@click.option("--force", is_flag=True, help="Train anew, whatever the folder holds.")
@as_json_option
def train(task: str, dataset: Path, folder: Path, **flags: Any) -> None:
    """Train a model for TASK on DATASET, score it, and write it into the folder MODEL.

    The dataset is a file, a folder, or the folder of a run. Its own splits are kept; see
    docs/train.md. The same command again goes on from the last checkpoint; where the model is
    finished it only tells of it.

    \b
    Example:
      donor train spans runs/first/dataset -o models/spans
      donor train definition runs/first/dataset -o models/tiny --encoder scratch:tiny --seeds 5
    """
    skipped: list[FormatError] = []
    splits = _splits(dataset, flags, skipped)
    with _called(dataset):
        chosen = _task(task, flags["label"], splits)
    encoder = _encoder(flags["encoder"], splits)
    settings = settings_for(
        encoder, **{name: flags[name] for name in _SETTINGS if flags[name] is not None}
    )
    search = LEARNING_RATES if flags["search"] else ()
    asked = what_is_asked(chosen, splits, encoder, settings, seeds=flags["seeds"], search=search)
    kinds = _kinds(flags, dataset)
    outputs = replace(_outputs(dataset, flags, kinds), asked=asked)
    try:
        check_libraries("training")
        leading = leads()
        with (
            begun(folder, asked, force=flags["force"], leading=leading) as finished,
            _called(dataset),
        ):
            all_there()
            if finished:
                found = read_told(folder)
            else:
                training = Training(
                    task=chosen,
                    splits=splits,
                    encoder=encoder,
                    settings=settings,
                    folder=folder,
                    seeds=flags["seeds"],
                    search=search,
                    inputs=[str(dataset)],
                    kind=kinds["train"],
                    outputs=outputs,
                )
                with progress_bar(one_line=True) as progress:
                    found = trained_whole(training, progress)
            if leading and flags["onnx"] and not found["onnx"]:
                found = with_onnx(folder, chosen, splits.evaluation, settings)
            if leading:
                ended(folder)
    except KeyboardInterrupt:
        click.echo("The same command goes on from the last checkpoint.", err=True)
        raise
    found |= {"already_there": finished, "unreadable": unreadable(skipped)}
    if leading and flags["as_json"]:
        print_json(found)
    elif leading:
        print_training(found)


@contextmanager
def _called(dataset: Path) -> Iterator[None]:
    """Errors of the training data say where these are."""
    try:
        yield
    except (InputError, ConfigError) as error:
        if error.where not in _OF_TRAIN:
            raise
        raise type(error)(str(dataset), error.what, error.hint) from None


def _splits(dataset: Path, flags: dict[str, Any], skipped: list[FormatError]) -> Splits:
    return read_splits(
        dataset,
        flags["dev"],
        flags["test"],
        format=flags["format"],
        language=language_of(flags["language"], dataset),
        options=reading_of(flags),
        refuse=refusal_of(flags, skipped),
    )


def _task(name: str, label: str | None, splits: Splits) -> Task:
    """The task as the training data settle it; of text labels that of one name."""
    if label is not None and name != "labels":
        raise ConfigError("--label", f"{name} is not about text labels", "leave it out")
    return task_named(name, {"label": label} if label else None).settled(splits.train)


def _encoder(name: str | None, splits: Splits) -> EncoderChoice:
    """The encoder: of that name, or by the language. Raises ConfigError where nothing says it."""
    language = next((one.language for one in splits.train if one.language), None)
    if language is None and (name is None or name.startswith("default:")):
        what = "the encoder is chosen by the language of the texts, which nothing says"
        raise ConfigError("--encoder", what, "give --from, or the name of an encoder")
    return encoder_named(name, language or "en")


def _kinds(flags: dict[str, Any], dataset: Path) -> dict[str, str]:
    """What the annotations of each split are; those of a run are silver where nobody says more."""
    own = _kind_of(dataset)
    found = {"train": own, DEV: own, TEST: own}
    found |= {name: _kind_of(flags[name]) for name in (DEV, TEST) if flags[name]}
    for said in flags["kinds"]:
        split, equals, kind = said.rpartition("=")
        if kind not in _KINDS or (equals and split not in found):
            raise click.UsageError(f"--kind {said}: gold or silver, or for example test=gold.")
        found |= {split: kind} if equals else dict.fromkeys(found, kind)
    return found


def _kind_of(path: Path) -> str:
    return "silver" if run_of(path / "dataset") or run_of(path) else ""


def _outputs(dataset: Path, flags: dict[str, Any], kinds: dict[str, str]) -> Outputs:
    """How the outputs are written."""
    data = dataset / "dataset" if (dataset / "recipe.toml").is_file() else dataset
    files = find_files([data], format=flags["format"], options=reading_of(flags))
    own = format_of(files[0], flags["format"])
    if flags["out_format"]:
        format_named(flags["out_format"])
    licence = licence_given(flags["license_"], [str(data)])
    names, other = hub_names(licence) if licence.names else ((), "")
    return Outputs(
        format=flags["out_format"],
        data_format=own,
        options=_writing(flags, like_the_input=flags["out_format"] in (None, own)),
        licence=names,
        licence_name=other,
        origins={
            name: Origin([str(flags.get(name) or dataset)], kind) for name, kind in kinds.items()
        },
    )


def _writing(flags: dict[str, Any], *, like_the_input: bool) -> Options:
    fields = fields_for_output(fields_of(flags), like_the_input=like_the_input)
    return Options(fields=fields, scheme=flags["scheme"], keep_names=like_the_input)
