"""Sentences that hold a definition, by the rule of the scorer."""

from dataclasses import replace

import pytest
from tests.train.asked import oracle

from donor.data import Document, Interval, Span, TextLabel
from donor.data.defteval import definition_labels
from donor.errors import InputError
from donor.score.defteval import score_pairs
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.definition import DEFINITION
from donor.train.tasks.task import check_known

TEXT = "An ion is an atom. It moves.  "
SENTENCES = (Interval(0, 18), Interval(19, 28), Interval(29, 29))


def document(*fragments: tuple[int, int], label: str = "Definition", name: str = "d") -> Document:
    parts = tuple(Interval(*place) for place in fragments)
    return Document(name, "en", TEXT, SENTENCES, spans=(Span("T1", label, parts),) if parts else ())


FIRST = document((10, 17))


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        (FIRST, "100"),
        (document((10, 24)), "110"),
        (document((10, 12), (22, 27)), "100"),
        (document((10, 17), label="Secondary-Definition"), "000"),
        (replace(FIRST, labels=(TextLabel("definition", "1", 1),)), "110"),
        (replace(FIRST, labels=(TextLabel("definition", "0", 0),)), "000"),
        (document(), "000"),
    ],
)
def test_sentence_has_a_definition_that_reaches_it(asked: Document, labels: str) -> None:
    assert "".join(definition_labels(asked)) == labels
    examples = DEFINITION.examples([asked], learning=True)
    assert [(one.number, one.target) for one in examples] == [*enumerate(labels[:2])]
    # As the scorer has it: gold against itself is right.
    assert DEFINITION.measured([asked], [asked])["subtask_1"].rows == (
        score_pairs([(asked, asked)]).measurements()["subtask_1"].rows
    )


def test_sentences_of_equal_ids_do_not_mix() -> None:
    both = [FIRST, document((19, 21)), document()]
    found = oracle(DEFINITION, both, wordpiece([TEXT] * 2), Settings())
    assert ["".join(definition_labels(one)) for one in found] == ["100", "010", "000"]
    assert all(one.spans == () for one in found)
    scores = DEFINITION.measured(found, both)
    assert scores["f1"].score == scores["subtask_1"].score == 1.0


def test_sentences_that_are_named_do_not_count() -> None:
    wrong = [document((10, 24)), document()]
    gold = [FIRST, document((19, 21), name="e")]
    scores = DEFINITION.measured(wrong, gold)
    assert scores["f1"].rows == [(1, 1, 0), (0, 0, 1)]
    assert scores["subtask_1"].rows == [(1, 0, 1, 1, 1, 0), (2, 1, 0, 0, 0, 1)]
    left = DEFINITION.measured(wrong, gold, without={("d", 1), ("e", 1)})
    assert left["f1"].rows == [(1, 0, 0), (0, 0, 0)]
    assert left["f1"].score == left["subtask_1"].score == 1.0


def test_one_kind_of_sentences_is_not_enough() -> None:
    with pytest.raises(InputError, match="no span is labelled Definition"):
        DEFINITION.labels([document()])
    with pytest.raises(InputError, match="all sentences hold one"):
        DEFINITION.labels([replace(FIRST, text="An ion is an atom.", segments=SENTENCES[:1])])
    with pytest.raises(InputError, match="dev: no span is labelled Definition"):
        check_known(DEFINITION, [document()], "dev", ("0", "1"))
    check_known(DEFINITION, [FIRST], "dev", ("0", "1"))
