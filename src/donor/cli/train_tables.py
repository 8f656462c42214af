"""What a training is told as: data, hygiene, scores, and where the model is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from donor.cli.losses import loss_lines
from donor.cli.options import console, tell_unreadable
from donor.cli.score_tables import between_of, share_of
from donor.score.titles import title_of

__all__ = ["print_training", "score_table"]

_OF_LABELS = ("label:", "f1:")
_LABELS_SHOWN = 12
_OF_LENGTHS = "length:"
_EXPORTS = ("torch", "onnx", "int8")

Found = Mapping[str, Any]


def print_training(found: Found) -> None:
    """Prints all of it."""
    out = console()
    if found["already_there"]:
        out.print(f"{found['model']} holds this very model already: --force trains it anew.\n")
    out.print(f"{found['task']}, {found['encoder']}")
    for line in (*_data(found["data"]), *_hygiene(found), *_search(found["training"])):
        out.print(line)
    out.print()
    out.print(score_table(found["scores"]))
    out.print(_without_copies(found))
    if found["onnx"]:
        out.print(_exports(found["onnx"]))
    for note in found["notes"]:
        out.print(f"note: {note}")
    tell_unreadable(found["unreadable"])
    _print_where(found, out)


def score_table(scores: Mapping[str, Any], *, all_in: str = "scores.json") -> Table:
    """The scores, the main one first; those of labels only where there are few.

    `all_in` is where the others are.
    """
    several = any(len(one["seeds"]) > 1 for one in scores.values())
    table = Table("score", "mean" if several else "", "95 %", box=None, pad_edge=False)
    if several:
        table.add_column("of each seed")
    labels = [name for name in scores if name.startswith(_OF_LABELS)]
    left = set(labels if len(labels) > _LABELS_SHOWN else ())
    left |= {name for name in scores if name.startswith(_OF_LENGTHS)}
    for name, one in scores.items():
        if name not in left:
            row = [title_of(name), share_of(one["mean"]), between_of(one["interval"])]
            table.add_row(*row, *([" ".join(map(share_of, one["seeds"]))] if several else []))
    if left:
        table.caption = f"{len(left)} more, of lengths and labels, in {all_in}"
        table.caption_justify = "left"
    return table


def _data(data: Mapping[str, Any]) -> Iterator[str]:
    for name, one in data.items():
        kind = f", {one['kind']}" if one["kind"] else ""
        counts = f"{one['documents']:,} documents, {one['examples']:,} examples{kind}"
        yield f"{name:5}  {counts}: {', '.join(one['inputs'])}"


def _hygiene(found: Found) -> Iterator[str]:
    """What of the evaluations stands in train too, and what of train contradicts itself."""
    hygiene = found["hygiene"]
    for split, one in hygiene["evaluations"].items():
        copies = one["units"] - one["left"]
        if copies:
            near = f", {one['near']['units']:,} of them nearly" if one["near"]["units"] else ""
            yield f"{copies:,} of {one['units']:,} texts of {split} stand in train too{near}"
    if contradictory := hygiene["train"]["contradictory_texts"]:
        yield f"{contradictory:,} texts of train stand there with different labels"


def _search(training: Mapping[str, Any]) -> Iterator[str]:
    """The learning rates that were tried, with their scores on dev, and the one that was taken."""
    if tried := training["learning_rates"]:
        scores = ", ".join(f"{rate}: {share_of(one)}" for rate, one in tried.items())
        yield f"learning rates on dev: {scores}; {training['learning_rate']:g} is taken"


def _without_copies(found: Found) -> str:
    """On what the scores are, and what the main one is without the copies."""
    told = f"on {found['scored_on']}; intervals over documents"
    one = found["deduplicated"]
    copies = one["of_examples"] - one["examples"]
    if copies:
        told += (
            f"\nwithout the {copies:,} examples that were learnt from, or nearly: "
            f"{title_of(one['metric'])} {share_of(one['mean'])} {between_of(one['interval'])}"
        )
    return told


def _exports(onnx: Mapping[str, Any]) -> Table:
    columns = ("", title_of(onnx["metric"]), "MB", "examples/s", "same choices")
    table = Table(*columns, box=None, pad_edge=False, title="as ONNX", title_justify="left")
    for name in _EXPORTS:
        one = onnx[name]
        speed = f"{one['sentences_per_second']:,.0f}"
        same = share_of(one.get("agreement"))
        table.add_row(name, share_of(one["score"]), f"{one['megabytes']:.1f}", speed, same)
    return table


def _print_where(found: Found, out: Console) -> None:
    model, predictions = found["model"], found["predictions"]
    where = Path(model) / predictions["folder"]
    out.print(f"\npredictions  {where} ({predictions['format']})")
    for line in loss_lines(predictions["format"], predictions["lost"]):
        out.print(line)
    out.print(f"model        {model}")
    out.print(f"next         donor predict {model} INPUT -o OUT", soft_wrap=True)
