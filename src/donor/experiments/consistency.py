"""How reproducible a model is: the same input several times, and how far the runs agree.

Each run is a whole transfer by the recipe into a folder of its own; all its requests carry sample
numbers of their own, so that each is asked anew. The first run at the recipe's own temperature is
the one that `donor transfer` makes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from donor.errors import ConfigError, InputError
from donor.experiments.consistency_agreement import agreement
from donor.formats.format import Warn, ignore_warnings
from donor.pipeline import (
    Outcome,
    Progress,
    Resources,
    estimate,
    no_progress,
    run,
    versions,
)
from donor.recipe import DEFAULT_SAMPLE_TEMPERATURE, Recipe
from donor.records import RunFolder
from donor.score.resampling import RESAMPLES, SEED

__all__ = ["RESULT", "Repeated", "consistency", "consistency_estimate", "repeated"]

RESULT = "consistency.json"
"""The name of the file that holds the result."""

_TEMPERATURE = "temperature"
_COUNTED = ("sent", "from_store", "failed")
_TOKENS = ("prompt_tokens", "completion_tokens", "cached_tokens")
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Repeated:
    """The runs of a recipe at one temperature.

    Args:
        name: the temperature as it is told, `default` where none is sent.
        recipes: one for each run.
        folders: where they go, in the same order.
    """

    name: str
    recipes: tuple[Recipe, ...]
    folders: tuple[Path, ...]


def repeated(
    recipe: Recipe, samples: int, folder: Path, temperatures: Sequence[float] = ()
) -> list[Repeated]:
    """The runs that are compared, by temperature: at 0, and at the recipe's own.

    Where the recipe's own is 0, the other one is that of its further samples.

    >>> own = Recipe((), "ru", "m", parameters={"temperature": 1, "seed": 7})
    >>> [one.name for one in repeated(own, 2, Path("out"))]
    ['0', '1']
    >>> [str(path) for path in repeated(own, 2, Path("out"))[0].folders]
    ['out/temperature-0/run-0', 'out/temperature-0/run-1']

    Args:
        recipe: what is repeated.
        samples: how many runs there are at each temperature.
        folder: where all of them go.
        temperatures: others than those two.
    """
    own = recipe.parameters.get(_TEMPERATURE)
    found: dict[str, Mapping[str, Any]] = {}
    for one in temperatures or (0, DEFAULT_SAMPLE_TEMPERATURE if own == 0 else own):
        # The recipe's own parameters as they stand, so that requests are those of its transfer.
        parameters = recipe.parameters if one == own else {**recipe.parameters, _TEMPERATURE: one}
        found.setdefault("default" if one is None else format(one, "g"), parameters)
    return [
        Repeated(
            name,
            tuple(
                replace(recipe, parameters=parameters, repetition=recipe.repetition + number)
                for number in range(samples)
            ),
            tuple(folder / f"temperature-{name}" / f"run-{n}" for n in range(samples)),
        )
        for name, parameters in found.items()
    ]


def consistency_estimate(
    runs: Sequence[Repeated], resources: Resources, warn: Warn = ignore_warnings
) -> dict[str, Any]:
    """What all runs together would ask and cost, in the shape of `donor transfer --dry-run`."""
    needs = [
        estimate(recipe, resources, warn if not n else ignore_warnings)
        for n, recipe in enumerate(recipe for one in runs for recipe in one.recipes)
    ]
    sums: dict[str, Any] = {"requests": sum(need["requests"] for need in needs)}
    for name in ("requests_range", "prompt_tokens", "completion_tokens", "usd"):
        known = [need[name] for need in needs]
        sums[name] = None if None in known else [sum(edge) for edge in zip(*known, strict=True)]
    return needs[0] | sums | {"runs": len(needs), "temperatures": [one.name for one in runs]}


def consistency(
    runs: Sequence[Repeated],
    folder: Path,
    resources: Resources,
    progress: Progress = no_progress,
    warn: Warn = ignore_warnings,
) -> dict[str, Any]:
    """What the runs agree on, in the shape of `donor consistency --json`; written to the folder.

    Args:
        runs: as `repeated` lays them out.
        folder: gets `consistency.json`.
        resources: the server, the store, and how many documents are taken; a budget is that of
            all runs together.
        progress: told how far each run is.
        warn: told what looks wrong.

    Raises:
        DonorError: the input, the recipe, a folder or the server is not fit, or the budget is
            spent; answers that came are in the store.
        KeyboardInterrupt: a run was stopped.
    """
    recipe = runs[0].recipes[0]
    if "seed" in recipe.parameters:
        what = "is sent with every request: the runs tell how far the model agrees under it"
        warn("parameter 'seed'", what)
    told = _all_run(runs, resources, progress, warn)
    if not told[0].summary["documents"]:
        raise InputError(", ".join(recipe.inputs), "holds no document")
    agreed = {one.name: agreement(one.folders, recipe.to) for one in runs}
    found = {
        "samples": len(runs[0].recipes),
        "documents": told[0].summary["documents"],
        "spans": told[0].summary["spans"]["source"],
        "temperatures": agreed,
        "verdict": _verdict(recipe.model, len(runs[0].recipes), agreed),
        "model": recipe.model,
        "recipe": recipe.sha256,
        "signature": _signature(),
        **_usage([one.summary for one in told]),
    }
    try:
        (folder / RESULT).write_bytes(orjson.dumps(found, option=_JSON))
    except OSError as error:
        raise InputError(str(folder / RESULT), f"cannot be written: {error.strerror}") from None
    return found


def _all_run(
    runs: Sequence[Repeated], resources: Resources, progress: Progress, warn: Warn
) -> list[Outcome]:
    """How each of all runs ended, all their documents done."""
    told: list[Outcome] = []
    left = resources.budget_usd
    total = sum(len(one.recipes) for one in runs)
    for one in runs:
        for recipe, folder in zip(one.recipes, one.folders, strict=True):
            name = f"{len(told) + 1} of {total}, temperature {one.name}"
            outcome = run(
                recipe,
                folder,
                replace(resources, budget_usd=left),
                partial(_progress_of, progress, name),
                ignore_warnings if told else warn,
            )
            if outcome.interrupted:
                raise KeyboardInterrupt
            told.append(outcome)
            if left is not None:
                left = max(0.0, left - (outcome.summary["usage"]["usd"] or 0.0))
                _check_whole(folder, outcome, len(told), total)
    return told


def _progress_of(progress: Progress, name: str, step: str, done: int, total: int | None) -> None:
    progress(f"{step} {name}", done, total)


def _check_whole(folder: Path, outcome: Outcome, number: int, total: int) -> None:
    """Nothing. Raises ConfigError where the budget has stopped a run before its last document."""
    documents = sum(1 for _ in RunFolder(folder).read_documents())
    if outcome.summary["documents"] < documents:
        what = f"is spent in run {number} of {total}, and runs can only be compared as a whole"
        hint = "answers are in the store: the same command with a larger budget goes on"
        raise ConfigError("--budget-usd", what, hint)


def _usage(summaries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The requests, the tokens and the money of all runs together."""
    usage = [summary["usage"] for summary in summaries]
    usd = [one["usd"] for one in usage]
    return {
        "requests": {
            name: sum(summary["requests"][name] for summary in summaries) for name in _COUNTED
        },
        "usage": {
            **{name: sum(one[name] for one in usage) for name in _TOKENS},
            "usd": None if None in usd else sum(usd),
            "prices": usage[0]["prices"],
            "unpriced": usage[0]["unpriced"],
        },
        "seconds": round(sum(summary["seconds"] for summary in summaries), 3),
    }


