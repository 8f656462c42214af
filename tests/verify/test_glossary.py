import pytest
from tests.verify.transfers import in_segments

from donor.data import Check, Finding, Glossary, Guidance, Term
from donor.languages import language
from donor.verify import verify


def missed(source: str, target: str, *terms: tuple[str, str], to: str = "ru") -> list[Finding]:
    done = in_segments([source], [target])
    guidance = Guidance(glossary=Glossary(tuple(Term(*term) for term in terms)))
    found = verify(done, source=language("en"), target=language(to), guidance=guidance)
    return [finding for finding in found if finding.check is Check.GLOSSARY_MISSED]


WALL = ("cell wall", "клеточная стенка")


def test_another_rendering_is_a_finding() -> None:
    assert missed("The cell wall holds.", "Оболочка клетки держит.", WALL) == [
        Finding(
            Check.GLOSSARY_MISSED, "'cell wall' is not rendered as 'клеточная стенка'", segment=0
        )
    ]


@pytest.mark.parametrize(
    "target",
    [
        "Клеточная стенка держит.",
        "Нет ни одной клеточной стенки.",
        "Много клеточных стенок.",
        "Стенка, не ядро, клеточная.",
    ],
)
def test_forms_of_the_rendering_are_none(target: str) -> None:
    assert missed("The cell walls hold.", target, WALL) == []


def test_a_term_that_is_not_there_is_not_looked_for() -> None:
    assert missed("The membrane holds.", "Мембрана держит.", WALL) == []


def test_one_of_several_renderings_is_enough() -> None:
    terms = (("charge", "заряд"), ("charge", "плата"))
    assert missed("It has no charge.", "Платы за него нет.", *terms) == []
    [finding] = missed("It has no charge.", "Он нейтрален.", *terms)
    assert finding.detail == "'charge' is not rendered as 'заряд' or 'плата'"


def test_a_term_within_a_longer_one_is_rendered_by_that() -> None:
    terms = (("wall", "перегородка"), WALL)
    assert missed("The cell wall holds.", "Клеточная стенка держит.", *terms) == []


def test_scripts_without_spaces() -> None:
    wall = ("cell wall", "细胞壁")
    assert missed("The cell wall holds.", "植物的细胞壁很坚固。", wall, to="zh") == []
    assert len(missed("The cell wall holds.", "植物的细胞膜很坚固。", wall, to="zh")) == 1


def test_a_language_without_a_lemmatizer() -> None:
    wall = ("cell wall", "hujayra devorining")
    assert missed("The cell wall holds.", "Hujayra devori ushlaydi.", wall, to="uz") == []
