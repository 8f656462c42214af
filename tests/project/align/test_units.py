"""Segments cut into pairs for the aligner."""

from donor.project.align.units import LONGEST, PARAGRAPH, units_of


def sentence(word: str, length: int) -> list[str]:
    return [f"{word}{n}" for n in range(length - 1)] + ["."]


def test_short_segment_is_one_pair() -> None:
    assert units_of(["A", ".", "B"], ["a", ".", "b"]) == [(range(3), range(3))]


def test_empty_side_makes_no_pair() -> None:
    assert units_of([], ["a"]) == units_of(["A"], []) == []


def test_paragraph_is_cut_where_sentences_end_in_both() -> None:
    source = sentence("A", 30) + sentence("B", 40)
    target = sentence("C", 32) + sentence("D", 38)
    assert units_of(source, target) == [(range(30), range(32)), (range(30, 70), range(32, 70))]


def test_sentence_that_is_two_in_the_translation_stays_with_both() -> None:
    source = sentence("A", 20) + sentence("B", 40) + sentence("C", 20)
    target = sentence("D", 20) + sentence("E", 20) + sentence("F", 20) + sentence("G", 20)
    assert units_of(source, target) == [
        (range(20), range(20)),
        (range(20, 60), range(20, 60)),
        (range(60, 80), range(60, 80)),
    ]


def test_words_in_both_tell_what_belongs_together() -> None:
    source = [*sentence("A", 30), "1998", *sentence("B", 29)]
    target = [*sentence("D", 20), "1998", *sentence("E", 19), *sentence("F", 20)]
    assert units_of(source, target) == [(range(30), range(20)), (range(30, 60), range(20, 60))]
    target = [*sentence("D", 20), *sentence("E", 20), "1998", *sentence("F", 19)]
    assert units_of(source, target)[1] == (range(30, 60), range(40, 60))


def test_sentence_does_not_end_before_a_small_letter() -> None:
    source = ["A"] * 20 + ["."] + ["a"] * PARAGRAPH
    assert units_of(source, source) == [(range(len(source)), range(len(source)))]


def test_too_long_a_sentence_is_left_out() -> None:
    source = sentence("A", 30) + sentence("B", LONGEST + 1)
    assert units_of(source, source) == [(range(30), range(30))]
