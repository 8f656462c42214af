"""The translation that one has: what fits, and what is told of one that does not."""

import pytest

from donor.data import Document, Interval, SideText, Translation
from donor.languages import language
from donor.llm import answered
from donor.translate import TranslationTask, translator_named
from donor.translate.given import GivenText, Translations, given

TWO = GivenText("ru", "Ион. Клетка.", ("Ион.", "Клетка."))


def source(*segments: str, between: str = " ", **more: object) -> Document:
    text, places = "", []
    for segment in segments:
        text += between if text else ""
        places.append(Interval(len(text), len(text) + len(segment)))
        text += segment
    return Document("d", "en", text, tuple(places), **more)  # type: ignore[arg-type]


def translation(document: Document, found: GivenText | str, to: str = "ru") -> Translation:
    return asked(given(lambda _: found), document, to)


def asked(translator: object, document: Document, to: str = "ru") -> Translation:
    task = TranslationTask(document, language("en"), language(to))
    return answered(translator(task), _nothing).translation  # type: ignore[operator]


def _nothing(request: object) -> None:
    raise AssertionError("a given translation is not asked for")


def test_segments_are_taken_in_their_order() -> None:
    found = translation(source("Ion.", "Cell."), TWO)
    assert found == Translation("ru", ("Ион.", "Клетка."), (), "given")


def test_single_segment_takes_the_whole_text() -> None:
    assert translation(source("Ion. Cell."), TWO).segments == ("Ион. Клетка.",)


@pytest.mark.parametrize(
    ("text", "there", "wanted"),
    [
        ("Ion.", " Ион.\n", "Ион."),
        (" Ion.\n", "Ион.", " Ион.\n"),
        ("  ", "\n", "  "),
        ("Ion.\nCell.", "Ион.\n\nКлетка. ", "Ион.\n\nКлетка."),
    ],
)
def test_edges_are_those_of_the_source(text: str, there: str, wanted: str) -> None:
    assert translation(source(text), GivenText(None, there, (there,))).segments == (wanted,)


def test_document_without_segments_takes_an_empty_text() -> None:
    empty = Document("d", "en", " \n", ())
    assert translation(empty, GivenText(None, "\n", ("\n",))) == Translation("ru", (), (), "given")


def test_side_texts_go_by_name() -> None:
    document = source("Ion.", "Cell.", side_texts=(SideText("title", "Ions "),))
    with_title = GivenText("ru", TWO.text, TWO.segments, (("title", "Ионы"),))
    assert translation(document, with_title).side_texts == ("Ионы ",)


@pytest.mark.parametrize(
    ("document", "found", "problem"),
    [
        (source("Ion."), "there is none", "there is none"),
        (source("Ion.", "Cell."), GivenText("ru", "Ион", ("Ион",)), "has 1 segment, the source 2"),
        (source("A.", "B.", "C."), TWO, "has 2 segments, the source 3"),
        (Document("d", "en", " ", ()), TWO, "has 2 segments, the source 0"),
        (source("Ion.", "B."), GivenText(None, "И", ("И", " ")), "segment 2 is empty in the given"),
        (source("Ion.", " "), TWO, "segment 2 is empty in the source alone"),
        (source("A.", "B.", side_texts=(SideText("title", "T"),)), TWO, "texts none, the source t"),
        (source("Ion."), GivenText("es", "Ion", ("Ion",)), "is in es, not in ru"),
    ],
)
def test_misfit_is_a_problem(document: Document, found: GivenText | str, problem: str) -> None:
    got = translation(document, found)
    assert problem in got.problem
    assert (got.segments, got.side_texts) == ((), ())


def test_region_of_the_language_may_differ() -> None:
    assert not translation(source("Ion."), GivenText("pt", "Íon", ("Íon",)), to="pt-BR").problem


class TestBrought:
    """Without a file: the target that a pair brings along."""

    def test_target_of_a_pair(self) -> None:
        pair = source("Ion.", metadata={"target": {"lang": "ru", "text": "Ион."}})
        assert asked(translator_named("given"), pair).segments == ("Ион.",)

    @pytest.mark.parametrize("metadata", [{}, {"target": "ru"}, {"target": {"text": 1}}])
    def test_document_that_brings_none_is_a_problem(self, metadata: dict[str, object]) -> None:
        got = asked(translator_named("given"), source("Ion.", metadata=metadata))
        assert "brings none" in got.problem


def test_lookup_is_by_document() -> None:
    texts = {"d": TWO}
    find: Translations = lambda document: texts.get(document.id, "not there")  # noqa: E731
    assert asked(given(find), source("A.", "B.")).segments == TWO.segments
