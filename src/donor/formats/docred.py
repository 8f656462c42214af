"""Relations between the entities of a document: DocRED, Re-DocRED and what is laid out like them.

::

    {"title": "Oslo", "sents": [["Oslo", "is", "in", "Norway", "."], ["It", "is", "old", "."]],
     "vertexSet": [[{"name": "Oslo", "sent_id": 0, "pos": [0, 1], "type": "LOC"}],
                   [{"name": "Norway", "sent_id": 0, "pos": [3, 4], "type": "LOC"}]],
     "labels": [{"h": 0, "t": 1, "r": "P17", "evidence": [0]}]}

A mention is a span; its attribute `entity` is the number of its entity, and what else a mention
says is an attribute too. A relation of entities joins their first mentions, so that it is counted
once; it is written for the entities of its spans. The title is a side text, and is translated.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any, ClassVar

from donor.data import Document, Relation, SideText, Span
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
    Written,
    fresh,
    in_layout,
    kept_of,
    strings,
    token_losses,
    token_text,
    written,
)
from donor.formats.parts.tokens import TokenRun

__all__ = ["DOCRED", "DocredFormat"]

_RECORD = ("title", "sents", "vertexSet", "labels")
_MENTION = ("sent_id", "pos", "type")
_RELATION = ("h", "t", "r")
_OF_TEXT = ("name", "global_pos")
"""What a mention says of the text: it holds no longer where the text is another."""
_COLUMNS = {"head": "h", "tail": "t", "relation_id": "r"}
_HINT = "a document has title, sents, vertexSet and labels"


@dataclass(frozen=True, slots=True)
class DocredFormat:
    """Reads and writes documents of DocRED's layout."""

    options: Options = DEFAULTS
    name: ClassVar[str] = "docred"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonl")
    language: ClassVar[None] = None
    parallel: ClassVar[bool] = False

    def configured(self, options: Options) -> "DocredFormat":
        """The same with flatten and snap as the user wants."""
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has sentences and a set of vertices."""
        value = first_object(head)
        if value is None:
            return '"vertexSet"' in head and head.lstrip().startswith(("[", "{"))
        return {"sents", "vertexSet"} <= value.keys()

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document an object, a segment a sentence."""
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
        entities = _entities(result)
        lost = token_losses(document, self.name, result, _ids(document, entities))
        titles = sum(side.name == "title" for side in document.side_texts)
        lost["side texts"] = len(document.side_texts) - min(titles, 1)
        lost["documents without a title"] = int(not titles)
        written_relations = [
            relation
            for relation in document.relations
            if {relation.head, relation.tail} <= entities.keys()
        ]
        lost["relations"] = len(document.relations) - len(written_relations)
        firsts = set(_firsts(entities).values())
        lost["relations moved to first mentions"] = sum(
            not {relation.head, relation.tail} <= firsts for relation in written_relations
        )
        lost["spaces"] += sum(
            document.text[left.end : right.start] != " "
            for left, right in pairwise(document.segments)
        )
        if not fresh(kept, document):
            lost["token annotations"] = sum(
                "global_pos" in span.attributes for span in document.spans
            )
        return +lost

    def _written(self, document: Document) -> dict[str, Any]:
        kept = kept_of(document, self.name)
        result = written(document, kept, self.options)
        positions = _positions(document, kept, result)
        entities = _entities(result)
        vertices: list[list[dict[str, Any]]] = [[] for _ in set(entities.values())]
        for span_id, run in result.runs.items():
            own = _mention(run, positions, result, fresh(kept, document))
            vertices[entities[span_id]].append(own)
        sents: list[list[str]] = [[] for _ in range(_length(document, kept))]
        for position, words in zip(positions, result.words, strict=True):
            sents[position] = words
        titles = [side.text for side in document.side_texts if side.name == "title"]
        value: dict[str, Any] = {"title": titles[0] if titles else document.id, "sents": sents}
        value |= {"vertexSet": vertices, **_labels(document, entities, kept)}
        return {**value, **kept.get("record", {})}


DOCRED = DocredFormat()


def _ids(document: Document, entities: Mapping[str, int]) -> Iterator[str]:
    """The ids that the spans get when they are read again; one without tokens keeps its own."""
    counts = Counter[int]()
    for span in document.spans:
        entity = entities.get(span.id)
        yield span.id if entity is None else f"e{entity}m{counts[entity]}"
        if entity is not None:
            counts[entity] += 1


def _firsts(entities: Mapping[str, int]) -> dict[int, str]:
    """The first mention of each entity."""
    return {entity: span_id for span_id, entity in reversed([*entities.items()])}


def _entities(result: Written) -> dict[str, int]:
    """The number of the entity of each span; one that names none is an entity of its own."""
    said = {span_id: run.span.attributes.get("entity") for span_id, run in result.runs.items()}
    numbers = sorted({entity for entity in said.values() if type(entity) is int})
    order: dict[Any, int] = {entity: n for n, entity in enumerate(numbers)}
    entities = {}
    for span_id, entity in said.items():
        key = entity if entity in order else ("alone", span_id)
        entities[span_id] = order.setdefault(key, len(order))
    return entities


