"""The schemas that methods write, and whether a JSON value satisfies one, said quickly.

jsonschema takes a tenth of a millisecond for what two `isinstance` decide. A schema becomes a
function once; a keyword that is not known here leaves the question to jsonschema.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

__all__ = ["Satisfied", "compiled", "object_schema", "strings_schema"]

Satisfied = Callable[[Any], bool]

_STRING = {"type": "string"}
_STRINGS = frozenset({str})
_WITHOUT_MEANING = {"title", "description"}


def object_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that has just these properties, all of them."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def strings_schema(keys: Iterable[str]) -> Mapping[str, Any]:
    """The schema of an object with a string under each key; not to be changed.

    >>> strings_schema(["1"])["properties"]
    {'1': {'type': 'string'}}
    """
    return _strings_schema(tuple(keys))


@lru_cache(maxsize=1024)  # most documents have few segments
def _strings_schema(keys: tuple[str, ...]) -> Mapping[str, Any]:
    return object_schema(dict.fromkeys(keys, _STRING))


def compiled(schema: object) -> Satisfied | None:
    """A function that says what Draft 2020-12 says of a value; None for other schemas.

    >>> is_answer = compiled({"type": "object", "properties": {"1": {"type": "string"}}})
    >>> is_answer({"1": "Ион"}), is_answer({"1": 2})
    (True, False)
    >>> compiled({"pattern": "^a"}) is None
    True
    """
    if not isinstance(schema, dict) or not schema.keys() - _WITHOUT_MEANING <= _KEYWORDS.keys():
        return None
    keys = schema.get("required")
    if isinstance(keys, list) and schema == object_schema(dict.fromkeys(map(str, keys), _STRING)):
        return _strings_under(frozenset(keys))
    # The schema goes along: a keyword may depend on another one beside it.
    checks = [make(schema) for word, make in _KEYWORDS.items() if word in schema]
    known = [check for check in checks if check is not None]
    if len(known) < len(checks):
        return None
    if len(known) == 1:
        return known[0]
    return lambda value: all(check(value) for check in known)


def _strings_under(keys: frozenset[str]) -> Satisfied:
    """What most answers have to satisfy, in one step."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == keys
        and _STRINGS.issuperset(map(type, value.values()))
    )


def _type(schema: Mapping[str, Any]) -> Satisfied | None:
    return _TYPES.get(schema["type"]) if isinstance(schema["type"], str) else None


def _required(schema: Mapping[str, Any]) -> Satisfied | None:
    wanted = schema["required"]
    return lambda value: not isinstance(value, dict) or all(key in value for key in wanted)


def _properties(schema: Mapping[str, Any]) -> Satisfied | None:
    by_key = {key: compiled(part) for key, part in schema["properties"].items()}
    parts = [(key, part) for key, part in by_key.items() if part is not None]
    if len(parts) < len(by_key):
        return None
    return lambda value: (
        not isinstance(value, dict) or all(part(value[key]) for key, part in parts if key in value)
    )


def _additional(schema: Mapping[str, Any]) -> Satisfied | None:
    known = frozenset(schema.get("properties", ()))
    if schema["additionalProperties"] is not False:
        return None
    return lambda value: not isinstance(value, dict) or value.keys() <= known


def _items(schema: Mapping[str, Any]) -> Satisfied | None:
    each = compiled(schema["items"])
    if each is None:
        return None
    return lambda value: not isinstance(value, list) or all(map(each, value))


def _minimum(schema: Mapping[str, Any]) -> Satisfied | None:
    least = schema["minimum"]
    return lambda value: not _is_number(value) or value >= least


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: dict[str, Satisfied] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}

_KEYWORDS: dict[str, Callable[[Mapping[str, Any]], Satisfied | None]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _additional,
    "properties": _properties,
    "items": _items,
    "minimum": _minimum,
}
