"""How probable a model holds what it says."""

import numpy as np
import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.train.examples import Borne, Example, Feature
from donor.train.likelihood import SCORE, with_scores
from donor.train.tasks.questions import Asked
from donor.train.tasks.relations import Related
from donor.train.tasks.spans import Tagged

TEXT = "An ion moves."
WORDS = ((Interval(0, 2), Interval(3, 6), Interval(7, 12)),)
SEGMENTS = (Interval(0, len(TEXT)),)


def logs(*shares: float) -> np.ndarray:
    return np.log(np.array(shares)) + 3


def document(**parts: object) -> Document:
    return Document("d", "en", TEXT, SEGMENTS, **parts)  # type: ignore[arg-type]


def test_of_a_label_it_is_its_share_of_the_softmax() -> None:
    said = document(labels=(TextLabel("t", "b", 0), TextLabel("t", "a")))
    examples = [Example("d", 0, (TEXT,)), Example("d", -1, (TEXT,))]
    features = [Feature(0, {}), Feature(1, {})]
    logits = [logs(0.25, 0.75), logs(0.9, 0.1)]
    (found,) = with_scores([said], examples, features, logits, head="labels", labels=["a", "b"])
    assert [label.attributes[SCORE] for label in found.labels] == [0.75, 0.9]


def test_of_several_labels_each_has_its_own() -> None:
    said = document(labels=(TextLabel("t", "a"), TextLabel("t", "b")))
    logits = [np.array([0.0, np.log(4)])]
    (found,) = with_scores(
        [said],
        [Example("d", -1, (TEXT,))],
        [Feature(0, {})],
        logits,
        head="multi-labels",
        labels=["a", "b"],
    )
    assert [label.attributes[SCORE] for label in found.labels] == [0.5, 0.8]


def test_of_a_span_it_is_that_of_its_least_sure_word_in_the_better_window() -> None:
    said = document(spans=(Span("p1", "T", (Interval(3, 12),)),))
    example = Example("d", 0, (TEXT,), Tagged(WORDS, (("O", "B-T", "I-T"),)))
    places = [None, (0, 2), (3, 6), (7, 12), None]
    words = [None, *(Borne(n, n + 1, True) for n in range(3)), None]
    whole = Feature(0, {"input_ids": [0] * 5}, places=places, words=words)
    edge = Feature(0, {"input_ids": [0] * 3}, places=places[2:], words=words[2:])
    sure, unsure, none = logs(0.1, 0.8, 0.1), logs(0.4, 0.2, 0.4), logs(0.8, 0.1, 0.1)
    logits = [np.stack([none, none, sure, unsure, none]), np.stack([none, none, none])]
    labels = ["O", "B-T", "I-T"]
    (found,) = with_scores([said], [example], [whole, edge], logits, head="tokens", labels=labels)
    assert found.spans[0].attributes[SCORE] == pytest.approx(0.6)


def test_of_a_span_without_a_label_it_is_that_of_its_tags() -> None:
    said = document(spans=(Span("p1", "_", (Interval(3, 6),)),))
    example = Example("d", 0, (TEXT,), Tagged(WORDS, (("O", "B", "O"),)))
    words = [Borne(n, n + 1, True) for n in range(3)]
    feature = Feature(0, {"input_ids": [0] * 3}, places=[(0, 2), (3, 6), (7, 12)], words=words)
    none = logs(0.8, 0.1, 0.1)
    logits = [np.stack([none, logs(0.1, 0.7, 0.2), none])]
    labels = ["O", "B", "I"]
    (found,) = with_scores([said], [example], [feature], logits, head="tokens", labels=labels)
    assert found.spans[0].attributes[SCORE] == pytest.approx(0.9)


def test_of_a_relation_it_is_that_of_its_pair() -> None:
    spans = (Span("a", "T", (Interval(0, 2),)), Span("b", "T", (Interval(3, 6),)))
    said = document(spans=spans, relations=(Relation("r", "b", "a"),))
    example = Example("d", 0, (TEXT,), Related("a", "b", "no-relation"))
    (found,) = with_scores(
        [said],
        [example],
        [Feature(0, {})],
        [logs(0.3, 0.7)],
        head="relations",
        labels=["no-relation", "r"],
    )
    assert found.relations[0].attributes[SCORE] == 0.7


def test_of_an_answer_it_is_that_of_its_start_times_that_of_its_end() -> None:
    said = document(spans=(Span("q:1", "answer", (Interval(3, 6),), {"question": "q"}),))
    example = Example("d", 0, ("What?", TEXT), Asked("q", "q:1", ()))
    feature = Feature(0, {"input_ids": [0] * 3}, places=[None, (0, 2), (3, 6)])
    logits = [(logs(0.2, 0.3, 0.5), logs(0.1, 0.1, 0.8))]
    (found,) = with_scores([said], [example], [feature], logits, head="answers", labels=[])
    assert found.spans[0].attributes == {"question": "q", SCORE: 0.4}
