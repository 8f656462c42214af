"""DEFT, case by case; the corpus itself is read in test_deft_corpus.py."""

from dataclasses import replace

import pytest

from donor.data import Document, Interval, Relation, Span
from donor.errors import FormatError
from donor.formats.deft import DEFT


def rows(*sentences: str, start: int = 0) -> list[str]:
    """DEFT lines; a word is `token`, or `token/tag/id/head/relation`; `||` ends a window."""
    lines, at = [], start
    for sentence in sentences:
        for word in sentence.split():
            if word == "||":
                lines.append("\n")
                continue
            token, *cells = word.split("/")
            cells = cells or ["O", "-1", "-1", "0"]
            place = (token, "data/x.deft", str(at), str(at + len(token)), *cells)
            lines.append("\t ".join(place) + "\n")
            at += len(token) + 1
        lines.append("\n")
    return lines


def read(lines: list[str]) -> list[Document]:
    return list(DEFT.parse(lines, file="x.deft"))


def only(lines: list[str]) -> Document:
    [document] = read(lines)
    return document


def again(documents: list[Document]) -> list[Document]:
    return read(list(DEFT.serialize(documents)))


def test_gaps_come_from_offsets() -> None:
    lines = ["5\t x\t 0\t 1\t O\t -1\t -1\t 0\n", "%\t x\t 1\t 2\t O\t -1\t -1\t 0\n"]
    assert only(lines).text == "5%"


def test_columns_may_lack_the_leading_space() -> None:
    assert only(["ion\tx\t0\t3\tB-Term\tT1\t0\t0\n"]).spans == (
        Span("T1", "Term", (Interval(0, 3),)),
    )


def test_quotation_mark_is_a_token() -> None:
    assert only(rows('" yes "')).text == '" yes "'


def test_marker_is_no_text() -> None:
    document = only(
        [
            "12\t x\t 0\t 2\t O\t -1\t -1\t 0\n",
            ".\t x\t 2\t 3\t O\t -1\t -1\t 0\n",
            "\n",
            *rows("An ion .", start=4),
        ]
    )
    assert document.text == "An ion ."
    assert len(document.segments) == 1
    assert again([document]) == [document]


def test_marker_merged_with_text_is_set_apart() -> None:
    lines = ["12\t x\t 0\t 2\t O\t -1\t -1\t 0\n", ".\t x\t 2\t 3\t O\t -1\t -1\t 0\n"]
    document = only(lines + rows("coli grow .", start=4))
    assert document.text == "coli grow ."
    assert again([document]) == [document]


def test_number_after_a_single_blank_is_text() -> None:
    year = ["1997\t x\t 90\t 94\t O\t -1\t -1\t 0\n", ".\t x\t 94\t 95\t O\t -1\t -1\t 0\n"]
    document = only([*rows("It was in"), *year])
    assert document.segment_texts() == ("It was in", "1997.")


def test_lone_marker_is_a_window() -> None:
    lines = ["12\t x\t 0\t 2\t O\t -1\t -1\t 0\n", ".\t x\t 2\t 3\t O\t -1\t -1\t 0\n"]
    document = only(lines)
    assert (document.text, document.segments) == ("", ())
    assert again([document]) == [document]


def test_two_blanks_end_a_window() -> None:
    first, second = read(rows("One .", "|| Two ."))
    assert (first.id, second.id) == ("x:1", "x:2")
    assert (first.text, second.text) == ("One .", "Two .")


def test_span_with_itself_as_root_is_a_root() -> None:
    assert only(rows("An ion/B-Term/T1/T1/0")).relations == ()


def test_id_decides_where_a_span_ends() -> None:
    document = only(rows("hot/B-Term/T1/0/0 ice/I-Term/T2/0/0"))
    assert [span.surface(document.text) for span in document.spans] == ["hot", "ice"]


def test_dangling_head_is_kept_and_written_back() -> None:
    document = only(rows("ion/B-Term/T1/T404/AKA"))
    assert document.relations == (Relation("AKA", head="T404", tail="T1"),)
    assert again([document]) == [document]


def test_fragment_belongs_to_its_root() -> None:
    document = only(rows("hot/B-Term/T1/0/0 and cold ice/B-Term-frag/T1-frag/T1/fragment"))
    [span] = document.spans
    assert span.surfaces(document.text) == ("hot", "ice")
    assert document.relations == ()
    assert again([document]) == [document]


def test_span_over_a_wrong_sentence_split_is_one() -> None:
    document = only(
        rows("the/B-Definition/T1/0/0 smallest/I-Definition/T1/0/0", "unit/I-Definition/T1/0/0 .")
    )
    [span] = document.spans
    assert span.surface(document.text) == "the smallest unit"
    assert again([document]) == [document]


