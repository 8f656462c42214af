"""What doccano exports: texts with spans, relations, categories, or other texts.

::

    {"id": 7, "text": "Google was founded in 1998.", "label": [[0, 6, "ORG"]], "Comments": []}
    {"id": 8, "text": "…", "entities": [{"id": 1, "label": "ORG", "start_offset": 0,
      "end_offset": 6}], "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "foundedAt"}]}
    {"id": 9, "text": "Fine!", "label": ["positive"]}

doccano counts UTF-16 units (doccano/doccano#2290). A record whose places make sense in code
points alone is read and written so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.json_values import (
    Layout,
    Record,
    documents,
    extent,
    fingerprint,
    first_object,
    free_names,
    integer,
    laid_out,
    mapping,
    objects,
    of_text,
    others,
    put_back,
    sequence,
    side_name,
    string,
    unsaid,
    whole,
)
from donor.formats.units import CODE_POINTS, UTF_16, Units, likelier_unit

__all__ = ["DOCCANO", "DoccanoFormat"]

_HINT = "docs/formats.md shows records of doccano"
_ANNOTATIONS = ("label", "labels", "entities", "cats")
_ENTITY = ("id", "label", "start_offset", "end_offset")
_RELATION = ("from_id", "to_id", "type")
_WORDS_OF_A_LABEL = 5
# How a key says its annotations.
_LISTS, _OBJECTS, _STRINGS, _STRING, _EMPTY = "lists", "objects", "strings", "string", "empty"
_SHAPES = {"str": _STRINGS, "list": _LISTS, "dict": _OBJECTS}


@dataclass(frozen=True, slots=True)
class DoccanoFormat:
    """Reads and writes JSON lines of doccano.

    Of the options it takes the fields `side` (the key whose strings are texts to translate,
    as in a sequence-to-sequence project) and `offsets` (`utf-16` or `code-points`).
    """

    name: str = "doccano"
    suffixes: tuple[str, ...] = (".jsonl",)
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> Self:
        """The same format with these fields. Raises ConfigError for an unknown unit of offsets."""
        unit = options.fields.get("offsets", UTF_16)
        if unit not in (UTF_16, CODE_POINTS):
            raise ConfigError(f"offsets {unit!r}", "not known", f"known: {UTF_16}, {CODE_POINTS}")
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first record has a text, and labels as doccano writes them."""
        value = first_object(head)
        if value is None or not isinstance(value.get("text", value.get("data")), str):
            return False
        if value.keys() & {"tokens", "_task_hash", "answer", "fields", "ents"}:
            return False
        return any(_typical(key, value[key]) for key in _ANNOTATIONS if key in value)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a line; an error names the line."""

        def read(record: Record, name: str) -> Document:
            return _Reader(record, self.options.fields, warn).document(name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One line a document."""
        unit = self.options.fields.get("offsets", UTF_16)
        return laid_out((_written(document, unit) for document in documents), Layout.LINES)

    def losses(self, document: Document) -> Counter[str]:
        """What doccano cannot say."""
        shapes = _shapes(document)
        lists = _LISTS in shapes.values()
        ids = {span.id for span in document.spans}
        own = set() if lists else {"attributes"}
        sides = {name for name, _ in _sides(document, shapes)}
        return +(
            unsaid(document, "doccano")
            + Counter(
                {
                    "span ids": sum(_id_lost(s.id, n, lists) for n, s in enumerate(document.spans)),
                    "attributes": sum(_attributes_lost(s, own) for s in document.spans)
                    + sum(bool(label.attributes) for label in document.labels),
                    "offsets in UTF-16 units": int(_misread(document)),
                    "dangling relations": sum(r.head not in ids for r in document.relations),
                    "label names": sum(label.name not in shapes for label in of_text(document)),
                    "side texts": sum(side.name not in sides for side in document.side_texts),
                }
            )
        )


DOCCANO = DoccanoFormat()


def _typical(key: str, items: object) -> bool:
    """Whether these are annotations that are neither Donor's own nor another tool's."""
    if not isinstance(items, list):
        return False
    if not items:
        return key != "labels"
    first = items[0]
    if isinstance(first, list):
        return len(first) == 3 and [type(part) for part in first] == [int, int, str]
    return isinstance(first, str) or (isinstance(first, dict) and "start_offset" in first)


class _Reader:
    """Reads one record."""

    def __init__(self, record: Record, fields: Mapping[str, str], warn: Warn) -> None:
        self.value, self.where, self.warn = record.value, record.where, warn
        self.side_key, self.unit = fields.get("side"), fields.get("offsets")
        self.text_key = "text" if "text" in self.value or "data" not in self.value else "data"
        self.text = string(self.value[self.text_key], self.text_key)
        self.shapes: dict[str, str] = {}

    def document(self, name: str, file: str) -> Document:
        """The document of the record. Raises KeyError, TypeError, ValueError, DocumentError."""
        items = {key: self._items(key) for key in _ANNOTATIONS if key in self.value}
        placed = [item for some in items.values() for item in some if not isinstance(item, str)]
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
            self.shapes[key] = _STRING
            return [found]
        items = sequence(found, key)
        kinds = {type(item) for item in items}
        if len(kinds) > 1 or not kinds <= {str, list, dict}:
            raise TypeError(f"{key} is neither a list of spans nor of strings")
        shape = _SHAPES[kinds.pop().__name__] if kinds else _EMPTY
        if shape in (_LISTS, _OBJECTS) and {_LISTS, _OBJECTS} & set(self.shapes.values()):
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
                others(more, _ENTITY),
            )
            for n, (item, (start, end, label, more)) in enumerate(
                zip(items, places, strict=True), start=1
            )
        )

    def _kept(self) -> dict[str, Any]:
        relations = {"relations"} & self.value.keys()
        hidden = dict.fromkeys((self.text_key, *self.shapes, *relations))
        return {
            "record": put_back(self.value, hidden),
            "text": fingerprint(self.text),
            "text_key": self.text_key,
            "shapes": self.shapes,
            "unit": self.unit,
            **({"side_texts": self.side_key} if self.side_key in self.shapes else {}),
        }


