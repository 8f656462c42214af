"""All that a report says of a run, as one JSON value; `report.json` holds it.

One pass over the run's documents counts, and keeps the worst ones with a draw of the others. What
other commands have left beside the run is taken along where it is of this run.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from donor.costs import cost_of
from donor.data import Check, Document, Reason, with_label_names
from donor.errors import ConfigError
from donor.languages import Language, language
from donor.recipe import Recipe, recipe_of
from donor.records import RunFolder
from donor.report.facts.baselines import baselines_of, trained_of
from donor.report.facts.beside import (
    acceptance_of,
    calibration_of,
    scores_of,
    with_confidences,
)
from donor.report.facts.chosen import Known, Weighed
from donor.report.facts.compared import compared_of
from donor.report.facts.consistent import consistency_of
from donor.report.facts.document import document_facts
from donor.report.facts.first import look_first
from donor.report.facts.given import NOTHING, Given
from donor.report.facts.judged import Judge
from donor.report.facts.walk import Walk
from donor.report.in_gold import in_gold
from donor.score import SEED, score
from donor.verify import Terms

__all__ = ["run_facts"]

_TERMS = 40

Facts = dict[str, Any]


def run_facts(
    folder: RunFolder,
    *,
    gold: Path | None = None,
    format: str | None = None,
    given: Given = NOTHING,
    seed: int = SEED,
) -> Facts:
    """What a report says of a finished run.

    `summary` is `donor show --json`, number by number; `scores` is `donor score --json`.

    Args:
        folder: of the run.
        gold: a dataset, or pairs, to score it against.
        format: of gold.
        given: what other commands have found.
        seed: of the documents and examples that chance draws.

    Raises:
        RunError: the folder holds no finished run.
        InputError: gold, or a file beside the run, cannot be read or is none of its kind;
            consistency is not of its model.
    """
    summary = folder.summary()
    recipe = recipe_of(tomllib.loads(folder.recipe.read_text(encoding="utf-8")))
    walk = Walk(_language(recipe.language or recipe.to), _language(recipe.to), seed)
    names = folder.label_names()
    judge = Judge.of(gold, format, recipe.to, names)
    targets: list[Document] = []
    for transfer, confidences in with_confidences(folder):
        walk.add(transfer, Known(confidences, judge.exact(transfer)))
        if gold is not None and transfer.target is not None:
            targets.append(with_label_names(transfer.target, names))
    scored = None if gold is None else _scored(targets, judge.targets, walk)
    facts: Facts = {
        "made": _made(folder, recipe, walk),
        "summary": summary,
        "rate": walk.rate(),
        "cost": cost_of(summary).as_json(),
        "gold": None if gold is None else gold.name,
        "judged": None
        if gold is None
        else {"exact": walk.judged[True], "wrong": walk.judged[False]},
        "scores": scored,
        "reference_free": scores_of(folder),
        "by_label": _with_gold(walk.by_label(), scored, "by_label", names),
        "by_length": _with_gold(walk.by_length(), scored, "by_length", {}),
        "relations": walk.relations(),
        "text_labels": walk.text_labels(),
        "reasons": _explained(walk.reasons(), {str(one): one.meaning for one in Reason}),
        "findings": _explained(walk.findings(), {str(one): one.meaning for one in Check}),
        "confidence": _confidence(folder, walk),
        **_given(given, folder, recipe, summary),
        "terms": _terms(walk.terms),
        "documents": _documents(walk, seed),
        "provenance": _provenance(folder, recipe),
    }
    return {"first": look_first(facts), **facts}


def _language(tag: str) -> Language:
    try:
        return language(tag)
    except ConfigError:
        return Language(tag, tag)


def _made(folder: RunFolder, recipe: Recipe, walk: Walk) -> Facts:
    """What was transferred, with what, and when."""
    provenance = folder.provenance() or {}
    sources = [_language(tag) for tag, _ in walk.languages.most_common()]
    target = _language(recipe.to)
    return {
        "run": folder.path.resolve().name,
        "from": [{"tag": one.tag, "name": one.name} for one in sources],
        "to": {"tag": target.tag, "name": target.name},
        "model": recipe.model,
        "translator": recipe.translator,
        "methods": list(recipe.cascade),
        "started_at": provenance.get("started_at"),
        "ended_at": provenance.get("ended_at"),
        "licence": recipe.license,
        "characters": walk.characters,
    }


def _scored(targets: Iterable[Document], gold: Iterable[Document], walk: Walk) -> Facts:
    """The shape of `donor score --json`, with the projection rate of the run."""
    found = score(targets, gold)
    if found["spans"]:
        found["spans"]["projection_rate"] = walk.rate()["rate"]
    return found


def _with_gold(
    rows: Iterable[Facts], scored: Facts | None, section: str, names: Mapping[str, str]
) -> list[Facts]:
    """Each row with gold's scores of it, if there are any; none where gold has no span."""
    found = in_gold(scored, "spans").get(section, {})
    return [row | {"gold": found.get(names.get(row["name"], row["name"]))} for row in rows]


