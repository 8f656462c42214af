"""spaCy documents as `Doc.to_json()` gives them: one a line, a list, or a file with one.

::

    {"text": "Ions move", "ents": [{"start": 0, "end": 4, "label": "TERM"}],
     "tokens": [{"id": 0, "start": 0, "end": 4}, {"id": 1, "start": 5, "end": 9}],
     "spans": {"sc": [{"start": 0, "end": 9, "label": "X", "kb_id": ""}]}, "cats": {"POS": 1.0}}

Offsets count code points. What is annotated on tokens holds for the text that was read alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from donor.data import Document, Interval, Span, TextLabel
from donor.errors import FormatError
from donor.formats.format import (
    DEFAULTS,
    Flatten,
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
    fingerprint,
    first_object,
    integer,
    kept_layout,
    laid_out,
    layout_of,
    mapping,
    objects,
    of_text,
    others,
    put_back,
    sequence,
    string,
    unsaid,
    whole,
)
from donor.languages import split_at, tokenize

__all__ = [
    "ENTITIES",
    "SPACY_JSON",
    "SpacyJsonFormat",
    "cats_of",
    "document_of",
    "flat_entities",
    "group_of",
    "label_losses",
    "segments_of",
]

ENTITIES = ""
"""The group of the entities, which are in no group of `doc.spans`."""

_SPACY_2 = "a training file of spaCy 2: `python -m spacy convert FILE .` makes a .spacy file of it"
_HINT = "docs/formats.md shows what Doc.to_json() gives"
_PLACE = ("start", "end", "label")
_MADE = ("text", "ents", "spans", "sents", "tokens", "cats")
_ON_TOKENS = ("underscore_token", "underscore_span")
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class SpacyJsonFormat:
    """Reads and writes JSON of spaCy documents."""

    name: str = "spacy-json"
    suffixes: tuple[str, ...] = (".json", ".jsonl")
    language: str | None = None
    parallel: bool = False
    options: Options = DEFAULTS

    def configured(self, options: Options) -> "SpacyJsonFormat":
        """The same format, with this choice of overlapping entities."""
        return replace(self, options=options)

    def sniff(self, head: str) -> bool:
        """Whether the first object has a text, and entities or tokens as spaCy writes them."""
        value = first_object(head)
        if value is not None and _of_spacy_2(value):
            return True
        if value is None or not isinstance(value.get("text"), str):
            return False
        tokens, ents = value.get("tokens"), value.get("ents")
        if isinstance(ents, list):
            return not ents or (isinstance(ents[0], dict) and "start" in ents[0])
        first = tokens[0] if isinstance(tokens, list) and tokens else None
        return (
            isinstance(first, dict)
            and {"id", "start", "end"} <= first.keys() - {"ws"}
            and ("ws" not in first)
        )

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document an object; an error names the line at which it begins."""

        def read(record: Record, name: str) -> Document:
            if _of_spacy_2(record.value):
                raise ValueError(_SPACY_2)
            kept = _kept(record.value) | kept_layout(record.layout, file)
            return document_of(record.value, name, file, ("spacy-json", kept))

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """The objects in the layout of the first one's file."""
        some = iter(documents)
        first = next(some, None)
        if first is None:
            return iter(())
        layout = layout_of(first, _kept_of(first))
        return laid_out(map(self._written, chain((first,), some)), layout)

    def losses(self, document: Document) -> Counter[str]:
        """What spaCy's JSON cannot say, and what was annotated on the tokens of another text."""
        kept = _kept_of(document)
        lost = unsaid(document, "spacy-json") + label_losses(document)
        del lost["tokens"], lost["segments"]
        flat_entities(document, self.options, lost)
        lost["attributes"] += sum(bool(s.attributes.keys() & set(_PLACE)) for s in document.spans)
        if kept and not as_read(kept, document):
            said = kept.get("tokens") or ()
            lost["annotated tokens"] += sum(len(token) > len(("id", *_PLACE[:2])) for token in said)
            lost["attributes of tokens"] += sum(
                len(kept["record"].get(k) or ()) for k in _ON_TOKENS
            )
        return +lost

    def _written(self, document: Document) -> dict[str, Any]:
        kept = _kept_of(document)
        record, same = kept.get("record", {}), as_read(kept, document)
        spans = flat_entities(document, self.options, Counter())
        made: dict[str, Any] = {"text": document.text}
        made |= _written_groups(spans, kept)
        if len(document.segments) > 1 or "sents" in record:
            made["sents"] = _sentences(document, kept if same else {})
        if cats := cats_of(document, kept.get("cats", {})):
            made["cats"] = cats
        elif "cats" in record:
            made["cats"] = {}
        if "tokens" in record or not kept:
            made["tokens"] = _tokens(document, kept if same else {})
        return put_back(record if same else others(record, _ON_TOKENS), made)


