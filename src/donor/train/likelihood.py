"""How probable a model holds what it says: the attribute `score` of each prediction.

The probability that its softmax (of several labels at once: sigmoid) gives. Nobody has calibrated
it: networks are most often surer than they are right (Guo et al. 2017, "On Calibration of Modern
Neural Networks"). So it orders predictions, and promises nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from donor.data import Document, Relation, Span, TextLabel
from donor.train.examples import Example, Feature
from donor.train.heads import ANSWERS, TOKENS

__all__ = ["SCORE", "with_scores"]

SCORE = "score"
_DIGITS = 4

T = TypeVar("T", Span, Relation, TextLabel)


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
        return _with_span_scores(predicted, examples, features, logits, labels)
    if head == ANSWERS:
        return _with_answer_scores(predicted, examples, features, logits)
    share = _sigmoid if head == "multi-labels" else _softmax
    # Each example is one feature, since what is too long is cut.
    told = {
        _key(examples[feature.example], head): dict(zip(labels, share(one), strict=True))
        for feature, one in zip(features, logits, strict=True)
    }
    if head == "relations":
        return [_with_relation_scores(document, told) for document in predicted]
    return [_with_label_scores(document, told) for document in predicted]


def _key(example: Example, head: str) -> tuple[Any, ...]:
    """What a prediction is found by: its document, and there its spans or its sentence."""
    if head == "relations":
        return (example.document, *example.target[:2])
    return example.document, example.number


def _with_label_scores(
    document: Document, told: Mapping[tuple[Any, ...], Mapping[str, float]]
) -> Document:
    labels = []
    for label in document.labels:
        shares = told.get((document.id, -1 if label.segment is None else label.segment), {})
        labels.append(_with_score(label, shares.get(label.value)))
    return replace(document, labels=tuple(labels))


def _with_relation_scores(
    document: Document, told: Mapping[tuple[Any, ...], Mapping[str, float]]
) -> Document:
    relations = [
        _with_score(one, told[document.id, one.tail, one.head][one.label])
        for one in document.relations
    ]
    return replace(document, relations=tuple(relations))


def _with_span_scores(
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
    tokens: defaultdict[str, dict[int, tuple[int, Any]]] = defaultdict(dict)
    for feature, one in zip(features, logits, strict=True):
        own = tokens[examples[feature.example].document]
        for at, place in enumerate(feature.places):
            if place is not None:
                inside = min(at, len(feature) - at)
                if place[0] not in own or own[place[0]][0] < inside:
                    own[place[0]] = inside, one[at]
    words = {
        example.document: [word.start for word in example.target.flat()[0]] for example in examples
    }
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, tag in enumerate(labels):
        numbers[tag.partition("-")[2]].append(number)
    return [
        replace(
            document,
            spans=tuple(
                _with_score(span, _least(span, words[document.id], tokens[document.id], numbers))
                for span in document.spans
            ),
        )
        for document in predicted
    ]


def _least(
    span: Span,
    words: Sequence[int],
    tokens: Mapping[int, tuple[int, Any]],
    numbers: Mapping[str, Sequence[int]],
) -> float | None:
    """The least probability of the span's label at one of its words."""
    inside = [
        tokens[start][1]
        for start in words
        if span.extent.start <= start < span.extent.end and start in tokens
    ]
    return min((sum(_softmax(one)[numbers[span.label]]) for one in inside), default=None)


def _with_answer_scores(
    predicted: Sequence[Document],
    examples: Sequence[Example],
    features: Sequence[Feature],
    logits: Sequence[Any],
) -> list[Document]:
    """Of an answer, the probability of its start times that of its end, in the best window."""
    answers = {
        (document.id, _question(span)): span.extent for document in predicted for span in document.spans
    }
    best: dict[tuple[str, str], float] = {}
    for feature, (starts, ends) in zip(features, logits, strict=True):
        example = examples[feature.example]
        key = example.document, str(example.target.name)
        if key not in answers:
            continue
        first = [n for n, one in enumerate(feature.places) if one and one[0] == answers[key].start]
        last = [n for n, one in enumerate(feature.places) if one and one[1] == answers[key].end]
        if first and last:
            here = _softmax(starts)[first[0]] * _softmax(ends)[last[-1]]
            best[key] = max(here, best.get(key, 0.0))
    return [
        replace(
            document,
            spans=tuple(
                _with_score(span, best.get((document.id, _question(span))))
                for span in document.spans
            ),
        )
        for document in predicted
    ]


def _question(span: Span) -> str:
    return str(span.attributes.get("question", ""))


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
