"""What `donor consistency` has found, where it is of the model of a run."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from donor.errors import InputError
from donor.recipe import Recipe

__all__ = ["consistency_of"]

_HINT = "give the consistency.json that donor consistency -o FOLDER writes"
_KEYS = {"samples": int, "documents": int, "verdict": str, "model": str, "recipe": str}
_TEMPERATURE = "temperature"


def consistency_of(path: Path, recipe: Recipe) -> dict[str, Any]:
    """What `donor consistency --json` says, and `same_recipe`: whether it is of this recipe.

    Args:
        path: the file.
        recipe: of the run beside which it stands.

    Raises:
        InputError: the file is no such one, or is of another model.
    """
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise InputError(str(path), f"no JSON: {error}", _HINT) from None
    if wrong := next(_wrong(found), None):
        raise InputError(str(path), f"is nothing that donor consistency writes: {wrong}", _HINT)
    if found["model"] != recipe.model:
        what = f"tells of the model {found['model']}, and the run is of {recipe.model}"
        raise InputError(str(path), what, "donor consistency with the recipe of the run makes one")
    same = found["recipe"] in _hashes(recipe, list(found["temperatures"]))
    return {**found, "same_recipe": same}


def _wrong(found: Any) -> Iterator[str]:
    """What is not as it should be."""
    if not isinstance(found, dict):
        yield "not a JSON object"
        return
    for key, kind in _KEYS.items():
        if not isinstance(found.get(key), kind):
            yield f"key '{key}' is missing or no {kind.__name__}"
    temperatures = found.get("temperatures")
    if not isinstance(temperatures, dict) or not temperatures:
        yield "it has no temperatures"
        return
    for name, one in temperatures.items():
        for section, key in (("translation", "alpha"), ("spans", "strict_f1")):
            if not _is_figure(_at(one, section, key)):
                yield f"temperature {name} has no {section}.{key}"
        varying = _at(one, "varying")
        if not isinstance(varying, list) or not all(isinstance(_at(v, "id"), str) for v in varying):
            yield f"temperature {name} has no list of varying documents"


def _at(value: Any, *keys: str) -> Any:
    """What stands under the keys; None where nothing does."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _is_figure(value: Any) -> bool:
    """Whether it is a score with its interval, each of which may be None."""
    if not isinstance(value, Mapping) or not {"score", "interval"} <= set(value):
        return False
    ends = value["interval"]
    pair = isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))
    return (value["score"] is None or _is_number(value["score"])) and (ends is None or pair)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
