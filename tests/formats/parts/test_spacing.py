import pytest

from donor.data import Interval
from donor.formats.parts.spacing import Intervals, aligned, differing_gaps, joined


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("I do n't know , John 's dog can .", "I don't know, John's dog can."),
        ("It cost $ 5 ( or 50 % ) !", "It cost $5 (or 50%)!"),
        ('He said : " Yes . " Then " No "', 'He said: "Yes." Then "No"'),
        ('a " b', 'a " b'),
        ("L' homme qu’ il voit , l’ 11 mai", "L'homme qu’il voit, l’ 11 mai"),
        ("all' alba dell' arte", "all'alba dell'arte"),
        ("James' book", "James' book"),
        ("« Привет » , — сказал он .", "«Привет», — сказал он."),
        ("Er sagte : „ Hallo “ . »Ja«", "Er sagte: „Hallo“. »Ja«"),
        ("» Ja « , sagte er", "»Ja«, sagte er"),
        ("“ hi ” ; ¿ Qué ?", "“hi”; ¿Qué?"),
        ("中国 人民 ， 2008 年 。", "中国人民，2008年。"),
        ("用 Python 写 ， iPhone 手机", "用 Python 写，iPhone 手机"),
        ("東京 は 「 大きい 」 。", "東京は「大きい」。"),
        ("ประเทศ ไทย", "ประเทศไทย"),
        ("한국 은 크다 .", "한국 은 크다."),
        ("ذهب الولد ، أليس كذلك ؟", "ذهب الولد، أليس كذلك؟"),
        ("यह अच्छा है ।", "यह अच्छा है।"),
        ("Fine :) 👍🏽 !", "Fine :) 👍🏽!"),
        (", a", ", a"),
        ("a (", "a ("),
    ],
)
def test_signs_stand_where_every_writer_puts_them(tokens: str, text: str) -> None:
    words = tokens.split()
    found, places = joined(words, 7, Intervals())
    assert found == text
    assert [place.shifted(-7).of(found) for place in places] == words


def test_no_tokens_are_no_text() -> None:
    assert joined([], 0, Intervals()) == ("", [])


def test_a_said_text_is_aligned_or_refused() -> None:
    assert aligned(["5", "%"], "5\u00a0%", 3) == [Interval(3, 4), Interval(5, 6)]
    assert aligned(["don", "'t"], "don't ", 0) == [Interval(0, 3), Interval(3, 5)]
    assert aligned(["a", "b"], "a c", 0) is None
    assert aligned(["a"], "a b", 0) is None


def test_gaps_that_the_reader_would_fill_otherwise_are_counted() -> None:
    tokens = [Interval(0, 1), Interval(1, 2), Interval(3, 4)]
    assert differing_gaps("5%  ", tokens[:2]) == 0
    assert differing_gaps("a, b", tokens) == 0
    assert differing_gaps("a/ b", tokens) == 1


def test_intervals_are_made_once_and_forgotten_when_full() -> None:
    intervals = Intervals()
    assert intervals[1, 2] is intervals[1, 2]
    for n in range(100_005):
        _ = intervals[n, n]
    assert len(intervals) < 100