def _explained(found: Mapping[str, Facts], meanings: Mapping[str, str]) -> list[Facts]:
    """The most frequent first, each with what it means."""
    ordered = sorted(found.items(), key=lambda item: (-item[1]["count"], item[0]))
    return [{"name": name, "meaning": meanings.get(name, ""), **one} for name, one in ordered]


def _confidence(folder: RunFolder, walk: Walk) -> Facts | None:
    counts = walk.confidences()
    calibration, acceptance = calibration_of(folder), acceptance_of(folder)
    if not (sum(counts) or calibration or acceptance):
        return None
    if calibration:  # where gold stood on somebody's machine is nobody's business
        calibration = {key: calibration.get(key) for key in ("kind", "documents", "reliability")}
    return {"counts": counts, "calibration": calibration, "acceptance": acceptance}


def _given(given: Given, folder: RunFolder, recipe: Recipe, summary: Facts) -> Facts:
    """What other commands have found; null where their file was not given."""
    consistency, compared, baselines = given.consistency, given.compared, given.baselines
    return {
        "consistency": consistency and consistency_of(consistency, recipe),
        "compared": compared and compared_of(compared, folder, recipe, summary),
        "baselines": baselines and baselines_of(baselines, folder),
        "trained": trained_of(given.trained, folder),
    }


def _terms(terms: Terms) -> Facts:
    """The terms that are rendered in several ways, those that vary most often first."""
    several = [one for one in terms.summary() if len(one.renderings) + (one.others > 0) > 1]
    listed = [
        {
            "label": one.label,
            "source": one.source,
            "total": one.total,
            "ways": len(one.renderings) + (one.others > 0),
            "renderings": [list(way) for way in one.renderings],
            "others": one.others,
        }
        for one in several[:_TERMS]
    ]
    return {"several": len(several), "listed": listed, "forgotten": terms.forgotten}


def _documents(walk: Walk, seed: int) -> Facts:
    worst, others = walk.chosen.worst, walk.chosen.others
    shown = [_document(one, "worst") for one in worst] + [_document(one, "drawn") for one in others]
    total = sum(walk.languages.values())
    return {
        "of": total,
        "worst": len(worst),
        "drawn": len(others),
        "all": len(shown) == total,
        "seed": seed,
        "listed": shown,
    }


def _document(one: Weighed, chosen_as: str) -> Facts:
    return {
        "badness": round(one.badness, 2),
        "position": -one.backwards,
        "chosen_as": chosen_as,
        **document_facts(one.transfer, one.known),
    }


def _provenance(folder: RunFolder, recipe: Recipe) -> Facts:
    """What the run was made with; of files on somebody's machine the names alone."""
    provenance = folder.provenance() or {}
    kept = {key: value for key, value in provenance.items() if key != "directory"}
    if kept.get("store"):
        kept["store"] = Path(kept["store"]).name
    if "inputs" in kept:
        kept["inputs"] = [
            {key: value for key, value in one.items() if key != "path"} for one in kept["inputs"]
        ]
    return {**kept, "recipe_sha256": recipe.sha256, "recipe_toml": recipe.as_toml()}
