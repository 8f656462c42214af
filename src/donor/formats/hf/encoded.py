"""Values on their way into Parquet: names of labels become numbers, texts of numbers too."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from donor.formats.hf.columns_kept import restored
from donor.formats.hf.features import Feature, is_list, is_struct, is_text, item_of, names_of

__all__ = ["Encode", "encoder_of", "label_text"]

Encode = Callable[[Any], Any]

_SINGLE = {"float32": "f", "float16": "e"}


def label_text(value: Any, feature: Feature) -> str:
    """The value of a label as text; of a number the shortest that is read as the same.

    >>> label_text(3.799999952316284, {"dtype": "float32", "_type": "Value"})
    '3.8'
    """
    if not isinstance(value, float):
        return str(value)
    code = _SINGLE.get(str(feature.get("dtype"))) if isinstance(feature, Mapping) else None
    if code is None:
        return repr(value)
    shorter = (f"{value:.{digits}g}" for digits in range(1, 10))
    return next((text for text in shorter if _rounded(text, code) == value), repr(value))


def _rounded(text: str, code: str) -> float:
    [number] = struct.unpack(code, struct.pack(code, float(text)))
    return float(number)


def encoder_of(feature: Feature) -> Encode:
    """What makes the value of a column of what a document or its metadata say."""
    names = names_of(feature)
    if names is not None:
        numbers = {name: n for n, name in enumerate(names)}
        return lambda value: numbers[value] if isinstance(value, str) else value
    if is_list(feature):
        item = encoder_of(item_of(feature))
        return lambda value: (
            [item(v) for v in value] if isinstance(value, list) else restored(value)
        )
    if is_struct(feature):
        parts = {key: encoder_of(part) for key, part in feature.items()}
        return lambda value: _struct(value, parts)
    dtype = str(feature.get("dtype")) if isinstance(feature, Mapping) else ""
    if is_text(feature):
        return lambda value: str(value) if isinstance(value, int | float) else restored(value)
    return _number(dtype) or restored


def _struct(value: Any, parts: Mapping[str, Encode]) -> Any:
    value = restored(value)
    if not isinstance(value, Mapping):
        return value
    return {key: encode(value.get(key)) for key, encode in parts.items()}


def _number(dtype: str) -> Encode | None:
    kinds: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("int", int),
        ("uint", int),
        ("float", float),
        ("bool", lambda text: text.casefold() in ("true", "1", "yes")),
    )
    kind = next((kind for name, kind in kinds if dtype.startswith(name)), None)
    if kind is None:
        return None
    return lambda value: kind(value) if isinstance(value, str) else restored(value)
