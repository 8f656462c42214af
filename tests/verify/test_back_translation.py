import pytest
from tests.verify.transfers import in_segments, untranslated

from donor.data import Check, Finding, Translation
from donor.verify import Compared, compared, to_translate_back
from donor.verify.back_translation import chrf

SOURCES = ["The membrane of a cell keeps molecules apart.", "No."]
DONE = in_segments(
    SOURCES,
    ["Мембрана клетки разделяет молекулы.", "Нет."],
    side=("What keeps them apart?", "Что?"),
)


def back(*segments: str, side: str = "What keeps them apart?") -> Translation:
    return Translation("en", segments, (side,), "llm")


# python -c 'from sacrebleu.metrics import CHRF; print(CHRF().sentence_score(TEXT, [REFERENCE]))'
# sacrebleu 2.6.0, nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no
@pytest.mark.parametrize(
    ("text", "reference", "score"),
    [
        ("the cat is here", "the cat was here", 54.16088957657681),
        ("Клетка делится надвое.", "Клетка растения делится на две.", 53.11569543731161),
        ("ab", "abc", 63.636363636363626),
        ("a", "a", 100.0),
        ("x", "y", 0.0),
        ("", "y", 0.0),
    ],
)
def test_chrf_is_that_of_sacrebleu(text: str, reference: str, score: float) -> None:
    assert 100 * chrf(text, reference) == pytest.approx(score)


def test_what_comes_back_as_it_was_is_no_finding() -> None:
    found = compared(DONE, back("The cell's membrane keeps the molecules apart.", "Not at all."))
    assert found.findings == ()
    assert found.scores[1:] == (None, 1.0)


def test_what_comes_back_as_another_text_is_one() -> None:
    found = compared(DONE, back("Yesterday it was raining here.", "No.", side="Who is that man?"))
    assert [(one.check, one.segment) for one in found.findings] == [
        (Check.BACK_TRANSLATION, 0),
        (Check.BACK_TRANSLATION, None),
    ]
    assert found.findings[0].detail.endswith("back it is 'Yesterday it was raining here.'")


def test_the_threshold_can_be_set() -> None:
    found = compared(DONE, back(SOURCES[0].replace("cell", "rock"), "No."), threshold=0.95)
    assert [type(one) for one in found.findings] == [Finding]


def test_a_failure_is_told_and_is_no_finding() -> None:
    failed = Translation("en", (), (), "llm", problem="failed-request: timeout")
    assert compared(DONE, failed) == Compared(problem="failed-request: timeout")


def test_what_is_translated_back_is_the_bare_target() -> None:
    document = to_translate_back(DONE)
    assert document is not None
    assert (document.language, document.spans) == ("ru", ())
    assert document.segment_texts() == DONE.translation.segments
    assert to_translate_back(untranslated("An ion.", "refused: no")) is None
