"""What doccano exports: texts with spans, relations, categories, or other texts.

::

    {"id": 7, "text": "Google was founded in 1998.", "label": [[0, 6, "ORG"]], "Comments": []}
    {"id": 8, "text": "…", "entities": [{"id": 1, "label": "ORG", "start_offset": 0,
      "end_offset": 6}], "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "foundedAt"}]}
    {"id": 9, "text": "Fine!", "label": ["positive"]}

Its first version exported `"annotations": [{"label": 3, "start_offset": 0, "end_offset": 6,
"user": 1}]`: the labels by number, those of all users together.

doccano counts UTF-16 units (doccano/doccano#2290). A record whose places make sense in code
points alone is read and written so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from donor.data import Document, Span, TextLabel
from donor.errors import ConfigError
from donor.formats.doccano.layout import (
    ANNOTATIONS,
    ENTITY,
    LABELLED,
    LISTS,
)
from donor.formats.doccano.reader import Reader
from donor.formats.doccano.writer import kept_of, numeric, shapes_of, sides, written
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.json_values import (
    Layout,
    Record,
    documents,
    extent,
    first_object,
    laid_out,
    objects,
    of_text,
    unsaid,
)
from donor.formats.parts.units import CODE_POINTS, UTF_16, Units, likelier_unit

__all__ = ["DOCCANO", "DoccanoFormat"]

_HINT = "docs/formats.md shows records of doccano"


@dataclass(frozen=True, slots=True)
class DoccanoFormat:
    """Reads and writes JSON lines of doccano.

    Of the options it takes the fields `side` (the key whose strings are texts to translate,
    as in a sequence-to-sequence project) and `offsets` (`utf-16` or `code-points`).
    """

    name: str = "doccano"
    suffixes: tuple[str, ...] = (".jsonl", ".json")
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
        return any(_typical(key, value[key]) for key in ANNOTATIONS if key in value)

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
            return Reader(record, self.options.fields, warn).document(name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The records in the layout of the first one's file; one a line where nothing says it."""
        unit = self.options.fields.get("offsets", UTF_16)
        some = iter(documents)
        first = next(some, None)
        if first is None:
            return iter(())
        layout = Layout(kept_of(first).get("layout", Layout.LINES))
        return laid_out((written(document, unit) for document in chain((first,), some)), layout)

    def losses(self, document: Document) -> Counter[str]:
        """What doccano cannot say."""
        shapes = shapes_of(document)
        lists = LISTS in shapes.values()
        unnamed = lists or not kept_of(document).get("ids", True)
        ids = {span.id for span in document.spans}
        own = set() if lists else {"attributes"}
        labelled = {key for key, shape in shapes.items() if shape == LABELLED}
        texts = {name for name, _ in sides(document, shapes)}
        return +(
            unsaid(document, "doccano")
            + Counter(
                {
                    "span ids": sum(
                        _id_lost(s.id, n, unnamed) for n, s in enumerate(document.spans)
                    ),
                    "attributes": sum(_attributes_lost(s, own) for s in document.spans)
                    + sum(_said_more(label, labelled) for label in document.labels),
                    "offsets in UTF-16 units": int(_misread(document)),
                    "dangling relations": sum(r.head not in ids for r in document.relations),
                    "label names": sum(label.name not in shapes for label in of_text(document)),
                    "side texts": sum(side.name not in texts for side in document.side_texts),
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
    if isinstance(first, dict) and key == "annotations":
        return "user" in first and ("label" in first or "text" in first)
    return isinstance(first, str) or (isinstance(first, dict) and "start_offset" in first)


def _id_lost(span_id: str, position: int, unnamed: bool) -> bool:
    return span_id != f"s{position + 1}" if unnamed else not numeric(span_id)


def _misread(document: Document) -> bool:
    """Whether the places, in UTF-16 units, would be taken for code points."""
    if kept_of(document).get("unit", UTF_16) != UTF_16:
        return False
    units = Units(document.text, UTF_16)
    places = [(units.written(a), units.written(b)) for a, b in map(extent, document.spans)]
    return likelier_unit(document.text, places) != UTF_16


def _said_more(label: TextLabel, labelled: set[str]) -> bool:
    """Whether a label has attributes that doccano does not hold."""
    return bool(label.attributes) and label.name not in labelled


def _attributes_lost(span: Span, own: set[str]) -> bool:
    return bool(span.attributes.keys() & set(ENTITY) if own else span.attributes)
