"""The features of a Hugging Face dataset as JSON values: what kind a column is of.

The shape is that of `datasets.Features.to_dict()`, the same that stands in a Parquet file's
schema.
"""

from collections.abc import Mapping
from typing import Any

__all__ = [
    "Feature",
    "Features",
    "class_label",
    "is_list",
    "is_number",
    "is_struct",
    "is_text",
    "item_of",
    "list_of",
    "names_of",
    "value",
]

Feature = Any
Features = Mapping[str, Feature]

_LISTS = ("List", "LargeList", "Sequence")


def value(dtype: str) -> Feature:
    """The feature of plain values of one type."""
    return {"dtype": dtype, "_type": "Value"}


def list_of(item: Feature) -> Feature:
    """The feature of lists."""
    return {"feature": item, "_type": "List"}


def class_label(names: list[str]) -> Feature:
    """The feature of numbers that stand for names."""
    return {"names": names, "_type": "ClassLabel"}


def names_of(feature: Feature) -> list[str] | None:
    """The names that a feature's numbers stand for; None if it is another feature."""
    if isinstance(feature, dict) and feature.get("_type") == "ClassLabel":
        return list(feature.get("names") or ())
    return None


def item_of(feature: Feature) -> Feature:
    """The feature of a list's items; None for what is no list."""
    return feature["feature"] if is_list(feature) else None


def is_list(feature: Feature) -> bool:
    """Whether it is one of lists."""
    return isinstance(feature, dict) and feature.get("_type") in _LISTS


def is_struct(feature: Feature) -> bool:
    """Whether it is one of several named features."""
    return isinstance(feature, dict) and not isinstance(feature.get("_type"), str)


def is_text(feature: Feature) -> bool:
    """Whether it is one of strings."""
    return _dtype(feature) in ("string", "large_string")


def is_number(feature: Feature) -> bool:
    """Whether it is one of numbers or of truth values, whose meaning nothing says."""
    return _dtype(feature).startswith(("int", "uint", "float", "bool"))


def _dtype(feature: Feature) -> str:
    if isinstance(feature, dict) and feature.get("_type") == "Value":
        return str(feature.get("dtype"))
    return ""
