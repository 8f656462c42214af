"""What `donor compare` has found, and which of its runs is the one of the report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from donor.recipe import Recipe
from donor.records import RunFolder
from donor.report.facts.told import (
    AMOUNT,
    FRACTION,
    INTEGER,
    INTERVAL,
    NUMBER,
    SHARE,
    TEXT,
    TEXTS,
    Kind,
    listed,
    mapped,
    maybe,
    name_of,
    of_keys,
    told_in,
)

__all__ = ["compared_of"]

_F1 = of_keys({"f1": FRACTION}, interval=INTERVAL)
_SCORE = of_keys({"score": NUMBER}, interval=INTERVAL, signature=maybe(TEXT))
_SPANS = of_keys(
    {
        "strict": _F1,
        "partial": _F1,
        "projection_rate": FRACTION,
        "wrong": NUMBER,
        "unresolved": mapped(NUMBER),
        "tokens_per_span": NUMBER,
    }
)
_RELATIONS = of_keys({"strict": _F1})
_METHOD = of_keys({"spans": maybe(_SPANS), "relations": maybe(_RELATIONS)})
_LABEL = of_keys({}, accuracy=_SCORE, f1_macro=_SCORE, mcc=_SCORE)
_NAMES = ("requests", "prompt_tokens", "completion_tokens", "usd", "seconds")
_QUANTITIES = of_keys(dict.fromkeys(_NAMES, AMOUNT))
_COST = of_keys(
    {
        "documents": AMOUNT,
        "placed_spans": AMOUNT,
        "total": _QUANTITIES,
        "per_document": _QUANTITIES,
        "per_placed_span": _QUANTITIES,
        "notes": TEXTS,
    },
    people=maybe(of_keys({"ratio": AMOUNT})),
    corpus=of_keys({"documents": AMOUNT, "usd": maybe(mapped(AMOUNT))}),
)
_RUN = of_keys(
    {
        "folder": TEXT,
        "model": TEXT,
        "method": TEXT,
        "spans": maybe(_SPANS),
        "relations": maybe(_RELATIONS),
        "methods": maybe(mapped(_METHOD)),
        "labels": of_keys({"by_name": maybe(mapped(_LABEL))}),
        "translation": maybe(mapped(_SCORE)),
        "texts_differ": NUMBER,
        "cost": _COST,
        "notes": TEXTS,
    }
)
_TEST = of_keys(
    {"metric": TEXT, "a": TEXT, "b": TEXT, "difference": NUMBER, "interval": INTERVAL},
    p=SHARE,
    p_holm=SHARE,
    better=maybe(TEXT),
)
_AGREEMENT = of_keys(
    {
        "a": TEXT,
        "b": TEXT,
        "translation": mapped(_SCORE),
        "equal_texts": NUMBER,
        "spans": _F1,
        "both_placed": SHARE,
    }
)
_REFERENCE_FREE = of_keys(
    {
        "what": TEXT,
        "runs": mapped(mapped(_SCORE)),
        "tests": listed(_TEST),
        "agreement": listed(_AGREEMENT),
    }
)
_BREAK_EVEN = of_keys(
    {"self_hosted": TEXT, "priced": TEXT, "documents": AMOUNT, "setup_usd": AMOUNT}
)
_KIND = Kind(
    "donor compare",
    of_keys(
        {
            "documents": INTEGER,
            "left_out": mapped(NUMBER),
            "runs": {**mapped(_RUN), "minProperties": 1},
            "tests": listed(_TEST),
            "reference_free": maybe(_REFERENCE_FREE),
            "front": TEXTS,
            "break_even": listed(_BREAK_EVEN),
            "signature": TEXT,
        }
    ),
    "give what donor compare RUN… --json has printed",
)


def compared_of(
    path: Path, folder: RunFolder, recipe: Recipe, summary: Mapping[str, Any]
) -> dict[str, Any]:
    """What `donor compare --json` says, with folders by name, and `of_run`.

    `of_run` is what this run is called among those that were compared; None if it is none of
    them: another folder, another model, or other counts than the run has now.

    Args:
        path: the file.
        folder: of the run beside which it stands.
        recipe: of that run.
        summary: of that run.

    Raises:
        InputError: the file is no such one.
    """
    found = told_in(path, _KIND)
    here = folder.path.resolve()
    counts = (summary["documents"], summary["spans"]["placed"])
    alike = [
        name
        for name, one in found["runs"].items()
        if name_of(one["folder"]) == here.name
        and one["model"] == recipe.model
        and (one["cost"]["documents"], one["cost"]["placed_spans"]) == counts
    ]
    exact = [name for name in alike if Path(found["runs"][name]["folder"]) == here]
    runs = {name: _without_paths(name, one) for name, one in found["runs"].items()}
    return {**found, "runs": runs, "of_run": next(iter(exact or alike), None)}


def _without_paths(name: str, run: Mapping[str, Any]) -> dict[str, Any]:
    return {**run, "folder": name_of(run["folder"])}
