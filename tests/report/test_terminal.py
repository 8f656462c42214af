"""One document in a terminal without colours, narrow and wide."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich.console import Console
from tests.report.cases import (
    SOURCE,
    TARGET,
    any_transfer,
    collisions,
    span,
    transfer,
    unresolved,
    untranslated,
)

from donor.data import Attempt, Interval, Intervals, Reason, Repair, Span, SpanRow
from donor.report import document_view, journey_view
from donor.report.marked import marked
from donor.report.visible import visible

WIDTHS = pytest.mark.parametrize("width", [80, 140])


def printed(renderable, width=80):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(renderable)
    return out.getvalue()


def line_with(text, part):
    return next(line for line in text.splitlines() if part in line)


@WIDTHS
def test_all_words_are_there_and_no_line_is_too_long(width):
    shown = printed(document_view(collisions()), width)
    for word in f"{SOURCE} {TARGET} question: <kept>? сохраняется?".split():
        assert word.strip("[]:.") in shown
    assert all(len(line) <= width for line in shown.splitlines())


def test_spans_are_marked_with_their_ids():
    shown = printed(document_view(collisions()), 200)
    assert "[Elastic]T1 and [inelastic [collisions]T1]T2 differ: [the former]T3 keep" in shown
    assert "[Упругие]T1 и [неупругие [столкновения]T1]T2 различны: [первые]T3" in shown


@WIDTHS
def test_the_table_says_how_a_span_was_placed_or_why_not(width):
    shown = " ".join(printed(document_view(collisions()), width).split())
    for part in ("Elastic … collisions", "tags, exact", "quote, exact", "no-match:", "(0 places)"):
        assert part in shown


def test_brackets_of_the_text_are_no_markup():
    shown = printed(document_view(transfer("[bold]x[/bold] :smile:", "[/]", [], id="[red]")))
    for part in ("[bold]x[/bold] :smile:", "[/]", "[red]"):
        assert part in shown


def test_escape_sequences_of_the_text_do_not_reach_the_terminal():
    shown = printed(document_view(transfer("a\x1b[31mb", "\x07", [])))
    assert "\x1b" not in shown and "\x07" not in shown
    assert "a␛[31mb" in shown


def test_a_missing_translation_is_said():
    shown = printed(journey_view(untranslated()))
    assert "no valid translation: 2 segments, expected 1" in shown
    assert "no-translation" in shown


def test_colours_are_added_where_there_are_any():
    out = io.StringIO()
    Console(file=out, width=80, color_system="standard", force_terminal=True).print(
        document_view(collisions())
    )
    assert "\x1b[" in out.getvalue()


@WIDTHS
def test_the_journey_tells_every_attempt_in_order(width):
    shown = printed(journey_view(collisions()), width)
    story = " ".join(shown[shown.index("attempts") :].split())
    assert story.index("1. tags no answer") < story.index("2. quote")
    for part in ("invalid-answer", "“тепло”, occurrence", "0..7 “Упругие”"):
        assert part in story


def test_the_journey_tells_what_became_of_relations_and_labels():
    shown = " ".join(printed(journey_view(collisions()), 140).split())
    for part in (
        "Refers-To T3 → T1 carried over",
        "Supplements T4 → T2 lost, tail-unresolved: the span at the tail has no place",
        "topic: mechanics carried over",
        "has-definition (segment 1): yes carried over",
    ):
        assert part in shown


def test_a_quote_is_told_with_all_that_it_says():
    shown = " ".join(printed(journey_view(collisions()), 200).split())
    assert "“тепло”, occurrence 2, after “без”, before “вне”" in shown


def test_intervals_outside_of_the_text_are_told_as_they_are():
    whole = transfer(
        "ion", "ион", [(span("ion", "T1", "Term", "ion"), unresolved("T1", Reason.REFUSED))]
    )
    attempt = Attempt("index", Intervals((Interval(7, 9),)), reason=Reason.OUT_OF_RANGE)
    row = SpanRow("T1", (attempt,), reason=Reason.OUT_OF_RANGE)
    shown = printed(journey_view(replace(whole, spans=(row,))))
    assert "7..9" in line_with(shown, "1. index")


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(0, 5)], "[abcde]A"),
        ([(0, 5), (1, 3)], "[a[bc]Bde]A"),
        ([(0, 5), (0, 2)], "[[ab]Bcde]A"),
        ([(0, 5), (0, 5)], "[[abcde]B]A"),
        ([(0, 3), (2, 5)], "[A:ab[B:c]Ade]B"),
        ([(0, 2), (2, 4)], "[ab]A[cd]Be"),
    ],
)
def test_overlapping_spans_can_be_told_apart_without_colours(places, expected):
    spans = [Span(name, "L", (Interval(*at),)) for name, at in zip("AB", places, strict=False)]
    assert marked("abcde", spans, {"A": "", "B": ""}).plain == expected


@settings(max_examples=60)
@given(any_transfer())
def test_nothing_is_lost_in_the_terminal(given_transfer):
    for width in (80, 140):
        shown = "".join(printed(journey_view(given_transfer), width).split())
        for one in given_transfer.source.spans:
            name = visible(f"{one.id}{one.label}")
            assert "".join(name.split()) in shown
            story = visible(f"“{one.surface(given_transfer.source.text)}”")
            assert "".join(story.split()) in shown
        for row in given_transfer.spans:
            assert not row.reason or str(row.reason) in shown


def test_confidence_stands_beside_the_match():
    shown = printed(document_view(collisions(), {collisions().spans[0].span_id: 0.987}), 140)
    assert shown.count("98.7 % sure") == 1
    assert "sure" not in printed(document_view(collisions()), 140)


def test_what_was_asked_again_tells_for_what():
    whole = collisions()
    first = whole.spans[0]
    again = replace(first.attempts[-1], repairs="it covers no letter", evidence=(("votes", 0.6),))
    other = replace(again, sample=2)
    row = replace(first, attempts=(*first.attempts, again, other), winner=1)
    translation = replace(whole.translation, repairs=(Repair(0, "12 became 30", True),))
    spans = (row, *whole.spans[1:])
    shown = printed(journey_view(replace(whole, spans=spans, translation=translation)), 160)
    assert "segment 1: 12 became 30  mended" in shown
    assert "asked again: it covers no letter" in shown
    assert "votes 0.6" in shown
    assert "answer 3" in shown
