"""A picture is well-formed, says everything, and puts it where it belongs."""

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.report.cases import (
    any_transfer,
    collisions,
    placed,
    span,
    transfer,
    unresolved,
    untranslated,
)

from donor.data import Interval, LostReason, Match, Reason, Relation
from donor.report import picture
from donor.report.visible import visible

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    """What is written in a picture."""
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def titles(svg):
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}title")]


def squeezed(parts):
    """Without the white space, where lines may break."""
    return "".join("".join(parts).split())


def test_every_span_is_captioned_in_both_texts():
    written = texts(picture(collisions()))
    for caption in ("Term T1", "Term T2", "Referential-Term T3"):
        assert written.count(caption) == 2


def test_the_words_of_every_span_and_how_it_was_placed_can_be_pointed_at():
    told = titles(picture(collisions()))
    assert "T1 Term: Elastic … collisions" in told
    assert "T1 Term: Упругие … столкновения (tags, exact)" in told


def test_an_unresolved_span_names_its_reason_where_it_stands_and_in_full():
    written = texts(picture(collisions()))
    assert "Qualifier T4 · no-match" in written
    assert (
        "T4 Qualifier “[heat] out” — no-match: "
        "the words of the answer are not in the translation (0 places)"
    ) in written


def test_an_unresolved_span_is_dashed():
    svg = picture(collisions())
    boxes = [box for box in ET.fromstring(svg).iter(f"{SVG}rect") if box.get("stroke-dasharray")]
    assert len(boxes) == 2  # the span and its entry in the legend


def test_a_relation_is_drawn_in_both_texts_and_a_lost_one_says_why():
    written = texts(picture(collisions()))
    assert written.count("Refers-To") == 2
    assert "Supplements · tail-unresolved" in written
    assert "Supplements T4 → T2 — tail-unresolved" in written


def test_a_relation_to_a_head_outside_of_the_document_is_listed():
    text = "an ion"
    pair = (span(text, "T1", "Term", "ion"), placed(span(text, "T1", "Term", "ion")))
    relation = (Relation("AKA", "T99", "T1"), LostReason.HEAD_OUTSIDE)
    assert "AKA T1 → T99 — head-outside" in texts(
        picture(transfer(text, text, [pair], relations=[relation]))
    )


def test_labels_and_side_texts_are_written_in_both_languages():
    written = texts(picture(collisions()))
    assert written.count("topic: mechanics") == 2
    assert written.count("has-definition [1]: yes") == 2
    assert {"<kept>?", "сохраняется?"} <= set(written)


def test_the_title_counts_what_was_placed():
    written = texts(picture(collisions()))
    assert written[:2] == [
        "physics:1",
        "English → Russian   ·   3 of 4 spans placed   ·   1 of 2 relations carried over",
    ]


def test_without_a_translation_the_source_stands_alone_with_the_problem():
    written = texts(picture(untranslated()))
    assert "no valid translation: 2 segments, expected 1" in written
    assert "Term T1 · no-translation" in written


@pytest.mark.parametrize(
    "word",
    [
        "<b>&amp;",
        "\"'",
        "👩‍🔬",
        "🇷🇺",
        "电池，",
        "e\u0301\u0308",
        "שלום",
        "مرحبا",
        "]]>",
        "\u200d",
        "ﬁ",
    ],
)
def test_any_script_is_well_formed_and_whole(word):
    text = f"{word} in {word}"
    pair = (span(text, word, word, word, word), placed(span(text, word, word, word)))
    written = texts(picture(transfer(text, text, [pair], id=word, to="he")))
    assert written.count(word) == 5  # the title, and twice in each text
    assert f"{word} {word}" in written


def test_control_characters_are_shown_as_pictures():
    assert "a␀b␛\ufffdc" in texts(picture(transfer("a\0b\x1b\uffffc", "x", [])))


def test_a_language_without_a_name_is_shown_by_its_tag():
    assert "TARGET · X-KLINGON!" in texts(picture(transfer("a", "b", [], to="x-klingon!")))