SPACY_JSON = SpacyJsonFormat()


def _of_spacy_2(value: Mapping[str, Any]) -> bool:
    """Whether an object is a document of the layout on which spaCy 2 was trained."""
    paragraphs = value.get("paragraphs")
    first = paragraphs[0] if isinstance(paragraphs, list) and paragraphs else None
    return "text" not in value and isinstance(first, dict) and "sentences" in first


def document_of(
    value: Mapping[str, Any], name: str, file: str, kept: tuple[str, Mapping[str, Any]]
) -> Document:
    """The document in what `Doc.to_json()` gives; `kept` goes into its metadata under its key.

    Raises KeyError, TypeError, ValueError, DocumentError.
    """
    text = string(value["text"], "text")
    tokens = [_interval(mapping(t, "token")) for t in sequence(value.get("tokens"), "tokens")]
    return Document(
        id=name,
        language=None,
        text=text,
        segments=segments_of(text, map(_interval, sequence(value.get("sents"), "sents"))),
        tokens=tuple(token for token in tokens if token.of(text).strip()),
        spans=tuple(_spans(value)),
        labels=tuple(_labels(value.get("cats") or {})),
        metadata=({"file": file} if file else {}) | {kept[0]: kept[1]},
    )


def segments_of(text: str, sentences: Iterable[Interval]) -> tuple[Interval, ...]:
    """The sentences without the white space at their edges; the whole text where there are none."""
    found = []
    for sentence in sentences:
        found += [part.shifted(sentence.start) for part in whole(sentence.of(text))]
    return tuple(found) or whole(text)


def _spans(value: Mapping[str, Any]) -> Iterator[Span]:
    groups = [(ENTITIES, sequence(value.get("ents"), "ents"))]
    groups += [
        (group, sequence(items, f"spans of {group}"))
        for group, items in mapping(value.get("spans") or {}, "spans").items()
    ]
    number = 0
    for group, items in groups:
        for item in items:
            number += 1
            more = others(mapping(item, "span"), _PLACE)
            if group != ENTITIES:
                more = {"group": group} | {k: v for k, v in more.items() if (k, v) != ("kb_id", "")}
            label = string(item["label"], f"label of span {number}")
            yield Span(f"s{number}", label, (_interval(item),), more)


def _interval(item: Mapping[str, Any]) -> Interval:
    return Interval(integer(item["start"], "start"), integer(item["end"], "end"))


def _labels(cats: Mapping[str, Any]) -> Iterator[TextLabel]:
    """The categories that are at least half sure; the score is an attribute if it is not 1."""
    for value, score in mapping(cats, "cats").items():
        if not isinstance(score, int | float):
            raise TypeError(f"the score of category {value!r} is not a number")
        if score >= _SURE:
            yield TextLabel("cats", value, attributes={} if score == 1 else {"score": score})


def _kept(value: Mapping[str, Any]) -> dict[str, Any]:
    hidden = {key: None for key in _MADE if key in value}
    return {
        "record": put_back(value, hidden),
        "text": fingerprint(string(value["text"], "text")),
        "cats": value.get("cats") or {},
        **{key: value[key] for key in ("tokens", "sents") if value.get(key)},
        "groups": list(value.get("spans") or ()),
    }


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("spacy-json")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


