"""The names of labels in a dataset's features, in another language."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from donor.data import Document
from donor.formats.hf.features import Feature, is_list, is_struct, item_of, names_of
from donor.formats.hf.roles import Roles

__all__ = ["names_in_features", "with_names"]

_PREFIX = 2  # of a tag: `B-`, `I-`


def names_in_features(document: Document) -> set[str]:
    """The names of labels that the columns of a document's dataset know, used or not."""
    said = document.metadata.get("hf")
    if said is None:
        return set()
    roles, found = Roles.of_json(said["roles"]), set()
    for column in (*roles.labels, roles.spans):
        found |= set(_names(said["features"].get(column)))
    tags = _names(said["features"].get(roles.tags)) if roles.tags else []
    return found | {tag[_PREFIX:] for tag in tags if tag[1:_PREFIX] == "-"}


def _names(feature: Feature) -> list[str]:
    """The names anywhere in a feature."""
    if is_list(feature):
        return _names(item_of(feature))
    if is_struct(feature):
        return [name for part in feature.values() for name in _names(part)]
    return names_of(feature) or []


def with_names(document: Document, names: Mapping[str, str]) -> Document:
    """The document, its features with the new names in place of the old."""
    said = document.metadata.get("hf")
    if said is None:
        return document
    roles = Roles.of_json(said["roles"])
    named = {roles.tags, roles.spans, *roles.labels}
    features = {
        column: _renamed(feature, names, tags=column == roles.tags) if column in named else feature
        for column, feature in said["features"].items()
    }
    return replace(document, metadata={**document.metadata, "hf": {**said, "features": features}})


def _renamed(feature: Feature, names: Mapping[str, str], *, tags: bool) -> Feature:
    if is_list(feature):
        return {**feature, "feature": _renamed(item_of(feature), names, tags=tags)}
    if is_struct(feature):
        parts: dict[str, Any] = feature
        return {key: _renamed(part, names, tags=tags) for key, part in parts.items()}
    own = names_of(feature)
    if own is None:
        return feature
    return {**feature, "names": [_new(name, names, tags=tags) for name in own]}


def _new(name: str, names: Mapping[str, str], *, tags: bool) -> str:
    if tags and name[1:_PREFIX] == "-":
        return name[:_PREFIX] + names.get(name[_PREFIX:], name[_PREFIX:])
    return names.get(name, name)
