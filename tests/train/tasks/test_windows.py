"""Windows: together they hold every token, and a token is of one word."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.tokenizing import byte_level, pieces

from donor.languages.tokens import plain_tokens
from donor.train.encoders.scratch import wordpiece
from donor.train.tasks.windows import encoded, tokens_by_word

TEXTS = (
    "An ion is a charged atom, or (so they say) a molecule.",
    "Фотосинтез — это процесс образования веществ.",
    "ไอออนคืออะตอมที่มีประจุ",
    "Ions 🤖 move 👍🏽 fast!?",
)
WORDPIECE = wordpiece(TEXTS, markers=["<m>"])
BYTES = byte_level(TEXTS * 20)
TOKENIZERS = (WORDPIECE, BYTES, byte_level(TEXTS * 20, trimmed=False), pieces(TEXTS * 20))


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(longest=st.integers(8, 40), stride=st.integers(0, 60), times=st.integers(0, 5))
def test_windows_hold_every_token(tokenizer, longest: int, stride: int, times: int) -> None:
    [tokens] = encoded(tokenizer, [(" ".join(TEXTS * times),)], longest)
    windows = list(tokens.windows(longest, stride))
    seen = {n for start, end in windows for n in range(start, end)}
    assert seen == set(range(len(tokens.ids)))
    sizes = {len(tokens.inputs(*window)["input_ids"]) for window in windows}
    assert len(sizes) == 1 and max(sizes) <= longest
    for (_, end), (start, _) in pairwise(windows):
        assert end - start >= min(stride, (longest - 2) // 2)


def test_text_that_fits_is_as_the_tokenizer_has_it() -> None:
    for tokenizer in TOKENIZERS:
        for texts in ((TEXTS[0],), (TEXTS[0], TEXTS[1])):
            [tokens] = encoded(tokenizer, [texts], 512)
            [window] = tokens.windows(512, 0)
            assert tokens.inputs(*window) == dict(tokenizer(*texts))
            assert tokens.around(tokens.ids, *window)[-1] is None


def test_long_question_leaves_half_to_its_context() -> None:
    question = " ".join([TEXTS[0]] * 9)
    [tokens] = encoded(WORDPIECE, [(question, TEXTS[0])], 20)
    inputs = tokens.inputs(*next(tokens.windows(20, 5)))
    end = WORDPIECE.sep_token_id
    asked = WORDPIECE(question)["input_ids"][:9]
    assert inputs["input_ids"] == [*asked, end, *tokens.ids[:9], end]
    assert inputs["token_type_ids"] == [0] * 10 + [1] * 10


@pytest.mark.parametrize("text", ["", " ", "​"])
def test_text_without_a_token_has_a_window(text: str) -> None:
    for tokenizer in TOKENIZERS[:2]:
        [tokens] = encoded(tokenizer, [(text,)], 8)
        assert len(list(tokens.windows(8, 2))) == 1


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(text=st.text(alphabet="ไอคือะ (a)b.'-ж🤖👍🏽\u200d​\u0301 ", max_size=30))
def test_token_is_of_one_word(tokenizer, text: str) -> None:
    words = [(word.start, word.end) for word in plain_tokens(text)]
    [tokens] = encoded(tokenizer, [(text,)], 512)
    cut, of = tokens_by_word(tokens, text, words, tokenizer, {})
    assert len(cut.ids) == len(cut.places) == len(of)
    for place, word in zip(cut.places, of, strict=True):
        if place is not None and not text[slice(*place)].isspace():
            inside = {n for n, (a, b) in enumerate(words) if a < place[1] and place[0] < b}
            assert inside == {word}
    assert [n for n in of if n is not None] == sorted(n for n in of if n is not None)
    if tokenizer is not WORDPIECE:
        assert set(range(len(words))) <= set(of)


def test_words_with_spaces_between_them_keep_their_tokens() -> None:
    for tokenizer in TOKENIZERS[:2]:
        text = "An ion is a charged atom or a molecule"
        words = [(word.start, word.end) for word in plain_tokens(text)]
        [tokens] = encoded(tokenizer, [(text,)], 512)
        assert tokens_by_word(tokens, text, words, tokenizer, {})[0] == tokens
