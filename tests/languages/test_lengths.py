import pytest

from donor.languages import filler_words, letters_per_english_letter


@pytest.mark.parametrize(
    ("tag", "rate"), [("en", 1.0), ("en-GB", 1.0), ("es", 1.13), ("ru", 1.1), ("sr-Latn", 1.13)]
)
def test_measured_lengths(tag: str, rate: float) -> None:
    assert letters_per_english_letter(tag) == rate


@pytest.mark.parametrize(("tag", "most"), [("zh", 0.4), ("zh-TW", 0.4), ("ja", 0.5), ("ko", 0.6)])
def test_scripts_that_hold_more_in_a_letter_take_fewer(tag: str, most: float) -> None:
    assert letters_per_english_letter(tag) < most


def test_filler_is_of_the_language_or_at_least_of_its_script() -> None:
    assert "und" in filler_words("de-AT")
    assert all("\u0e00" <= letter < "\u0e80" for letter in filler_words("th"))
    assert filler_words("tlh")