def _place(item: Any, number: int) -> tuple[int, int, str, dict[str, Any]]:
    """Start, end, label and the rest of a span."""
    if isinstance(item, dict):
        start, end, label = item["start_offset"], item["end_offset"], item["label"]
        return integer(start), integer(end), string(label, "label"), item
    if len(item) != 3:
        raise ValueError(f"span {number} is not [start, end, label]")
    return integer(item[0]), integer(item[1]), string(item[2], f"label of span {number}"), {}


def _relation(item: Any) -> Relation:
    value = mapping(item, "relation")
    head, tail = (str(integer(value[key], key)) for key in ("from_id", "to_id"))
    return Relation(string(value["type"], "type"), head, tail, others(value, _RELATION))


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("doccano")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def _shapes(document: Document) -> dict[str, str]:
    """How each key says its annotations; keys are chosen for what has none yet."""
    shapes: dict[str, str] = dict(_kept_of(document).get("shapes", {}))
    said, labels = set(shapes.values()), {label.name for label in of_text(document)}
    spans = document.spans or document.relations
    if spans and not said & {_LISTS, _OBJECTS}:
        shape = _OBJECTS if document.relations else _LISTS
        free = "entities" if document.relations or labels else "label"
        empty = (key for key, own in shapes.items() if own == _EMPTY and key not in labels)
        shapes[next(empty, free)] = shape
    if labels and not labels & shapes.keys():
        free = "label" if "label" not in shapes and not spans else "cats"
        shapes[next((key for key, own in shapes.items() if own == _EMPTY), free)] = _STRINGS
    if not shapes:
        shapes["label"] = _EMPTY
    return shapes


def _written(document: Document, unit: str) -> dict[str, Any]:
    kept, shapes = _kept_of(document), _shapes(document)
    ids = _ids(document)
    made: dict[str, Any] = {kept.get("text_key", "text"): document.text}
    units = Units(document.text, kept.get("unit", unit))
    sides = dict.fromkeys(key for _, key in _sides(document, shapes))
    for key, shape in shapes.items():
        if shape in (_LISTS, _OBJECTS):
            made[key] = [_span(span, ids, units, shape) for span in document.spans]
        elif key in sides or key == kept.get("side_texts"):
            wanted = {name for name, own in _sides(document, shapes) if own == key}
            made[key] = [side.text for side in document.side_texts if side.name in wanted]
        else:
            made[key] = _strings(document, key, shapes)
    if document.relations or "relations" in kept.get("record", {}):
        made["relations"] = list(_relations(document, ids))
    return put_back(kept.get("record", {}), made)


def _strings(document: Document, key: str, shapes: Mapping[str, str]) -> Any:
    """The labels of a key; the last of the keys for strings takes what belongs to none."""
    takers = [own for own, shape in shapes.items() if shape in (_STRINGS, _STRING, _EMPTY)]
    found = [
        label.value
        for label in of_text(document)
        if label.name == key or (label.name not in shapes and key == takers[-1])
    ]
    return found[0] if shapes[key] == _STRING and len(found) == 1 else found


def _sides(document: Document, shapes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names of the side texts that doccano holds, each with its key."""
    key = _kept_of(document).get("side_texts")
    if isinstance(key, str) and key in shapes:
        names = {side.name for side in document.side_texts}
        for n in range(1, len(names) + 1):
            if side_name(key, n) in names:
                yield side_name(key, n), key


def _ids(document: Document) -> dict[str, int]:
    """The number of each span: its own id, or a free one."""
    own = {span.id: int(span.id) for span in document.spans if _numeric(span.id)}
    free = free_names((str(number) for number in own.values()), prefix="")
    return {span.id: own[span.id] if span.id in own else int(next(free)) for span in document.spans}


def _numeric(name: str) -> bool:
    return name.isascii() and name.isdecimal() and str(int(name)) == name


def _span(span: Span, ids: Mapping[str, int], units: Units, shape: str) -> Any:
    start, end = map(units.written, extent(span))
    if shape == _LISTS:
        return [start, end, span.label]
    own = {"id": ids[span.id], "label": span.label, "start_offset": start, "end_offset": end}
    return own | others(span.attributes, _ENTITY)


def _relations(document: Document, ids: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    said = (str(relation.attributes.get("id")) for relation in document.relations)
    free = free_names(said, prefix="")
    for relation in document.relations:
        if relation.head not in ids:
            continue
        own = {"from_id": ids[relation.head], "to_id": ids[relation.tail], "type": relation.label}
        more = others(relation.attributes, _RELATION)
        yield {"id": more.pop("id") if "id" in more else int(next(free)), **own, **more}


def _id_lost(span_id: str, position: int, lists: bool) -> bool:
    return span_id != f"s{position + 1}" if lists else not _numeric(span_id)


def _misread(document: Document) -> bool:
    """Whether the places, in UTF-16 units, would be taken for code points."""
    if _kept_of(document).get("unit", UTF_16) != UTF_16:
        return False
    units = Units(document.text, UTF_16)
    places = [(units.written(a), units.written(b)) for a, b in map(extent, document.spans)]
    return likelier_unit(document.text, places) != UTF_16


def _attributes_lost(span: Span, own: set[str]) -> bool:
    return bool(span.attributes.keys() & set(_ENTITY) if own else span.attributes)
