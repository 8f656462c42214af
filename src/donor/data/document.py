"""The unit of transfer: a text with everything that is annotated on it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from donor.data.span import Interval, Relation, Span
from donor.errors import DocumentError

__all__ = ["Document", "SideText", "TextLabel"]


@dataclass(frozen=True, slots=True)
class TextLabel:
    """A label of a whole text, or of one of its segments (`segment` is its position)."""

    name: str
    value: str
    segment: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SideText:
    """Another text of a document that carries no spans: a question, a title, a hypothesis."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text, its segments (sentences), and its annotations.

    Args:
        id: unique in a dataset.
        language: a BCP 47 tag, or None where nothing says it.
        text: the text; every offset counts its code points.
        segments: the sentences, in order and disjoint; what lies between two is white space.
        tokens: the tokens, where the format brings them; in order and disjoint.
        spans: ids are unique in the document.
        relations: the tail is a span of the document; the head may dangle.
        labels: text labels.
        side_texts: other texts that are translated along.
        metadata: JSON values that survive the round trip; "file" is the input file's name.

    Raises:
        DocumentError: the parts contradict each other.
    """

    id: str
    language: str | None
    text: str
    segments: tuple[Interval, ...]
    tokens: tuple[Interval, ...] = ()
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    labels: tuple[TextLabel, ...] = ()
    side_texts: tuple[SideText, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    # Written out, as that of an interval: each document is made here.
    def __init__(
        self,
        id: str,
        language: str | None,
        text: str,
        segments: tuple[Interval, ...],
        tokens: tuple[Interval, ...] = (),
        spans: tuple[Span, ...] = (),
        relations: tuple[Relation, ...] = (),
        labels: tuple[TextLabel, ...] = (),
        side_texts: tuple[SideText, ...] = (),
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        length = len(text)
        whole = len(segments) == 1 and segments[0].start == 0 and segments[0].end == length
        problem = (
            (not whole and _out_of_order(segments, length, "segments"))
            or (not whole and _outside(segments, text))
            or (tokens and _out_of_order(tokens, length, "tokens"))
            or (spans and _bad_span(spans, length))
            or (relations and _bad_relation(relations, spans))
            or (labels and _bad_label(labels, len(segments)))
        )
        if problem:
            raise DocumentError(f"document {id}", problem)
        _set_id(self, id)
        _set_language(self, language)
        _set_text(self, text)
        _set_segments(self, segments)
        _set_tokens(self, tokens)
        _set_spans(self, spans)
        _set_relations(self, relations)
        _set_labels(self, labels)
        _set_side_texts(self, side_texts)
        _set_metadata(self, {} if metadata is None else metadata)

    def span(self, span_id: str) -> Span:
        """The span with this id. Raises KeyError."""
        for span in self.spans:
            if span.id == span_id:
                return span
        raise KeyError(span_id)

    def segment_texts(self) -> tuple[str, ...]:
        """The text of each segment, in order."""
        text = self.text
        return tuple([text[segment.start : segment.end] for segment in self.segments])

    def dangling(self) -> tuple[Relation, ...]:
        """The relations whose head is no span of the document."""
        ids = {span.id for span in self.spans}
        return tuple(relation for relation in self.relations if relation.head not in ids)


_set_id = Document.__dict__["id"].__set__
_set_language = Document.__dict__["language"].__set__
_set_text = Document.__dict__["text"].__set__
_set_segments = Document.__dict__["segments"].__set__
_set_tokens = Document.__dict__["tokens"].__set__
_set_spans = Document.__dict__["spans"].__set__
_set_relations = Document.__dict__["relations"].__set__
_set_labels = Document.__dict__["labels"].__set__
_set_side_texts = Document.__dict__["side_texts"].__set__
_set_metadata = Document.__dict__["metadata"].__set__


def _out_of_order(intervals: tuple[Interval, ...], length: int, name: str) -> str | None:
    done = 0
    for interval in intervals:
        if interval.start < done:
            return f"{name} overlap or are out of order"
        done = interval.end
    if done > length:
        return f"{name} end at {done}, but the text has {length} characters"
    return None


def _outside(segments: tuple[Interval, ...], text: str) -> str | None:
    """Text that no segment holds would not be translated."""
    done = 0
    for segment in segments:
        if segment.start > done and (between := text[done : segment.start].strip()):
            break
        done = segment.end
    else:
        between = text[done:].strip()
    return f"{between[:20]!r} stands outside the segments" if between else None


def _bad_span(spans: tuple[Span, ...], length: int) -> str | None:
    for span in spans:
        end = span.fragments[-1].end
        if end > length:
            return f"span {span.id} ends at {end}, the text at {length}"
    if len(spans) == 1 or len({span.id for span in spans}) == len(spans):
        return None
    repeated = (span_id for span_id, n in Counter(span.id for span in spans).items() if n > 1)
    return f"span id {next(repeated)} is used twice"


def _bad_relation(relations: tuple[Relation, ...], spans: tuple[Span, ...]) -> str | None:
    ids = {span.id for span in spans}
    for relation in relations:
        if relation.tail not in ids:
            return f"relation {relation.label} starts at span {relation.tail}, which is not there"
    return None


def _bad_label(labels: tuple[TextLabel, ...], segments: int) -> str | None:
    for label in labels:
        if label.segment is not None and not 0 <= label.segment < segments:
            return f"label {label.name} is on segment {label.segment} of {segments}"
    return None
