"""DeftEval's subtasks over documents, whose repeated sentences are merged.

A token has a tag for each span on it, so the counts are those of files whose copies of a sentence
hold equal spans at equal places. A span that stands in several copies of a file counts once here.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from donor.data import Document, Interval, Span
from donor.data.defteval import (
    SCORED_LABELS,
    SCORED_RELATIONS,
    SCORED_TAGS,
    definition_labels,
)
from donor.languages import split_at, tokenize
from donor.score.defteval.measures import (
    SENTENCE_CLASSES,
    SUBTASK_1,
    SUBTASK_2,
    SUBTASK_3,
    Subtasks,
    class_counts,
)
from donor.score.defteval.rows import Triple, relation_counts
from donor.score.metric import Row

__all__ = ["score_pairs"]

_Tagged = set[tuple[int, str]]


def score_pairs(pairs: Iterable[tuple[Document | None, Document]]) -> Subtasks:
    """The counts over predicted documents, or None where one is missing, beside gold's."""
    sentences: list[Row] = []
    tokens: list[Row] = []
    relations: list[Row] = []
    all_found: set[Triple] = set()
    all_wanted: set[Triple] = set()
    for predicted, gold in pairs:
        found = _sentences(predicted, gold.segments)
        sentences.append(
            class_counts(
                SENTENCE_CLASSES,
                Counter(zip(found, _sentences(gold, gold.segments), strict=True)),
            )
        )
        tokens.append(_tag_counts(predicted, gold))
        named, wanted = _triples(predicted, _ids(predicted, gold)), _triples(gold, {})
        relations.append(relation_counts(named, wanted))
        all_found |= named
        all_wanted |= wanted
    return Subtasks(
        SUBTASK_1.measured(sentences) if sentences else None,
        SUBTASK_2.measured(tokens) if tokens else None,
        SUBTASK_3.measured(relations) if relations else None,
        relation_counts(all_found, all_wanted) if relations else None,
        dict.fromkeys((SUBTASK_1.name, SUBTASK_2.name, SUBTASK_3.name), "document"),
    )


def _sentences(document: Document | None, segments: Sequence[Interval]) -> list[str]:
    """1 or 0 for each segment of gold."""
    return ["0"] * len(segments) if document is None else definition_labels(document, segments)


def _scored(document: Document) -> Iterator[tuple[Span, Interval]]:
    """The spans that are scored, each with its first fragment; the others are tagged X-frag."""
    return ((s, s.fragments[0]) for s in document.spans if s.label in SCORED_LABELS)


def _tag_counts(predicted: Document | None, gold: Document) -> Row:
    tokens = _tokens(gold)
    found = _tagged(predicted, tokens) if predicted else set()
    wanted = _tagged(gold, tokens)
    row: list[float] = []
    for tag in SCORED_TAGS:
        one, other = ({pair for pair in tagged if pair[1] == tag} for tagged in (found, wanted))
        row += [len(one & other), len(one - other), len(other - one)]
    return tuple(row)


def _tokens(document: Document) -> tuple[Interval, ...]:
    """The tokens of gold, cut at the edges of its spans, as they stand in its file."""
    tokens = document.tokens or tokenize(document.text, document.language or "und")
    parts = (*document.segments, *(part for span in document.spans for part in span.fragments))
    return split_at(tokens, {edge for part in parts for edge in (part.start, part.end)})


def _tagged(document: Document, tokens: Sequence[Interval]) -> _Tagged:
    """The tags of each token; a span that cuts a token has all of it."""
    tagged: _Tagged = set()
    for span, part in _scored(document):
        first = bisect_right(tokens, part.start, key=lambda token: token.end)
        end = bisect_left(tokens, part.end, lo=first, key=lambda token: token.start)
        tagged |= {(n, f"{'I' if n > first else 'B'}-{span.label}") for n in range(first, end)}
    return tagged


def _triples(document: Document | None, ids: dict[str, str]) -> set[Triple]:
    """The relations that are scored, under gold's ids: those that a scored span depends by."""
    if document is None:
        return set()
    labels = {span.id: span.label for span in document.spans}
    return {
        (ids.get(arc.head, arc.head), ids.get(arc.tail, arc.tail), arc.label)
        for arc in document.relations
        if arc.label in SCORED_RELATIONS and labels[arc.tail] in SCORED_LABELS
    }


def _ids(predicted: Document | None, gold: Document) -> dict[str, str]:
    """For each predicted span gold's id: of the span that stands there, else the id itself."""
    if predicted is None:
        return {}
    own = {span.id: (span.label, span.fragments) for span in gold.spans}
    there = {place: span_id for span_id, place in reversed(own.items())}
    ids: dict[str, str] = {}
    for span in predicted.spans:
        place = span.label, span.fragments
        if own.get(span.id) != place and place in there:
            ids[span.id] = there[place]
    taken = {*ids.values()}
    for span in predicted.spans:
        if span.id not in ids and span.id in taken:
            # Gold's span of this id stands where another predicted one does.
            ids[span.id] = f"{span.id} (predicted)"
    return ids
