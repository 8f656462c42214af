"""What the page says of baselines, which show what a dataset is worth."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.report.page.learning import Curve, learning_pictures
from donor.report.page.measured import (
    between_of,
    difference_of,
    figure_of,
    measured_cells,
    of_copies,
    unit_of,
)
from donor.report.page.numbers import counted, p_value, whole
from donor.report.page.plain import begun
from donor.report.page.ranges import MOST_ROWS, Row, range_pictures
from donor.score.titles import title_of

__all__ = ["baseline_parts"]

_KINDS = {
    "gold": "gold",
    "silver": "silver (not checked by people)",
}

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def baseline_parts(found: Facts | None) -> Parts | None:
    """The parts for the template of the section; None without baselines.

    Args:
        found: `baselines` of `run_facts`.
    """
    if found is None:
        return None
    every, told = found["tasks"].items(), found["notes"]
    tasks = [_task(name, one, told, n) for n, (name, one) in enumerate(every)]
    return {
        "recipe": found["recipe"],
        "of_run": found["of_run"],
        "notes": found["notes"],
        "tasks": tasks,
    }


def _task(name: str, found: Facts, told: Sequence[str], number: int) -> Parts:
    metric, rows = found["metric"], found["rows"]
    title = title_of(metric) + unit_of(metric)
    curve = found["learning_curve"]
    drawn = [_drawn(row, metric) for row in rows]
    copies = any(row.second is not None for row in drawn)
    series = [title, "without copies"] if copies else [title]
    return {
        "name": name,
        "metric": title,
        "scored_on": _scored_on(found["scored_on"]),
        "encoder": _encoder(rows),
        "picture": range_pictures(
            drawn, f"Baselines of {name}", series, key=f"baselines-{number}", to_one=False
        ),
        "copies": copies,
        "more": max(0, len(rows) - MOST_ROWS),
        "rows": [_row(row, metric) for row in rows],
        "all": list(_all_scores(rows)),
        "tests": [_test(test) for test in found["tests"]],
        "learning": None if curve is None else _learning(name, curve, metric, number),
        "not_run": found["not_run"],
        "notes": list(_notes(rows, told)),
    }


def _notes(rows: Sequence[Facts], told: Sequence[str]) -> Iterator[str]:
    """What is to be known of single rows and is not told of all of them, each note once."""
    names: dict[str, list[str]] = {}
    for row in rows:
        for note in row.get("notes") or ():
            if note not in told:
                names.setdefault(note, []).append(row["name"])
    for note, own in names.items():
        yield f"{', '.join(own)}: {note}"


def _drawn(row: Facts, metric: str) -> Row:
    main = row["scores"].get(metric) or {}
    other = _without_copies(row)
    second = (other.get("mean"), other.get("interval"))
    return Row(row["name"], main.get("mean"), main.get("interval"), *second)


def _without_copies(row: Facts) -> Facts:
    """The score over what does not stand in training too; nothing where all does not."""
    found = row.get("deduplicated") or {}
    left, of, _ = of_copies(found)
    return {} if left == of else found


def _scored_on(found: Facts) -> str:
    said = "Scored on "
    documents, kind = found.get("documents"), found.get("kind")
    if documents is not None:
        said += f"{counted(int(documents), 'document')} of "
    said += _KINDS.get(kind or "", kind or "unknown origin")
    names = ", ".join(found["inputs"])
    return f"{said} ({names})." if names else f"{said}."


def _encoder(rows: Sequence[Facts]) -> str:
    """What most of the rows begin with; "" where none says so."""
    said = Counter(row["encoder"] for row in rows if row.get("encoder"))
    return said.most_common(1)[0][0] if said else ""


def _row(row: Facts, metric: str) -> Parts:
    main = row["scores"].get(metric) or {}
    other = _without_copies(row)
    train = row.get("train") or {}
    return {
        "name": row["name"],
        "what": begun(row["what"]),
        "encoder": row.get("encoder") or "",
        "examples": whole(train.get("examples")),
        "kind": train.get("kind") or "",
        **measured_cells(main, metric),
        "deduplicated": figure_of(other.get("mean"), metric),
        "deduplicated_interval": between_of(other.get("interval"), metric),
    }


def _all_scores(rows: Sequence[Facts]) -> Iterator[Parts]:
    """Each metric of each row, where there are several."""
    if all(len(row["scores"]) < 2 for row in rows):
        return
    for row in rows:
        for metric, one in row["scores"].items():
            yield {
                "name": row["name"],
                "metric": title_of(metric),
                **measured_cells(one, metric),
            }


def _test(test: Facts) -> Parts:
    metric, difference = test["metric"], test["difference"]
    edges = [difference_of(edge, metric) for edge in test.get("interval") or ()]
    return {
        "a": test["a"],
        "b": test["b"],
        "metric": title_of(metric),
        "difference": "–" if difference is None else difference_of(difference, metric),
        "interval": " to ".join(edges) or "–",
        "p": p_value(test.get("p")),
        "p_holm": p_value(test.get("p_holm")),
    }


def _learning(name: str, curve: Facts, metric: str, number: int) -> Parts:
    worth, points = curve.get("worth") or {}, curve["points"]
    counted_in = "sentences" if all("sentences" in one for one in points) else "examples"
    sized = [{**one, "size": one[counted_in]} for one in points]
    found = worth.get(f"gold_{counted_in}")
    drawn = Curve(sized, f"{title_of(metric)} of {name}", counted_in, found)
    return {
        "picture": learning_pictures(drawn, key=f"learning-{number}"),
        "counted_in": counted_in,
        "worth": begun(worth.get("what", "")),
        "how": begun(curve.get("how", "")),
        "rows": [
            {
                "train": one["train"],
                "size": whole(one["size"]),
                "documents": whole(one.get("documents")),
                **measured_cells(one, metric),
            }
            for one in sized
        ],
    }
