"""SemEval's aspects and opinions: what they become, and that each place fits its text again."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats.absa import ABSA
from donor.formats.pairs import PAIRS, target_of

OLD = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<sentences>
    <sentence id="3121">
        <text>But the staff was so horrible to us &amp; the 🍕 too.</text>
        <aspectTerms>
            <aspectTerm term="staff" polarity="negative" from="8" to="13"/>
            <aspectTerm term="🍕" polarity="conflict" from="42" to="43"/>
        </aspectTerms>
        <aspectCategories>
            <aspectCategory category="service" polarity="negative"/>
            <aspectCategory category="food" polarity="negative"/>
        </aspectCategories>
    </sentence>
    <sentence id="2777">
        <text>We left at nine.</text>
        <aspectTerms/>
    </sentence>
    <sentence id="1634">
        <text>Never again!</text>
    </sentence>
</sentences>
"""

NEW = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<Reviews>
 <Review rid="1004293">
  <sentences>
   <sentence id="1004293:0">
    <text> The food was lousy, the food! </text>
    <Opinions>
     <Opinion target="food" category="FOOD#QUALITY" polarity="negative" from="5" to="9"/>
     <Opinion target="NULL" category="SERVICE#GENERAL" polarity="negative" from="0" to="0"/>
     <Opinion target="food" category="FOOD#STYLE" polarity="negative" from="5" to="9"/>
     <Opinion target="food" category="FOOD#QUALITY" polarity="negative" from="25" to="29"/>
    </Opinions>
   </sentence>
   <sentence id="1004293:1" OutOfScope="TRUE">
    <text>Who cares.</text>
   </sentence>
   <sentence id="1004293:2">
    <text/>
    <Opinions>
     <Opinion target="gone" category="FOOD#QUALITY" polarity="negative" from="5" to="9"/>
    </Opinions>
   </sentence>
   <sentence id="1004293:3">
    <text>Отличное место.</text>
    <Opinions>
     <Opinion target="место" category="RESTAURANT#GENERAL" polarity="positive" from="9" to="14"/>
    </Opinions>
   </sentence>
  </sentences>
  <Opinions>
   <Opinion category="RESTAURANT#GENERAL" polarity="conflict"/>
  </Opinions>
 </Review>
 <Review rid="2">
  <sentences>
   <sentence id="2:0">
    <text>The laptop is fine.</text>
    <Opinions>
     <Opinion category="LAPTOP#GENERAL" polarity="positive"/>
    </Opinions>
   </sentence>
  </sentences>
 </Review>
