"""Records of Argilla, as `dataset.records.to_json()` gives them, or one a line.

::

    [{"id": "1", "fields": {"text": "Ions move"}, "metadata": {}, "vectors": {},
      "suggestions": {"topic": {"value": "physics", "score": 0.9, "agent": "m"}},
      "responses": {"span": [{"value": [{"start": 0, "end": 4, "label": "TERM"}],
                              "user_id": "…"}]}}]

Argilla's page counts UTF-16 units (argilla-io/argilla#5729), programs count code points: responses
are read in the first, suggestions in the second, unless their places make sense in the other alone.
Records of tokens of Argilla 1 are read and written too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from donor.data import Document
from donor.errors import ConfigError
from donor.formats.argilla.reader import PLACE, RESPONSES, SUGGESTIONS, Reader
from donor.formats.argilla.tokens import (
    is_token_record,
    stale_annotations,
    token_document,
    token_losses,
    written_tokens,
)
from donor.formats.argilla.writer import stale, written
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.parts.json_values import (
    Record,
    as_read,
    documents,
    extent,
    first_object,
    laid_out,
    layout_of,
    objects,
    unsaid,
)
from donor.formats.parts.units import CODE_POINTS, UTF_16, likelier_unit

__all__ = ["ARGILLA", "ArgillaFormat"]

_HINT = "docs/formats.md shows records of Argilla; --text-field names the field of the text"


@dataclass(frozen=True, slots=True)
class ArgillaFormat:
    """Reads and writes records of Argilla.

    Of the options it takes the fields `text`, `side` (the questions whose answers are texts to
    translate) and `offsets` (`utf-16` or `code-points`).
    """

    name: str = "argilla"
    suffixes: tuple[str, ...] = (".json", ".jsonl")
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> "ArgillaFormat":
        """The same format with these fields. Raises ConfigError for an unknown unit of offsets."""
        unit = options.fields.get("offsets", UTF_16)
        if unit not in (UTF_16, CODE_POINTS):
            raise ConfigError(f"offsets {unit!r}", "not known", f"known: {UTF_16}, {CODE_POINTS}")
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has fields, and answers or suggestions."""
        value = first_object(head)
        if value is None:
            return all(f'"{key}"' in head for key in ("fields", RESPONSES, SUGGESTIONS))
        if is_token_record(value):
            return True
        known = isinstance(value.get(RESPONSES), dict) or isinstance(value.get(SUGGESTIONS), dict)
        return known and isinstance(value.get("fields"), dict)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a record; an error names the line at which it begins."""

        def read(record: Record, name: str) -> Document:
            if is_token_record(record.value):
                return token_document(record, name, file)
            reader = Reader(record, self.options.fields, warn)
            return reader.document(name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The records in the layout of the first one's file."""
        some = iter(documents)
        first = next(some, None)
        if first is None:
            return iter(())
        return laid_out(map(_written, chain((first,), some)), layout_of(first, _kept_of(first)))

    def losses(self, document: Document) -> Counter[str]:
        """What Argilla cannot say, and what was said or computed of another text."""
        kept = _kept_of(document)
        lost = unsaid(document, "argilla") + Counter(
            {
                "relations": len(document.relations),
                "span ids": sum(s.id != f"s{n}" for n, s in enumerate(document.spans, start=1)),
                "attributes": sum(bool(s.attributes.keys() & set(PLACE)) for s in document.spans)
                + sum(bool(label.attributes) for label in document.labels),
                "offsets in code points": int(not kept and _misread(document)),
            }
        )
        if "which" in kept:
            lost += token_losses(document)
        if kept and not as_read(kept, document):
            record = kept["record"]
            if "which" in kept:
                lost["further annotations"] += stale_annotations(kept)
            else:
                lost["further annotations"] += sum(1 for _ in stale(record, kept["chosen"]))
            lost["vectors"] += len(record.get("vectors") or ())
            lost["server ids"] += int(bool(record.get("_server_id")))
        return +lost


ARGILLA = ArgillaFormat()


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("argilla")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def _misread(document: Document) -> bool:
    places = map(extent, document.spans)
    return likelier_unit(document.text, places, usual=CODE_POINTS) != CODE_POINTS


def _written(document: Document) -> dict[str, Any]:
    kept = _kept_of(document)
    return written_tokens(document, kept) if "which" in kept else written(document, kept)
