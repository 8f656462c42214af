"""CoNLL columns: real layouts in, the same bytes out, and targets laid out anew."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats.conll import CONLL
from donor.formats.format import Flatten, Options, Snap

CONLL_2003 = """\
-DOCSTART- -X- -X- O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
call NN I-NP O
. . O O

Peter NNP I-NP I-PER
Blackburn NNP I-NP I-PER

-DOCSTART- -X- -X- O

Japan NNP I-NP I-LOC
China NNP I-NP B-LOC

"""
WNUT = "@paulwalk\tO\nIt\tO\n's\tO\nthe\tO\nEmpire\tB-location\nState\tI-location\n\t\n#ok\tO\n"
MULTICONER = """\
# id 5c5f5fd8-5d2f-4ba0-9d6e-a9a1e5b2a5cd\tdomain=ru
он _ _ O
родился _ _ O
в _ _ O
нью-йорке _ _ B-LOC

# id 2\tdomain=ru
# _ _ O
да _ _ O

"""
GERMEVAL = """\
#\thttp://de.wikipedia.org/wiki/Manfred_Korfmann [2009-10-17]
1\tAufgrund\tO\tO
2\tseiner\tO\tO
3\tTroja\tB-LOCpart\tB-OTH
4\t-\tI-LOCpart\tO
5\tGrabung\tI-LOCpart\tO

"""
WEIBO = "海 B-LOC\n南 E-LOC\n是 O\n好 S-X\n\n"
AIDA = "-DOCSTART- (1 EU)\nEU\tB\nrejects\tO\n\n-DOCSTART- (2 Rare)\nRare\tO\n"
ALIGNED = "Москва   NNP  B-LOC \nстоит    VBZ  O\n\n"
CRLF = "กรุงเทพ\tB-LOC\r\nสวย\tO\r\n\r\nنعم\tO\r\n\r\n"
HEADED = "word\tner\nStrait\tB-LOC\n-\t_\nx\t\n\n\n\ny\tU-PER\n"
PLUS = """\
# global.columns = ID FORM NE NOTE
# newdoc id = d1

