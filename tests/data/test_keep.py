"""Kept words are found as each would be alone."""

import random
import re
import time

from hypothesis import given
from hypothesis import strategies as st

from donor.data import Guidance

SIGNS = st.text(alphabet="abяÉ_1²+#@() →", min_size=1, max_size=5)
WORDS = SIGNS.filter(lambda words: bool(words.strip()) and words == words.strip())
EXPRESSIONS = st.sampled_from(["a+", "[(]b?[)]", "", "@\\w+", "(?<!a)b"])
KEPT = st.lists(st.one_of(WORDS, EXPRESSIONS.map(re.compile)), max_size=8)
TEXTS = st.text(alphabet="abяÉ_1²+#@() →", max_size=40)


def alone(kept: "str | re.Pattern[str]") -> "re.Pattern[str]":
    """What finds a line of a keep-list in a text."""
    if isinstance(kept, re.Pattern):
        return kept
    before = r"(?<!\w)" if kept[0].isalnum() else ""
    after = r"(?!\w)" if kept[-1].isalnum() else ""
    return re.compile(before + re.escape(kept) + after)


@given(KEPT, st.one_of(TEXTS, st.lists(WORDS, max_size=8).map("".join)), st.data())
def test_an_index_finds_what_each_line_finds(
    kept: "list[str | re.Pattern[str]]", text: str, data: st.DataObject
) -> None:
    for words in data.draw(st.lists(st.sampled_from(kept or ["a"]), max_size=3)):
        text += words if isinstance(words, str) else " "
    matches = [found for one in kept for found in alone(one).finditer(text) if found[0].strip()]
    in_order = sorted(matches, key=re.Match.start)
    expected = tuple(dict.fromkeys(found[0] for found in in_order))
    assert Guidance(keep=tuple(kept)).kept_in(text) == expected


def test_thousands_of_kept_words_take_no_time() -> None:
    chance = random.Random(1)
    names = ["".join(chance.choices("aeioulmnrst", k=7)) for _ in range(5000)]
    guidance = Guidance(keep=(*names, *[f"@{name} x" for name in names]))
    text = " ".join(f"{name} @{name} x" for name in names[:20])
    guidance.kept_in(text)  # makes the index
    begun = time.process_time()
    for _ in range(100):
        found = guidance.kept_in(text)
    # It takes 15 ms for all hundred; one after the other, for each of them.
    assert time.process_time() - begun < 0.5
    assert len(found) == 40


def test_a_mark_on_the_last_letter_makes_it_another() -> None:
    kept = Guidance(keep=("house", "<"))
    assert kept.kept_in("house\u0301") == ()
    assert kept.kept_in("<\u0301 house, \u0301") == ("house",)
