"""What Prodigy takes and gives: texts with tokens, spans, relations, a label or accepted options.

::

    {"text": "Ions move", "tokens": [{"text": "Ions", "start": 0, "end": 4, "id": 0, "ws": true},
     {"text": "move", "start": 5, "end": 9, "id": 1, "ws": false}],
     "spans": [{"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "TERM"}],
     "_input_hash": 1, "_task_hash": 2, "answer": "accept"}

Offsets count code points; `token_end` is the last token. What depends on the text (tokens and
their numbers, hashes) is made anew, or left out, where the text is another than the one read.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.parts.json_values import (
    Layout,
    Record,
    as_read,
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
    string,
    unsaid,
    whole,
)
from donor.languages import split_at, tokenize

__all__ = ["PRODIGY", "ProdigyFormat"]

_HINT = "docs/formats.md shows records of Prodigy"
_PLACE = ("start", "end", "token_start", "token_end")
_SPAN = (*_PLACE, "label")
_TOKEN = ("text", "start", "end", "id", "ws")
_ARC = ("head", "child", "label", "head_span", "child_span")
_ENDS = ("head", "child")
_HASHES = ("_input_hash", "_task_hash")
_COPIES = ("versions",)
"""What repeats the text with the places of other annotators."""
_UNLABELLED = "relation"
_ANCHOR = "token"
"""The label of a span that stands for the word at the end of a relation."""


@dataclass(frozen=True, slots=True)
class ProdigyFormat:
    """Reads and writes JSON lines of Prodigy."""

    name: str = "prodigy"
    suffixes: tuple[str, ...] = (".jsonl",)
    language: str | None = None
    parallel: bool = False

    def sniff(self, head: str) -> bool:
        """Whether the first record has a text and what only Prodigy writes beside it."""
        value = first_object(head)
        if value is None or not isinstance(value.get("text"), str):
            return False
        if value.keys() & {*_HASHES, "_view_id", "_session_id"}:
            return True
        if value.get("answer") in ("accept", "reject", "ignore"):
            return True
        some = [*_objects(value.get("tokens")), *_objects(value.get("spans"))]
        return any(item.keys() & {"ws", "token_start"} for item in some)

    def parse(
        self,
        lines: Iterable[str],
        *,
        file: str = "",
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a line, whatever its answer; an error names the line."""

        def read(record: Record, name: str) -> Document:
            return _Reader(record.value).document(name, file)

        records = objects(lines, file=file, refuse=refuse)
        yield from documents(records, read, file=file, refuse=refuse, hint=_HINT)

    def serialize(self, documents: Iterable[Document]) -> Iterator[str]:
        """One line a document."""
        return laid_out((_Writer(document).record() for document in documents), Layout.LINES)

    def losses(self, document: Document) -> Counter[str]:
        """What Prodigy cannot say, and what is of another text: hashes, other versions."""
        record = _kept_of(document).get("record", {})
        stale = not as_read(_kept_of(document), document)
        ids = {span.id for span in document.spans}
        labels = of_text(document)
        said = unsaid(document, "prodigy")
        del said["tokens"]
        return +(
            said
            + Counter(
                {
                    "attributes": sum(
                        bool(s.attributes.keys() & set(_SPAN)) for s in document.spans
                    )
                    + sum(bool(r.attributes.keys() & set(_ARC)) for r in document.relations)
                    + sum(bool(label.attributes) for label in labels),
                    "dangling relations": sum(r.head not in ids for r in document.relations),
                    "label names": sum(label.name not in ("label", "accept") for label in labels),
                    "side texts": len(document.side_texts),
                    "span ids": sum(
                        span.id != f"s{n}" for n, span in enumerate(document.spans, start=1)
                    ),
                    "hashes of the source text": stale * sum(key in record for key in _HASHES),
                    "versions of other annotators": stale * len(record.get("versions") or ()),
                }
            )
        )


PRODIGY = ProdigyFormat()


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