</Reviews>
"""


def parsed(text: str, **more: object) -> list[Document]:
    return list(ABSA.parse(text.splitlines(keepends=True), file="own.xml", **more))  # type: ignore[arg-type]


def written(documents: Iterable[Document]) -> str:
    return "".join(ABSA.serialize(documents))


def canonical(text: str) -> str:
    return ElementTree.canonicalize(text, strip_text=True)


def check_places(text: str) -> int:
    """How many elements with a place there are; each repeats the text at its place."""
    count = 0
    for sentence in ElementTree.fromstring(text).iter("sentence"):
        own = sentence.findtext("text") or ""
        for element in [*sentence.iter("Opinion"), *sentence.iter("aspectTerm")]:
            surface = element.get("target", element.get("term", ""))
            if surface != "NULL" and "from" in element.attrib:
                count += 1
                assert own[int(element.get("from", "")) : int(element.get("to", ""))] == surface
    return count


def test_terms_are_spans_and_categories_are_labels() -> None:
    first, second, third = parsed(OLD)
    assert first.id == "own:1"
    assert [span.surface(first.text) for span in first.spans] == ["staff", "🍕"]
    assert first.spans[0] == Span("s1", "aspectTerm", (Interval(8, 13),), {"polarity": "negative"})
    assert first.labels == (
        TextLabel("aspectCategory", "service", 0, {"polarity": "negative"}),
        TextLabel("aspectCategory", "food", 0, {"polarity": "negative"}),
    )
    assert (second.spans, third.labels) == ((), ())


def test_review_is_a_document_and_its_sentences_are_segments() -> None:
    review, _ = parsed(NEW)
    assert review.segment_texts() == (
        "The food was lousy, the food!",
        "Who cares.",
        "Отличное место.",
    )
    assert [(span.surface(review.text), span.attributes["category"]) for span in review.spans] == [
        ("food", "FOOD#QUALITY"),
        ("food", "FOOD#STYLE"),
        ("food", "FOOD#QUALITY"),
        ("место", "RESTAURANT#GENERAL"),
    ]
    assert review.labels == (
        TextLabel(
            "Opinion",
            "SERVICE#GENERAL",
            0,
            {"target": "NULL", "polarity": "negative", "from": "0", "to": "0"},
        ),
        TextLabel("Opinion", "RESTAURANT#GENERAL", None, {"polarity": "conflict"}),
    )


@pytest.mark.parametrize("text", [OLD, NEW])
def test_file_comes_out_as_the_same_xml(text: str) -> None:
    documents = parsed(text)
    again = written(documents)
    assert canonical(again) == canonical(text)
    assert again.splitlines()[0] == text.splitlines()[0]
    assert parsed(again) == documents
    assert not any(ABSA.losses(document) for document in documents)


def test_text_keeps_its_white_space() -> None:
    root = ElementTree.fromstring(written(parsed(NEW)))
    assert next(root.iter("text")).text == " The food was lousy, the food! "


def test_target_has_its_own_places_and_terms() -> None:
    review, other = parsed(NEW)
    text = " 😀 La comida era mala. \nA nadie le importa.\nEs un sitio genial."
    target = replace(
        review,
        text=text,
        segments=(Interval(1, 22), Interval(24, 43), Interval(44, 63)),
        spans=(
            replace(review.spans[0], fragments=(Interval(6, 12),)),
            replace(review.spans[3], fragments=(Interval(50, 55),)),
        ),
        language="es",
    )
    again = written([target, other])
    assert check_places(again.replace('target="gone"', 'target="NULL"')) == 2
    root = ElementTree.fromstring(again)
    assert [dict(opinion.attrib) for opinion in root.iter("Opinion")][:2] == [
        {
            "target": "comida",
            "category": "FOOD#QUALITY",
            "polarity": "negative",
            "from": "6",
            "to": "12",
        },
        {
            "target": "NULL",
            "category": "SERVICE#GENERAL",
            "polarity": "negative",
            "from": "0",
            "to": "0",
        },
    ]
    assert "lousy" not in again


@pytest.mark.parametrize(
    ("item", "where", "what"),
    [
        ('<aspectTerm term="x" from="4" to="99"/>', "own.xml:4:1", "from 4 to 99, in a text of 5"),
        ('<aspectTerm term="x" from="4" to="4"/>', "own.xml:4:1", "from 4 to 4"),
        ('<aspectTerm term="x" from="a" to="b"/>', "own.xml:4:1", "no whole numbers"),
        ('<aspectTerm term="x"/>', "own.xml:4:1", "no whole numbers"),
    ],
)
def test_place_that_is_none_is_an_error_and_the_next_sentence_is_read(
    item: str, where: str, what: str
) -> None:
    text = (
        f"<sentences>\n<sentence>\n<text>a pie</text><aspectTerms>\n{item}</aspectTerms></sentence>"
        "<sentence><text>fine</text></sentence></sentences>"
    )
    errors: list[FormatError] = []
    assert [d.text for d in parsed(text, refuse=errors.append)] == ["fine"]
    assert errors[0].where == where
    assert what in errors[0].what
    with pytest.raises(FormatError):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("<sentences>\n<sentence>", "own.xml:2:11", "no element found"),
        ("<sentences>\n <a></b></sentences>", "own.xml:2:7", "mismatched tag"),
        ('<!DOCTYPE s [<!ENTITY e "x">]>\n<sentences>&e;</sentences>', "own.xml:1:25", "entity"),
        ("<sentences>&nbsp;</sentences>", "own.xml:1:12", "undefined entity"),
        ("<other/>", "own.xml:1:1", "the root is other"),
    ],
)
def test_file_that_is_none_is_an_error_with_line_and_column(
    text: str, where: str, what: str
) -> None:
    errors: list[FormatError] = []
    assert parsed(text, refuse=errors.append) == []
    assert errors[0].where == where
    assert what in errors[0].what


def test_place_counts_where_the_term_says_another() -> None:
    told: list[tuple[str, str]] = []
    text = OLD.replace('term="staff"', 'term="stuff"')
    [first, *_] = parsed(text, warn=lambda *what: told.append(what))
    assert first.spans[0].surface(first.text) == "staff"
    assert told == [("own.xml:6", "'stuff' stands for 'staff', at 8 to 13: the place counts")]
    assert 'term="stuff"' in "".join(ABSA.serialize([first]))
    other = replace(first, text=first.text.replace("staff", "crews"))
    assert 'term="crews"' in "".join(ABSA.serialize([other]))


def test_comments_are_left_out_and_told() -> None:
    told: list[tuple[str, str]] = []
    text = OLD.replace("<sentences>", "<sentences><!-- by hand -->")
    assert parsed(text, warn=lambda *what: told.append(what)) == parsed(OLD)
    assert told == [("own.xml:2", "comments and processing instructions are left out: 1")]


def test_document_from_elsewhere_becomes_a_review() -> None:
    document = Document(
        "d:1",
        "en",
        "Anna ate. Bob too.",
        (Interval(0, 9), Interval(10, 18)),
        spans=(
            Span("T1", "PER", (Interval(0, 4),), {"sure": 1}),
            Span("s2", "PER", (Interval(5, 13),)),
            Span("s3", "Opinion", (Interval(10, 13), Interval(14, 17))),
        ),
        relations=(Relation("with", "s2", "T1"),),
        labels=(TextLabel("mood", "good", 1), TextLabel("Opinion", "X", None)),
        side_texts=(SideText("title", "x"),),
        metadata={"own": 1},
    )
    text = written([document])
    assert canonical(text) == canonical(
        '<Reviews><Review rid="d:1"><sentences><sentence id="d:1:0"><text>Anna ate.</text>'
        '<Opinions><Opinion target="Anna" category="PER" sure="1" from="0" to="4"/></Opinions>'
        '</sentence><sentence id="d:1:1"><text>Bob too.</text><Opinions>'
        '<Opinion target="Bob too" from="0" to="7"/><Opinion category="good"/></Opinions>'
        '</sentence></sentences><Opinions><Opinion category="X"/></Opinions></Review></Reviews>'
    )
    assert ABSA.losses(document) == {
        "spans over several sentences": 1,
        "gaps inside spans": 1,
        "labels of spans": 2,
        "names of labels": 1,
        "span ids": 1,
        "types of attributes": 1,
        "relations": 1,
        "side texts": 1,
        "metadata": 1,
    }


def test_character_that_xml_cannot_hold_is_an_error() -> None:
    with pytest.raises(FormatError, match="control character"):
        ABSA.losses(Document("d", None, "a\x0bb", (Interval(0, 3),)))


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (OLD[:300], True),
        (NEW[:300], True),
        ("<!-- x --><Reviews><Review><sentences><sentence><text>", True),
        ("<doc><sentence>no</sentence></doc>", False),
        ("<sentences><sentence>no text element</sentence>", False),
        ('{"text": "<Reviews>"}', False),
    ],
)
def test_files_are_known_by_their_first_elements(head: str, ours: bool) -> None:
    assert ABSA.sniff(head) is ours


def test_gold_projections_fit_their_texts(gold: Path) -> None:
    lines = (gold / "absa-en-ru.jsonl").read_text(encoding="utf-8").splitlines()[:500]
    pairs = list(PAIRS.parse(lines))
    sources = parsed(written(as_opinions(pair) for pair in pairs))
    assert [document.segment_texts() for document in sources] == [
        pair.segment_texts() for pair in pairs
    ]
    targets = [target_of(pair) for pair in pairs]
    swapped = [
        replace(
            source,
            text=target.text,
            segments=target.segments,
            spans=tuple(
                Span(mine.id, mine.label, found.fragments, mine.attributes)
                for mine, found in zip(source.spans, as_opinions(target).spans, strict=False)
            ),
        )
        for source, target in zip(sources, targets, strict=True)
    ]
    placed = sum(len(document.spans) for document in swapped)
    assert placed > 300
    assert check_places(written(swapped)) == placed


def as_opinions(document: Document) -> Document:
    spans = [
        Span(
            f"s{n}", "Opinion", span.fragments, {"category": "FOOD#QUALITY", "polarity": "neutral"}
        )
        for n, span in enumerate(document.spans, start=1)
    ]
    return replace(document, spans=tuple(spans), metadata={})


TEXT = st.text("ab <&\"'>😀я漢\u0301", min_size=1, max_size=12).filter(str.strip)


@st.composite
def reviews(draw: st.DrawFn) -> Document:
    texts = [text.strip() for text in draw(st.lists(TEXT, min_size=1, max_size=3))]
    segments, spans, labels = [], [], []
    for n, text in enumerate(texts):
        start = segments[-1].end + 1 if segments else 0
        segments.append(Interval(start, start + len(text)))
        for a, b in draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=2)):
            if min(a, b) < max(a, b) <= len(text):
                place = Interval(start + min(a, b), start + max(a, b))
                more = draw(st.sampled_from([{}, {"category": "A#B", "polarity": 'x"&\n'}]))
                spans.append(Span(f"s{len(spans) + 1}", "Opinion", (place,), more))
        if draw(st.booleans()):
            labels.append(
                TextLabel("Opinion", "C#D", n, {"target": "NULL", "from": "0", "to": "0"})
            )
    return Document(
        "own:1", None, "\n".join(texts), tuple(segments), spans=tuple(spans), labels=tuple(labels)
    )


@given(reviews())
def test_reviews_lose_nothing(document: Document) -> None:
    [again] = parsed(written([document]))
    assert replace(again, metadata={}) == document
    assert not ABSA.losses(document)
    assert parsed(written([again])) == [again]
