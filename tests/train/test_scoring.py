"""Seeds count together, and copies of the training data do not."""

from dataclasses import replace

import pytest
from tests.experiments.baselines.small import document, says

from donor.data import Document, Interval, Relation, TextLabel
from donor.score import F1, Measurement
from donor.train.scoring import copied_examples, mean_over_seeds, without_copies
from donor.train.tasks.task import task_named

DEFINITION = task_named("definition")
TEST = tuple(document(n) for n in range(12))


def test_mean_over_seeds_is_that_of_the_scores_with_an_interval_over_documents() -> None:
    one = Measurement(F1, [(1, 0, 0), (1, 1, 0), (0, 0, 1)])
    other = Measurement(F1, [(1, 0, 0), (1, 0, 0), (0, 0, 1)])
    found = mean_over_seeds([one, other])
    assert found["seeds"] == [one.score, other.score] == [pytest.approx(2 / 3), pytest.approx(0.8)]
    assert found["mean"] == pytest.approx((2 / 3 + 0.8) / 2)
    low, high = found["interval"]
    assert low < found["mean"] < high
    assert mean_over_seeds([one])["mean"] == one.score


def test_undefined_score_of_a_seed_leaves_the_mean_undefined() -> None:
    nothing = Measurement(F1, [(0, 0, 0), (0, 0, 0)])
    one = Measurement(F1, [(1, 0, 0), (1, 1, 0)])
    assert mean_over_seeds([one, nothing])["mean"] is None


def test_copies_do_not_count_and_are_those_of_the_models_own_training_data() -> None:
    wrong = {f"d{n}" for n in range(4, 12)}
    seeds = [says(TEST, wrong=wrong)]
    known = replace(TEST[0], id="elsewhere")
    found = without_copies(
        DEFINITION, copied_examples(DEFINITION, (known, document(50)), TEST), TEST, seeds, TEST
    )
    assert (found["documents"], found["of"]) == (11, 12)
    assert (found["examples"], found["of_examples"]) == (22, 24)
    assert found["mean"] == pytest.approx(3 / 11)
    alone = without_copies(
        DEFINITION, copied_examples(DEFINITION, (document(50),), TEST), TEST, seeds, TEST
    )
    assert alone["mean"] == pytest.approx(4 / 12)


def test_copies_in_documents_that_are_still_scored_are_told_by_example() -> None:
    """Of each document one sentence was learnt from: the other one still counts."""
    seconds = [one.segment_texts()[1] for one in TEST]
    copied = [
        Document(f"x{n}", "ru", text, (Interval(0, len(text)),)) for n, text in enumerate(seconds)
    ]
    keys = copied_examples(DEFINITION, copied, TEST)
    found = without_copies(DEFINITION, keys, TEST, [says(TEST)], TEST)
    assert (found["documents"], found["of"]) == (12, 12)
    assert (found["examples"], found["of_examples"]) == (12, 24)


def test_whole_documents_are_not_scored_where_one_of_their_pairs_was_learnt_from() -> None:
    """A document without a pair is scored too: nothing was to be found in it."""
    relations = task_named("relations")
    related = [replace(one, relations=(Relation("of", "T2", "T1"),)) for one in TEST]
    test = (*related[:3], replace(TEST[3], spans=()))
    copied = copied_examples(relations, related[:1], test)
    found = without_copies(relations, copied, test, [test], test)
    assert (found["documents"], found["of"], found["mean"]) == (3, 4, 1.0)
    assert (found["examples"], found["of_examples"]) == (4, 6)


def test_a_model_that_has_learnt_all_of_the_test_set_has_no_score_without_copies() -> None:
    found = without_copies(
        DEFINITION, copied_examples(DEFINITION, TEST, TEST), TEST, [says(TEST)], TEST
    )
    assert (found["mean"], found["interval"], found["documents"]) == (None, None, 0)


def test_texts_without_the_label_are_no_examples_that_count() -> None:
    texts = ("good", "bad", "fine", "poor", "unsaid")
    said = tuple(
        Document(f"l{n}", "en", text, (Interval(0, len(text)),), labels=labels)
        for n, (text, labels) in enumerate(
            zip(texts, [*((TextLabel("mood", mood),) for mood in "+-+-"), ()], strict=True)
        )
    )
    task = task_named("labels").settled(said)
    found = without_copies(task, copied_examples(task, said[:2], said), said, [said], said)
    assert (found["examples"], found["of_examples"]) == (2, 4)