class _Reader:
    """Reads one record."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        if "text" not in value:
            raise ValueError("the record has no text (of a picture, a sound or a page?)")
        self.text = string(value["text"], "text")
        self.tokens = [mapping(t, "token") for t in sequence(value.get("tokens"), "tokens")]
        self.places = [_interval(token) for token in self.tokens]
        self.items = [mapping(s, "span") for s in sequence(value.get("spans"), "spans")]
        self.names = free_names(())
        self.spans = [self._span(item) for item in self.items]

    def document(self, name: str, file: str) -> Document:
        """The document of the record. Raises KeyError, TypeError, ValueError, DocumentError."""
        relations = sequence(self.value.get("relations"), "relations")
        arcs = [self._relation(mapping(item, "relation")) for item in relations]
        return Document(
            id=name,
            language=None,
            text=self.text,
            segments=whole(self.text),
            tokens=tuple(self.places),
            spans=tuple(self.spans),
            relations=tuple(arcs),
            labels=tuple(self._labels()),
            metadata=({"file": file} if file else {}) | {"prodigy": self._kept()},
        )

    def _span(self, item: Mapping[str, Any]) -> Span:
        name, more = next(self.names), others(item, _SPAN)
        if "text" in more:
            more["text"] = None
        return Span(name, string(item["label"], f"label of {name}"), (_interval(item),), more)

    def _labels(self) -> Iterator[TextLabel]:
        if isinstance(self.value.get("label"), str):
            yield TextLabel("label", self.value["label"])
        for option in sequence(self.value.get("accept"), "accept"):
            yield TextLabel("accept", option if isinstance(option, str) else str(option))

    def _relation(self, item: Mapping[str, Any]) -> Relation:
        head, child = (self._end(item, end) for end in ("head", "child"))
        label, more = item.get("label"), others(item, _ARC)
        if label is None:
            return Relation(_UNLABELLED, head, child, more | {"unlabelled": True})
        return Relation(string(label, "relation label"), head, child, more)

    def _end(self, item: Mapping[str, Any], end: str) -> str:
        """The id of the span at one end of a relation; a word without span gets one."""
        said = item.get(f"{end}_span")
        if isinstance(said, dict):
            place, label = _interval(said), said.get("label")
        else:
            place, label = self._token(integer(item[end], end)), None
        for span in self.spans:
            if span.fragments == (place,) and label in (None, span.label):
                return span.id
        if not isinstance(said, dict):
            for span in self.spans:
                if span.extent.contains(place):
                    return span.id
        more = {} if label is None else {"relation_label": label}
        span = Span(next(self.names), _ANCHOR, (place,), {"relation_end": True, **more})
        self.spans.append(span)
        return span.id

    def _token(self, number: int) -> Interval:
        if not 0 <= number < len(self.places):
            raise ValueError(
                f"a relation ends at token {number}, and the record has {len(self.places)} tokens"
            )
        return self.places[number]

    def _kept(self) -> dict[str, Any]:
        hidden = {"text", "tokens", "spans", "relations", "accept"} & self.value.keys()
        if isinstance(self.value.get("label"), str):
            hidden.add("label")
        relations = _objects(self.value.get("relations"))
        return {
            "record": put_back(self.value, dict.fromkeys(hidden)),
            "text": fingerprint(self.text),
            "edges": not self.items or any("token_start" in item for item in self.items),
            "arcs": [_without_places(item) for item in relations],
            "ends": not relations or any("head_span" in item for item in relations),
            "plain_options": not any(isinstance(o, str) for o in self.value.get("accept") or ()),
            "tokens": [others(token, ("text", "start", "end")) for token in self.tokens],
        }


def _interval(item: Mapping[str, Any]) -> Interval:
    return Interval(integer(item["start"], "start"), integer(item["end"], "end"))


def _kept_of(document: Document) -> Mapping[str, Any]:
    kept = document.metadata.get("prodigy")
    return kept if isinstance(kept, Mapping) and "record" in kept else {}


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document) -> None:
        self.document, self.kept = document, _kept_of(document)
        self.said: Mapping[str, Any] = self.kept.get("record", {})
        self.known = as_read(self.kept, document)
        # A target has no tokens, even where its text is that of the source.
        self.fresh = not (self.known and (document.tokens or not self.kept["tokens"]))
        self.spans = {span.id: span for span in document.spans}
        self.tokens = self._tokens()
        self.starts = [token.start for token in self.tokens]
        self.ends = [token.end for token in self.tokens]

    def record(self) -> dict[str, Any]:
        """The record of the document."""
        document = self.document
        made: dict[str, Any] = {"text": document.text}
        if self.tokens or "tokens" in self.said:
            made["tokens"] = [self._token(n, token) for n, token in enumerate(self.tokens)]
        own = [span for span in document.spans if not span.attributes.get("relation_end")]
        if own or "spans" in self.said:
            made["spans"] = [self._span(span) for span in own]
        if document.relations or "relations" in self.said:
            arcs = [r for r in document.relations if r.head in self.spans]
            made["relations"] = [self._relation(relation, n) for n, relation in enumerate(arcs)]
        record = put_back(self.said, made | self._labels())
        if self.kept and not self.known:
            record = others(record, (*_HASHES, *_COPIES))
        return record

    def _labels(self) -> dict[str, Any]:
        """The label, and the accepted options; more than one label are accepted options."""
        labels = [label for label in of_text(self.document) if label.name != "accept"]
        accepted = [label.value for label in of_text(self.document) if label.name == "accept"]
        made: dict[str, Any] = {}
        if len(labels) == 1 and self.said.get("label") is None:
            made["label"] = labels[0].value
        else:
            accepted += [label.value for label in labels]
        if accepted or "accept" in self.said:
            plain = self.kept.get("plain_options") and all(map(str.isdecimal, accepted))
            made["accept"] = [int(option) for option in accepted] if plain else accepted
        return made

    def _tokens(self) -> Sequence[Interval]:
        """The tokens that were read; else new ones, where the record or its relations need some."""
        document = self.document
        if document.tokens:
            return document.tokens
        if not ("tokens" in self.said or document.relations) or not (self.fresh or not self.kept):
            return ()
        tokens = tokenize(document.text, document.language or "und")
        edges = (edge for span in document.spans for edge in extent(span))
        return split_at(tokens, edges)

    def _token(self, number: int, token: Interval) -> dict[str, Any]:
        text = self.document.text
        own = {"text": token.of(text), "start": token.start, "end": token.end, "id": number}
        said = self.kept.get("tokens", ())
        if not self.fresh and len(said) == len(self.tokens):
            return {**others(own, ("id",)), **said[number]}
        behind = text[token.end : token.end + 1]
        return {**own, "ws": behind == " "}

    def _edges(self, span: Span) -> dict[str, Any]:
        """Start, end, and the numbers of the tokens that the span touches."""
        start, end = extent(span)
        place: dict[str, Any] = {"start": start, "end": end}
        if self.tokens:
            last = bisect_left(self.starts, end) - 1
            place["token_start"] = min(bisect_right(self.ends, start), max(last, 0))
            place["token_end"] = max(last, 0)
        return place

    def _span(self, span: Span) -> dict[str, Any]:
        place = self._edges(span)
        if not self.kept.get("edges", True):
            place = others(place, ("token_start", "token_end"))
        more = others(span.attributes, _SPAN)
        if "text" in more:
            more["text"] = self.document.text[place["start"] : place["end"]]
        return {**place, "label": span.label, **more}

    def _relation(self, relation: Relation, number: int) -> dict[str, Any]:
        head, child = self.spans[relation.head], self.spans[relation.tail]
        ends = self._edges(head), self._edges(child)
        made: dict[str, Any] = {
            key: end.get("token_end") for key, end in zip(_ENDS, ends, strict=True)
        }
        if self.kept.get("ends", True):
            for key, end, span in zip(_ENDS, ends, (head, child), strict=True):
                made[f"{key}_span"] = {**end, "label": _end_label(span)}
        label = None if relation.attributes.get("unlabelled") else relation.label
        made |= {**others(relation.attributes, (*_ARC, "unlabelled")), "label": label}
        said = self.kept.get("arcs", ())
        if self.fresh or len(said) != len(self.document.relations):
            return made
        return _as_said(made, said[number])


def _without_places(item: Mapping[str, Any]) -> dict[str, Any]:
    """The relation without what depends on the text, other than its token numbers."""
    return {
        key: others(part, _PLACE) if key.endswith("_span") and isinstance(part, dict) else part
        for key, part in item.items()
    }


def _as_said(made: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The relation with the token numbers and the details that its record says of it."""
    return {
        key: {**made.get(key, {}), **part} if isinstance(part, dict) else part
        for key, part in said.items()
    }


def _end_label(span: Span) -> str | None:
    if span.attributes.get("relation_end"):
        label: str | None = span.attributes.get("relation_label")
        return label
    return span.label
