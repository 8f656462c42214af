"""Partial, character and repeated-string scores, and the texts that may be compared."""

from dataclasses import replace
from random import Random

import pytest

from donor.data import Document, Interval, Span
from donor.score import (
    Counts,
    Matches,
    SpanScores,
    over_text_of,
    score,
    span_measurements,
    span_scores,
)

TEXT = "0123456789" * 4
Place = tuple[str, int, int]


def document(*spans: Place, text: str = TEXT, name: str = "d", ids: str = "") -> Document:
    names = ids.split() or [f"s{n}" for n in range(len(spans))]
    found = tuple(
        Span(span_id, label, (Interval(start, end),))
        for span_id, (label, start, end) in zip(names, spans, strict=True)
    )
    edges = Interval(len(text) - len(text.lstrip()), len(text.rstrip()))
    return Document(name, "en", text, (edges,), spans=found)


T03, T05, T59 = ("T", 0, 3), ("T", 0, 5), ("T", 5, 9)

# Counts as nervaluate 1.2.1 has them for each label apart, added up over the labels:
# Evaluator([gold], [predicted], tags=[label], loader="dict").evaluate()["overall"]["partial"],
# with ends inclusive.
NERVALUATE: dict[str, tuple[list[Place], list[Place], Matches]] = {
    "exact": ([T03], [T03], Matches(correct=1)),
    "longer": ([T05], [T03], Matches(partial=1)),
    "shorter and spurious": (
        [("T", 1, 3), ("T", 8, 9)],
        [T03],
        Matches(partial=1, spurious=1),
    ),
    "missed": ([], [T03, T59], Matches(missed=2)),
    "two over one": (
        [("T", 0, 2), ("T", 3, 6)],
        [("T", 0, 6)],
        Matches(partial=1, spurious=1),
    ),
    "one over two": ([("T", 0, 9)], [T03, T59], Matches(partial=1, missed=1)),
    "other label": ([("U", 0, 3)], [T03], Matches(missed=1, spurious=1)),
    "mixed": (
        [T03, ("T", 5, 7), ("U", 10, 14), ("U", 20, 22)],
        [T03, T59, ("U", 10, 14), ("U", 16, 18), ("T", 30, 32)],
        Matches(correct=2, partial=1, missed=2, spurious=1),
    ),
}


@pytest.mark.parametrize("case", NERVALUATE)
def test_counts_of_each_label_are_those_of_nervaluate(case: str) -> None:
    predicted, gold, counts = NERVALUATE[case]
    by_label = span_scores(document(*predicted), document(*gold)).by_label
    assert sum((one.matches for one in by_label.values()), Matches()) == counts


def test_scores_of_a_corpus_are_those_of_nervaluate() -> None:
    """All cases but "other label" as one corpus, under one label, in one Evaluator."""
    total = SpanScores()
    for name, (predicted, gold, _) in NERVALUATE.items():
        if name != "other label":
            one, other = (document(*(("T", *place[1:]) for place in p)) for p in (predicted, gold))
            total += span_scores(one, other)
    assert (total.partial.precision, total.partial.recall, total.partial.f1) == (
        pytest.approx((0.5, 0.4230769230769231, 0.4583333333333333))
    )
    assert (total.strict.precision, total.strict.recall, total.strict.f1) == (
        pytest.approx((0.2727272727272727, 0.23076923076923078, 0.24999999999999994))
    )


@pytest.mark.parametrize(
    ("predicted", "strict", "partial", "label_only", "boundary_only"),
    [
        ([("U", 0, 3)], Matches(0, 1), Matches(1), Matches(0, 1), Matches(1)),
        ([T05], Matches(0, 1), Matches(0, 0, 1), Matches(1), Matches(0, 1)),
        ([("U", 2, 4)], Matches(0, 1), Matches(0, 0, 1), Matches(0, 1), Matches(0, 1)),
        ([("T", 3, 5)], *[Matches(missed=1, spurious=1)] * 4),
        ([], *[Matches(missed=1)] * 4),
        ([T03, T03], *[Matches(1, spurious=1)] * 4),
    ],
)
def test_four_ways_differ_in_what_is_correct(
    predicted: list[Place],
    strict: Matches,
    partial: Matches,
    label_only: Matches,
    boundary_only: Matches,
) -> None:
    found = span_scores(document(*predicted), document(T03))
    assert found.strict == strict
    assert found.partial == partial
    assert found.label_only == label_only
    assert found.boundary_only == boundary_only


