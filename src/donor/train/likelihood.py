"""How probable a model holds what it says: the attribute `score` of each prediction.

The probability that its softmax (of several labels at once: sigmoid) gives. Nobody has calibrated
it: networks are most often surer than they are right (Guo et al. 2017, "On Calibration of Modern
Neural Networks"). So it orders predictions, and promises nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from donor.data import Document, Relation, Span, TextLabel
from donor.data.tags import OUTSIDE, UNNAMED
from donor.train.encoders.heads import ANSWERS, TOKENS
from donor.train.examples import Example, Feature

__all__ = ["SCORE", "with_scores", "without_scores"]

SCORE = "score"
_DIGITS = 4

T = TypeVar("T", Span, Relation, TextLabel)

Told = Mapping[tuple[Any, ...], Mapping[str, float]]
"""How probable each label of an example is."""


def with_scores(
    predicted: Sequence[Document],
    examples: Sequence[Example],
    features: Sequence[Feature],
    logits: Sequence[Any],
    *,
    head: str,
    labels: Sequence[str],
) -> list[Document]:
    """The predicted documents, each prediction with its probability.

    Args:
        predicted: as a task returns them.
        examples: of which the model was asked.
        features: of these.
        logits: what the model said of each feature.
        head: what kind of head it has.
        labels: what it may say.
    """
    if head == TOKENS:
        return _of_spans(predicted, examples, features, logits, labels)
    if head == ANSWERS:
        return _of_answers(predicted, examples, features, logits)
    share = _sigmoid if head == "multi-labels" else _softmax
    # Each example is one feature, since what is too long is cut.
    told = {
        _key(examples[feature.example], head): dict(zip(labels, share(one), strict=True))
        for feature, one in zip(features, logits, strict=True)
    }
    of_one = _of_relations if head == "relations" else _of_labels
    return [of_one(n, document, told) for n, document in enumerate(predicted)]


def without_scores(document: Document) -> Document:
    """The document, no annotation with a score."""
    return replace(
        document,
        spans=tuple(map(_bare, document.spans)),
        relations=tuple(map(_bare, document.relations)),
        labels=tuple(map(_bare, document.labels)),
    )


def _bare(one: T) -> T:
    kept = {key: value for key, value in one.attributes.items() if key != SCORE}
    return replace(one, attributes=kept)


def _key(example: Example, head: str) -> tuple[Any, ...]:
    """What a prediction is found by: its document, and there its spans or its sentence."""
    if head == "relations":
        return example.position, example.target.tail, example.target.head
    return example.position, example.number


def _of_labels(n: int, document: Document, told: Told) -> Document:
    labels = []
    for label in document.labels:
        shares = told.get((n, -1 if label.segment is None else label.segment), {})
        labels.append(_with_score(label, shares.get(label.value)))
    return replace(document, labels=tuple(labels))


def _of_relations(n: int, document: Document, told: Told) -> Document:
    relations = [
        _with_score(one, told.get((n, one.tail, one.head), {}).get(one.label))
        for one in document.relations
    ]
    return replace(document, relations=tuple(relations))


def _of_spans(
    predicted: Sequence[Document],
    examples: Sequence[Example],
    features: Sequence[Feature],
    logits: Sequence[Any],
    labels: Sequence[str],
) -> list[Document]:
    """Of a span, the probability of its label at the word where it is least.

    A word is known by the token with which it begins; of several windows the one counts in which
    that is farthest from the edges.
    """
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, tag in enumerate(labels):
        if tag != OUTSIDE:
            numbers[tag[2:] or UNNAMED].append(number)
    words: list[dict[int, tuple[int, Any]]] = [{} for _ in predicted]
    for feature, scores in zip(features, logits, strict=True):
        example = examples[feature.example]
        own, places = words[example.position], example.target.places()
        for at, one in enumerate(feature.words):
            if one is not None and one.begins:
                start, inside = places[one.start][0], min(at, len(feature) - 1 - at)
                if start not in own or own[start][0] < inside:
                    own[start] = inside, scores[at]
    return [
        _with_span_scores(document, partial(_least, own, numbers))
        for document, own in zip(predicted, words, strict=True)
    ]


def _least(
    words: Mapping[int, tuple[int, Any]], numbers: Mapping[str, Sequence[int]], span: Span
) -> float | None:
    """The least probability of the span's label at one of its words."""
    extent, own = span.extent, numbers[span.label]
    inside = [one for start, (_, one) in words.items() if extent.start <= start < extent.end]
    return min((float(_softmax(one)[own].sum()) for one in inside), default=None)


def _of_answers(
    predicted: Sequence[Document],
    examples: Sequence[Example],
    features: Sequence[Feature],
    logits: Sequence[Any],
) -> list[Document]:
    """Of an answer, the probability of its start times that of its end, in the best window."""
    answers = {
        (n, span.id): span.extent for n, document in enumerate(predicted) for span in document.spans
    }
    best: dict[tuple[int, str], float] = {}
    for feature, (starts, ends) in zip(features, logits, strict=True):
        example = examples[feature.example]
        key = example.position, example.target.span_id
        if key not in answers:
            continue
        first = [n for n, one in enumerate(feature.places) if one and one[0] == answers[key].start]
        last = [n for n, one in enumerate(feature.places) if one and one[1] == answers[key].end]
        if first and last:
            here = float(_softmax(starts)[first[0]] * _softmax(ends)[last[-1]])
            best[key] = max(here, best.get(key, 0.0))
    return [
        _with_span_scores(document, partial(_best, best, n)) for n, document in enumerate(predicted)
    ]


def _best(best: Mapping[tuple[int, str], float], document: int, span: Span) -> float | None:
    return best.get((document, span.id))


def _with_span_scores(document: Document, of: Callable[[Span], float | None]) -> Document:
    return replace(document, spans=tuple(_with_score(span, of(span)) for span in document.spans))


def _with_score(one: T, share: float | None) -> T:
    """The prediction with its score; as it is where nothing says one."""
    if share is None:
        return one
    return replace(one, attributes={**one.attributes, SCORE: round(float(share), _DIGITS)})


def _softmax(logits: Any) -> Any:
    import numpy as np

    shares = np.exp(logits - np.max(logits))
    return shares / shares.sum()


def _sigmoid(logits: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-logits))
