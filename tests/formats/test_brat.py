"""brat: what its lines become, what comes out again, and what may not be left dangling."""

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats import read, write
from donor.formats.brat import BRAT
from donor.formats.format import Source

TEXT = """Ada Lovelace met Charles Babbage in London.
She did not sell the Analytical
Engine to Acme.
"""
ANN = """T1\tPerson 0 12\tAda Lovelace
T2\tPerson 17 32\tCharles Babbage
T3\tCity 36 42\tLondon
T4\tMeet 13 16\tmet
T5\tSell 56 60\tsell
T6\tMachine 65 75;76 82\tAnalytical Engine
T7\tOrg 86 90\tAcme
E1\tMeet:T4 Agent:T1 Agent2:T2 Place:T3
E2\tSell:T5 Theme:T6 Buyer:T7
E3\tReport:T5 Of:E1
R1\tLocated Arg1:T2 Arg2:T3\t
R2\tKnows Knower:T1 Known:T2
*\tEquiv T1 T2 T7
A1\tNegation E2
A2\tTitle T1 Countess of Lovelace
M1\tSpeculation T3
N1\tReference T3 Wikidata:Q84\tLondon
#1\tAnnotatorNotes T7\tis it a company?
#2\tAnnotatorNotes E2\tnegated
"""


def source(files: Mapping[str, str | bytes]) -> Source:
    raw = {n: c if isinstance(c, bytes) else c.encode() for n, c in files.items()}
    return Source("corpus", {name: partial(io.BytesIO, content) for name, content in raw.items()})


def parsed(files: Mapping[str, str | bytes], **more: object) -> list[Document]:
    return list(BRAT.parse_source(source(files), **more))  # type: ignore[arg-type]


def one(text: str, ann: str) -> Document:
    [document] = parsed({"a.txt": text, "a.ann": ann})
    return document


def written(document: Document) -> dict[str, str]:
    return {name: raw.decode() for name, raw in BRAT.serialize_source([document])}


def without(document: Document, *gone: str) -> Document:
    """The document as a transfer leaves it when these spans have no place."""
    return replace(
        document,
        spans=tuple(span for span in document.spans if span.id not in gone),
        relations=tuple(r for r in document.relations if not {r.head, r.tail} & set(gone)),
    )


def test_spans_relations_and_attributes_are_read() -> None:
    document = one(TEXT, ANN)
    assert document.id == "a"
    assert document.metadata["file"] == "a.txt"
    assert [
        span.label for span in document.spans
    ] == "Person Person City Meet Sell Machine Org".split()
    assert document.span("T1").attributes == {"Title": "Countess of Lovelace"}
    assert document.span("T3").attributes == {"Speculation": True}
    assert document.relations == (
        Relation("Located", "T2", "T3", {"id": "R1"}),
        Relation("Knows", "T1", "T2", {"id": "R2", "roles": ["Knower", "Known"]}),
    )


def test_span_over_the_end_of_a_line_is_one_fragment_in_one_segment() -> None:
    document = one(TEXT, ANN)
    assert document.span("T6").fragments == (Interval(65, 82),)
    assert document.segment_texts() == (
        "Ada Lovelace met Charles Babbage in London.",
        "She did not sell the Analytical\nEngine to Acme.",
    )


def test_files_come_out_byte_for_byte() -> None:
    document = one(TEXT, ANN)
    assert written(document) == {"a.txt": TEXT, "a.ann": ANN}
    assert not BRAT.losses(document)


