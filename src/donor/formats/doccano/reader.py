"""Reads a record of doccano."""

from collections.abc import Mapping
from typing import Any

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.formats.doccano.layout import (
    ANNOTATIONS,
    EMPTY,
    ENTITY,
    IN_OBJECTS,
    LABELLED,
    LISTS,
    OBJECTS,
    OTHER,
    RELATION,
    SHAPES,
    STRING,
)
from donor.formats.format import (
    Warn,
)
from donor.formats.parts.json_values import (
    Layout,
    Record,
    fingerprint,
    integer,
    mapping,
    others,
    put_back,
    sequence,
    side_name,
    string,
    whole,
)
from donor.formats.parts.units import CODE_POINTS, Units, likelier_unit

__all__ = ["Reader"]

_WORDS_OF_A_LABEL = 5


class Reader:
    """Reads one record."""

    def __init__(self, record: Record, fields: Mapping[str, str], warn: Warn) -> None:
        self.value, self.where, self.warn = record.value, record.where, warn
        self.layout = record.layout
        self.side_key, self.unit = fields.get("side"), fields.get("offsets")
        self.text_key = "text" if "text" in self.value or "data" not in self.value else "data"
        self.text = string(self.value[self.text_key], self.text_key)
        self.shapes: dict[str, str] = {}

    def document(self, name: str, file: str) -> Document:
        """The document of the record. Raises KeyError, TypeError, ValueError, DocumentError."""
        items = {key: self._items(key) for key in ANNOTATIONS if key in self.value}
        placed = [
            item
            for key, some in items.items()
            for item in some
            if self.shapes[key] in (LISTS, OBJECTS)
        ]
        strings = {k: [s for s in some if isinstance(s, str)] for k, some in items.items()}
        for key, some in strings.items():
            if key != self.side_key and any(len(s.split()) > _WORDS_OF_A_LABEL for s in some):
                what = f"what {key} holds reads like texts: --field side={key} translates them"
                self.warn(self.where, what)
        labels = [
            TextLabel(key, item)
            for key, some in strings.items()
            if key != self.side_key
            for item in some
        ]
        labels += [
            TextLabel(key, _label_said(item), attributes=others(item, ("label",)))
            for key, some in items.items()
            if self.shapes[key] == LABELLED
            for item in some
        ]
        spans, relations = self._spans(placed), sequence(self.value.get("relations"), "relations")
        return Document(
            id=name,
            language=None,
            text=self.text,
            segments=whole(self.text),
            spans=spans,
            relations=tuple(_relation(item) for item in relations),
            labels=tuple(labels),
            side_texts=tuple(
                SideText(side_name(str(self.side_key), n), item)
                for n, item in enumerate(strings.get(self.side_key or "", ()), start=1)
            ),
            metadata=({"file": file} if file else {}) | {"doccano": self._kept()},
        )

    def _items(self, key: str) -> list[Any]:
        found = self.value[key]
        if isinstance(found, str):
            self.shapes[key] = STRING
            return [found]
        items = sequence(found, key)
        kinds = {type(item) for item in items}
        if len(kinds) > 1 or not kinds <= {str, list, dict}:
            raise TypeError(f"{key} is neither a list of spans nor of strings")
        shape = SHAPES[kinds.pop().__name__] if kinds else EMPTY
        if key == "annotations" and shape in (OBJECTS, EMPTY):
            shape = _of_users(items)
        if shape in (LISTS, OBJECTS) and {LISTS, OBJECTS} & set(self.shapes.values()):
            raise ValueError(f"spans stand in {key} and in another key")
        self.shapes[key] = shape
        return items

    def _spans(self, items: list[Any]) -> tuple[Span, ...]:
        places = [_place(item, n) for n, item in enumerate(items, start=1)]
        if self.unit is None:
            self.unit = likelier_unit(self.text, [place[:2] for place in places])
            if self.unit == CODE_POINTS:
                self.warn(self.where, "offsets are read as code points: as UTF-16 they cut words")
        units = Units(self.text, self.unit)
        return tuple(
            Span(
                str(integer(item["id"], "id")) if "id" in more else f"s{n}",
                label,
                (Interval(units.read(start), units.read(end)),),
                others(more, ENTITY),
            )
            for n, (item, (start, end, label, more)) in enumerate(
                zip(items, places, strict=True), start=1
            )
        )

    def _kept(self) -> dict[str, Any]:
        relations = {"relations"} & self.value.keys()
        made = (key for key, shape in self.shapes.items() if shape != OTHER)
        hidden = dict.fromkeys((self.text_key, *made, *relations))
        return {
            "record": put_back(self.value, hidden),
            "text": fingerprint(self.text),
            "text_key": self.text_key,
            "shapes": self.shapes,
            "unit": self.unit,
            **self._bare(),
            **({} if self.layout is Layout.LINES else {"layout": self.layout.value}),
            **({"side_texts": self.side_key} if self.side_key in self.shapes else {}),
        }

    def _bare(self) -> dict[str, Any]:
        """What of entities and relations the record leaves to their order, or to numbers."""
        found = (self.value.get(key) for key, own in self.shapes.items() if own in IN_OBJECTS)
        items = [item for some in found for item in some or ()]
        relations = self.value.get("relations") or ()
        said = {
            "ids": not items or any("id" in item for item in items),
            "relation_ids": not relations or any("id" in relation for relation in relations),
            "label_names": not items or any(isinstance(item["label"], str) for item in items),
        }
        return {key: part for key, part in said.items() if not part}


def _of_users(items: list[Any]) -> str:
    """How the annotations of doccano's first version stand in a record."""
    if items and all("start_offset" in item for item in items):
        return OBJECTS
    if items and all("label" in item and "start_offset" not in item for item in items):
        return LABELLED
    return OTHER


def _label_said(item: Mapping[str, Any]) -> str:
    """The label of an object: its name, or its number where a record has no names."""
    label = item["label"]
    return str(label) if type(label) is int else string(label, "label")


def _place(item: Any, number: int) -> tuple[int, int, str, dict[str, Any]]:
    """Start, end, label and the rest of a span."""
    if isinstance(item, dict):
        start, end, label = item["start_offset"], item["end_offset"], _label_said(item)
        return integer(start), integer(end), label, item
    if len(item) != 3:
        raise ValueError(f"span {number} is not [start, end, label]")
    return integer(item[0]), integer(item[1]), string(item[2], f"label of span {number}"), {}


def _relation(item: Any) -> Relation:
    value = mapping(item, "relation")
    head, tail = (str(integer(value[key], key)) for key in ("from_id", "to_id"))
    return Relation(string(value["type"], "type"), head, tail, others(value, RELATION))