def _positions(document: Document, kept: Mapping[str, Any], result: Written) -> list[int]:
    """Where in the list of sentences each of those with tokens stands."""
    empty = set(kept.get("empty", ()))
    free = [n for n in range(_length(document, kept)) if n not in empty]
    return [free[sentence.index] for sentence in result.sentences]


def _length(document: Document, kept: Mapping[str, Any]) -> int:
    return len(document.segments) + len(kept.get("empty", ()))


def _mention(
    run: TokenRun, positions: Sequence[int], result: Written, is_fresh: bool
) -> dict[str, Any]:
    attributes = others(run.span.attributes, ("entity", *_MENTION))
    more = attributes if is_fresh else others(attributes, _OF_TEXT)
    return {
        "name": " ".join(result.words[run.sentence][run.start : run.end]),
        "sent_id": positions[run.sentence],
        "pos": [run.start, run.end],
        "type": run.span.label,
        **more,
    }


def _labels(
    document: Document, entities: Mapping[str, int], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """The relations of entities; a file of a test set has none, not even an empty list."""
    labels = [
        {
            "h": entities[relation.head],
            "t": entities[relation.tail],
            "r": relation.label,
            **others(relation.attributes, _RELATION),
        }
        for relation in document.relations
        if relation.head in entities and relation.tail in entities
    ]
    if columns := kept.get("columns"):
        return {"labels": {key: [_cell(label, key) for label in labels] for key in columns}}
    return {"labels": labels} if labels or kept.get("labels", True) else {}


def _cell(label: Mapping[str, Any], key: str) -> Any:
    """What a label says in a column; of a new one the text is its name, and nothing is evidence."""
    unsaid = {"relation_text": label["r"], "evidence": []}
    return label.get(_COLUMNS.get(key, key), unsaid.get(key))


def _of_columns(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The labels that stand in columns, a list for each key, as on the Hugging Face hub."""
    columns = {_COLUMNS.get(key, key): sequence(some, key) for key, some in said.items()}
    lengths = {len(some) for some in columns.values()}
    if len(lengths) > 1 or not {"h", "t", "r"} <= columns.keys():
        raise ValueError("labels are neither a list nor columns head, tail, relation_id")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _read(record: Record, name: str, file: str) -> Document:
    value = record.value
    sents = [strings(words, "a sentence") for words in sequence(value["sents"], "sents")]
    laid = token_text([words for words in sents if words])
    empty = [n for n, words in enumerate(sents) if not words]
    entities = [_mentions(e, n, sents, laid) for n, e in enumerate(_lists(value["vertexSet"]))]
    said = value.get("labels")
    relations = tuple(
        _relation(mapping(label, "a label"), entities)
        for label in (_of_columns(said) if isinstance(said, dict) else sequence(said, "labels"))
    )
    kept = {
        **kept_layout(record.layout, file),
        "record": others(value, _RECORD),
        **laid.kept({}),
        **({"empty": empty} if empty else {}),
        **({} if "labels" in value else {"labels": False}),
        **({"columns": list(said)} if isinstance(said, dict) else {}),
    }
    return Document(
        id=name,
        language=None,
        text=laid.text,
        segments=laid.segments,
        tokens=laid.tokens,
        spans=tuple(chain.from_iterable(entities)),
        relations=relations,
        side_texts=(SideText("title", string(value["title"], "title")),),
        metadata={"file": file, "docred": kept} if file else {"docred": kept},
    )


def _lists(value: object) -> list[list[Any]]:
    return [sequence(entity, "an entity") for entity in sequence(value, "vertexSet")]


def _mentions(
    entity: Sequence[Any], number: int, sents: Sequence[Sequence[str]], laid: TokenText
) -> list[Span]:
    if not entity:
        raise ValueError(f"entity {number} has no mention")
    mentions = (mapping(mention, "a mention") for mention in entity)
    return [_span(own, f"e{number}m{n}", number, sents, laid) for n, own in enumerate(mentions)]


def _span(
    mention: Mapping[str, Any],
    span_id: str,
    entity: int,
    sents: Sequence[Sequence[str]],
    laid: TokenText,
) -> Span:
    sentence = integer(mention["sent_id"], "sent_id")
    if not 0 <= sentence < len(sents):
        raise ValueError(f"mention {span_id} is in sentence {sentence} of {len(sents)}")
    ends = [integer(end, "pos") for end in sequence(mention["pos"], "pos")]
    if len(ends) != 2 or not 0 <= ends[0] < ends[1] <= len(sents[sentence]):
        raise ValueError(f"mention {span_id} has no place {ends} in sentence {sentence}")
    before = sum(map(len, sents[:sentence]))
    more = others(mention, _MENTION)
    if more.get("name") == " ".join(sents[sentence][ends[0] : ends[1]]):
        del more["name"]
    place = laid.interval(before + ends[0], before + ends[1])
    label = string(mention["type"], "type")
    return Span(span_id, label, (place,), {"entity": entity, **more})


def _relation(label: Mapping[str, Any], entities: Sequence[Sequence[Span]]) -> Relation:
    ends = [integer(label[key], key) for key in ("h", "t")]
    for number in ends:
        if not 0 <= number < len(entities):
            raise ValueError(f"a label names entity {number} of {len(entities)}")
    head, tail = (entities[number][0].id for number in ends)
    return Relation(string(label["r"], "r"), head, tail, others(label, _RELATION))
