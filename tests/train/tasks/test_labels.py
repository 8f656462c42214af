"""Text labels: of texts, pairs and sentences, one or several; unlabelled ones are not scored."""

from dataclasses import replace
from typing import Any

import pytest
from tests.train.asked import oracle

from donor.data import Document, Interval, SideText, Span, TextLabel
from donor.errors import ConfigError, InputError
from donor.score.labels import MOST_VALUES
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.labels import LABELS, Labels
from donor.train.tasks.task import check_known, settings_of, task_named

WORDPIECE = wordpiece(["red green blue a b c d e f"] * 3)


def document(
    text: str, *values: str, name: str = "d", label: str = "colour", **more: Any
) -> Document:
    labels = tuple(TextLabel(label, value) for value in values)
    return Document(name, "en", text, (Interval(0, len(text)),), labels=labels, **more)


def sentences(*values: str | None, name: str = "d", label: str = "colour") -> Document:
    """A text of sentences `a.`, `b.`, …; None where one has no label."""
    places = tuple(Interval(3 * n, 3 * n + 2) for n in range(len(values)))
    text = " ".join(f"{letter}." for letter in "abcdef"[: len(values)])
    labels = tuple(TextLabel(label, v, n) for n, v in enumerate(values) if v is not None)
    return Document(name, "en", text, places, labels=labels)


RED, BLUE, NONE = document("red a", "red"), document("blue b", "blue"), document("green c")


def examples(task: Labels, *documents: Document, learning: bool = True) -> list[Any]:
    found = task.settled(documents).examples(documents, learning=learning)
    return [(one.number, one.texts, one.target) for one in found]


def test_single_label_is_the_value_of_a_text() -> None:
    assert LABELS.labels([RED, BLUE]) == ("blue", "red")
    assert LABELS.head([RED, BLUE]) == "labels"
    assert examples(LABELS, RED, BLUE, NONE) == [(-1, ("red a",), "red"), (-1, ("blue b",), "blue")]
    assert examples(LABELS, RED, NONE, learning=False)[1] == (-1, ("green c",), None)


def test_several_values_are_said_each_alone_and_none_is_one_too() -> None:
    both = document("red blue", "red", "blue", "red")
    task = LABELS.settled([both, NONE])
    assert task.head([RED]) == "multi-labels"
    assert examples(LABELS, both, NONE) == [
        (-1, ("red blue",), ("red", "blue")),
        (-1, ("green c",), ()),
    ]
    found = oracle(task, [both, RED, NONE], WORDPIECE, Settings(), ("blue", "red"))
    assert [{one.value for one in d.labels} for d in found] == [{"red", "blue"}, {"red"}, set()]
    wrong = replace(NONE, labels=(TextLabel("colour", "red"),))
    scores = task.measured([both, RED, wrong], [both, RED, NONE])
    assert scores["f1_micro"].total == (3, 1, 0)


def test_side_texts_are_the_second_text_of_a_pair() -> None:
    pair = replace(RED, side_texts=(SideText("hypothesis", "it is"), SideText("more", "red")))
    assert examples(LABELS, pair, BLUE)[0][1] == ("red a", "it is red")
    found = oracle(LABELS, [pair, BLUE, pair], WORDPIECE, Settings())
    assert [one.labels[0].value for one in found] == ["red", "blue", "red"]
    task = LABELS.settled([pair, BLUE])
    features = task.features(
        task.examples([pair, BLUE], learning=True), ("blue", "red"), WORDPIECE, Settings(),
        learning=True,
    )  # fmt: skip
    assert [max(one.inputs["token_type_ids"]) for one in features] == [1, 0]


def test_sentences_have_labels_of_their_own() -> None:
    some = sentences("red", None, "blue")
    task = LABELS.settled([some])
    assert examples(task, some) == [(0, ("a.",), "red"), (2, ("c.",), "blue")]
    # Each sentence of a text that says nothing is asked about, and that of a text which is one.
    one = document("d.", "red")
    asked = task.examples([sentences(None, None), one], learning=False)
    assert [(e.position, e.number, e.target) for e in asked] == [
        (0, 0, None), (0, 1, None), (1, 0, "red")
    ]  # fmt: skip
    found = oracle(task, [some, one], WORDPIECE, Settings(), ("blue", "red"))
    assert [(x.segment, x.value) for x in found[0].labels if x.segment != 1] == [
        (0, "red"), (2, "blue")
    ]  # fmt: skip
    scores = task.measured(found, [some, one])
    assert (scores["accuracy"].total, scores["accuracy"].score) == ((3, 3), 1.0)


def test_text_without_the_label_is_not_scored() -> None:
    said = [RED, replace(NONE, labels=RED.labels)]
    assert LABELS.measured(said, [RED, NONE])["accuracy"].rows == [(1, 1), (0, 0)]
    assert LABELS.notes([RED, BLUE, NONE]) == [
        "texts without the label colour, neither learnt nor scored: 1 of 3"
    ]
    task = Labels(label="colour", several=False, sentences=False)
    assert task.notes([sentences("red", "blue"), document("x", "red", "blue")]) == [
        "texts without the label colour, neither learnt nor scored: 1 of 2",
        "texts with several values of colour, of which the first is learnt: 1 of 2",
        "labels colour that do not stand on texts, neither learnt nor scored: 2 of 4",
    ]