# sent_id = 1
# text = «Да», 5 %.
1\t«\tO\t_
2\tДа\tB-X\tn
3\t»\tO\t_
4\t,\tO\t_
5\t5\tO\t_
6\t%\tO\t_
7\t.\tO\t_
"""
FILES = [CONLL_2003, WNUT, MULTICONER, GERMEVAL, WEIBO, AIDA, ALIGNED, CRLF, HEADED]


def read(text: str, *, options: Options | None = None, **more: object) -> list[Document]:
    known = CONLL.configured(options) if options else CONLL
    return list(known.parse(text.splitlines(keepends=True), file="a.conll", **more))


def written(documents: Iterable[Document], options: Options | None = None) -> str:
    known = CONLL.configured(options) if options else CONLL
    return "".join(known.serialize(documents))


def surfaces(document: Document) -> list[tuple[str, str]]:
    return [(span.label, span.surface(document.text)) for span in document.spans]


@pytest.mark.parametrize("text", FILES)
def test_a_file_that_nobody_changed_is_written_as_it_was(text: str) -> None:
    documents = read(text)
    assert written(documents) == text
    assert all(CONLL.sniff(text[:1000]) for text in FILES if text not in (HEADED, PLUS))
    assert not any(CONLL.losses(document) for document in documents)


@pytest.mark.parametrize("text", FILES)
def test_without_a_last_line_end_or_with_more_it_is_the_same(text: str) -> None:
    for other in (text.rstrip("\n\r"), text + "\n", "\n" + text, text + "\n# an end\n\n"):
        assert written(read(other)) == other


def test_a_section_is_a_document_and_its_sentences_are_segments() -> None:
    first, second = read(CONLL_2003)
    assert first.text == "EU rejects German call.\nPeter Blackburn"
    assert first.segment_texts() == ("EU rejects German call.", "Peter Blackburn")
    assert surfaces(first) == [("ORG", "EU"), ("MISC", "German"), ("PER", "Peter Blackburn")]
    assert surfaces(second) == [("LOC", "Japan"), ("LOC", "China")]
    assert [d.id for d in (first, second)] == ["a:1", "a:2"]
    assert first.metadata["file"] == "a.conll"
    assert first.metadata["conll"]["layout"]["scheme"] == "IOB1"


def test_without_sections_a_sentence_is_a_document() -> None:
    first, second = read(WNUT)
    assert first.text == "@paulwalk It's the Empire State"
    assert surfaces(first) == [("location", "Empire State")]
    assert second.text == "#ok"


def test_a_hash_is_a_token_where_the_row_has_a_tag() -> None:
    first, second = read(MULTICONER)
    assert surfaces(first) == [("LOC", "нью-йорке")]
    assert second.text == "# да"


def test_the_columns_are_numbers_or_names() -> None:
    told: list[tuple[str, str]] = []
    [outer] = read(GERMEVAL, warn=lambda *what: told.append(what))
    assert outer.text == "Aufgrund seiner Troja - Grabung"
    assert surfaces(outer) == [("LOCpart", "Troja - Grabung")]
    assert told == [("a.conll", "column 4 holds tags too: kept, read with --spans-field 4")]
    [flat] = read(GERMEVAL.replace("B-OTH", "O"), warn=lambda *what: told.append(what))
    assert (surfaces(flat), len(told)) == (surfaces(outer), 1)
    [inner] = read(GERMEVAL, options=Options(fields={"spans": "4"}))
    assert surfaces(inner) == [("OTH", "Troja")]
    assert written([inner], Options(fields={"spans": "4"})) == GERMEVAL
    named = Options(fields={"spans": "NE", "text": "FORM"})
    [document] = read(PLUS, options=named)
    assert (document.text, surfaces(document)) == ("«Да», 5 %.", [("X", "Да")])
    assert written([document], named) == PLUS
    with pytest.raises(ConfigError, match="there is no column 'POS'"):
        read(PLUS, options=Options(fields={"spans": "POS"}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rio\tB-LOC\t+\nist\tO\t-\nda\tO\t+\n\n", [("LOC", "Rio")]),
        ("# global.columns = id form ner misc\n1\tRio\tB-LOC\t_\n2\t!\tO\tx=1\n", [("LOC", "Rio")]),
        ("word\tlabel\tpos\nRio\tB-LOC\tX\n!\tO\tY\n", [("LOC", "Rio")]),
        ("Rio NE B-NP B-LOC\n! . O oops\n", None),
    ],
)
def test_tags_are_found_that_are_not_in_the_last_column(
    text: str, found: list[tuple[str, str]] | None
) -> None:
    assert CONLL.sniff(text) is (found is not None)
    errors: list[FormatError] = []
    documents = read(text, refuse=errors.append)
    assert [surfaces(d) for d in documents] == ([found] if found else [])
    assert not found or written(documents) == text
    assert [error.where for error in errors] == ([] if found else ["a.conll:2"])


def test_scripts_without_spaces_and_from_right_to_left() -> None:
    [chinese] = read(WEIBO)
    assert (chinese.text, surfaces(chinese)) == ("海南是好", [("LOC", "海南"), ("X", "好")])
    thai, arabic = read(CRLF)
    assert (thai.text, surfaces(thai), arabic.text) == ("กรุงเทพสวย", [("LOC", "กรุงเทพ")], "نعم")


def test_ill_formed_tags_are_told_and_written_back() -> None:
    text, told = "a\tB-X\nb\tI-Y\n\nc\tI-X\n\nd\tB-X\n\n", []
    documents = read(text, warn=lambda where, what: told.append((where, what)))
    assert [surfaces(d) for d in documents] == [
        [("X", "a"), ("Y", "b")],
        [("X", "c")],
        [("X", "d")],
    ]
    assert [where for where, _ in told] == ["a.conll:2", "a.conll:4"]
    assert "I-Y stands where BIO has B-Y" in told[0][1]
    assert written(documents) == text


def test_tags_kept_are_not_written_over_other_spans() -> None:
    [document] = read("a\tI-X\nb\tO\n\n", options=Options(scheme="BIO"))
    changed = replace(document, spans=(Span("s1", "Y", (Interval(2, 3),)),))
    assert written([changed]) == "a\tO\nb\tB-Y\n\n"


def test_few_nerd_has_the_labels_alone() -> None:
    text = "in\tO\nNew\tlocation-GPE\nYork\tlocation-GPE\n\n"
    [document] = read(text, options=Options(scheme="IO"))
    assert surfaces(document) == [("location-GPE", "New York")]
    assert written([document]) == text
    with pytest.raises(FormatError, match="column 2 holds 'location-GPE'"):
        read(text)
    known = CONLL.configured(Options(scheme="IO"))
    assert known.losses(plain("a b", (0, 1, "X"), (2, 3, "X"))) == {"spans joined to their like": 1}


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a\tO\nb\tO\tx\nc\tO\n\n", "a.conll:2", "3 columns, expected 2"),
        ("a O\nb O\nc\n\n", "a.conll:3", "1 column, expected 2"),
        ("a\tO\n\tO\nb\tO\n", "a.conll:2", "the row has no token"),
        ("a\tO\nb\tNNP\n", "a.conll:2", "'NNP', which is no tag"),
        ("a\nb\n", "a.conll:1", "one column"),
    ],
)
def test_errors_say_line_and_what(text: str, where: str, what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        read(text)
    assert caught.value.where == where


def test_a_refused_sentence_is_left_out_and_a_section_goes_as_a_whole() -> None:
    refused: list[FormatError] = []
    documents = read("a\tO\n\nb\tO\tx\n\nc\tO\n\n", refuse=refused.append)
    assert [(d.id, d.text) for d in documents] == [("a:1", "a"), ("a:3", "c")]
    sections = f"-DOCSTART-\tO\n\na\tO\n\nb\tNN\n\n{AIDA}"
    documents = read(sections, refuse=refused.append)
    assert [d.text for d in documents] == ["EU rejects", "Rare"]
    assert [error.where for error in refused] == ["a.conll:3", "a.conll:5"]


def test_a_long_section_is_cut_and_comes_out_whole() -> None:
    text = "-DOCSTART- O\n\n" + "a O\n\n" * 2500
    documents = read(text)
    assert [len(d.segments) for d in documents] == [1000, 1000, 500]
    assert written(documents) == text


def target_of(source: Document, text: str, segments: list[str], spans: list[str]) -> Document:
    """The source with another text, as a transfer leaves it: `spans` are surfaces in order."""
    at, intervals = 0, []
    for segment in segments:
        at = text.index(segment, at)
        intervals.append(Interval(at, at + len(segment)))
    placed = [
        replace(span, fragments=(Interval(text.index(s), text.index(s) + len(s)),))
        for span, s in zip(source.spans, spans, strict=True)
    ]
    return replace(
        source,
        language="ru",
        text=text,
        segments=tuple(intervals),
        tokens=(),
        spans=tuple(placed),
    )


def test_a_target_gets_tokens_tags_and_blanks_for_other_columns() -> None:
    first, second = read(CONLL_2003)
    lines = ["ЕС отвергает призыв Германии.", "Питер Блэкберн"]
    target = target_of(first, "\n".join(lines), lines, ["ЕС", "Германии", "Питер Блэкберн"])
    assert written([target, second]).splitlines()[:11] == [
        "-DOCSTART- -X- -X- O",
        "",
        "ЕС _ _ I-ORG",
        "отвергает _ _ O",
        "призыв _ _ O",
        "Германии _ _ I-MISC",
        ". _ _ O",
        "",
        "Питер _ _ I-PER",
        "Блэкберн _ _ I-PER",
        "",
    ]
    assert CONLL.losses(target) == {"column values": 14}


def test_a_target_keeps_comments_with_its_own_text_and_numbers_its_tokens() -> None:
    options = Options(fields={"spans": "NE"})
    [source] = read(PLUS, options=options)
    target = target_of(source, "„Ja“, 5 %!", ["„Ja“, 5 %!"], ["Ja"])
    lines = written([target]).splitlines()
    assert lines[3:7] == ["# sent_id = 1", "# text = „Ja“, 5 %!", "1\t„\tO\t_", "2\tJa\tB-X\t_"]
    [again] = read(written([target]), options=options)
    assert (again.text, surfaces(again)) == (target.text, [("X", "Ja")])


def plain(text: str, *spans: tuple[int, int, str], **more: object) -> Document:
    own = tuple(
        Span(f"s{n}", label, (Interval(start, end),))
        for n, (start, end, label) in enumerate(spans, start=1)
    )
    return Document("d", "en", text, (Interval(0, len(text)),), spans=own, **more)


@pytest.mark.parametrize(
    ("snap", "tags", "lost"),
    [
        (Snap.EXPAND, "B-A I-A O", {"spans widened to whole tokens": 1}),
        (Snap.CONTRACT, "B-A O O", {"spans narrowed to whole tokens": 1}),
        (Snap.STRICT, "O O O", {"spans that cut a token": 1}),
    ],
)
def test_an_edge_inside_a_token_is_snapped_and_counted(
    snap: Snap, tags: str, lost: dict[str, int]
) -> None:
    document, options = plain("red waters run", (0, 7, "A")), Options(snap=snap)
    rows = written([document], options).split("\n")
    assert [row.split("\t")[1] for row in rows if row] == tags.split()
    assert CONLL.configured(options).losses(document) == lost


def test_contracting_to_nothing_leaves_the_span_out() -> None:
    document, options = plain("waters", (1, 3, "A")), Options(snap=Snap.CONTRACT)
    assert written([document], options) == "waters\tO\n\n"
    assert CONLL.configured(options).losses(document) == {"spans that cut a token": 1}


@pytest.mark.parametrize(
    ("flatten", "tags"), [(Flatten.LONGEST, "B-B I-B I-B"), (Flatten.FIRST, "B-A O O")]
)
def test_of_overlapping_spans_one_is_written(flatten: Flatten, tags: str) -> None:
    document, options = plain("a b c", (0, 1, "A"), (0, 5, "B")), Options(flatten=flatten)
    rows = written([document], options).split("\n")
    assert [row.split("\t")[1] for row in rows if row] == tags.split()
    assert CONLL.configured(options).losses(document) == {"overlapping spans": 1}


def test_discontinuous_and_crossing_spans_keep_one_piece() -> None:
    text = "a b c. d e"
    pieces = (Interval(0, 1), Interval(4, 5))
    document = Document(
        "d", "en", text, (Interval(0, 6), Interval(7, 10)),
        spans=(Span("s1", "A", pieces), Span("s2", "B", (Interval(5, 10),))),
    )  # fmt: skip
    rows = "-DOCSTART-\tO\n\na\tB-A\nb\tO\nc\tO\n.\tO\n\nd\tB-B\ne\tI-B\n\n"
    assert written([document]) == rows
    assert CONLL.losses(document) == {
        "discontinuous spans": 1,
        "spans over several sentences": 1,
        "spaces": 1,
    }
    with pytest.raises(FormatError, match="span s1 is one of the discontinuous spans"):
        CONLL.configured(Options(flatten=Flatten.ERROR)).losses(document)


def test_what_columns_cannot_say_is_counted() -> None:
    document = plain(
        "a  b",
        (3, 4, "B"),
        (0, 1, "A"),
        relations=(Relation("r", "s1", "s2"),),
        labels=(TextLabel("kind", "x"),),
        side_texts=(SideText("title", "t"),),
        metadata={"source": "own"},
    )
    odd = replace(document.spans[1], attributes={"sure": True})
    document = replace(document, spans=(document.spans[0], odd))
    assert CONLL.losses(document) == {
        "relations": 1,
        "text labels": 1,
        "side texts": 1,
        "attributes": 1,
        "span ids": 2,
        "metadata": 1,
        "spaces": 1,
    }


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (plain("a", (0, 1, "A\tB")), "cannot hold the label"),
        (plain("a b", tokens=(Interval(0, 3),), metadata={"conll": {"layout": {"separator": " "}}}),
         "cannot hold the token 'a b'"),
        (plain("-DOCSTART-", tokens=(Interval(0, 10),)), "cannot hold the token '-DOCSTART-'"),
    ],
)  # fmt: skip
def test_what_would_be_read_as_something_else_is_refused(document: Document, what: str) -> None:
    with pytest.raises(FormatError, match=what):
        CONLL.losses(document)


def test_tokens_that_only_together_look_like_a_border_are_written() -> None:
    tokens = (Interval(0, 4), Interval(4, 10), Interval(11, 13))
    assert written([plain("-DOCSTART- ok", tokens=tokens)]) == "-DOC\tO\nSTART-\tO\nok\tO\n\n"


def test_documents_of_several_sentences_stay_apart() -> None:
    one = Document("d", "en", "a", (Interval(0, 1),))
    two = Document("e", "en", "a b", (Interval(0, 1), Interval(2, 3)))
    again = list(CONLL.parse(CONLL.serialize([one, two, one])))
    assert [d.segment_texts() for d in again] == [("a",), ("a", "b"), ("a",)]


@pytest.mark.parametrize(
    "head",
    ["", "plain text here\nand more\n", "a,O\nb,O\n", '{"text": "O"}\n', "a\tO\nb\n", "a\tNNP\n"],
)
def test_other_files_are_not_taken_for_columns(head: str) -> None:
    assert not CONLL.sniff(head)


def test_the_law_for_a_document_from_elsewhere() -> None:
    text = "Вода — это соль (да).\n«Ион», 5%?\nكتاب جديد؟"
    ends = [0, *(n for n, sign in enumerate(text) if sign == "\n"), len(text)]
    segments = tuple(Interval(start + bool(start), end) for start, end in pairwise(ends))
    spans = (Span("s1", "T", (Interval(0, 4),)), Span("s2", "T", (Interval(23, 26),)))
    document = Document("d:1", "en", text, segments, spans=spans)
    assert CONLL.losses(document) == {}
    [again] = read(written([document]))
    assert (again.text, again.segments, again.spans) == (text, segments, spans)


WORDS = st.text("abя漢é9.,(\"'", min_size=1, max_size=4)


@st.composite
def rows(draw: st.DrawFn) -> str:
    """The rows of a file, ill-formed tags and empty cells included."""
    scheme = draw(st.sampled_from(["IOB1", "BIO", "BILOU"]))
    own, n = [], draw(st.integers(1, 8))
    for _ in range(n):
        tag = draw(st.sampled_from(["O", "B-A", "I-A", "I-B", "U-A", "L-A"]))
        if scheme != "BILOU" and tag[0] in "UL":
            tag = "O"
        more = draw(st.sampled_from(["", "x", "_"]))
        own.append(f"{draw(WORDS)}\t{more}\t{tag}\n")
        if draw(st.integers(0, 4)) == 0:
            own.append("\n")
    return "".join(own)


@given(rows())
def test_any_rows_come_out_as_they_went_in(text: str) -> None:
    read_once = read(text)
    assert written(read_once) == text
    assert read(written(read_once)) == read_once


def test_brackets_of_conll_2012_are_told_once() -> None:
    rows = "a/b 0 0 Rio NNP (NP*) - (LOC) (1)\na/b 0 1 ruft VB * rufen * -\n"
    errors: list[FormatError] = []
    assert read(f"#begin document (a/b); part 000\n{rows}\n{rows}\n", refuse=errors.append) == []
    [error] = errors
    assert error.where == "a.conll:1"
    assert "in brackets" in error.what
    tagged = "#begin document (a/b)\nRio B-LOC\nruft O\n\n#end document\n"
    assert [surfaces(d) for d in read(tagged)] == [[("LOC", "Rio")]]
