"""Relations end to end, and between the spans that both sides have."""

import pytest

from donor.data import Document, Interval, Relation, Span
from donor.score import Counts, score
from donor.score.relations import measured_relations, relation_scores

TEXT = "ion cell wall"
ION, CELL, WALL = ("a", 0, 3), ("b", 4, 8), ("c", 9, 13)
Place = tuple[str, int, int]


def document(spans: list[Place], *relations: tuple[str, str, str]) -> Document:
    return Document(
        "d", "en", TEXT, (Interval(0, len(TEXT)),),
        spans=tuple(Span(name, "Term", (Interval(start, end),)) for name, start, end in spans),
        relations=tuple(Relation(*one) for one in relations),
    )  # fmt: skip


GOLD = document([ION, CELL, WALL], ("Of", "a", "b"), ("Of", "b", "c"))


@pytest.mark.parametrize(
    ("predicted", "strict", "given"),
    [
        (GOLD, Counts(2), Counts(2)),
        # One span is wrong: end to end both relations are, and given gold's spans none counts.
        (document([ION, ("b", 4, 7), WALL], ("Of", "a", "b"), ("Of", "b", "c")),
         Counts(0, 2, 2), Counts()),
        (document([ION, CELL], ("Of", "a", "b")), Counts(1, 0, 1), Counts(1)),
        (document([ION, CELL, WALL], ("Of", "a", "c")), Counts(0, 1, 2), Counts(0, 1, 2)),
        (document([ION, CELL, WALL], ("Of", "b", "a")), Counts(0, 1, 2), Counts(0, 1, 2)),
        (document([ION, CELL, WALL]), Counts(0, 0, 2), Counts(0, 0, 2)),
        (None, Counts(0, 0, 2), Counts()),
    ],
)  # fmt: skip
def test_counts(predicted: Document | None, strict: Counts, given: Counts) -> None:
    found = relation_scores(predicted, GOLD)
    assert (found.strict, found.given) == (strict, given)


def test_dangling_head_needs_no_span() -> None:
    dangling = document([ION], ("Of", "elsewhere", "a"))
    assert relation_scores(dangling, dangling).given == Counts(1)


def test_labels_are_measured_apart() -> None:
    predicted = document([ION, CELL, WALL], ("Of", "a", "b"), ("Is", "b", "c"))
    found = measured_relations([relation_scores(predicted, GOLD)])
    assert {name: one.total for name, one in found.items()} == {
        "strict": (1, 1, 1),
        "given_gold_spans": (1, 1, 1),
        "label:Is": (0, 1, 0),
        "label:Of": (1, 0, 1),
    }


def test_json_has_both_and_each_label() -> None:
    found = score([GOLD], [GOLD])["relations"]
    assert (found["strict"]["f1"], found["given_gold_spans"]["f1"]) == (1.0, 1.0)
    assert found["by_label"]["Of"]["given_gold_spans"]["true_positives"] == 2
