"""Contests are corrected together, and named by who is better."""

from donor.experiments.compare.significance import contests, decided
from donor.score import F1, Measurement, Metric

GOOD = Measurement(F1, [(3, 0, 0)] * 40)
BAD = Measurement(F1, [(1, 2, 2)] * 40)
EDITS = Metric("ter", ("edits", "words"), lambda row: row[0] / row[1] if row[1] else None, best=-1)


def test_clear_difference_names_the_better_one() -> None:
    [row] = decided(contests("spans", {"a": GOOD, "b": BAD}))
    assert (row["metric"], row["a"], row["b"], row["better"]) == ("spans", "a", "b", "a")
    assert row["difference"] > 0.6
    low, high = row["interval"]
    assert low <= row["difference"] <= high
    assert row["p"] < 0.001


def test_where_less_is_better_the_lower_one_wins() -> None:
    few, many = (Measurement(EDITS, [(edits, 10)] * 40) for edits in (1, 5))
    assert decided(contests("ter", {"few": few, "many": many}))[0]["better"] == "few"


def test_equal_ones_are_not_called_different() -> None:
    [row] = decided(contests("spans", {"a": GOOD, "b": GOOD}))
    assert (row["difference"], row["p"], row["better"]) == (0.0, 1.0, None)


def test_each_row_is_corrected_for_all() -> None:
    rows = decided(contests("spans", {"a": GOOD, "b": BAD, "c": GOOD}))
    assert [row["better"] for row in rows] == ["a", None, "c"]
    assert rows[0]["p_holm"] == 2 * rows[0]["p"]


def test_what_no_document_tells_apart_is_not_corrected_for() -> None:
    same = contests("bleu", {"a": GOOD, "b": GOOD, "c": GOOD})
    first, *others = decided([*contests("spans", {"a": GOOD, "b": BAD}), *same])
    assert first["p_holm"] == first["p"]
    assert {row["p_holm"] for row in others} == {1.0}


def test_what_needs_no_reference_names_nobody() -> None:
    [row] = decided(contests("length", {"a": GOOD, "b": BAD}), judged=False)
    assert "better" not in row


def test_nothing_is_tested_where_a_score_is_not_defined() -> None:
    assert contests("spans", {"a": GOOD, "b": Measurement(F1, [(0, 0, 0)] * 40)}) == []