class TestCopies:
    outer = "the/B-Term/T1/0/0 cell/I-Term/T1/0/0 wall/I-Term/T1/0/0"

    def test_nested_span_stands_in_a_copy(self) -> None:
        document = only(rows(self.outer) + rows("the cell/B-Term/T2/0/0 wall"))
        assert len(document.segments) == 1
        assert [span.surface(document.text) for span in document.spans] == [
            "the cell wall",
            "cell",
        ]
        assert again([document]) == [document]

    def test_second_head_stands_in_a_copy(self) -> None:
        first = rows("it/B-Term/T1/T2/AKA a/B-Term/T2/0/0 b/B-Term/T3/0/0")
        document = only(first + rows("it/B-Term/T1/T3/AKA a b"))
        assert [(r.head, r.tail) for r in document.relations] == [("T2", "T1"), ("T3", "T1")]
        assert again([document]) == [document]

    def test_copies_need_not_be_adjacent(self) -> None:
        lines = [*rows(self.outer), *rows("And so .", start=20)]
        document = only(lines + rows("the cell/B-Term/T2/0/0 wall"))
        assert len(document.segments) == 2
        assert again([document]) == [document]

    def test_row_of_another_occurrence_is_dropped_and_told(self) -> None:
        copy = rows("the cell wall")
        copy[2] = "wall\t data/x.deft\t 90\t 94\t B-Term\t T9\t 0\t 0\n"
        told: list[tuple[str, str]] = []
        [document] = DEFT.parse(
            rows(self.outer) + copy, file="x.deft", warn=lambda *w: told.append(w)
        )
        assert [span.id for span in document.spans] == ["T1"]
        assert [where for where, _ in told] == ["x.deft:7"]


def test_tag_without_id_is_read_as_none_and_told() -> None:
    told: list[tuple[str, str]] = []
    lines = ["ion\t x\t 0\t 3\t B-Term\t -1\t 0\t 0\n"]
    [document] = DEFT.parse(lines, file="x.deft", warn=lambda *w: told.append(w))
    assert document.spans == ()
    assert told == [("x.deft:1", "the tag B-Term has no id and is read as O")]


@pytest.mark.parametrize("head", ["T2\t 0", "0\t AKA", "\t ", "-1\t 0"])
def test_half_a_head_is_none(head: str) -> None:
    assert only([f"ion\t x\t 0\t 3\t B-Term\t T1\t {head}\n"]).relations == ()


def test_trailing_tabs_are_no_columns() -> None:
    assert only(["ion\tx\t0\t3\tO\t-1\t-1\t0\t\t\n"]).text == "ion"


def test_fragment_on_the_words_of_its_root_is_one_with_it() -> None:
    lines = rows("An/B-Term/T1/0/0 ion") + rows("An/B-Term-frag/T1-frag/T1/fragment ion")
    [span] = only(lines).spans
    assert (span.id, span.surface("An ion")) == ("T1", "An")


def test_fragment_of_a_fragment_belongs_to_the_root() -> None:
    document = only(
        rows(
            "a/B-Term/T1/0/0 x b/B-Term-frag/T1-frag/T1/fragment x "
            "c/B-Term-frag/T1-frag-frag/T1-frag/fragment it/B-Alias-Term/T2/T1-frag/AKA"
        )
    )
    assert document.spans[0].surfaces(document.text) == ("a", "b", "c")
    assert document.relations == (Relation("AKA", head="T1", tail="T2"),)


@pytest.mark.parametrize(
    ("line", "where", "what"),
    [
        ("not DEFT at all\n", "x.deft:1", "1 column, expected 8"),
        ("a\t x\t 0\t 1\t O\t -1\t -1\n", "x.deft:1", "7 columns, expected 8"),
        ("a\t x\t 0\t one\t O\t -1\t -1\t 0\n", "x.deft:1", "at offsets '0' to 'one'"),
        ("ion\t x\t 0\t 3\t Term\t T1\t 0\t 0\n", "x.deft:1", "tag 'Term'"),
    ],
)
def test_error_names_line_and_problem(line: str, where: str, what: str) -> None:
    with pytest.raises(FormatError) as caught:
        read([line])
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.hint


@pytest.mark.parametrize(
    ("offsets", "text"),
    [
        ([(0, 1), (2, 3), (4, 5)], "a b c"),
        ([(0, 1), (90, 91), (4, 5)], "a b c"),
        ([(6, 7), (2, 3), (8, 9)], "abc"),
        ([(0, 1), (2, 9), (4, 5)], "a b c"),
        ([(0, 1), (2, 3), (1, 2)], "ab c"),
    ],
)
def test_offset_out_of_line_is_mended_and_told(offsets: list[tuple[int, int]], text: str) -> None:
    lines = [
        f"{token}\t x\t {start}\t {end}\t B-Term\t T{token}\t 0\t 0\n"
        for token, (start, end) in zip("abc", offsets, strict=True)
    ]
    told: list[tuple[str, str]] = []
    [document] = DEFT.parse(lines, file="x.deft", warn=lambda *w: told.append(w))
    assert document.text == text
    assert [span.surface(text) for span in document.spans] == ["a", "b", "c"]
    assert bool(told) == (offsets != [(0, 1), (2, 3), (4, 5)])
    assert again([document]) == [document]


