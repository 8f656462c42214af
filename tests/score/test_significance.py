"""Two predictions against one gold."""

from dataclasses import replace

import pytest

from donor.data import Document, Interval, Span, TextLabel
from donor.score import compared, scored

TEXT = "ion cell"
Place = tuple[str, int, int]
ION, CELL = ("T", 0, 3), ("T", 4, 8)


def document(name: str, *spans: Place, text: str = TEXT, mood: str | None = None) -> Document:
    found = tuple(
        Span(f"s{n}", label, (Interval(start, end),)) for n, (label, start, end) in enumerate(spans)
    )
    labels = (TextLabel("mood", mood),) if mood else ()
    return Document(name, "en", text, (Interval(0, len(text)),), spans=found, labels=labels)


GOLD = [document(str(n), ION, CELL, mood="good") for n in range(30)]
GOOD = GOLD[:]
WORSE = [document(str(n), ION, ("U", 4, 7), mood="bad" if n % 2 else "good") for n in range(30)]


def rows(a: list[Document], b: list[Document]) -> dict[tuple[str, str], dict]:
    found = compared(scored(a, GOLD), scored(b, GOLD), resamples=200, trials=200)
    return {(row["section"], row["metric"]): row for row in found}


def test_every_metric_of_both_has_a_row() -> None:
    found = rows(GOOD, WORSE)
    assert {name for section, name in found if section == "spans"} == {
        "strict", "partial", "label_only", "boundary_only", "character", "token", "repeated",
        "macro", "macro_token",
    }  # fmt: skip
    assert ("labels mood", "mcc") in found
    assert ("labels mood", "value:good") not in found


def test_difference_is_the_first_less_the_second() -> None:
    strict, turned = (rows(*sides)["spans", "strict"] for sides in ((GOOD, WORSE), (WORSE, GOOD)))
    assert (strict["a"], strict["b"], strict["difference"]) == (1.0, 0.5, 0.5)
    assert strict["interval"] == [0.5, 0.5]
    assert turned["difference"] == -0.5
    assert strict["p"] == pytest.approx(1 / 201)


def test_p_is_corrected_for_all_rows() -> None:
    found = rows(GOOD, WORSE)
    tested = sum(row["p"] is not None for row in found.values())
    assert found["spans", "repeated"]["p"] is None
    least = min(row["p"] for row in found.values() if row["p"] is not None)
    assert min(row["p_holm"] for row in found.values() if row["p"] is not None) == pytest.approx(
        least * tested
    )
    assert all(
        row["p_bootstrap_holm"] >= row["p_bootstrap"]
        for row in found.values()
        if row["p_bootstrap"] is not None
    )


def test_equal_predictions_do_not_differ() -> None:
    strict = rows(WORSE, WORSE)["spans", "strict"]
    assert (strict["difference"], strict["p"], strict["p_bootstrap"]) == (0.0, 1.0, 1.0)


def test_rows_in_which_no_document_differs_are_not_corrected_for() -> None:
    other = [replace(one, labels=gold.labels) for one, gold in zip(WORSE, GOLD, strict=True)]
    found = rows(GOOD, other)
    same = {row["p_holm"] for (section, _), row in found.items() if section == "labels mood"}
    assert same == {1.0, None}
    tested = sum(section == "spans" and row["p"] is not None for (section, _), row in found.items())
    assert found["spans", "strict"]["p_holm"] == pytest.approx(tested / 201)


def test_only_documents_that_both_are_scored_on_are_compared() -> None:
    other = [document("0", ION, text="ion wall"), *WORSE[1:]]
    strict = rows(GOOD, other)["spans", "strict"]
    assert (strict["documents"], strict["b"]) == (29, 0.5)


def test_labels_of_one_prediction_alone_widen_the_mean_of_both() -> None:
    macro = rows(GOOD, WORSE)["spans", "macro"]
    assert (macro["a"], macro["b"]) == (1.0, pytest.approx((2 / 3 + 0) / 2))


def test_translations_of_both_are_compared_where_one_is_gold_to_the_letter() -> None:
    other = [replace(one, text="ion wall", spans=()) for one in WORSE]
    chrf, turned = rows(GOOD, other)["translation", "chrf2"], rows(other, GOOD)
    assert (chrf["a"], chrf["documents"]) == (100.0, 30)
    assert chrf["b"] < 100
    assert turned["translation", "chrf2"]["difference"] == -chrf["difference"]


def test_both_are_scored_by_the_words_of_one_language() -> None:
    gold = [replace(document("0", text="细胞 在"), language=None)]
    some, other = (
        scored(
            [replace(gold[0], text=text, segments=(Interval(0, len(text)),), language=language)],
            gold,
        )
        for text, language in (("细 胞", None), ("细胞 是", "zh"))
    )
    [bleu] = [row for row in compared(some, other, trials=99) if row["metric"] == "bleu"]
    assert "tok:zh" in bleu["signature"]
    assert bleu["b"] == other.as_json()["translation"]["bleu"]["score"]