def test_an_empty_document_is_a_picture_too():
    assert "TARGET · RUSSIAN" in texts(picture(transfer("", "", [])))


def test_each_word_takes_its_cells_whatever_the_font():
    svg = picture(transfer("ab 電池", "x", []))
    sizes = {
        element.text: element.get("textLength") for element in ET.fromstring(svg).iter(f"{SVG}text")
    }
    assert sizes["ab"] == "18.2"
    assert sizes["電池"] == "36.4"


def test_hebrew_runs_from_the_right():
    svg = picture(transfer("a", "שלום עולם", [], to="he"))
    starts = {
        element.text: float(element.get("x", 0))
        for element in ET.fromstring(svg).iter(f"{SVG}text")
        if element.get("direction") == "rtl"
    }
    assert starts["שלום"] > starts["עולם"]


def test_a_picture_is_as_wide_as_asked_and_holds_all_it_draws():
    for width in (480, 980):
        root = ET.fromstring(picture(collisions(), width=width))
        assert root.get("width") == str(width)
        for box in root.iter(f"{SVG}rect"):
            right = float(box.get("x", 0)) + float(box.get("width", 0))
            bottom = float(box.get("y", 0)) + float(box.get("height", 0))
            assert float(box.get("x", 0)) >= 0 and right <= width
            assert float(box.get("y", 0)) >= 0 and bottom <= float(root.get("height", 0))


def test_segments_are_numbered_and_begin_a_line():
    whole = collisions()
    parts = (Interval(0, 40), Interval(41, len(whole.source.text)))
    source = replace(whole.source, segments=parts)
    translation = replace(whole.translation, segments=("Упругие и", whole.translation.segments[0]))
    rows = tuple(unresolved(row.span_id, Reason.REFUSED) for row in whole.spans)
    lost = tuple(replace(row, lost=LostReason.TAIL_UNRESOLVED) for row in whole.relations)
    split = replace(whole, source=source, translation=translation, spans=rows, relations=lost)
    written = texts(picture(split))
    assert written.count("1") == written.count("2") == 2


def test_the_ninth_label_shares_a_colour_but_not_its_name():
    text = "a b c d e f g h i"
    pairs = [
        (span(text, f"T{n}", f"L{n}", word), placed(span(text, f"T{n}", f"L{n}", word)))
        for n, word in enumerate(text.split())
    ]
    written = texts(picture(transfer(text, text, pairs)))
    assert {f"L{n} 1/1" for n in range(9)} <= set(written)


@settings(max_examples=60)
@given(any_transfer())
def test_nothing_is_lost_in_a_picture(given_transfer):
    svg = picture(given_transfer)
    assert svg == picture(given_transfer)
    written, told = texts(svg), titles(svg)
    whole = squeezed(written)
    target = given_transfer.target
    for document in (given_transfer.source, target):
        for one in document.spans:
            assert any(
                text.startswith(visible(f"{one.id} {one.label}: {one.surface(document.text)}"))
                for text in told
            )
            assert any(text.startswith(visible(f"{one.label} {one.id}")) for text in written)
    for row in given_transfer.spans:
        if row.reason:
            assert squeezed([row.reason.meaning]) in whole
    for row in given_transfer.relations:
        assert squeezed([visible(row.relation.label)]) in whole


@settings(max_examples=60)
@given(any_transfer())
def test_every_character_of_both_texts_is_drawn(given_transfer):
    drawn = Counter("".join(texts(picture(given_transfer))))
    documents = (given_transfer.source, given_transfer.target)
    assert drawn >= Counter(visible("".join("".join(d.text.split()) for d in documents)))


def test_the_method_and_the_match_can_be_pointed_at():
    text = "ion"
    row = placed(span(text, "T1", "Term", "ion"), "apertium", Match.LEMMA)
    told = titles(picture(transfer(text, text, [(span(text, "T1", "Term", "ion"), row)])))
    assert "T1 Term: ion (apertium, lemma)" in told
