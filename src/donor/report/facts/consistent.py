"""What `donor consistency` has found, where it is of the model of a run."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from donor.errors import InputError
from donor.recipe import Recipe
from donor.report.facts.told import (
    INTEGER,
    INTERVAL,
    NUMBER,
    TEXT,
    Kind,
    listed,
    mapped,
    of_keys,
    told_in,
)

__all__ = ["consistency_of"]

_FIGURE = of_keys({"score": NUMBER, "interval": INTERVAL})
_CELL = of_keys(
    {
        "translation": of_keys({"alpha": _FIGURE}),
        "spans": of_keys({"strict_f1": _FIGURE}),
        "varying": listed(of_keys({"id": TEXT})),
    }
)
_KIND = Kind(
    "donor consistency",
    of_keys(
        {
            "samples": INTEGER,
            "documents": INTEGER,
            "verdict": TEXT,
            "model": TEXT,
            "recipe": TEXT,
            "temperatures": {**mapped(_CELL), "minProperties": 1},
        }
    ),
    "give the consistency.json that donor consistency -o FOLDER writes",
)
_TEMPERATURE = "temperature"


def consistency_of(path: Path, recipe: Recipe) -> dict[str, Any]:
    """What `donor consistency --json` says, and `same_recipe`: whether it is of this recipe.

    Args:
        path: the file.
        recipe: of the run beside which it stands.

    Raises:
        InputError: the file is no such one, or is of another model.
    """
    found = told_in(path, _KIND)
    if found["model"] != recipe.model:
        what = f"tells of the model {found['model']}, and the run is of {recipe.model}"
        raise InputError(str(path), what, "donor consistency with the recipe of the run makes one")
    same = found["recipe"] in _hashes(recipe, list(found["temperatures"]))
    return {**found, "same_recipe": same}


def _hashes(recipe: Recipe, temperatures: list[str]) -> set[str]:
    """The hashes that the recipe can have had there: at a temperature, before files were hashed."""
    given: list[Mapping[str, Any]] = [recipe.parameters]
    for name in temperatures:
        with suppress(ValueError):
            value = float(name)
            # The number as it was written, 0 or 0.0: the hashes differ.
            for one in (value, int(value)) if value.is_integer() else (value,):
                given.append({**recipe.parameters, _TEMPERATURE: one})
    return {
        replace(recipe, parameters=parameters, files=files).sha256
        for parameters in given
        for files in (recipe.files, {})
    }