def test_texts_that_are_named_do_not_count() -> None:
    gold, said = [RED, replace(BLUE, id="e")], [RED, replace(RED, id="e")]
    assert LABELS.measured(said, gold)["accuracy"].score == 0.5
    left = LABELS.measured(said, gold, without={("e", -1)})
    assert (left["accuracy"].score, len(left["accuracy"].rows)) == (1.0, 2)
    assert LABELS.measured(said, gold, without={("d", -1), ("e", -1)})["f1_macro"].score is None
    some = sentences("red", "blue")
    scores = LABELS.measured([some], [some], without={("d", 1)})
    assert scores["accuracy"].total == (1, 1)


def test_several_names_need_one_to_be_said() -> None:
    two = [RED, document("x", "big", label="size"), document("y", "small", label="size")]
    with pytest.raises(ConfigError, match="several names: colour, size"):
        LABELS.settled(two)
    size = task_named("labels", {"label": "size"}).settled(two)
    assert settings_of(size) == {
        "main": "f1_macro", "label": "size", "several": False, "sentences": False
    }  # fmt: skip
    assert size.labels(two) == ("big", "small")
    # Dev has no text with it; the model is asked all the same, and says nothing else.
    assert len(size.examples([RED], learning=False)) == 1
    [found] = oracle(size, two[1:2], WORDPIECE, Settings(), ("big", "small"))
    assert found.labels == two[1].labels
    with pytest.raises(ConfigError, match="has no setting colour"):
        task_named("labels", {"colour": 1})


def test_texts_without_any_label_can_be_asked_about() -> None:
    task = LABELS.settled([RED, BLUE])
    [example] = task.examples([NONE], learning=False)
    [found] = task.predicted([NONE], [example], ["red"])
    assert found.labels == RED.labels


def test_only_the_label_is_left() -> None:
    span = Span("T1", "Term", (Interval(0, 3),))
    full = replace(RED, spans=(span,), labels=(*RED.labels, TextLabel("size", "big")))
    task = Labels(label="colour").settled([full, BLUE])
    [found] = oracle(task, [full], WORDPIECE, Settings(), ("blue", "red"))
    assert (found.spans, found.labels) == ((), RED.labels)


def test_equal_ids_do_not_mix() -> None:
    found = oracle(LABELS, [RED, BLUE, RED], WORDPIECE, Settings())
    assert [one.labels for one in found] == [RED.labels, BLUE.labels, RED.labels]


@pytest.mark.parametrize(
    ("documents", "what"),
    [
        ([NONE], "no text has a label"),
        ([RED, RED], "the label 'colour' has the one value 'red'"),
        ([], "no text has a label"),
    ],
)
def test_nothing_to_tell_apart_is_explained(documents: list[Document], what: str) -> None:
    with pytest.raises(InputError, match=what):
        LABELS.labels(documents)


def test_name_that_no_label_has_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"the label 'size' is nowhere.*there are labels colour"):
        task_named("labels", {"label": "size"}).labels([RED, BLUE])


def test_values_that_train_lacks_are_named() -> None:
    task = LABELS.settled([RED, BLUE])
    check_known(task, [RED, NONE], "the dev split", ("blue", "red"))
    with pytest.raises(InputError, match=r"the dev split.*lacks: green \(in g\)"):
        check_known(task, [document("x", "green", name="g")], "the dev split", ("blue", "red"))
    with pytest.raises(InputError, match="the label 'colour' is nowhere"):
        check_known(task, [NONE], "the dev split", ("blue", "red"))


def test_so_many_values_that_accuracy_chooses() -> None:
    many = [document(f"a {n}", str(n)) for n in range(MOST_VALUES + 1)]
    task = LABELS.settled(many)
    assert task.main == "accuracy"
    assert task.measured(many, many)[task.main].score == 1.0
    assert task_named("labels", settings_of(task)) == task


def test_values_that_stand_on_nothing_learnable_do_not_count() -> None:
    """Sentences are learnt here: a value of the whole text is none of theirs."""
    whole = TextLabel("colour", "blue")
    one = sentences("red", None)
    mixed = replace(one, labels=(*one.labels, whole))
    with pytest.raises(InputError, match="the one value 'red'"):
        LABELS.labels([mixed])
    task = LABELS.settled([mixed])
    assert task.unknown([mixed], ("red",)) == {}
    with pytest.raises(InputError, match="stands on texts alone, and on no sentence"):
        task.labels([replace(mixed, labels=(whole,))], "the dev split")
    with pytest.raises(InputError, match="stands on sentences alone, and on no text"):
        replace(task, sentences=False).labels([one], "the dev split")


def test_what_is_scored_is_the_same_score_though_test_has_many_values() -> None:
    task = LABELS.settled([RED, BLUE])
    many = [document(f"a {n}", str(n)) for n in range(MOST_VALUES + 1)]
    said = [document(f"a {n}", "0") for n in range(MOST_VALUES + 1)]
    found = task.measured(said, many)
    assert found["f1_macro"].score == pytest.approx(2 / (MOST_VALUES + 2) / (MOST_VALUES + 1))
    assert "value:0" not in found
