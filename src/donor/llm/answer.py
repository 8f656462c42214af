"""The JSON object that a model's answer holds, or why it holds none."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from donor.llm.schema import Satisfied, compiled
from donor.llm.thoughts import without_thoughts

__all__ = ["Invalid", "read_json", "read_sound"]

_SHOWN = 3
_OBJECT = re.compile(r'\{(?=\s*["}])')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why an answer is of no use, in words that the model itself can be told."""

    reason: str


class _BrokenError(ValueError):
    """JSON that parses but cannot be used."""


def read_json(text: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any] | Invalid:
    """The one JSON object in an answer, if it satisfies the schema; else why it does not.

    A code fence and words around the object are forgiven; a second object is not.

    >>> read_json('Here it is: {"1": "река"}')
    {'1': 'река'}
    >>> read_json('{"1": "a", "1": "b"}')
    Invalid(reason='key "1" stands there twice')
    >>> read_json('{}', {"type": "object", "required": ["2"]})
    Invalid(reason='key "2" is missing')
    """
    try:
        value = _only_object(without_thoughts(text), _DECODER)
        problem = _problem(value, schema) if schema is not None else None
    except _BrokenError as error:
        return Invalid(str(error))
    except RecursionError:
        return Invalid("the JSON is nested too deeply")
    return Invalid(problem) if problem else value


def read_sound(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """What can be used of an answer that as a whole cannot: its keys that stand once and right.

    Args:
        text: the answer.
        schema: of an object; each key is looked at by itself.

    >>> schema = {"properties": {key: {"type": "string"} for key in "123"}}
    >>> read_sound('{"1": "a", "2": "b", "2": "c", "3": 4, "5": "e"}', schema)
    {'1': 'a'}
    """
    try:
        value = _only_object(without_thoughts(text), _LENIENT)
        return {
            key: part
            for key, part in value.items()
            if key in schema["properties"] and not _problem(part, schema["properties"][key])
        }
    except (_BrokenError, RecursionError):
        return {}


def _only_object(text: str, decoder: json.JSONDecoder) -> dict[str, Any]:
    if not text:
        raise _BrokenError("the answer is empty")
    if "\\u" in text and _SURROGATE.search(text):
        _check_surrogates(text)
    try:
        value, end = _decode(text, 0, decoder)
    except json.JSONDecodeError:
        return _object_in_prose(text, decoder)
    if text[end:].strip():
        return _object_in_prose(text, decoder)
    if not isinstance(value, dict):
        raise _BrokenError(f"the answer is {_kind(value)}, a JSON object is expected")
    return value


def _object_in_prose(text: str, decoder: json.JSONDecoder) -> dict[str, Any]:
    found = list(_objects(text, decoder))
    if not found:
        raise _BrokenError("the answer holds no JSON object")
    if len(found) > 1:
        raise _BrokenError(f"the answer holds {len(found)} JSON objects, one is expected")
    return found[0]


def _objects(text: str, decoder: json.JSONDecoder) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text, from left to right, not those within others."""
    end = 0
    while start := _OBJECT.search(text, end):
        try:
            value, end = _decode(text, start.start(), decoder)
        except json.JSONDecodeError as error:
            # To go on would be to find an object within the broken one.
            raise _BrokenError(f"the JSON is broken: {error.msg} in line {error.lineno}") from error
        yield value


def _decode(text: str, place: int, decoder: json.JSONDecoder) -> tuple[Any, int]:
    """The JSON value that begins at `place`, and where it ends."""
    try:
        return decoder.raw_decode(text, place)
    except RecursionError as error:
        raise _BrokenError("the JSON is nested too deeply") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise _BrokenError(str(error)) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _BrokenError(f"key {_quoted(key)} stands there twice")
    return value


def _standing_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    times = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if times[key] == 1}


def _no_constant(name: str) -> None:
    raise _BrokenError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, strict=False)
_LENIENT = json.JSONDecoder(
    object_pairs_hook=_standing_once, parse_constant=_no_constant, strict=False
)


def _check_surrogates(text: str) -> None:
    """Nothing; raises where an escaped character lacks its second half and so is none."""
    halves = re.sub(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}", "", text)
    if _SURROGATE.search(halves):
        raise _BrokenError("an escaped character is incomplete (half of a surrogate pair)")


@lru_cache(maxsize=1024)
def _checks(schema: bytes) -> tuple[Satisfied | None, Draft202012Validator]:
    value = orjson.loads(schema)
    return compiled(value), Draft202012Validator(value)


def _problem(value: Any, schema: Mapping[str, Any]) -> str | None:
    """What breaks the schema, at most three things of it, or None."""
    satisfied, validator = _checks(orjson.dumps(schema))
    if satisfied is not None and satisfied(value):
        return None
    reasons = list(dict.fromkeys(map(_reason, validator.iter_errors(value))))
    if len(reasons) > _SHOWN:
        reasons[_SHOWN:] = [f"and {len(reasons) - _SHOWN} more"]
    return "; ".join(reasons) or None


def _reason(error: ValidationError) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.path)
    where = _quoted(place.removeprefix(".")) if place else "the answer"
    inside = f" in {where}" if place else ""
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return f"{_keys(missing)} missing{inside}"
        case "additionalProperties":
            known = error.schema.get("properties", {})
            return (
                f"{_keys([key for key in error.instance if key not in known])} not expected{inside}"
            )
        case "type":
            return f"{where} must be {_wanted(error.validator_value)}, not {_kind(error.instance)}"
        case "enum":
            return f"{where} must be one of {', '.join(map(_shown, error.validator_value))}"
        case _:
            return f"{where}: {error.message[:200]}"


def _keys(names: list[str]) -> str:
    quoted = ", ".join(map(_quoted, names))
    return f"key {quoted} is" if len(names) == 1 else f"keys {quoted} are"


def _wanted(types: str | list[str]) -> str:
    names = [types] if isinstance(types, str) else types
    return " or ".join(_TYPES.get(name, name) for name in names)


def _kind(value: object) -> str:
    """What a JSON value is, with its article.

    >>> _kind([1]), _kind(True), _kind(2)
    ('a list', 'a boolean', 'a number')
    """
    if isinstance(value, bool):
        return "a boolean"
    kinds = {dict: "an object", list: "a list", str: "a string", type(None): "null"}
    return kinds.get(type(value), "a number")


def _quoted(key: str) -> str:
    return f'"{key}"'


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
