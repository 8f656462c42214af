"""Rows for documents that were none: columns for all that the documents of a dataset hold.

Documents of a format of tokens become `tokens` and `ner_tags`, a row a sentence, if their spans
can be said so; all others `text` and `spans`, with offsets, so that nothing is lost.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from donor.data import Document, Interval, Span
from donor.data.tags import OUTSIDE, scheme_named
from donor.formats.format import Options
from donor.formats.hf.features import Feature, class_label, list_of, value
from donor.formats.hf.spans import written_relations
from donor.formats.hf.writer import tagged
from donor.formats.parts.columns import PAIRS
from donor.formats.parts.further import further_values
from donor.formats.parts.tokens import flat_sentences, spacing_losses, unsaid_by_tokens

__all__ = ["Made", "as_tokens", "made_losses"]

_TOKEN_FORMATS = ("conll", "conllu")
_MOST_NAMES = 1000

Row = dict[str, Any]


def as_tokens(document: Document, options: Options) -> bool:
    """Whether a document becomes rows of tokens and tags."""
    asked = "tokens" in options.fields or "tags" in options.fields
    return asked or any(name in document.metadata for name in _TOKEN_FORMATS)


@dataclass
class Made:
    """The columns of a dataset, as its documents come by.

    Attributes:
        options: how spans are put on tokens, and how those columns are called.
        tokens: whether rows are sentences of tokens.
        values: the values of each label.
        several: the labels of which a document has more than one.
    """

    options: Options
    tokens: bool
    languages: bool = False
    segments: bool = False
    pieces: bool = False
    attributes: bool = False
    spans: bool = False
    relations: bool = False
    sides: dict[str, None] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)
    several: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def rows(self, document: Document) -> Iterator[Row]:
        """The rows of a document, with all columns that it may need; labels are names still."""
        whole = [label for label in document.labels if label.segment is None]
        counts = Counter(label.name for label in whole)
        labels: dict[str, list[str]] = {name: [] for name in counts}
        for label in whole:
            labels[label.name].append(label.value)
            self.values.setdefault(label.name, set()).add(label.value)
        self.several |= {name for name, n in counts.items() if n > 1}
        self.sides |= dict.fromkeys(side.name for side in document.side_texts)
        self.languages |= document.language is not None
        sides = {f"side {side.name}": side.text for side in document.side_texts}
        labelled = {f"label {name}": found for name, found in labels.items()}
        row: Row = {"id": document.id, "language": document.language, **sides, **labelled}
        rows = self._of_tokens(document) if self.tokens else self._of_text(document)
        for own in rows:
            yield row | own

    def _of_text(self, document: Document) -> Iterator[Row]:
        self.spans |= bool(document.spans)
        self.relations |= bool(document.relations)
        self.pieces |= any(span.discontinuous for span in document.spans)
        self.attributes |= any(span.attributes for span in document.spans)
        self.names |= {span.label for span in document.spans}
        self.segments |= document.segments != _whole(document.text)
        yield {
            "text": document.text,
            "spans": [_struct(span) for span in document.spans],
            "relations": written_relations(document),
            "segments": [{"start": s.start, "end": s.end} for s in document.segments],
        }

    def _of_tokens(self, document: Document) -> Iterator[Row]:
        scheme = scheme_named(self.options.scheme or "BIO")
        sentences, _ = flat_sentences(document, self.options)
        for n, sentence in enumerate(sentences, start=1):
            words, tags = tagged(document, [sentence], scheme)
            self.names.update(tags)
            more = {"id": f"{document.id}:{n}"} if len(sentences) > 1 else {}
            yield {"tokens": words, "ner_tags": tags, **more}

    def columns(self) -> dict[str, tuple[str, Feature]]:
        """For each key of the rows that becomes a column its name and its feature."""
        found: dict[str, tuple[str, Feature]] = {"id": ("id", value("string"))}
        if self.languages:
            found["language"] = "language", value("string")
        found |= self._token_columns() if self.tokens else self._text_columns()
        for name in self.sides:
            found[f"side {name}"] = name, value("string")
        for name, values in self.values.items():
            many = len(values) > _MOST_NAMES
            one = value("string") if many else class_label(sorted(values))
            found[f"label {name}"] = name, list_of(one) if name in self.several else one
        if self.segments and not self.tokens:
            found["segments"] = "segments", list_of(_ends())
        return _distinct(found)

    def _token_columns(self) -> dict[str, tuple[str, Feature]]:
        fields = self.options.fields
        return {
            "tokens": (fields.get("tokens", "tokens"), list_of(value("string"))),
            "ner_tags": (
                fields.get("tags", "ner_tags"),
                list_of(class_label(_in_order(self.names))),
            ),
        }

    def _text_columns(self) -> dict[str, tuple[str, Feature]]:
        fields = self.options.fields
        pairs = {second: first for first, second in PAIRS}
        text = fields.get("text") or pairs.get(next(iter(self.sides), ""), "text")
        found: dict[str, tuple[str, Feature]] = {"text": (text, value("string"))}
        if self.spans:
            found["spans"] = fields.get("spans", "spans"), list_of(self._span())
        if self.relations:
            names = ("label", "head", "tail", "attributes")
            found["relations"] = "relations", list_of({name: value("string") for name in names})
        return found

    def _span(self) -> Feature:
        more: dict[str, Feature] = {}
        if self.pieces:
            more["fragments"] = list_of(list_of(value("int64")))
        if self.attributes:
            more["attributes"] = value("string")
        label = class_label(sorted(self.names))
        return {"id": value("string"), **_ends(), "label": label, **more}


def _ends() -> dict[str, Feature]:
    return {"start": value("int64"), "end": value("int64")}


def _struct(span: Span) -> Row:
    attributes = orjson.dumps(dict(span.attributes)).decode() if span.attributes else None
    return {
        "id": span.id,
        "start": span.extent.start,
        "end": span.extent.end,
        "label": span.label,
        "fragments": [[part.start, part.end] for part in span.fragments],
        "attributes": attributes,
    }


def _in_order(tags: set[str]) -> list[str]:
    """The tags by their labels, O first, as the shared tasks list them."""
    others = sorted(tags - {OUTSIDE}, key=lambda tag: (tag.partition("-")[2], tag))
    return [OUTSIDE, *others]


def _distinct(columns: Mapping[str, tuple[str, Feature]]) -> dict[str, tuple[str, Feature]]:
    """The columns, a repeated name with its number."""
    seen: Counter[str] = Counter()
    found = {}
    for key, (name, feature) in columns.items():
        seen[name] += 1
        found[key] = (name if seen[name] == 1 else f"{name}_{seen[name]}"), feature
    return found


def _whole(text: str) -> tuple[Interval, ...]:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (Interval(start, end),) if start < end else ()


def made_losses(document: Document, options: Options) -> Counter[str]:
    """What of a document the columns that are made for it cannot say."""
    lost = Counter(
        {
            "segment labels": sum(label.segment is not None for label in document.labels),
            "label attributes": sum(bool(label.attributes) for label in document.labels),
            "metadata": further_values(document),
        }
    )
    if not as_tokens(document, options):
        return +(lost + Counter({"tokens": len(document.tokens)}))
    sentences, flattened = flat_sentences(document, options)
    unsaid = unsaid_by_tokens(document, "hf")
    lost += flattened
    lost += Counter({name: unsaid[name] for name in ("relations", "attributes", "span ids")})
    lost["spaces between tokens"] = spacing_losses(document, sentences)
    lost["documents cut into sentences"] = int(len(sentences) > 1)
    return +lost