def _verdict(model: str, samples: int, agreed: Mapping[str, Mapping[str, Any]]) -> str:
    """One sentence on how reproducible the model is, with its figures."""
    parts = []
    for name, found in agreed.items():
        said = []
        if (equal := found["translation"]["equal_segments"]["score"]) is not None:
            said.append(f"{100 * equal:.1f} % of the segments are the same in all runs")
        alpha, f1 = found["translation"]["alpha"], found["spans"]["strict_f1"]
        if alpha["score"] is not None:
            said.append(f"alpha over the tokens is {_figure(alpha)}")
        if f1["score"] is not None:
            said.append(f"spans agree with F1 {_figure(f1)}")
        parts.append(f"at temperature {name} {', '.join(said) or 'there is nothing to compare'}")
    return f"{model}, {samples} runs: {'; '.join(parts)}."


def _figure(told: Mapping[str, Any]) -> str:
    between = "–".join(f"{edge:.3f}" for edge in told["interval"] or ())
    return f"{told['score']:.3f}" + (f" ({between})" if between else "")


def _signature() -> str:
    """Each setting that moves the numbers."""
    razdel = versions().get("razdel")
    return (
        f"donor:{version('donor')}|tokens:donor{f'+razdel-{razdel}' if razdel else ''}"
        f"|interval:bootstrap,95%,n:{RESAMPLES},seed:{SEED},unit:document"
    )
