"""What `donor baselines` prints: a table for each task, what the data is worth, what is missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from donor.cli.score_tables import between_of, share_of
from donor.report.visible import visible
from donor.score.titles import title_of

__all__ = ["compared_baselines", "planned_baselines"]

_AGAINST = "translate-train"
_SURE = 0.001
_CURVES = {"learning_curve": "learnt from", "linear_curve": "linear, learnt from"}


def compared_baselines(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The parts of what is printed, in their order; `found` is `donor baselines --json`."""
    for name, task in found["tasks"].items():
        yield from _scored_on(name, task)
        yield _rows(task)
        yield from map(Text, _others(task))
        for key, title in _CURVES.items():
            if curve := task[key]:
                yield ""
                yield _curve(title, curve)
                if curve["worth"]:
                    yield Text(curve["worth"]["what"])
        yield from _not_run(task)
        yield ""
    yield from map(Text, _notes(found))


def planned_baselines(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The parts of what is printed of a plan; `found` is that of `--dry-run --json`."""
    for name, task in found["tasks"].items():
        yield from _scored_on(name, task)
        table = Table("row", "learns from", box=None, padding=(0, 1, 0, 0))
        for column in ("documents", "examples", "dev", "seeds", "done"):
            table.add_column(column, justify="right")
        table.add_column("encoder")
        for row in task["rows"]:
            train, dev = row["train"], row["dev"]
            table.add_row(
                row["name"],
                train["kind"],
                f"{train['documents']:,}",
                f"{train['examples']:,}",
                f"{dev['examples']:,}" if dev else "–",
                str(row["seeds"]),
                str(row["done"]),
                Text(visible(row["encoder"])),
            )
        yield table
        yield from _not_run(task)
        yield ""
    yield from map(Text, (f"note: {visible(note)}" for note in found["notes"]))


def _scored_on(name: str, task: Mapping[str, Any]) -> Iterator[Text]:
    on = task["scored_on"]
    where = ", ".join(map(visible, on["inputs"]))
    yield Text(
        f"{name}: {title_of(task['metric'])} on {on['documents']:,} documents"
        f" ({on['sentences']:,} sentences) of {where}"
    )


def _rows(task: Mapping[str, Any]) -> Table:
    table = Table("row", box=None, padding=(0, 1, 0, 0))
    for column in ("examples", "score", "95 %", "no copies", "Δ", "p (Holm)"):
        table.add_column(column, justify="right")
    tests = {one["a"]: one for one in task["tests"] if one["b"] == _AGAINST}
    for row in task["rows"]:
        score, alone = row["scores"][task["metric"]], row["deduplicated"]
        test = tests.get(row["name"])
        table.add_row(
            row["name"],
            f"{row['train']['examples']:,}",
            share_of(score["mean"]),
            between_of(score["interval"], 3),
            share_of(alone["mean"]) if alone else "–",
            f"{test['difference']:+.4f}" if test else "",
            _p(test["p_holm"]) if test else "",
        )
    return table


def _others(task: Mapping[str, Any]) -> Iterator[str]:
    """What the columns are, and the tests that are not against translate-train."""
    if any(one["b"] == _AGAINST for one in task["tests"]):
        yield f"Δ: the difference to {_AGAINST}"
    for one in task["tests"]:
        if one["b"] != _AGAINST:
            difference = f"{one['difference']:+.4f} ({between_of(one['interval'], 3)})"
            yield f"{one['a']} − {one['b']}: {difference}, p {_p(one['p_holm'])}"


def _curve(title: str, curve: Mapping[str, Any]) -> Table:
    table = Table(title, box=None, padding=(0, 1, 0, 0))
    for column in ("sentences", "documents", "score", "95 %"):
        table.add_column(column, justify="right")
    for point in curve["points"]:
        table.add_row(
            point["train"],
            f"{point['sentences']:,}",
            f"{point['documents']:,}",
            share_of(point["mean"]),
            between_of(point["interval"], 3),
        )
    return table


def _not_run(task: Mapping[str, Any]) -> Iterator[Text]:
    for one in task["not_run"]:
        yield Text(f"not run: {one['name']}: {visible(one['why'])}")


def _notes(found: Mapping[str, Any]) -> Iterator[str]:
    """Of all data, then of single rows."""
    said = list(found["notes"])
    for task in found["tasks"].values():
        for row in task["rows"]:
            said += [f"{row['name']}: {note}" for note in row["notes"] if note not in said]
    for note in dict.fromkeys(said):
        yield f"note: {visible(note)}"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return f"< {_SURE}" if value < _SURE else f"{value:.3f}"