def test_discontinuous_spans_overlap_where_their_fragments_do() -> None:
    def apart(*places: tuple[int, int]) -> Document:
        span = Span("s", "T", tuple(Interval(*place) for place in places))
        return Document("d", "en", TEXT, (Interval(0, len(TEXT)),), spans=(span,))

    gold = apart((0, 2), (8, 10))
    assert span_scores(apart((0, 2), (8, 10)), gold).strict == Matches(1)
    assert span_scores(apart((0, 2), (8, 11)), gold).strict == Matches(0, 1)
    assert span_scores(apart((3, 7)), gold).strict == Matches(missed=1, spurious=1)
    assert span_scores(apart((0, 2), (8, 11)), gold).character == Counts(4, 1, 0)


def test_strict_scores_are_those_of_seqeval() -> None:
    """f1_score(gold, predicted, mode="strict", scheme=IOB2) of seqeval 1.2.2 on these as tags."""
    gold = [[("T", 0, 2), ("U", 4, 5), ("T", 6, 9)], [("T", 0, 1)], [("U", 2, 4), ("T", 5, 6)]]
    predicted = [[("T", 0, 2), ("T", 4, 5), ("T", 6, 8)], [("T", 0, 1)], [("U", 2, 4)]]
    strict = score(
        [document(*spans, name=str(n)) for n, spans in enumerate(predicted)],
        [document(*spans, name=str(n)) for n, spans in enumerate(gold)],
    )["spans"]["strict"]
    found = strict["precision"], strict["recall"], strict["f1"]
    assert found == pytest.approx((0.6, 0.5, 0.5454545454545454))


def test_order_in_the_file_moves_nothing() -> None:
    found = span_scores(document(T05, T03), document(T03, T05))
    assert (found.strict, found.partial, found.label_only) == (Matches(2),) * 3


def test_a_span_leaves_its_partner_to_one_that_has_no_other() -> None:
    found = span_scores(document(("T", 0, 6), ("T", 0, 2)), document(("T", 0, 3), ("T", 4, 8)))
    assert found.strict == Matches(0, 2)
    assert found.label_only == Matches(2)


def test_most_right_labels_come_before_most_pairs() -> None:
    predicted, gold = document(("T", 0, 4), ("U", 0, 2)), document(("T", 0, 2), ("V", 3, 9))
    assert span_scores(predicted, gold).label_only == Matches(1, 0, 0, 1, 1)
    assert span_scores(predicted, gold).partial == Matches(1, 0, 1)


def test_equal_spans_part_where_both_then_have_a_partner() -> None:
    predicted, gold = [("T", 0, 10), ("T", 0, 4)], [("T", 0, 10), ("T", 8, 12)]
    for one in (predicted, predicted[::-1]):
        for other in (gold, gold[::-1]):
            assert span_scores(document(*one), document(*other)).label_only == Matches(2)


def best_of_all(predicted: list[Place], gold: list[Place], what: str) -> Matches:
    """The most right pairs, then the most pairs, of every way to pair spans that overlap."""

    def right(one: Place, other: Place) -> bool:
        label, place = one[0] == other[0], one[1:] == other[1:]
        return {"strict": label and place, "label_only": label, "boundary_only": place}[what]

    def best(left: list[Place], free: list[Place]) -> tuple[int, int]:
        if not left:
            return 0, 0
        ways = [best(left[1:], free)]
        for n, other in enumerate(free):
            if left[0][1] < other[2] and other[1] < left[0][2]:
                more = best(left[1:], free[:n] + free[n + 1 :])
                ways.append((more[0] + right(left[0], other), more[1] + 1))
        return max(ways)

    correct, pairs = best(predicted, gold)
    return Matches(correct, pairs - correct, 0, len(gold) - pairs, len(predicted) - pairs)


@pytest.mark.parametrize("seed", range(400))
def test_pairing_is_the_best_of_all_in_any_order(seed: int) -> None:
    chance = Random(seed)

    def few(least: int) -> list[Place]:
        starts = [chance.randrange(7) for _ in range(chance.randint(least, 2))]
        return [(chance.choice("TTU"), start, start + chance.randint(1, 6)) for start in starts]

    both = few(1)
    predicted, gold = both + few(0), both + few(0)
    ways = "strict", "label_only", "boundary_only"
    expected = [best_of_all(predicted, gold, what) for what in ways]
    for _ in range(2):
        found = span_scores(document(*predicted), document(*gold))
        assert [found.strict, found.label_only, found.boundary_only] == expected
        chance.shuffle(predicted)
        chance.shuffle(gold)


@pytest.mark.parametrize(
    ("predicted", "gold", "counts"),
    [
        ([T05], [T03], Counts(3, 2, 0)),
        ([T03], [T03, T03], Counts(3, 0, 3)),
        ([T03, ("U", 0, 3)], [T03], Counts(3, 3, 0)),
        ([("T", 0, 9)], [T03, T59], Counts(7, 2, 0)),
        ([], [T03], Counts(0, 0, 3)),
    ],
)
def test_characters_count_under_their_label(
    predicted: list[Place], gold: list[Place], counts: Counts
) -> None:
    assert span_scores(document(*predicted), document(*gold)).character == counts