@pytest.mark.parametrize(
    ("text", "ann"),
    [
        ("one two\n", "T1\tX 4 7;0 3\tone two\n"),
        ("enzyme 7\n", "\nT1\tX 0 6;7 8\tenzyme7\n"),
        ("one two\n", "T1\tX 0 3"),
        ("one two\n", "T1\tX 0 3\tone\r\nT2\tX 4 7\ttwo\r\n"),
        ("one two\n", "T1\tX 0 3\tone\n\n#\tby hand\nE1\tX:T1 \n"),
        ("one two\n", "T1\tX 0 3\tone\nA1\tN\tT1\nN1\tReference Annotation:T1 Referent:GO:1\n"),
        ("one two\n", "T1\tX 0 3\tone\nA1\tMood T1 a\nA2\tMood T1 b\n"),
        ("one two\n", ""),
        ("Foo\n  Bar\n", "T1\tX 0 3;4 9\tFoo   Bar\n"),
    ],
)
def test_odd_but_right_files_come_out_byte_for_byte(text: str, ann: str) -> None:
    assert written(one(text, ann)) == {"a.txt": text, "a.ann": ann}


def test_text_without_annotations_is_a_document_without_spans() -> None:
    [document] = parsed({"a.txt": "Just text.\n"})
    assert document.spans == ()
    assert written(document) == {"a.txt": "Just text.\n"}


def test_folders_are_kept_and_the_rest_is_left_alone() -> None:
    there = {
        "annotation.conf": "[entities]",
        "README.txt": "about",
        "sub/a.ann": "",
        "sub/a.txt": "A.",
        "b.txt": "B.",
        "sub/.hidden.txt": "no",
    }
    told: list[tuple[str, str]] = []
    documents = parsed(there, warn=lambda *what: told.append(what))
    assert [document.id for document in documents] == ["sub/a", "b"]
    assert not told
    names = [name for name, _ in BRAT.serialize_source(documents)]
    assert names == ["sub/a.txt", "sub/a.ann", "b.txt"]


@pytest.mark.parametrize(
    ("gone", "lost", "left"),
    [
        (
            ("T7",),
            {"event arguments": 1, "notes": 1},
            ["E2\tSell:T5 Theme:T6", "*\tEquiv T1 T2", "E3\tReport:T5 Of:E1"],
        ),
        (
            ("T1", "T7"),
            {"event arguments": 2, "equivalences": 1},
            ["E1\tMeet:T4 Agent2:T2 Place:T3"],
        ),
        (("T4",), {"events": 2}, ["E2\tSell:T5 Theme:T6 Buyer:T7"]),
        (("T5",), {"events": 2, "attributes": 1, "notes": 1}, []),
        (("T3",), {"relations": 1, "attributes": 1, "normalisations": 1}, []),
        (("T6", "T7"), {"events": 1}, ["E1\tMeet:T4 Agent:T1 Agent2:T2 Place:T3"]),
    ],
)
def test_what_hangs_on_a_lost_span_goes_with_it(
    gone: tuple[str, ...], lost: dict[str, int], left: list[str]
) -> None:
    document = without(one(TEXT, ANN), *gone)
    lines = written(document)["a.ann"].splitlines()
    assert lost.items() <= dict(BRAT.losses(document)).items()
    assert set(left) <= set(lines)
    for line in lines:
        assert not any(name in line.split("\t")[1].replace(":", " ").split() for name in gone)
    again = one(TEXT, "\n".join(lines))
    assert again.spans == tuple(s for s in document.spans)


def test_target_has_its_own_offsets_and_texts_and_the_old_ids() -> None:
    source_document = one(TEXT, ANN)
    text = "😀 Ада встретила Бэббиджа.\nМашину\nкупили."
    spans = (
        Span("T1", "Person", (Interval(2, 5),), {"Title": "Countess of Lovelace"}),
        Span("T2", "Person", (Interval(16, 24),)),
        Span("T6", "Machine", (Interval(26, 39),)),
    )
    target = replace(
        source_document,
        text=text,
        segments=(Interval(0, 25), Interval(26, 40)),
        spans=spans,
        relations=(source_document.relations[1],),
        language="ru",
    )
    files = written(target)
    assert files["a.txt"] == text
    assert files["a.ann"].splitlines() == [
        "T1\tPerson 2 5\tАда",
        "T2\tPerson 16 24\tБэббиджа",
        "T6\tMachine 26 32;33 39\tМашину купили",
        "R2\tKnows Knower:T1 Known:T2",
        "*\tEquiv T1 T2",
        "A2\tTitle T1 Countess of Lovelace",
    ]
    [again] = parsed(files)
    assert again.spans == spans


