"""`donor train`: baselines that show what a dataset is worth."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from donor.cli.options import as_json_option, console, print_json
from donor.cli.progress import progress_bar
from donor.errors import ConfigError
from donor.train.encoders import encoder_named
from donor.train.examples import Settings
from donor.train.splits import read_splits
from donor.train.task import TASKS, task_named
from donor.train.whole import LEARNING_RATES, Training, trained_whole

__all__ = ["train"]

_FILE = click.Path(path_type=Path)
_PLAIN = Settings()


@click.command()
@click.argument("task", type=click.Choice(list(TASKS)))
@click.argument("dataset", type=_FILE)
@click.option("-o", "--output", "folder", type=_FILE, required=True, metavar="MODEL")
@click.option("--dev", type=_FILE, metavar="D", help="Chosen by. [the dataset's, or a tenth]")
@click.option("--test", type=_FILE, metavar="D", help="Scored on. [the dataset's, or dev]")
@click.option("--format", metavar="NAME", help="The format of all of them.")
@click.option("--label", metavar="NAME", help="Which text label, where there are several.")
@click.option(
    "--encoder",
    metavar="E",
    help="A hub name, a folder, scratch:tiny, scratch:small, default:small. [by language]",
)
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, metavar="N")
@click.option("--search", is_flag=True, help="Try learning rates on dev first.")
@click.option("--epochs", type=click.IntRange(min=1), default=_PLAIN.epochs, show_default=True)
@click.option("--batch", type=click.IntRange(min=1), default=_PLAIN.batch, show_default=True)
@click.option("--at-once", type=click.IntRange(min=1), help="Of a batch, on each device. [all]")
@click.option("--learning-rate", type=float, default=_PLAIN.learning_rate, show_default=True)
@click.option("--max-length", type=click.IntRange(min=8), default=_PLAIN.max_length)
@click.option("--class-weights", is_flag=True, help="Let rare classes count for more.")
@click.option("--all-subwords", is_flag=True, help="Tag each part of a word, not the first.")
@click.option("--seed", type=click.IntRange(min=0), default=_PLAIN.seed, show_default=True)
@as_json_option
def train(task: str, dataset: Path, folder: Path, **flags: Any) -> None:
    """Train a model for TASK on DATASET, and score it.

    \b
    Example:
      donor train definition runs/first/dataset -o models/definition --encoder scratch:small
    """
    chosen = task_named(task)
    if flags["label"]:
        if task != "labels":
            raise ConfigError("--label", f"{task} has no text labels", "leave it out")
        chosen = replace(chosen, label=flags["label"])  # type: ignore[type-var]
    splits = read_splits(dataset, flags["dev"], flags["test"], format=flags["format"])
    language = next((one.language for one in splits.train if one.language), None) or "und"
    asked = Training(
        task=chosen,
        splits=splits,
        encoder=encoder_named(flags["encoder"], language),
        settings=_settings(flags),
        folder=folder,
        seeds=flags["seeds"],
        search=LEARNING_RATES if flags["search"] else (),
        inputs=[str(dataset)],
    )
    with progress_bar() as progress:
        found = trained_whole(asked, progress)
    if flags["as_json"]:
        print_json(found)
    else:
        _print(found)


def _settings(flags: dict[str, Any]) -> Settings:
    names = ("epochs", "batch", "at_once", "learning_rate", "max_length", "class_weights")
    said = {name: flags[name] for name in (*names, "all_subwords", "seed")}
    return Settings(**said)


def _print(found: dict[str, Any]) -> None:
    out = console()
    table = Table("score", "mean", "95 %", "seeds", box=None)
    for name, one in found["scores"].items():
        seeds = " ".join(_share(score) for score in one["seeds"])
        table.add_row(name, _share(one["mean"]), _between(one["interval"]), seeds)
    out.print(table)
    out.print(f"scored on {found['scored_on']}; {found['encoder']}")
    for note in found["notes"]:
        out.print(f"note: {note}")
    out.print(f"model  {found['model']}")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _between(interval: list[float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.4f}…{interval[1]:.4f}"
