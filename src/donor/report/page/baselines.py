"""What the page says of what a dataset is worth: baselines, and models that were trained."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.report.page.curves import best_of, curves_picture, scales_of
from donor.report.page.learning import learning_pictures
from donor.report.page.numbers import counted, p_value, range_of, share, whole
from donor.report.page.plain import shortened
from donor.report.page.ranges import MOST_ROWS, Row, range_pictures

__all__ = ["baseline_parts", "curve_parts", "trained_parts"]

_KINDS = {
    "gold": "gold",
    "silver": "silver (not checked by people)",
}
_NAMES = {"f1": "F1", "f1_macro": "macro F1", "f1_micro": "micro F1", "mcc": "MCC"}
_SPANS = {"strict": "strict F1", "partial": "partial F1"}
_NAME = 60
_MOST_CURVES = 24

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def baseline_parts(found: Facts | None) -> Parts | None:
    """The parts for the template of the section; None without baselines.

    Args:
        found: `baselines` of `run_facts`.
    """
    if found is None:
        return None
    tasks = [_task(name, one, n) for n, (name, one) in enumerate(found["tasks"].items())]
    return {
        "recipe": found["recipe"],
        "of_run": found["of_run"],
        "notes": found["notes"],
        "tasks": tasks,
    }


def _task(name: str, found: Facts, number: int) -> Parts:
    metric, rows = found["metric"], found["rows"]
    title = f"{_title(metric)}, %"
    curve = found["learning_curve"]
    drawn = [_drawn(row, metric) for row in rows]
    series = [title, *(["without copies from training"] if _any_second(drawn) else [])]
    return {
        "name": name,
        "metric": title,
        "scored_on": _scored_on(found["scored_on"]),
        "picture": range_pictures(drawn, f"Baselines of {name}", series, key=f"baselines-{number}"),
        "more": max(0, len(rows) - MOST_ROWS),
        "rows": [_row(row, metric) for row in rows],
        "all": list(_all_scores(rows)),
        "tests": [_test(test) for test in found["tests"]],
        "learning": None if curve is None else _learning(name, curve, metric, number),
        "not_run": found["not_run"],
        "notes": [f"{row['name']}: {note}" for row in rows for note in row.get("notes") or ()],
    }


def _drawn(row: Facts, metric: str) -> Row:
    main = row["scores"].get(metric) or {}
    other = row.get("deduplicated") or {}
    second = (other.get("mean"), other.get("interval"))
    return Row(row["name"], main.get("mean"), main.get("interval"), *second)


def _any_second(rows: Sequence[Row]) -> bool:
    return any(row.second is not None for row in rows)


def _scored_on(found: Facts) -> str:
    said = "Scored on "
    documents, kind = found.get("documents"), found.get("kind")
    if documents is not None:
        said += f"{counted(int(documents), 'document')} of "
    said += _KINDS.get(kind or "", kind or "unknown origin")
    names = ", ".join(found["inputs"])
    return f"{said}: {names}." if names else f"{said}."


def _row(row: Facts, metric: str) -> Parts:
    main = row["scores"].get(metric) or {}
    other = row.get("deduplicated") or {}
    train = row.get("train") or {}
    return {
        "name": row["name"],
        "what": row["what"],
        "encoder": row.get("encoder") or "–",
        "examples": whole(train.get("examples")),
        "kind": train.get("kind") or "",
        **_cells(main, metric),
        "deduplicated": _figure(other.get("mean"), metric),
        "deduplicated_interval": _between(other.get("interval"), metric),
    }


def _cells(one: Facts, metric: str) -> Parts:
    """A score with its interval, and that of each seed."""
    return {
        "score": _figure(one.get("mean"), metric),
        "interval": _between(one.get("interval"), metric),
        "seeds": ", ".join(_figure(score, metric) for score in one.get("seeds") or ()),
    }


def _figure(value: float | None, metric: str) -> str:
    """Times 100, but for a correlation."""
    if metric != "mcc" or value is None:
        return share(value)
    return f"{value:.3f}"


def _between(interval: Sequence[float] | None, metric: str) -> str:
    if metric != "mcc" or not interval:
        return range_of(interval)
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def _title(metric: str) -> str:
    """A metric of training, as people call it.

    >>> _title("f1:Direct-Defines"), _title("strict")
    ('F1 Direct-Defines', 'strict F1')
    """
    name, _, of = metric.partition(":")
    told = _NAMES.get(name) or _SPANS.get(name) or name.replace("_", " ")
    return f"{told} {of}" if of else told


def _all_scores(rows: Sequence[Facts]) -> Iterator[Parts]:
    """Each metric of each row, where there are several."""
    if all(len(row["scores"]) < 2 for row in rows):
        return
    for row in rows:
        for metric, one in row["scores"].items():
            yield {"name": row["name"], "metric": _title(metric), **_cells(one, metric)}


def _test(test: Facts) -> Parts:
    times = 1 if test["metric"] == "mcc" else 100
    difference = test["difference"]
    edges = [f"{times * edge:+.1f}" for edge in test.get("interval") or ()]
    return {
        "a": test["a"],
        "b": test["b"],
        "metric": _title(test["metric"]),
        "difference": "–" if difference is None else f"{times * difference:+.1f}",
        "interval": " to ".join(edges) or "–",
        "p": p_value(test.get("p")),
        "p_holm": p_value(test.get("p_holm")),
    }


def _learning(name: str, curve: Facts, metric: str, number: int) -> Parts:
    worth, points = curve.get("worth"), curve["points"]
    found = worth.get("gold_examples") if worth else None
    title = f"{_title(metric)} of {name}"
    return {
        "picture": learning_pictures(points, title, found, key=f"learning-{number}"),
        "worth": worth["what"] if worth else "",
        "between": _examples(worth.get("interval") if worth else None),
        "rows": [
            {
                "train": one["train"],
                "examples": whole(one["examples"]),
                "documents": whole(one.get("documents")),
                **_cells(one, metric),
            }
            for one in points
        ],
    }


def _examples(interval: Sequence[float] | None) -> str:
    return " to ".join(map(whole, interval)) if interval else ""


def trained_parts(found: Sequence[Facts]) -> list[Parts]:
    """Each score of each model that `donor train` has made, for the template.

    Args:
        found: `trained` of `run_facts`.
    """
    return [
        {
            "name": one["name"],
            "task": one["task"],
            "encoder": one["encoder"],
            "scored_on": one["scored_on"],
            "of_run": one["of_run"],
            "notes": one["notes"],
            "rows": [
                {"metric": _title(metric), **_cells(measured, metric)}
                for metric, measured in one["scores"].items()
            ],
            "without_copies": _without_copies(one.get("deduplicated")),
        }
        for one in found
    ]


def _without_copies(found: Facts | None) -> str:
    """The main score over what does not stand in train too, in a sentence."""
    if not found or found["mean"] is None:
        return ""
    metric = found.get("metric") or ""
    between = _between(found.get("interval"), metric)
    said = f"{_title(metric) or 'Score'} {_figure(found['mean'], metric)}"
    said += f" ({between})" if between != "–" else ""
    return f"{said} over the {whole(found.get('documents'))} of {whole(found.get('of'))} documents"


def curve_parts(baselines: Facts | None, trained: Sequence[Facts]) -> Parts | None:
    """What is drawn and told of how training went; None where nothing was trained.

    Args:
        baselines: of `run_facts`.
        trained: likewise.
    """
    groups = [
        (
            f"Baselines: {task}",
            [(row["name"], row["curves"]) for row in one["rows"] if row.get("curves")],
        )
        for task, one in (baselines["tasks"] if baselines else {}).items()
    ] + [(f"{one['name']}: {one['task']}", [(one["name"], one["curves"])]) for one in trained]
    room, parts = _MOST_CURVES, []
    for n, (title, curves) in enumerate(groups):
        shown = [(name, one) for name, one in curves if one][:room]
        room -= len(shown)
        if shown:
            parts.append(_group(title, shown, n))
    left = sum(len(curves) for _, curves in groups) - (_MOST_CURVES - room)
    return {"groups": parts, "more": left} if parts else None


def _group(title: str, curves: Sequence[tuple[str, Sequence[Any]]], number: int) -> Parts:
    scales = scales_of(history for _, histories in curves for history in histories)
    return {
        "title": title,
        "pictures": [
            {
                "name": name,
                "picture": curves_picture(
                    shortened(name, _NAME), histories, scales, key=f"curves-{number}-{n}"
                ),
            }
            for n, (name, histories) in enumerate(curves)
        ],
        "rows": [
            _seed(name, seed, history)
            for name, histories in curves
            for seed, history in enumerate(histories, start=1)
        ],
    }


def _seed(name: str, seed: int, history: Sequence[Facts]) -> Parts:
    best = best_of(history)
    return {
        "name": name,
        "seed": seed,
        "epochs": len(history),
        "best": best["epoch"],
        "score": share(best["score"]),
        "loss": _loss(history[0]["loss"]),
        "last": _loss(history[-1]["loss"]),
    }


def _loss(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
