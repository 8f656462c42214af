"""Entities and relations of sentences as SpERT reads them: CoNLL04, SciERC and ADE in its layout.

::

    {"tokens": ["Oslo", "is", "in", "Norway", "."],
     "entities": [{"type": "Loc", "start": 0, "end": 1}, {"type": "Loc", "start": 3, "end": 4}],
     "relations": [{"type": "Located_In", "head": 0, "tail": 1}], "orig_id": 7}

The end of an entity is behind its last token; head and tail are numbers of entities. Each object
is a document of one segment. Everything else that an object, an entity or a relation says is kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

from donor.data import Document, Relation, Span
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
    documents_of_objects,
    first_object,
    integer,
    kept_layout,
    mapping,
    others,
    sequence,
    string,
)
from donor.formats.parts.token_json import (
    TokenText,
    fresh,
    in_layout,
    kept_of,
    strings,
    token_losses,
    token_text,
    written,
)

__all__ = ["SPERT", "SpertFormat"]

_RECORD = ("tokens", "entities", "relations")
_ENTITY = ("type", "start", "end")
_RELATION = ("type", "head", "tail")
_HINT = "an object has tokens, entities (type, start, end) and relations (type, head, tail)"


@dataclass(frozen=True, slots=True)
class SpertFormat:
    """Reads and writes SpERT's JSON."""

    options: Options = DEFAULTS
    name: ClassVar[str] = "spert"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl")
    language: ClassVar[None] = None
    parallel: ClassVar[bool] = False

    def configured(self, options: Options) -> "SpertFormat":
        """The same with flatten and snap as the user wants."""
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has tokens and entities."""
        value = first_object(head)
        return value is not None and {"tokens", "entities"} <= value.keys()

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document an object."""
        return documents_of_objects(lines, _read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The objects, laid out as in the first document's file."""
        return in_layout(documents, self.name, lambda document: [self._written(document)])

    def losses(self, document: Document) -> Counter[str]:
        """What of the document an object cannot say.

        Raises:
            FormatError: a span is in several pieces, and `flatten` is `error`.
        """
        kept = kept_of(document, self.name)
        result = written(document, kept, self.options)
        lost = token_losses(
            document, self.name, result, (f"e{n}" for n in range(len(document.spans)))
        )
        lost["side texts"] = len(document.side_texts)
        lost["segments"] = max(len(result.sentences) - 1, 0)
        lost["relations"] = sum(
            not {relation.head, relation.tail} <= result.runs.keys()
            for relation in document.relations
        )
        if not fresh(kept, document):
            lost["token annotations"] = len(kept.get("of_tokens", ()))
        return +lost

    def _written(self, document: Document) -> dict[str, Any]:
        kept = kept_of(document, self.name)
        result = written(document, kept, self.options)
        starts = [sum(map(len, result.words[:n])) for n in range(len(result.words))]
        numbers = {span_id: n for n, span_id in enumerate(result.runs)}
        entities = [
            {
                "type": run.span.label,
                "start": starts[run.sentence] + run.start,
                "end": starts[run.sentence] + run.end,
                **others(run.span.attributes, _ENTITY),
            }
            for run in result.runs.values()
        ]
        relations = [
            {
                "type": relation.label,
                "head": numbers[relation.head],
                "tail": numbers[relation.tail],
                **others(relation.attributes, _RELATION),
            }
            for relation in document.relations
            if relation.head in numbers and relation.tail in numbers
        ]
        more = dict(kept.get("record", {}))
        if not fresh(kept, document):
            more = others(more, kept.get("of_tokens", ()))
        has_relations = relations or kept.get("relations", True)
        return {
            "tokens": list(chain.from_iterable(result.words)),
            "entities": entities,
            **({"relations": relations} if has_relations else {}),
            **more,
        }


SPERT = SpertFormat()


def _read(record: Record, name: str, file: str) -> Document:
    value = record.value
    laid = token_text([strings(value["tokens"], "tokens")])
    spans = tuple(
        _span(mapping(entity, "an entity"), f"e{n}", laid)
        for n, entity in enumerate(sequence(value["entities"], "entities"))
    )
    relations = tuple(
        _relation(mapping(relation, "a relation"), spans)
        for relation in sequence(value.get("relations"), "relations")
    )
    more = others(value, _RECORD)
    kept = {**kept_layout(record.layout, file), "record": more, **laid.kept(more)}
    if "relations" not in value:
        kept["relations"] = False
    metadata = {"file": file, "spert": kept} if file else {"spert": kept}
    return Document(
        name, None, laid.text, laid.segments, laid.tokens, spans, relations, metadata=metadata
    )


def _span(entity: dict[str, Any], span_id: str, laid: TokenText) -> Span:
    start, end = integer(entity["start"], "start"), integer(entity["end"], "end")
    label = string(entity["type"], "type")
    return Span(span_id, label, (laid.interval(start, end),), others(entity, _ENTITY))


def _relation(relation: dict[str, Any], spans: tuple[Span, ...]) -> Relation:
    ends = [integer(relation[key], key) for key in ("head", "tail")]
    for number in ends:
        if not 0 <= number < len(spans):
            raise ValueError(f"a relation names entity {number} of {len(spans)}")
    head, tail = (spans[number].id for number in ends)
    return Relation(string(relation["type"], "type"), head, tail, others(relation, _RELATION))
