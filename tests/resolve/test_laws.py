"""What holds for any text and any answer."""

from dataclasses import replace
from itertools import pairwise, zip_longest

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from donor.data import Candidate, Interval, Intervals, Match, Origin, Quote
from donor.languages.characters import edges
from donor.resolve import resolve
from donor.resolve.normalise import fold

WORDS = ["клетка", "клетки", "Клетка", "«клетка»", "ёлка", "елка", "ион", "ИОН", "5", "3,5"]
SIGNS = [" ", "  ", ", ", ". ", " — ", "\u00a0", "\u00ad", "-", "", "İ", "ß", "e\u0301", "電池"]
SENTENCES = st.lists(st.sampled_from(WORDS + SIGNS), max_size=12).map("".join)
# The characters that glue, cut or fold come often.
TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("аёЯ Iiİßﬁé\u0301\u0308«”–.,5٣ \t\n\u00a0\u00ad\u200b\u200d\ufe0f日한ั👩🇷"),
    )
)
ANY_TEXT = st.one_of(SENTENCES, TEXTS)
INTERVALS = st.tuples(st.integers(0, 40), st.integers(0, 20)).map(
    lambda pair: Interval(pair[0], sum(pair))
)
QUOTES = st.builds(
    Quote,
    surface=st.one_of(st.sampled_from(WORDS), ANY_TEXT),
    occurrence=st.one_of(st.none(), st.integers(-1, 4)),
    before=st.one_of(st.just(""), st.sampled_from(WORDS)),
    after=st.one_of(st.just(""), st.sampled_from(WORDS)),
    within=st.one_of(st.none(), INTERVALS),
)
ANSWERS = st.one_of(
    st.lists(QUOTES, max_size=3).map(tuple),
    st.lists(INTERVALS, max_size=3).map(lambda ranges: Intervals(tuple(ranges))),
)


ORIGINS = st.builds(
    lambda start, length, rank: Origin(
        (Interval(start, start + length),), rank, 2 if rank else None
    ),
    st.integers(0, 9),
    st.integers(1, 9),
    st.sampled_from([None, 1, 2]),
)


def candidates(answers, origins=()):
    return [
        Candidate(f"T{place}", "quote", answer, origin)
        for place, (answer, origin) in enumerate(zip_longest(answers, origins[: len(answers)]))
    ]


@settings(deadline=None)  # the first example loads the dictionaries
@given(ANY_TEXT, st.lists(ANSWERS, max_size=4), st.sampled_from(["ru", "en"]))
def test_every_fragment_is_a_piece_of_the_text(text, answers, language):
    asked = candidates(answers)
    for candidate, found in zip(asked, resolve(text, asked, language=language), strict=True):
        assert found.span_id == candidate.span_id
        assert (found.fragments is None) == (found.match is None) == (found.reason is not None)
        assert bool(found.detail) == (found.reason is not None)
        parts = found.fragments or ()
        assert all(part.of(text) == part.of(text).strip() != "" for part in parts)
        assert all(part.end <= len(text) for part in parts)
        assert all(text[left.end : right.start].strip() for left, right in pairwise(parts))
        if found.match is Match.EXACT and len(candidate.answer) == 1:
            assert [part.of(text) for part in parts] == [candidate.answer[0].surface]


@settings(deadline=None)  # the first example loads the dictionaries
@given(ANY_TEXT, st.data())
def test_verbatim_words_with_their_number_are_found_where_they_stand(text, data):
    allowed = [offset for offset, here in enumerate(edges(text)) if here]
    start, end = sorted((data.draw(st.sampled_from(allowed)), data.draw(st.sampled_from(allowed))))
    surface = text[start:end]
    assume(surface and surface == surface.strip())
    starts = [
        other
        for other in allowed
        if text.startswith(surface, other) and other + len(surface) in allowed
    ]
    quote = Quote(surface, occurrence=starts.index(start) + 1)
    (found,) = resolve(text, candidates([(quote,)]), language="ru")
    assert (found.fragments, found.match) == ((Interval(start, end),), Match.EXACT)


@settings(deadline=None)  # the first example loads the dictionaries
@given(
    ANY_TEXT,
    st.tuples(st.lists(ANSWERS, max_size=4), st.lists(ORIGINS, max_size=4)).flatmap(
        lambda asked: st.permutations(candidates(*asked))
    ),
)
def test_the_order_of_the_candidates_does_not_matter(text, shuffled):
    ordered = sorted(shuffled, key=lambda candidate: candidate.span_id)
    found = resolve(text, shuffled, language="ru")
    assert sorted(found, key=lambda one: one.span_id) == list(resolve(text, ordered, language="ru"))


UNRELATED = "Zzyzx qwrt vvx."
SCOPED = st.tuples(QUOTES, st.sampled_from(WORDS), st.one_of(st.none(), ORIGINS))


@settings(deadline=None)  # the first example loads the dictionaries
@given(SENTENCES, st.lists(SCOPED, max_size=4))
def test_an_unrelated_sentence_changes_nothing(text, claims):
    before, behind = f"{UNRELATED} {text}", f"{text} {UNRELATED}"

    def resolved(whole, by):
        asked = [
            Candidate(
                f"T{place}",
                "quote",
                (replace(quote, surface=word, within=Interval(by, by + len(text))),),
                origin,
            )
            for place, (quote, word, origin) in enumerate(claims)
        ]
        return [
            (one.match, one.reason, [part.shifted(-by) for part in one.fragments or ()])
            for one in resolve(whole, asked, language="ru")
        ]

    alone = resolved(text, 0)
    assert resolved(behind, 0) == alone
    assert resolved(before, len(UNRELATED) + 1) == alone


@settings(deadline=None)  # the first example loads the dictionaries
@given(TEXTS)
def test_the_offsets_of_the_folded_text_run_with_the_text(text):
    folded = fold(text)
    pieces = list(zip(folded.starts, folded.ends, strict=True))
    assert len(folded.text) == len(pieces)
    assert all(0 <= start < end <= len(text) for start, end in pieces)
    assert all(left == right or left[1] <= right[0] for left, right in pairwise(pieces))


@settings(deadline=None)  # the first example loads the dictionaries
@given(TEXTS)
def test_each_folded_character_is_in_the_fold_of_what_it_came_from(text):
    folded = fold(text)
    for sign, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert sign in fold(text[start:end]).text