def test_carriage_returns_do_not_shift_offsets() -> None:
    text = "Anna 😀\r\nLives in\r\nمدينة القاهرة\r\n"
    ann = "T1\tPER 0 4\tAnna\nT2\tLOC 18 31\tمدينة القاهرة\n"
    document = one(text, ann)
    assert document.span("T2").surface(document.text) == "مدينة القاهرة"
    assert document.segment_texts() == ("Anna 😀", "Lives in", "مدينة القاهرة")
    assert written(document) == {"a.txt": text, "a.ann": ann}


def test_offsets_that_count_a_line_end_once_are_understood() -> None:
    text = "Anna\r\n\r\nBerlin Köln\r\n"
    ann = "T1\tPER 0 4\tAnna\nT2\tLOC 6 12\tBerlin\n"
    document = one(text, ann)
    assert document.span("T2").surface(document.text) == "Berlin"
    assert written(document) == {"a.txt": text, "a.ann": ann}
    moved = replace(document, spans=(Span("T2", "LOC", (Interval(15, 19),)),))
    assert written(moved)["a.ann"] == "T2\tLOC 13 17\tKöln\n"


@pytest.mark.parametrize("offset", [0, 1])
def test_byte_order_mark_is_no_text_and_comes_back(offset: int) -> None:
    text, ann = "\ufeffAnna", f"T1\tPER {offset} {4 + offset}\tAnna\n"
    document = one(text, ann)
    assert (document.text, document.spans[0].fragments) == ("Anna", (Interval(0, 4),))
    assert written(document) == {"a.txt": text, "a.ann": ann}


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("Title\nOne sentence.\n\nAnother.\n", ["Title", "One sentence.", "Another."]),
        (
            "A text that some tool has\nwrapped at a width\nof its own.\n\nNext.",
            ["A text that some tool has\nwrapped at a width\nof its own.", "Next."],
        ),
        ("東京は\n首都です。", ["東京は", "首都です。"]),
        ("  \n\t\n", []),
    ],
)
def test_lines_are_segments_unless_they_run_on(text: str, segments: list[str]) -> None:
    [document] = parsed({"a.txt": text})
    assert list(document.segment_texts()) == segments


@pytest.mark.parametrize(
    ("ann", "where", "what"),
    [
        ("T1\tX 0 3\tone\nT2 X 0 3\tone\n", "a.ann:2", "not a brat annotation"),
        ("T1\tX 0\tone\n", "a.ann:1", "not a brat annotation"),
        ("T1\tX 0 3\ttwo\n", "a.ann:1", "T1 is 'two', but its offsets cover 'one'"),
        ("T1\tX 4 99\ttwo\n", "a.ann:1", "T1 ends at 99, the text at 7"),
        ("T1\tX 3 3\t\n", "a.ann:1", "covers no text"),
        ("T1\tX 0 2;1 3\ton ne\n", "a.ann:1", "overlap"),
        ("T1\tX 0 3\tone\nT1\tX 4 7\ttwo\n", "a.ann:2", "the id T1 is used twice"),
        ("R1\tX T1 T2\n", "a.ann:1", "not a brat annotation"),
        ("?\n", "a.ann:1", "not a brat annotation"),
    ],
)
def test_bad_line_is_named_and_the_next_file_is_read(ann: str, where: str, what: str) -> None:
    errors: list[FormatError] = []
    files = {"a.ann": ann, "a.txt": "one two", "b.txt": "fine"}
    assert [d.id for d in parsed(files, refuse=errors.append)] == ["b"]
    assert errors[0].where == where
    assert what in str(errors[0])
    with pytest.raises(FormatError):
        parsed(files)


def test_annotations_without_text_and_texts_that_are_not_utf8_are_errors() -> None:
    errors: list[FormatError] = []
    files = {"a.ann": "", "b.txt": "fine\ncaf\xe9".encode("cp1252"), "c.txt": "fine"}
    assert [d.id for d in parsed(files, refuse=errors.append)] == ["c"]
    assert [error.where for error in errors] == ["a.ann", "b.txt:2"]