def group_of(span: Span) -> str:
    """The group of `doc.spans` in which the span stands, or `ENTITIES`."""
    return str(span.attributes.get("group", ENTITIES))


def flat_entities(document: Document, options: Options, lost: Counter[str]) -> list[Span]:
    """The spans in their order, without the entities that overlap others that are kept.

    They are counted in `lost`. Raises FormatError if `flatten` is `error` and there are some.
    """
    entities = [span for span in document.spans if group_of(span) == ENTITIES]
    if options.flatten is not Flatten.FIRST:
        entities.sort(key=lambda span: -len(span.extent))
    taken: list[Interval] = []
    dropped = set()
    for span in entities:
        if any(span.extent.overlaps(other) for other in taken):
            if options.flatten is Flatten.ERROR:
                what = f"entity {span.id} overlaps another, which spaCy cannot say"
                raise FormatError(f"document {document.id}", what, "--flatten longest or first")
            lost["overlapping entities"] += 1
            dropped.add(span.id)
        else:
            taken.append(span.extent)
    return [span for span in document.spans if span.id not in dropped]


def label_losses(document: Document) -> Counter[str]:
    """What of labels, relations, side texts and span ids a spaCy document cannot say."""
    labels = of_text(document)
    by_place = sorted(document.spans, key=lambda span: group_of(span) != ENTITIES)
    return Counter(
        {
            "relations": len(document.relations),
            "side texts": len(document.side_texts),
            "label names": sum(label.name != "cats" for label in labels),
            "repeated labels": len(labels) - len({label.value for label in labels}),
            "attributes": sum(bool(label.attributes.keys() - {"score"}) for label in labels),
            "span ids": sum(span.id != f"s{n}" for n, span in enumerate(by_place, start=1)),
        }
    )


def cats_of(document: Document, said: Mapping[str, Any]) -> dict[str, float]:
    """The categories of the document: its labels, and the unsure ones that were read."""
    labels = {label.value: label.attributes.get("score", 1.0) for label in of_text(document)}
    kept = {
        key: labels.get(key, score) for key, score in said.items() if score < _SURE or key in labels
    }
    return kept | {key: score for key, score in labels.items() if key not in kept}


def _written_groups(spans: Iterable[Span], kept: Mapping[str, Any]) -> dict[str, Any]:
    record = kept.get("record", {})
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in kept.get("groups", ())}
    for span in spans:
        start, end = extent(span)
        group, more = group_of(span), others(span.attributes, ("group", *_PLACE))
        if group != ENTITIES:
            more = {"kb_id": ""} | more
        item = {"start": start, "end": end, "label": span.label, **more}
        groups.setdefault(group, []).append(item)
    made: dict[str, Any] = {}
    entities = groups.pop(ENTITIES, [])
    if entities or "ents" in record or not kept:
        made["ents"] = entities
    if groups or "spans" in record:
        made["spans"] = groups
    return made


def _sentences(document: Document, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sentences as they were read while they are the same, else from edge to edge."""
    said = kept.get("sents", [])
    if said and segments_of(document.text, map(_interval, said)) == document.segments:
        return list(said)
    return [{"start": part.start, "end": part.end} for part in document.segments]


def _tokens(document: Document, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tokens as they were read while the text is the same, else new ones.

    spaCy has tokens of white space, for all of it but single blanks behind words.
    """
    said = kept.get("tokens", [])
    if said:
        return list(said)
    text = document.text
    words = document.tokens or tokenize(text, document.language or "und")
    edges = [edge for span in document.spans for edge in extent(span)]
    edges += [edge for part in document.segments for edge in (part.start, part.end)]
    tokens, at = [], 0
    for word in (*split_at(words, edges), Interval(len(text), len(text))):
        at += at > 0 and text[at : at + 1] == " "
        tokens += [place for place in (Interval(min(at, word.start), word.start), word) if place]
        at = word.end
    return [{"id": n, "start": t.start, "end": t.end} for n, t in enumerate(tokens)]
