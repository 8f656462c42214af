import pytest

from donor.languages.scripts import prose_outside, script_of, scripts_of


@pytest.mark.parametrize(
    ("tag", "scripts"),
    [
        ("en", {"Latn"}),
        ("ru", {"Cyrl"}),
        ("sr", {"Cyrl", "Latn"}),
        ("sr-Latn", {"Latn"}),
        ("uz-Cyrl", {"Cyrl"}),
        ("ja", {"Hani", "Kana"}),
        ("ko", {"Hang", "Hani"}),
        ("zh-TW", {"Hani", "Bopo"}),
    ],
)
def test_a_language_is_written_in_its_scripts(tag: str, scripts: set[str]) -> None:
    assert scripts_of(tag) == scripts


def test_names_and_single_letters_are_no_prose() -> None:
    assert prose_outside("Если x > 0, то Intel и IBM", "ru") == ([], 7)


def test_capitals_are_prose_where_there_is_nothing_else() -> None:
    assert prose_outside("STOP THE CAR", "ru") == (["STOP", "THE", "CAR"], 0)


def test_a_script_that_is_not_in_the_table_says_nothing() -> None:
    assert prose_outside("ꆈꌠꉙ", "ii") == ([], 3)


def test_marks_do_not_count_as_letters_of_another_script() -> None:
    assert prose_outside("कोशिका जीवन है", "hi")[0] == []


def test_the_script_of_most_words_is_named() -> None:
    assert script_of(["вода", "water", "течёт"]) == "Cyrillic"
    assert script_of([]) == ""
