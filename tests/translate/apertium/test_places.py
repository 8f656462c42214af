"""Where a span stands by its marks: joined, fitted, or declined."""

import re

import pytest

from donor.data import Candidate, Declined, Document, Interval, Intervals, Reason, Span
from donor.languages import language
from donor.translate.apertium.places import placed
from donor.translate.apertium.stream import Marked

BOTH = language("en"), language("es")


def answers(source: Document, marks: str) -> list[Candidate | Declined]:
    """What is said of the spans, `1<comida>` being a word with the mark 1."""
    text, marked, at = "", [], 0
    for match in re.finditer(r"([\d,]+)<([^>]*)>", marks):
        text += marks[at : match.start()]
        numbers = tuple(map(int, match[1].split(",")))
        marked.append(Marked(Interval(len(text), len(text) + len(match[2])), numbers))
        text += match[2]
        at = match.end()
    text += marks[at:]
    target = Document("d", "es", text, (Interval(0, len(text)),))
    return list(placed(source, target, BOTH, marked))


def surfaces(source: Document, marks: str) -> list[list[str]]:
    text = re.sub(r"[\d,]+<([^>]*)>", r"\1", marks)
    found = answers(source, marks)
    assert all(isinstance(one, Candidate) for one in found)
    return [[place.of(text) for place in one.answer.ranges] for one in found]  # type: ignore


def source(text: str, *fragments: str) -> Document:
    """A document with one span, whose fragments stand there for the first time."""
    places = [Interval(text.index(words), text.index(words) + len(words)) for words in fragments]
    whole = (Interval(0, len(text)),)
    return Document("d", "en", text, whole, spans=(Span("T1", "Term", tuple(places)),))


@pytest.mark.parametrize(
    ("words", "marks", "surface"),
    [
        ("food", "0<la> 1<comida> 0<es>", "comida"),
        ("wine list", "1<lista> de 1<vino>", "lista de vino"),
        ("great wine", "1<vino> 0<muy> 1<bueno>", "vino muy bueno"),
        ("wine, red", "1<vino>0<,> 1<tinto>", "vino, tinto"),
        ("Food", "1<La> 1<comida> 0<es>", "comida"),
        ("The food", "1<La> 1<comida> 0<es>", "La comida"),
        ("of Parliament", "1<del> 1<Parlamento>", "del Parlamento"),
        ("La Rosa", "1<La> 1<Rosa>", "La Rosa"),
        ("quality was as good in both", "1<La> 1<calidad>", "La calidad"),
        ('"ion"', 'un "1<ion>".', '"ion"'),
        ('"ion"', "un 1<ion>", "ion"),
        ("(ion).", "1<(>1<ion>1<)>.", "(ion)."),
        ("ion", 'un "1<ion>"', "ion"),
    ],
)
def test_words_make_one_place(words: str, marks: str, surface: str) -> None:
    assert surfaces(source(words, words), marks) == [[surface]]


def test_evidence_says_how_whole_a_span_came_back() -> None:
    [found] = answers(source("great wine", "great wine"), "1<vino> 0<muy> de 1<bueno>")
    assert isinstance(found, Candidate)
    assert found.evidence == (("parts", 2.0), ("words between", 1.0))


def test_span_whose_words_are_far_apart_is_declined() -> None:
    [found] = answers(source("set up", "set up"), "1<conjunto> 0<a> 0<b> 0<c> 1<arriba>")
    assert isinstance(found, Declined)
    assert (found.reason, found.method) == (Reason.AMBIGUOUS, "apertium")
    assert found.detail == "its words came back in 2 places, with 3 others between"


def test_span_that_vanishes_has_no_counterpart() -> None:
    [found] = answers(source("she", "she"), "0<va>")
    assert isinstance(found, Declined)
    assert found.reason is Reason.NO_COUNTERPART


def test_fragments_keep_apart() -> None:
    wine = source("red and hot wine", "red", "wine")
    assert surfaces(wine, "2<vino> 0<y> 0<b> 0<c> 1<tinto>") == [["vino", "tinto"]]


def test_fragments_that_become_one_word_are_one() -> None:
    assert surfaces(source("of it all", "of", "all"), "1,2<todo>") == [["todo"]]


def test_fragment_that_vanishes_leaves_the_other() -> None:
    found = answers(source("red and hot wine", "red", "wine"), "2<vino>")
    assert [one.answer for one in found if isinstance(one, Candidate)] == [
        Intervals((Interval(0, 4),))
    ]
