"""Inline XML: which tags are spans, what nests, and that everything around comes back."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats import read, write
from donor.formats.format import Flatten, Options
from donor.formats.inline_xml import XML, InlineXmlFormat

CORPUS = """<?xml version="1.0" encoding="UTF-8"?>
<corpus xml:lang="en">
<meta><source>by hand &amp; eye</source></meta>
<part n="1">
<doc id="1">
 <title>A <TOPIC>trip</TOPIC></title>
 <s><PER id="e1">Anna <LAST>Smith</LAST></PER> lives in <LOC type="city">Paris</LOC>.</s>
 <s>😀 &lt;<PER id="e2">李明</PER>&gt; &#x2014; هنا</s>
</doc>
<note>between</note>
<doc id="2"><s>Again <PER id="e1">Anna</PER>.</s><s/></doc>
<end/>
</part>
<part n="2"><doc id="3">Plain.</doc></part>
</corpus>
"""


def parsed(text: str, format: InlineXmlFormat = XML, **more: object) -> list[Document]:
    return list(format.parse(text.splitlines(keepends=True), file="own.xml", **more))  # type: ignore[arg-type]


def written(documents: Iterable[Document], format: InlineXmlFormat = XML) -> str:
    return "".join(format.serialize(documents))


def bodies(documents: Iterable[Document]) -> str:
    """What is written without the XML declaration."""
    return written(documents).removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')


def canonical(text: str) -> str:
    return ElementTree.canonicalize(text, strip_text=True)


def surfaces(document: Document) -> list[tuple[str, str]]:
    return [(span.label, span.surface(document.text)) for span in document.spans]


def bare(text: str, *spans: Span) -> Document:
    return Document("d", None, text, (Interval(0, len(text)),), spans=spans)


def span(span_id: str, *edges: int) -> Span:
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return Span(span_id, "X", tuple(Interval(*pair) for pair in pairs))


def test_tags_are_spans_and_sentences_are_segments() -> None:
    first, second, third = parsed(CORPUS)
    assert [first.id, second.id, third.id] == ["own:1", "own:2", "own:3"]
    assert first.segment_texts() == (
        "A trip",
        "Anna Smith lives in Paris.",
        "😀 <李明> — هنا",
    )
    assert surfaces(first) == [
        ("TOPIC", "trip"),
        ("PER", "Anna Smith"),
        ("LAST", "Smith"),
        ("LOC", "Paris"),
        ("PER", "李明"),
    ]
    assert [s.id for s in first.spans] == ["s1", "e1", "s3", "s4", "e2"]
    assert first.span("s4").attributes == {"type": "city"}
    assert (first.language, third.text) == ("en", "Plain.")


def test_file_comes_out_as_the_same_xml() -> None:
    documents = parsed(CORPUS)
    assert canonical(written(documents)) == canonical(CORPUS)
    assert parsed(written(documents))[0].spans == documents[0].spans
    assert not any(XML.losses(document) for document in documents)


@pytest.mark.parametrize(
    "text",
    [
        "<doc>  <s> a </s>\n<s>b</s> c <p/> <X>d</X></doc>",
        "<other><A><B>one</B></A> two</other>",
        "<doc><ABSTRACT><s>A.</s> <s>B.</s></ABSTRACT></doc>",
        "<doc><ABSTRACT><s>A.</s></ABSTRACT><s><B>C</B></s></doc>",
        "<doc><A><s><B>C</B></s></A></doc>",
        '<doc><X id="1">a</X> <X id="1">b</X> <X id="s1">c</X></doc>',
        '<doc a="&quot;&lt;&#10;&#9;\'">a&#13;b</doc>',
        "<!DOCTYPE doc>\n<doc>a</doc>",
        "<t:doc xmlns:t='x'><t:PER>Anna</t:PER></t:doc>",
        "<doc><br/>a<br/>b</doc>",
        "<doc/>",
    ],
)
def test_what_nests_comes_out_letter_by_letter(text: str) -> None:
    documents = parsed(text)
    assert ElementTree.canonicalize(written(documents)) == ElementTree.canonicalize(text)
    assert not any(XML.losses(document) for document in documents)


def test_the_user_names_documents_and_segments() -> None:
    text = "<set><case><line>a <s>b</s></line><line>c</line></case><case>d</case></set>"
    format = XML.configured(Options(fields={"document": "case, other", "segment": "line"}))
    first, second = parsed(text, format)
    assert first.segment_texts() == ("a b", "c")
    assert surfaces(first) == [("s", "b")]
    assert second.text == "d"
    assert canonical(written([first, second], format)) == canonical(text)


def test_target_has_its_own_texts_inside_the_same_elements() -> None:
    first, *_ = parsed(CORPUS)
    text = first.text
    parts = [text[: first.segments[0].start]]
    segments = []
    texts = ("Поездка", "Анна Смит живёт 😀 в Париже.", "<李明>")
    for n, said in enumerate(texts):
        start = len("".join(parts))
        segments.append(Interval(start, start + len(said)))
        following = first.segments[n + 1].start if n < 2 else len(text)
        parts += [said, text[first.segments[n].end : following]]
    whole = "".join(parts)

    def at(surface: str) -> tuple[Interval, ...]:
        return (Interval(whole.index(surface), whole.index(surface) + len(surface)),)

    target = replace(
        first,
        text=whole,
        segments=tuple(segments),
        spans=(
            replace(first.span("e1"), fragments=at("Анна Смит")),
            replace(first.span("s4"), fragments=at("Париже")),
            replace(first.span("e2"), fragments=at("李明")),
        ),
        language="ru",
    )
    again = written([target])
    assert canonical(again) == canonical(
        """<corpus xml:lang="ru"><meta><source>by hand &amp; eye</source></meta><part n="1">
        <doc id="1"><title>Поездка</title>
        <s><PER id="e1">Анна Смит</PER> живёт 😀 в <LOC type="city">Париже</LOC>.</s>
        <s>&lt;<PER id="e2">李明</PER>&gt;</s></doc><end/></part></corpus>"""
    )
    assert "Anna" not in again
    [reread] = parsed(again)
    assert (reread.segment_texts(), reread.language) == (texts, "ru")


@pytest.mark.parametrize(
    ("flatten", "ids"),
    [(Flatten.LONGEST, {"b", "c"}), (Flatten.FIRST, {"a", "c"})],
)
def test_overlap_that_cannot_nest_is_flattened_and_counted(flatten: Flatten, ids: set[str]) -> None:
    document = bare("one two three four", span("a", 0, 7), span("b", 4, 13), span("c", 14, 18))
    format = XML.configured(Options(flatten=flatten))
    [again] = parsed(written([document], format))
    assert {s.id for s in again.spans} == ids
    assert format.losses(document) == {"crossing spans": 1}


@pytest.mark.parametrize(
    ("flatten", "surface"), [(Flatten.LONGEST, "three"), (Flatten.FIRST, "one")]
)
def test_one_fragment_of_a_discontinuous_span_is_kept(flatten: Flatten, surface: str) -> None:
    document = bare("one two three", span("a", 0, 3, 8, 13))
    format = XML.configured(Options(flatten=flatten))
    [again] = parsed(written([document], format))
    assert surfaces(again) == [("X", surface)]
    assert format.losses(document) == {"discontinuous spans": 1}


def test_fragments_with_white_space_between_are_one() -> None:
    document = bare("one two", span("a", 0, 3, 4, 7))
    assert surfaces(parsed(written([document]))[0]) == [("X", "one two")]
    assert not XML.losses(document)


@pytest.mark.parametrize("spans", [(span("a", 0, 5), span("b", 4, 7)), (span("a", 0, 2, 4, 7),)])
def test_flatten_error_refuses_what_cannot_nest(spans: tuple[Span, ...]) -> None:
    with pytest.raises(FormatError, match="document d: "):
        XML.configured(Options(flatten=Flatten.ERROR)).losses(bare("one two", *spans))


def test_span_across_the_border_of_a_sentence_is_counted() -> None:
    [document] = parsed("<doc><s>one two</s> <s>three</s></doc>")
    crossing = replace(document, spans=(span("a", 4, 11), span("b", 0, 13)))
    assert XML.losses(crossing) == {"crossing spans": 1}
    [again] = parsed(written([crossing]))
    assert [s.id for s in again.spans] == ["b"]


def test_sentences_of_other_formats_are_marked() -> None:
    document = Document(
        "d:1",
        "en",
        "Anna ate. Bob too. So.",
        (Interval(0, 9), Interval(10, 18), Interval(19, 22)),
        spans=(
            Span("T1", "PER", (Interval(0, 4),), {"sure": 0.5, "no name": "x"}),
            span("T2", 14, 21),
        ),
        relations=(Relation("with", "T1", "T2"),),
        labels=(TextLabel("mood", "good"),),
        side_texts=(SideText("title", "x"),),
        metadata={"own": 1},
    )
    text = written([document, replace(document, id="d:2", spans=(), relations=())])
    assert canonical(text) == canonical(
        """<corpus><doc id="d:1"><s><PER id="T1" sure="0.5">Anna</PER> ate.</s> Bob