def test_repeated_are_the_spans_whose_words_come_again() -> None:
    text = "ion and ion, cell"
    gold = document(("T", 0, 3), ("T", 13, 17), text=text)
    predicted = document(("T", 8, 11), ("T", 13, 17), text=text)
    found = span_scores(predicted, gold)
    assert (found.repeated, found.strict.counts) == (Counts(0, 1, 1), Counts(1, 1, 1))


class TestIds:
    """A span whose id is on both sides is compared with no other."""

    gold = document(T03, T59, ids="a b")

    def test_swap_is_an_error(self) -> None:
        swapped = document(T59, T03, ids="a b")
        assert span_scores(swapped, self.gold).strict == Matches(2)
        by_id = span_scores(swapped, self.gold, ids=frozenset("ab"))
        assert by_id.strict == by_id.partial == Matches(missed=2, spurious=2)
        assert by_id.character == Counts(0, 7, 7)

    def test_others_are_compared_by_place(self) -> None:
        predicted = document(T59, T03, ids="x y")
        assert span_scores(predicted, self.gold, ids=frozenset("z")).strict == Matches(2)


class TestTexts:
    def test_white_space_at_the_edges_moves_offsets(self) -> None:
        gold, predicted = document(("T", 0, 3), text="ion"), document(("T", 2, 5), text="  ion\n")
        moved = over_text_of(predicted, gold)
        assert moved is not None
        assert (moved.text, moved.spans) == ("ion", gold.spans)
        assert score([predicted], [gold])["spans"]["strict"]["f1"] == 1.0

    @pytest.mark.parametrize("text", ["ions", "i on", ""])
    def test_another_text_cannot_be_compared(self, text: str) -> None:
        assert over_text_of(document(text=text), document(text="ion")) is None

    def test_span_over_an_edge_that_gold_lacks_cannot_be_compared(self) -> None:
        assert over_text_of(document(("T", 0, 4), text=" ion"), document(text="ion")) is None


def test_undefined_scores_are_none() -> None:
    none = Matches()
    assert (none.precision, none.recall, none.f1) == (None, None, None)


def test_json_has_the_shape_of_a_method_of_bench() -> None:
    two = [document(T03), replace(document(T03), id="other")]
    spans = score(two, two)["spans"]
    assert {
        "strict", "partial", "character", "projection_rate", "repeated", "tokens_per_span",
        "by_label", "by_length", "label_only", "boundary_only", "token", "macro", "macro_token",
    } == set(spans)  # fmt: skip
    assert spans["strict"]["interval"] == [1.0, 1.0]
    for kind in ("strict", "partial", "label_only", "boundary_only", "character", "token"):
        assert {"precision", "recall", "f1", "interval", "signature"} <= set(spans[kind])


def test_macro_is_the_mean_over_labels() -> None:
    gold, predicted = document(T03, ("U", 5, 9)), document(T03, ("V", 5, 9))
    measured = span_measurements([(predicted, gold)])
    assert measured["macro"].score == pytest.approx(1 / 3)
    assert score([predicted], [gold])["spans"]["macro"]["f1"] == pytest.approx(1 / 3)
    assert measured["label:T"].score == 1.0
    assert measured["label:V"].score == 0.0


def test_many_labels_have_no_intervals() -> None:
    gold = document(*((f"L{n:03}", 0, 3) for n in range(201)))
    assert not {"macro", "macro_token", "label:L000"} & span_measurements([(gold, gold)]).keys()
    found = score([gold], [gold])
    for one in (found["spans"]["macro"], found["spans"]["by_label"]["L000"]):
        assert (one["f1"], one["interval"], one["signature"]) == (1.0, None, None)
    assert any(note.startswith("There are 201 span labels") for note in found["notes"])


@pytest.mark.parametrize(
    ("words", "name"),
    [("a", "1"), ("a b", "2"), ("a, b.", "2"), ("a b c", "3-5"), ("a b c d e f", "6+"), ("…", "1")],
)
def test_length_counts_words(words: str, name: str) -> None:
    gold = document(("T", 0, len(words)), text=words)
    assert span_scores(gold, gold).by_length == {name: Counts(1, 0, 0)}


def test_wrong_span_counts_with_its_own_length() -> None:
    gold, predicted = document(("T", 0, 1), text="a b"), document(("T", 0, 3), text="a b")
    assert span_scores(predicted, gold).by_length == {"2": Counts(0, 1, 0), "1": Counts(0, 0, 1)}
