"""Writes a record of doccano."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.data import Document, Span, TextLabel
from donor.formats.doccano.layout import (
    EMPTY,
    ENTITY,
    LABELLED,
    LISTS,
    OBJECTS,
    OTHER,
    RELATION,
    STRING,
    STRINGS,
)
from donor.formats.parts.json_values import (
    extent,
    free_names,
    of_text,
    others,
    put_back,
    side_name,
)
from donor.formats.parts.units import Units

__all__ = ["kept_of", "numeric", "shapes_of", "sides", "written"]


def kept_of(document: Document) -> Mapping[str, Any]:
    """What the metadata keep of the record; nothing of a document that is none of doccano."""
    kept = document.metadata.get("doccano")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def shapes_of(document: Document) -> dict[str, str]:
    """How each key says its annotations; keys are chosen for what has none yet."""
    shapes: dict[str, str] = dict(kept_of(document).get("shapes", {}))
    said, labels = set(shapes.values()), {label.name for label in of_text(document)}
    spans = document.spans or document.relations
    if spans and not said & {LISTS, OBJECTS}:
        shape = OBJECTS if document.relations else LISTS
        free = "entities" if document.relations or labels else "label"
        empty = (key for key, own in shapes.items() if own == EMPTY and key not in labels)
        shapes[next(empty, free)] = shape
    if labels and not labels & shapes.keys():
        free = "label" if "label" not in shapes and not spans else "cats"
        shapes[next((key for key, own in shapes.items() if own == EMPTY), free)] = STRINGS
    if not shapes:
        shapes["label"] = EMPTY
    return shapes


def written(document: Document, unit: str) -> dict[str, Any]:
    """The record of a document; `unit` counts offsets where the record does not say how."""
    kept, shapes = kept_of(document), shapes_of(document)
    ids = _ids(document)
    made: dict[str, Any] = {kept.get("text_key", "text"): document.text}
    units = Units(document.text, kept.get("unit", unit))
    texts = dict.fromkeys(key for _, key in sides(document, shapes))
    for key, shape in shapes.items():
        if shape in (LISTS, OBJECTS):
            made[key] = [_span(span, ids, units, shape, kept) for span in document.spans]
        elif shape == LABELLED:
            found = (label for label in of_text(document) if label.name == key)
            made[key] = [_labelled(label, kept) for label in found]
        elif shape == OTHER:
            continue
        elif key in texts or key == kept.get("side_texts"):
            wanted = {name for name, own in sides(document, shapes) if own == key}
            made[key] = [side.text for side in document.side_texts if side.name in wanted]
        else:
            made[key] = _strings(document, key, shapes)
    if document.relations or "relations" in kept.get("record", {}):
        made["relations"] = list(_relations(document, ids, kept.get("relation_ids", True)))
    return put_back(kept.get("record", {}), made)


def _strings(document: Document, key: str, shapes: Mapping[str, str]) -> Any:
    """The labels of a key; the last of the keys for strings takes what belongs to none."""
    takers = [own for own, shape in shapes.items() if shape in (STRINGS, STRING, EMPTY)]
    found = [
        label.value
        for label in of_text(document)
        if label.name == key or (label.name not in shapes and key == takers[-1])
    ]
    return found[0] if shapes[key] == STRING and len(found) == 1 else found


def sides(document: Document, shapes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names of the side texts that doccano holds, each with its key."""
    key = kept_of(document).get("side_texts")
    if isinstance(key, str) and key in shapes:
        names = {side.name for side in document.side_texts}
        for n in range(1, len(names) + 1):
            if side_name(key, n) in names:
                yield side_name(key, n), key


def _ids(document: Document) -> dict[str, int]:
    """The number of each span: its own id, or a free one."""
    own = {span.id: int(span.id) for span in document.spans if numeric(span.id)}
    free = free_names((str(number) for number in own.values()), prefix="")
    return {span.id: own[span.id] if span.id in own else int(next(free)) for span in document.spans}


def numeric(name: str) -> bool:
    """Whether it is a number, written as one writes it."""
    return name.isascii() and name.isdecimal() and str(int(name)) == name


def _span(
    span: Span, ids: Mapping[str, int], units: Units, shape: str, kept: Mapping[str, Any]
) -> Any:
    start, end = map(units.written, extent(span))
    if shape == LISTS:
        return [start, end, span.label]
    numbered = {"id": ids[span.id]} if kept.get("ids", True) else {}
    label = _number_or_name(span.label, kept)
    own = {**numbered, "label": label, "start_offset": start, "end_offset": end}
    return own | others(span.attributes, ENTITY)


def _labelled(label: TextLabel, kept: Mapping[str, Any]) -> dict[str, Any]:
    own = {"label": _number_or_name(label.value, kept)}
    return own | others(label.attributes, ("label",))


def _number_or_name(label: str, kept: Mapping[str, Any]) -> int | str:
    """The label as the record says labels."""
    return label if kept.get("label_names", True) or not numeric(label) else int(label)


def _relations(
    document: Document, ids: Mapping[str, int], numbered: bool
) -> Iterator[dict[str, Any]]:
    said = (str(relation.attributes.get("id")) for relation in document.relations)
    free = free_names(said, prefix="")
    for relation in document.relations:
        if relation.head not in ids:
            continue
        own = {"from_id": ids[relation.head], "to_id": ids[relation.tail], "type": relation.label}
        more = others(relation.attributes, RELATION)
        if "id" not in more and not numbered:
            yield own | more
        else:
            yield {"id": more.pop("id") if "id" in more else int(next(free)), **own, **more}
