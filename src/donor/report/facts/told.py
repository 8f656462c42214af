"""What other commands have printed as JSON: read, and of the shape that they print.

A page that is made of it asks for no key that is not there, whatever the file is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from donor.errors import InputError

__all__ = [
    "AMOUNT", "FRACTION", "INTEGER", "INTERVAL", "NUMBER", "SHARE", "TEXT", "TEXTS", "Kind",
    "listed", "mapped", "maybe", "name_of", "of_keys", "told_in",
]  # fmt: skip

Schema = Mapping[str, Any]

_MOST = 1e12
_DATASET = "dataset"
_WORDS = 120

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": ["number", "null"], "minimum": -_MOST, "maximum": _MOST}
SHARE: Schema = {"type": ["number", "null"], "minimum": -1, "maximum": 1}
FRACTION: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
AMOUNT: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": _MOST}
INTERVAL: Schema = {
    "type": ["array", "null"],
    "items": {"type": "number", "minimum": -_MOST, "maximum": _MOST},
    "minItems": 2,
    "maxItems": 2,
}


def listed(items: Schema) -> Schema:
    """The schema of a list."""
    return {"type": "array", "items": items}


def mapped(values: Schema) -> Schema:
    """The schema of an object with any names."""
    return {"type": "object", "additionalProperties": values}


def of_keys(needed: Mapping[str, Schema], **more: Schema) -> Schema:
    """The schema of an object that has all the needed keys, and may have the others."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **more}}


def maybe(schema: Schema) -> Schema:
    """The schema of what may be null."""
    return {"anyOf": [{"type": "null"}, schema]}


TEXTS: Schema = listed(TEXT)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file holds that a command has printed.

    Args:
        command: which prints it.
        schema: its shape, as far as it is read.
        hint: how such a file is made.
    """

    command: str
    schema: Schema = field(repr=False)
    hint: str


def told_in(path: Path, kind: Kind) -> dict[str, Any]:
    """What a file says that a command has printed.

    Raises:
        InputError: it cannot be read, or is no such file; it says what is not as it should be.
    """
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}", kind.hint) from None
    except orjson.JSONDecodeError as error:
        raise InputError(str(path), f"no JSON: {error}", kind.hint) from None
    wrong = best_match(Draft202012Validator(kind.schema).iter_errors(found))
    if wrong is not None:
        said = wrong.message if len(wrong.message) <= _WORDS else f"{wrong.message[:_WORDS]}…"
        what = f"is nothing that {kind.command} writes: {wrong.json_path}: {said}"
        raise InputError(str(path), what, kind.hint)
    return found


def name_of(path: str) -> str:
    """What a file or folder is called; a run is called by its folder.

    >>> name_of("/home/me/runs/gpt/dataset"), name_of("sample/gold")
    ('gpt', 'gold')
    """
    parts = Path(path).parts
    if len(parts) > 1 and parts[-1] == _DATASET:
        parts = parts[:-1]
    return parts[-1] if parts else path
