"""The vocabulary of an encoder without pre-training."""

import subprocess
import sys

import pytest

from donor.errors import ConfigError
from donor.train.encoders.scratch import VOCABULARY, wordpiece

RUSSIAN = ["Спрос растёт, когда цена падает.", "Спрос падает: цена растёт."] * 2
SWAHILI = ["Mtoto anasoma kitabu.", "Watoto wanasoma vitabu."] * 2
THAI = ["ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน", "เสียงของคำในภาษาไทยมีห้าระดับ"] * 2
CHINESE = ["細胞是生物體結構的基本單位。"] * 2


@pytest.mark.parametrize("texts", [RUSSIAN, SWAHILI, THAI, CHINESE])
def test_texts_that_were_learnt_from_have_no_unknown_token(texts: list[str]) -> None:
    tokenizer = wordpiece(texts)
    for text in texts:
        assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"]


@pytest.mark.parametrize("text", [*RUSSIAN, *THAI, *CHINESE, "İZMİR и\u0306 naïve e\u0301"])
def test_offsets_are_those_of_the_text_as_it_is(text: str) -> None:
    found = wordpiece([text] * 2)(text, return_offsets_mapping=True)["offset_mapping"]
    pieces = "".join(text[start:end] for start, end in found)
    assert pieces == text.replace(" ", "")


def test_a_letter_with_a_mark_stays_another_letter() -> None:
    tokenizer = wordpiece(["й и", "ё е"])
    assert tokenizer.tokenize("й и ё е") == ["й", "и", "ё", "е"]


def test_words_without_spaces_are_cut() -> None:
    tokenizer = wordpiece(THAI)
    assert len(tokenizer.tokenize(THAI[0])) > 3


def test_a_word_of_any_length_is_known() -> None:
    tokenizer = wordpiece(["ab ba"] * 2)
    assert tokenizer.unk_token_id not in tokenizer("ab" * 500)["input_ids"]


def test_the_vocabulary_is_bounded_with_its_markers() -> None:
    letters = [chr(0x4E00 + n) for n in range(9_000)]
    tokenizer = wordpiece([" ".join(letters)] * 2, markers=["<head:Term>"])
    assert len(tokenizer) <= VOCABULARY


def test_a_marker_is_one_token() -> None:
    tokenizer = wordpiece(RUSSIAN, markers=["<head:Term>", "</head>"])
    found = tokenizer.tokenize("<head:Term> спрос </head>")
    assert (found[0], found[-1]) == ("<head:Term>", "</head>")


def test_a_pair_is_told_apart() -> None:
    found = wordpiece(RUSSIAN)("спрос", "цена")
    assert set(found["token_type_ids"]) == {0, 1}


def test_two_processes_make_the_same_vocabulary() -> None:
    program = (
        "from donor.train.encoders.scratch import wordpiece\n"
        "tied = [chr(97 + n % 26) + chr(97 + n // 26 % 26) + 'x' * (n % 3) for n in range(676)]\n"
        "print(sorted(wordpiece([' '.join(tied)] * 2).get_vocab().items()))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(said) == 1


@pytest.mark.parametrize("texts", [[], ["", " \n"]])
def test_texts_without_a_word_are_refused(texts: list[str]) -> None:
    with pytest.raises(ConfigError, match="there is no word in it"):
        wordpiece(texts)
