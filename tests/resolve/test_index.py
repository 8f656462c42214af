"""What is looked up in an index is what a look at each word of the text finds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donor.data import Candidate, Interval, Origin, Quote, Reason
from donor.resolve import resolve
from donor.resolve.inflected import alike, kin
from donor.resolve.misspelt import misspelt, one_typo_apart
from donor.resolve.normalise import fold
from donor.resolve.target import Target, words_of

WORDS = [
    *("клетка", "клетки", "клетку", "бугугашка", "бугугашкой", "ионы", "ион", "мембрана"),
    *("мебрана", "мембарна", "cells", "cell", "membrane", "memrbane", "membranes", "went", "go"),
    *("Zellen", "Zelle", "gingen", "gehen", "5", "ё", "والكتاب", "كتاب", "細胞"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
QUOTES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
LANGUAGES = st.sampled_from(["ru", "en", "de", "ar", "ja"])


@settings(deadline=None)  # the first example loads the dictionaries
@given(TEXTS, st.sampled_from(WORDS), LANGUAGES)
def test_forms_of_a_word_are_those_that_its_likeness_knows(text, word, language):
    target, wanted = Target(text, language), fold(word).text
    like = kin(wanted, language)
    assert sorted(alike(target, wanted)) == sorted(filter(like, target.index))


@settings(deadline=None)  # the first example loads the dictionaries
@given(TEXTS, QUOTES, LANGUAGES)
def test_typing_errors_are_found_wherever_they_stand(text, quote, language):
    target, wanted = Target(text, language), words_of(quote, fold(quote))
    found = set(misspelt(target, quote, fold(quote)))
    for first in range(len(target.words) - len(wanted) + 1):
        window = target.words[first : first + len(wanted)]
        pairs = [(at.folded, wish.folded) for at, wish in zip(window, wanted, strict=True)]
        others = [p for p in pairs if not (p[0] == p[1] or kin(p[1], language)(p[0]))]
        typed = 1 <= len(others) <= max(1, len(wanted) // 3)
        forgiven = typed and all(one_typo_apart(*pair) for pair in others)
        assert (Interval(window[0].start, window[-1].end) in found) == forgiven


def test_fifty_equal_quotes_with_neighbours_among_a_thousand_places_take_no_time():
    text = " ".join(f"сл{n} клетка хл{n}" for n in range(1000))
    equal = [
        Candidate(
            f"T{n:02}",
            "tags",
            (Quote("клетка", before=f"сл{n * 20}", after=f"хл{n * 20}"),),
            Origin((Interval(100 * n, 100 * n + 5),)),
        )
        for n in range(50)
    ]
    between = [
        Candidate(f"U{n}", "tags", (Quote(f"хл{n * 10}"),), Origin((Interval(at, at + 5),)))
        for n in range(100)
        for at in [50 * n + 10]
    ]
    begun = time.process_time()
    found = resolve(text, [*equal, *between], language="ru")
    # It takes less than half a second; a look at each pair, a minute and a half.
    assert time.process_time() - begun < 10
    places = [one.fragments[0].start for one in found[:50]]
    assert places == [text.index(f"сл{n * 20} ") + len(f"сл{n * 20} ") for n in range(50)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_hundred_quotes_that_are_nowhere_in_a_long_text_take_no_time(language):
    syllables = ["ba", "ке", "mo", "ри", "tu", "во", "ne"]
    words = ["".join(syllables[n // 7**k % 7] for k in range(4)) for n in range(2000)]
    text = " ".join(words[n * n % 1999] for n in range(6000))
    missing = [
        Candidate(f"T{n}", "quote", (Quote(f"{words[n]} qx{words[n + 1]} of {words[n + 2]}"),))
        for n in range(100)
    ]
    resolve(text[:100], missing[:1], language=language)  # loads the dictionaries
    begun = time.process_time()
    found = resolve(text, missing, language=language)
    # It takes less than half a second; a look at each word for each quote, 20 to 40.
    assert time.process_time() - begun < 5
    assert {one.reason for one in found} == {Reason.NO_MATCH}