def test_a_line_that_names_what_never_was_there_is_told_and_stays_as_long_as_the_rest() -> None:
    told: list[tuple[str, str]] = []
    lines = "T1\tX 0 3\tone\nR1\tOf Arg1:T1 Arg2:T9\nE1\tHit:T8 By:T1\n"
    [document] = parsed({"a.txt": "one", "a.ann": lines}, warn=lambda *what: told.append(what))
    assert told[0] == ("a.ann:2", "names T9, which is not there: the line is kept as it stands")
    assert written(document)["a.ann"] == lines
    assert not BRAT.losses(document)
    new = Span("s1", "Y", (Interval(0, 2),))
    more = written(replace(document, spans=(*document.spans, new)))["a.ann"]
    assert more == lines + "T2\tY 0 2\ton\n"
    bare = replace(document, spans=())
    assert written(bare)["a.ann"] == ""
    assert BRAT.losses(bare) == {"relations": 1, "events": 1}


def test_document_from_elsewhere_gets_ids_that_brat_understands() -> None:
    document = Document(
        "train:7",
        "en",
        "Anna in Rome",
        (Interval(0, 12),),
        spans=(
            Span("s1", "PER", (Interval(0, 4),), {"sure": 0.5, "seen": True, "by": ["a", "b"]}),
            Span("T1", "LOC", (Interval(8, 12),)),
        ),
        relations=(Relation("in", "s1", "T1", {"why": 1}), Relation("in", "gone", "T1")),
        labels=(TextLabel("kind", "x"),),
        side_texts=(SideText("title", "x"),),
        metadata={"file": "train.jsonl", "own": 1},
    )
    files = written(document)
    assert files["train-7.ann"].splitlines() == [
        "T2\tPER 0 4\tAnna",
        "T1\tLOC 8 12\tRome",
        "R1\tin Arg1:T2 Arg2:T1",
        "A1\tsure T2 0.5",
        "A2\tseen T2",
        "A3\tby T2 a",
        "A4\tby T2 b",
    ]
    assert BRAT.losses(document) == {
        "document ids": 1,
        "span ids": 1,
        "text labels": 1,
        "side texts": 1,
        "types of attributes": 1,
        "attributes of relations": 1,
        "relations without a head": 1,
        "metadata": 1,
    }
    [again] = parsed(files)
    assert again.span("T2").attributes == {"sure": "0.5", "seen": True, "by": ["a", "b"]}


def test_changes_reach_the_lines_and_keep_their_ids() -> None:
    document = one(
        "one two", "T1\tX 0 3\tone\nT2\tX 4 7\ttwo\nA5\tMood T1 a\nR9\tOf Arg1:T1 Arg2:T2\n"
    )
    changed = replace(
        document,
        spans=(
            Span("T1", "Y", (Interval(0, 3),), {"Mood": "b", "New": True}),
            document.spans[1],
        ),
        relations=(Relation("To", "T2", "T1", {"id": "R9"}),),
    )
    assert written(changed)["a.ann"].splitlines() == [
        "T1\tY 0 3\tone",
        "T2\tX 4 7\ttwo",
        "A5\tMood T1 b",
        "R9\tTo Arg1:T2 Arg2:T1",
        "A1\tNew T1",
    ]


def test_event_has_the_label_of_its_trigger() -> None:
    document = one(TEXT, ANN)
    renamed = tuple(replace(s, label=s.label.replace("Meet", "Treffen")) for s in document.spans)
    lines = written(replace(document, spans=renamed))["a.ann"].splitlines()
    assert "T4\tTreffen 13 16\tmet" in lines
    assert "E1\tTreffen:T4 Agent:T1 Agent2:T2 Place:T3" in lines
    assert "E2\tSell:T5 Theme:T6 Buyer:T7" in lines
    assert "E3\tReport:T5 Of:E1" in lines