<X id="T2">too. So</X>.</doc>
        <doc id="d:2"><s>Anna ate.</s> <s>Bob too.</s> <s>So.</s></doc></corpus>""".replace(
            "Bob\n", "Bob "
        )
    )
    assert XML.losses(document) == {
        "segments": 2,
        "attributes": 1,
        "types of attributes": 1,
        "relations": 1,
        "text labels": 1,
        "side texts": 1,
        "metadata": 1,
    }


@pytest.mark.parametrize(
    ("label", "what"),
    [
        ("two words", "no element can be called 'two words'"),
        ("1st", "no element can be called"),
        ("FOOD#QUALITY", "no element can be called"),
        ("", "no element can be called"),
        ("title", "would divide the text"),
        ("S", "would divide the text"),
    ],
)
def test_label_that_is_no_name_of_an_annotation_is_an_error(label: str, what: str) -> None:
    document = bare("one", Span("a", label, (Interval(0, 3),)))
    with pytest.raises(FormatError, match=what):
        XML.losses(document)


def test_character_that_xml_cannot_hold_is_an_error() -> None:
    with pytest.raises(FormatError, match="control character"):
        XML.losses(bare("a\x0bb"))


def test_comments_are_told() -> None:
    told: list[tuple[str, str]] = []
    text = "<doc>\n<!-- x -->a<pb n='2'/> <X> </X><?y z?></doc>"
    [document] = parsed(text, warn=lambda *what: told.append(what))
    assert document.spans == ()
    assert told == [("own.xml:2", "comments and processing instructions are left out: 2")]


def test_elements_without_text_stand_where_they_stood_and_between_words_of_a_target() -> None:
    text = '<doc>Old <N>port<pb n="2"/>wine</N> is <gap/>good.<X> </X></doc>\n'
    [document] = parsed(text)
    assert [span.surface(document.text) for span in document.spans] == ["portwine"]
    assert bodies([document]) == text
    longer = replace(document, text="The old port wine is very good. ", segments=(Interval(0, 31),))
    longer = replace(longer, spans=(Span("s1", "N", (Interval(8, 17),)),))
    assert bodies([longer]) == (
        '<doc>The old <N>port<pb n="2"/> wine</N> is very<gap/> good.<X> </X></doc>\n'
    )
    assert XML.losses(longer)["places of empty elements"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "<doc>A <N> b </N>c</doc>\n",
        "<doc>A<N><br/>\n b<br/> </N></doc>\n",
        "<doc>A<br/><N>b</N><br/></doc>\n",
        '<TEI n="1"><head/>\n\n  <x> <doc>A</doc>  <y>z</y><doc>B</doc></x>\n <!----></TEI>\n',
    ],
)
def test_white_space_inside_and_around_elements_stays(text: str) -> None:
    documents = parsed(text)
    assert bodies(documents) == text.replace("<!---->", "")


LAUGHS = "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n<doc>&b;</doc>"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("<doc>\n<s>a</doc>", "own.xml:2:7", "mismatched tag"),
        ("<doc>", "own.xml:1:6", "no element found"),
        ("plain", "own.xml:1:1", "not XML"),
        ("<doc>a &nbsp; b</doc>", "own.xml:1:8", "undefined entity"),
        ('<!DOCTYPE d SYSTEM "d.dtd">\n<doc>&nbsp;</doc>', "own.xml:2:6", "&nbsp; is not known"),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>', "own.xml:1:", "x"),
        (LAUGHS, "own.xml:1:", "declares the entity a"),
        (
            "<doc>" + "<X>" * 300 + "</X>" * 300 + "</doc>",
            "own.xml:1:",
            "nested more than 200 deep",
        ),
    ],
)
def test_what_is_no_safe_xml_is_an_error_with_line_and_column(
    text: str, where: str, what: str
) -> None:
    errors: list[FormatError] = []
    assert parsed(text, refuse=errors.append) == []
    assert errors[0].where.startswith(where)
    assert what in errors[0].what
    with pytest.raises(FormatError):
        parsed(text)


def test_files_that_declare_another_encoding_are_read_as_the_text_they_are() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<doc>né <X>я</X></doc>'
    [document] = parsed(text)
    assert document.text == "né я"
    assert written([document]).startswith('<?xml version="1.0" encoding="UTF-8"?>\n')


def test_several_files_become_one(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<story><PER>Ann</PER> sat.</story>", encoding="utf-8")
    (tmp_path / "b.xml").write_text(CORPUS, encoding="utf-8")
    documents = list(read([tmp_path / "a.xml", tmp_path / "b.xml"], format="xml"))
    write(documents, tmp_path / "all.xml", format="xml")
    again = list(read(tmp_path / "all.xml", format="xml"))
    assert [document.text for document in again] == [document.text for document in documents]
    assert [surfaces(d) for d in again] == [surfaces(d) for d in documents]


def test_content_tells_inline_xml_from_opinions(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<doc><PER>Ann</PER> sat.</doc>", encoding="utf-8")
    sentences = "<sentences><sentence><text>x</text></sentence></sentences>"
    opinions = f"<Reviews><Review>{sentences}</Review></Reviews>"
    (tmp_path / "b.xml").write_text(opinions, encoding="utf-8")
    assert ["xml" in d.metadata for d in read(tmp_path / "a.xml")] == [True]
    assert ["absa" in d.metadata for d in read(tmp_path / "b.xml")] == [True]


WORDS = st.text("ab <&😀я漢\u0301'\"", min_size=1, max_size=4)
LEAVES = WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))


def elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tag = st.sampled_from(["PER", "X", "s", "p", "doc"])
    more = st.sampled_from(["", ' id="7"', ' a="1" b="&lt;"'])
    content = st.lists(inside, min_size=1, max_size=3).map("".join)
    return st.builds(lambda t, m, c: f"<{t}{m}>{c}</{t}>", tag, more, content)


@given(st.recursive(LEAVES, elements, max_leaves=8))
def test_any_tree_is_read_again_as_it_was(inside: str) -> None:
    documents = parsed(f"<root>{inside}</root>")
    assert parsed(written(documents)) == documents
    assert not any(XML.losses(document) for document in documents)


@st.composite
def overlapping(draw: st.DrawFn) -> Document:
    text = draw(st.text("ab 😀я漢\n", min_size=1, max_size=20))
    spans = []
    for n in range(draw(st.integers(0, 4))):
        edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=4)))
        if len(edges) % 2 == 0:
            spans.append(span(f"T{n}", *edges))
    start = len(text) - len(text.lstrip())
    segments = (Interval(start, len(text.rstrip())),) if text.strip() else ()
    return Document("d", None, text, segments, spans=tuple(spans))


@given(overlapping(), st.sampled_from([Flatten.LONGEST, Flatten.FIRST]))
def test_every_span_is_written_or_counted(document: Document, flatten: Flatten) -> None:
    format = XML.configured(Options(flatten=flatten))
    [again] = parsed(written([document], format), format)
    losses = format.losses(document)
    assert (again.text, again.segments) == (document.text, document.segments)
    if not losses["edges of spans"]:
        assert len(again.spans) == len(document.spans) - losses["crossing spans"]
        if not losses:
            joined = {s.id: s.extent for s in document.spans}
            assert {s.id: s.extent for s in again.spans} == joined


def test_no_documents_come_back_as_none() -> None:
    assert list(XML.parse(XML.serialize([]), file="a.xml")) == []


def test_roots_that_share_a_file_are_counted(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.xml").write_text(f"<story><s>{name}</s></story>")
    losses = write(read(tmp_path), tmp_path / "all.xml", format="xml")
    assert losses == {"names of roots": 2}
    assert not write(read(tmp_path / "a.xml"), tmp_path / "alone.xml", format="xml")
    assert not write(read(tmp_path / "all.xml"), tmp_path / "again.xml", format="xml")
