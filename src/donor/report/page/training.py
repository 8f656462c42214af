"""What the page says of models that were trained, and of how their training went."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.report.page.curves import History, best_of, curves_picture, scales_of
from donor.report.page.measured import (
    between_of,
    figure_of,
    measured_cells,
    of_copies,
)
from donor.report.page.numbers import share, whole
from donor.report.page.plain import shortened
from donor.score.titles import title_of

__all__ = ["curve_parts", "trained_parts"]

_NAME = 60
_MOST_CURVES = 24

Facts = Mapping[str, Any]
Parts = dict[str, Any]


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
                {"metric": title_of(metric), **measured_cells(measured, metric)}
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
    between = between_of(found.get("interval"), metric)
    said = f"{title_of(metric) or 'Score'} {figure_of(found['mean'], metric)}"
    said += f" ({between})" if between != "–" else ""
    left, of, unit = of_copies(found)
    return f"{said} over the {whole(left)} of {whole(of)} {unit}"


def curve_parts(baselines: Facts | None, trained: Sequence[Facts]) -> Parts | None:
    """What is drawn and told of how training went; None where nothing was trained.

    Args:
        baselines: of `run_facts`.
        trained: likewise.
    """
    groups = {
        f"Baselines: {task}": [(row["name"], row.get("curves") or ()) for row in one["rows"]]
        for task, one in (baselines["tasks"] if baselines else {}).items()
    }
    for one in trained:
        groups.setdefault(f"Models: {one['task']}", []).append((one["name"], one["curves"]))
    room, parts = _MOST_CURVES, []
    left = 0
    for n, (title, every) in enumerate(groups.items()):
        curves = [(name, one) for name, one in every if one]
        shown, left = curves[:room], left + len(curves[room:])
        room -= len(shown)
        if shown:
            parts.append(_group(title, shown, n))
    return {"groups": parts, "more": left} if parts else None


def _group(title: str, curves: Sequence[tuple[str, Sequence[History]]], number: int) -> Parts:
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


def _seed(name: str, seed: int, history: History) -> Parts:
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