def test_white_space_may_be_a_token() -> None:
    document = only(
        [
            "ion\t x\t 0\t 3\t O\t -1\t -1\t 0\n",
            "\xa0\t x\t 3\t 4\t O\t -1\t -1\t 0\n",
            "s\t x\t 4\t 5\t O\t -1\t -1\t 0\n",
        ]
    )
    assert document.text == "ion\xa0s"
    assert again([document]) == [document]


class TestForeignDocuments:
    """What did not come from DEFT is tokenised and gets offsets."""

    def test_tokens_are_cut_at_span_edges(self) -> None:
        span = Span("T1", "Term", (Interval(0, 5),))
        document = Document("d", "ru", "атомы-ионы.", (Interval(0, 11),), spans=(span,))
        [found] = again([document])
        assert found.text == document.text
        assert found.spans == document.spans

    def test_ids_are_unique_in_a_file(self) -> None:
        span = Span("s1", "Term", (Interval(0, 3),))
        documents = [Document(str(n), "ru", "Ион", (Interval(0, 3),), spans=(span,)) for n in "ab"]
        ids = [span.id for document in again(documents) for span in document.spans]
        assert len(set(ids)) == 2

    @pytest.mark.parametrize(
        ("label", "span_id"), [("", "T1"), ("a\tb", "T1"), ("Term", "0"), ("Term", " T1")]
    )
    def test_what_would_be_read_as_something_else_is_refused(
        self, label: str, span_id: str
    ) -> None:
        span = Span(span_id, label, (Interval(0, 3),))
        document = Document("d", "ru", "Ион", (Interval(0, 3),), spans=(span,))
        with pytest.raises(FormatError, match="document d: DEFT"):
            list(DEFT.serialize([document]))

    def test_document_without_text_is_counted_as_lost(self) -> None:
        assert DEFT.losses(Document("d", "ru", "", ()))["documents without text"] == 1

    def test_free_id_is_not_one_of_the_same_window(self) -> None:
        first = Span("T1", "Term", (Interval(0, 1),))
        second = Span("T1-2", "Term", (Interval(2, 3),))
        documents = [
            Document("a", "ru", "а б", (Interval(0, 3),), spans=(first,)),
            Document("b", "ru", "а б", (Interval(0, 3),), spans=(first, second)),
        ]
        assert [len(document.spans) for document in again(documents)] == [1, 2]

    def test_sentences_that_cannot_stand_twice_are_counted(self) -> None:
        segments = (Interval(0, 3), Interval(4, 7))
        losses = DEFT.losses(Document("d", "ru", "Да. Да.", segments))
        assert losses == {"repeated sentences": 1}

    def test_windows_do_not_share_offsets(self) -> None:
        documents = read(rows("One .", "|| Two ."))
        longer = Document(
            "x:1",
            "ru",
            "Очень длинный текст.",
            (Interval(0, 20),),
            metadata=documents[0].metadata,
        )
        ends = [
            int(line.split("\t")[3])
            for line in DEFT.serialize([longer, documents[1]])
            if line.strip()
        ]
        assert ends == sorted(ends)


def test_relation_of_a_fragment_is_its_spans() -> None:
    first = rows("hot/B-Term/T1/0/0 x ice/B-Term-frag/T1-frag/T1/fragment y/B-Term/T2/0/0")
    copy = rows("hot x ice/B-Term-frag/T1-frag/T2/AKA y")
    document = only(first + copy)
    assert document.relations == (Relation("AKA", head="T2", tail="T1"),)
    assert again([document]) == [document]


def test_copies_come_out_as_they_stood() -> None:
    lines = [
        *rows("an ion x y/B-Term/T3/0/0", "b c"),
        *rows("an/B-Definition/T2/T1/Direct-Defines ion/B-Term/T1/T1/0 x y"),
    ]
    assert list(DEFT.serialize(read(lines))) == lines[:-1]


def test_copies_that_the_writer_would_make_are_not_kept() -> None:
    lines = rows("an/B-Definition/T2/0/0 ion/I-Definition/T2/0/0") + rows("an ion/B-Term/T1/0/0")
    assert "copies" not in only(lines).metadata["deft"]
    assert list(DEFT.serialize(read(lines))) == lines[:-1]


def test_row_of_another_occurrence_is_written_back() -> None:
    copy = rows("x/B-Term/T1/0/0 y/B-Definition/T2/0/0")
    stray = rows("x/B-Term/T1/0/0")
    lines = [*rows("x y x"), *copy[:-1], *stray]
    assert list(DEFT.serialize(read(lines))) == lines[:-1]


def test_new_spans_stand_in_each_copy_that_has_room() -> None:
    lines = [*rows("an ion x"), *rows("an/B-Term/T1/0/0 ion/I-Term/T1/0/0 x/B-Term/T2/0/0")]
    document = only(lines)
    predicted = replace(document, spans=(Span("s1", "Term", (Interval(3, 6),)),))
    assert list(DEFT.serialize([predicted])) == [
        *rows("an ion/B-Term/s1/0/0 x"),
        *rows("an ion/B-Term/s1/0/0 x")[:-1],
    ]