@pytest.mark.parametrize("label", ["two words", "", "tab\t"])
def test_label_that_brat_cannot_hold_is_an_error(label: str) -> None:
    document = Document(
        "d", None, "a", (Interval(0, 1),), spans=(Span("T1", label, (Interval(0, 1),)),)
    )
    with pytest.raises(FormatError, match="cannot hold the label"):
        BRAT.losses(document)


def test_two_documents_do_not_share_a_file() -> None:
    document = Document("../x", None, "", ())
    names = [name for name, _ in BRAT.serialize_source([document, document])]
    assert names == ["x.txt", "x.ann", "x-2.txt", "x-2.ann"]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(st.text("ab 😀я漢\u0301\n\r", max_size=30)).lstrip("\ufeff")
    spans = []
    for n in range(draw(st.integers(0, 4)) if text else 0):
        edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=4)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        more = draw(st.sampled_from([{}, {"Mood": "so so"}, {"Seen": True, "By": ["a", "b"]}]))
        spans.append(Span(f"T{n + 1}", "X", tuple(Interval(*pair) for pair in pairs), more))
    [bare] = parsed({"d.txt": text})
    arcs = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=3))
    relations = [(f"T{a}", f"T{b}") for a, b in arcs if max(a, b) <= len(spans)]
    return replace(
        bare,
        spans=tuple(spans),
        relations=tuple(
            Relation("Of", a, b, {"id": f"R{n}"}) for n, (a, b) in enumerate(relations, start=1)
        ),
    )


@given(documents())
def test_what_brat_can_say_is_read_again(document: Document) -> None:
    files = written(document)
    [again] = parsed(files)
    assert again.text == document.text
    losses = BRAT.losses(document)
    if not losses["spans of white space"] and not losses["edges of fragments"]:
        assert (again.spans, again.relations) == (document.spans, document.relations)
        if not losses["segments"]:
            assert again.segments == document.segments
    assert written(again) == files
    assert BRAT.losses(again).keys() <= {"segments"}


def test_files_through_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, newline="")
    (tmp_path / "in" / "a.ann").write_text(ANN, newline="")
    write(read(tmp_path / "in"), tmp_path / "out", format="brat")
    assert (tmp_path / "out" / "a.ann").read_text() == ANN
    assert [d.id for d in read(tmp_path / "in" / "a.txt")] == ["a"]
    write(read(tmp_path / "in" / "a.ann"), tmp_path / "b.ann", format="brat")
    assert (tmp_path / "b.ann").read_text() == ANN
    assert (tmp_path / "b.txt").read_text() == TEXT


def test_two_folders_keep_their_names_apart(tmp_path: Path) -> None:
    for split in ("train", "dev"):
        (tmp_path / split).mkdir()
        (tmp_path / split / "a.txt").write_text(TEXT)
        (tmp_path / split / "a.ann").write_text(ANN)
    documents = list(read([tmp_path / "train", tmp_path / "dev"]))
    assert [document.id for document in documents] == ["train/a", "dev/a"]
    assert not any(BRAT.losses(document) for document in documents)
    names = [name for name, _ in BRAT.serialize_source(documents)]
    assert names == ["train/a.txt", "train/a.ann", "dev/a.txt", "dev/a.ann"]


def test_annotations_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "a.ann").write_text("\ufeffT1\tX 0 3\tone\n", encoding="utf-8")
    odd: list[tuple[str, str]] = []
    [document] = read(tmp_path, warn=lambda *said: odd.append(said))
    assert [span.id for span in document.spans] == ["T1"]
    assert odd == [("a.ann", "the byte order mark is left out")]


def test_likely_encoding_of_annotations_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Анна живёт в Москве", encoding="utf-8")
    (tmp_path / "a.ann").write_bytes("T1\tPER 0 4\tАнна\n".encode("cp1251"))
    with pytest.raises(FormatError) as caught:
        list(read(tmp_path))
    assert "iconv -f WINDOWS-1251 -t UTF-8" in caught.value.hint
