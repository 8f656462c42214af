"""Tables: which column is what, what comes out again, and what is wrong with a bad row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError, FormatError
from donor.formats import read, write
from donor.formats.format import Options
from donor.formats.table import CSV, TSV, TableFormat


def lines_of(text: str) -> list[str]:
    """The lines as a file gives them that is opened with its own line ends."""
    return io.StringIO(text, newline="").readlines()


def parsed(content: str, format: TableFormat = CSV, **fields: str) -> list[Document]:
    known = format.configured(Options(fields=fields))
    return list(known.parse(lines_of(content), file="own" + known.suffixes[0]))


def again(content: str, format: TableFormat = CSV, **fields: str) -> str:
    return "".join(format.serialize(parsed(content, format, **fields)))


def test_row_is_a_document_with_its_labels() -> None:
    [document] = parsed('id,text,label,by\r\n7,"An ion, charged.",definition,Ann\r\n')
    table = document.metadata["table"]
    assert document == Document(
        "own:1",
        None,
        "An ion, charged.",
        (Interval(0, 16),),
        labels=(TextLabel("label", "definition"),),
        metadata={"file": "own.csv", "table": table},
    )
    assert table["row"] == ["7", None, None, "Ann"]


@pytest.mark.parametrize(
    ("header", "text", "sides", "labels"),
    [
        ("review,sentiment", "review", [], ["sentiment"]),
        ("Text,Label", "Text", [], ["Label"]),
        ("premise,hypothesis,label", "premise", ["hypothesis"], ["label"]),
        ("index,sentence1,sentence2,is_duplicate", "sentence1", ["sentence2"], ["is_duplicate"]),
        ("question,sentence,label", "question", ["sentence"], ["label"]),
        ("question,label", "question", [], ["label"]),
        ("Quality,#1 ID,#1 String,#2 String", "#1 String", ["#2 String"], ["Quality"]),
        ("text,toxic", "text", [], []),
    ],
)
def test_header_says_which_column_is_what(
    header: str, text: str, sides: list[str], labels: list[str]
) -> None:
    names = header.split(",")
    [document] = parsed(f"{header}\n{','.join(f'<{name}>' for name in names)}\n")
    assert document.text == f"<{text}>"
    assert document.side_texts == tuple(SideText(name, f"<{name}>") for name in sides)
    assert document.labels == tuple(TextLabel(name, f"<{name}>") for name in labels)


def test_columns_are_given_by_name() -> None:
    [document] = parsed("a,b,c,d\nx,y,0,1\n", text="b", side="a", label="c,d", id="a")
    assert (document.id, document.text) == ("x", "y")
    assert document.side_texts == (SideText("a", "x"),)
    assert document.labels == (TextLabel("c", "0"), TextLabel("d", "1"))


DEFTEVAL = '"Water is wet ."\t"0"\n"An ""ion"" is\ta charged atom ."\t"1"\n'


def test_sentences_of_defteval_are_read_by_column_number() -> None:
    documents = parsed(DEFTEVAL, TSV, text="1", label="2")
    assert [d.text for d in documents] == ["Water is wet .", 'An "ion" is\ta charged atom .']
    assert [d.labels[0] for d in documents] == [TextLabel("label", "0"), TextLabel("label", "1")]
    assert again(DEFTEVAL, TSV, text="1", label="2") == DEFTEVAL


def test_number_of_a_column_is_no_cell_of_the_first_row() -> None:
    [document] = parsed('"3","Ions","They move"\n', CSV, text="3", label="1", side="2")
    assert document.text == "They move"
    assert document.labels == (TextLabel("label", "3"),)
    assert [side.text for side in document.side_texts] == ["Ions"]


def test_header_above_numbered_columns_is_no_row() -> None:
    assert len(parsed("text,kind\na,b\n", text="1", label="2")) == 1


@pytest.mark.parametrize(
    "content",
    [
        "text,label\na,b\n",
        "text,label\r\na,b\r\n",
        "\ufefftext,label\r\na,b\r\n",
        '"text","label"\n"a","b"\n',
        'text,label\n"a",b\nc,"d"\n"e, f","g ""h"""\n',
        'text,label\n"one\r\ntwo\n",b\n',
        "text;label\nein Satz, noch einer;1\nzwei, drei;0\n",
        "text|label\na, b|1\nc|0\n",
        "text,label\na,b",
        "text,label\n,\n",
        'text\n""\n',
        "text,label,text\na,b,c\n",
        " text , label \n a , b \n",
        "text,label\nСъешь ещё этих булок,да\n吃葡萄不吐葡萄皮,是\nالخبز,نعم\n👩‍🔬 é,oui\n",
    ],
)
def test_unchanged_table_is_the_same_byte_for_byte(content: str) -> None:
    assert again(content) == content


@pytest.mark.parametrize(
    "content",
    [
        'sentence\tlabel\n"it \'s fun\t1\nhe said " no\t0\n',
        "sentence\tlabel\nplain\t1\n",
        '"sentence"\t"label"\n"a\nb"\t"1"\n',
        'sentence\tlabel\n"a\tb"\t1\n',
        "sentence\tlabel\r\nplain\t1\r\n",
    ],
)
def test_unchanged_table_of_tabs_is_the_same_byte_for_byte(content: str) -> None:
    assert again(content, TSV) == content


def test_quotes_of_an_unquoted_table_are_text() -> None:
    [first, second] = parsed('sentence\tlabel\n"it \'s fun\t1\nhe said " no\t0\n', TSV)
    assert (first.text, second.text) == ("\"it 's fun", 'he said " no')


# The csv module of Python 3.11 leaves a lone carriage return without quotes.
CELL = st.text("ab я漢é,;\t\"\n'|", max_size=6) | st.just("a\r\nb")


@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=5),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([",", ";"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_comes_out_the_same(
    rows: list[tuple[str, str, str]], quoting: int, delimiter: str, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting, delimiter=delimiter, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("id", "text", "label"), *rows])
    content = out.getvalue()
    documents = parsed(content)
    assert [d.text for d in documents] == [row[1] for row in rows]
    assert "".join(CSV.serialize(documents)) == (content if rows else "")
    # The law: read again, the documents are the same.
    assert parsed("".join(CSV.serialize(documents))) == documents


class TestTarget:
    """A target document has other words and the source's metadata."""

    def target(self, content: str, text: str, **changes: object) -> str:
        [source] = parsed(content)
        target = replace(source, text=text, segments=(Interval(0, len(text)),), **changes)
        return "".join(CSV.serialize([target]))

    def test_new_words_are_quoted_where_they_must_be(self) -> None:
        written = self.target("text,label,by\na b,x,Ann\n", 'Да, "нет"')
        assert written == 'text,label,by\n"Да, ""нет""",x,Ann\n'

    def test_side_texts_and_labels_are_the_targets(self) -> None:
        written = self.target(
            "premise,hypothesis,label\na,b,x\n",
            "а",
            side_texts=(SideText("hypothesis", "б"),),
            labels=(TextLabel("label", "икс"),),
        )
        assert written == "premise,hypothesis,label\nа,б,икс\n"

    def test_language_is_the_targets(self) -> None:
        [source] = parsed("text,lang\na,en_US\n")
        assert source.language == "en-US"
        assert self.target("text,lang\na,en_US\n", "а", language="ru") == "text,lang\nа,ru\n"

    def test_line_break_in_an_unquoted_table_is_a_counted_space(self) -> None:
        [source] = parsed("sentence\tlabel\na\t1\n", TSV)
        target = replace(source, text="а\nб\tв", segments=(Interval(0, 5),))
        assert TSV.losses(target) == {"tabs and line breaks": 2}
        assert "".join(TSV.serialize([target])) == "sentence\tlabel\nа б в\t1\n"


class TestSeparator:
    content = "text,labels\na,joy|fear\nb,joy\nc,\nd,joy | fear\ne,joy||fear\n"

    def test_cell_holds_several_labels(self) -> None:
        documents = parsed(self.content, separator="|")
        values = [[label.value for label in d.labels] for d in documents]
        assert values == [["joy", "fear"], ["joy"], [], ["joy", "fear"], ["joy||fear"]]

    def test_unchanged_table_is_the_same(self) -> None:
        assert again(self.content, separator="|") == self.content


def rich(n: int, **parts: object) -> Document:
    return replace(Document(f"d{n}", "en", "a b", (Interval(0, 3),)), **parts)


class TestOtherDocuments:
    """Documents that came from no table."""

    def test_columns_are_those_of_all_documents(self) -> None:
        documents = [
            rich(1),
            rich(2, side_texts=(SideText("hypothesis", "c"),), labels=(TextLabel("kind", "x"),)),
        ]
        written = "".join(CSV.serialize(documents))
        assert written == "id,language,premise,hypothesis,kind\nd1,en,a b,,\nd2,en,a b,c,x\n"
        found = parsed(written, label="kind", id="id")
        assert [d.id for d in found] == ["d1", "d2"]
        assert found[1].labels == documents[1].labels
        assert found[1].side_texts == documents[1].side_texts

    def test_several_labels_are_parted_by_what_is_in_none(self) -> None:
        labels = (TextLabel("label", "a|b"), TextLabel("label", "c"))
        written = "".join(CSV.serialize([rich(1, labels=labels)]))
        assert written == "id,language,text,label\nd1,en,a b,a|b;c\n"

    def test_from_commas_to_tabs(self) -> None:
        documents = parsed('text,label\n"a, b",x\n')
        assert "".join(TSV.serialize(documents)) == 'text\tlabel\n"a, b"\tx\n'

    def test_what_a_row_cannot_say_is_counted(self) -> None:
        document = rich(
            1,
            tokens=(Interval(0, 1),),
            segments=(Interval(0, 1), Interval(2, 3)),
            spans=(Span("s", "T", (Interval(0, 1),)),),
            relations=(Relation("R", "x", "s"),),
            labels=(TextLabel("kind", "x", segment=1), TextLabel("k", "x", attributes={"n": 1})),
            metadata={"source": "own"},
        )
        assert CSV.losses(document) == {
            "spans": 1,
            "relations": 1,
            "tokens": 1,
            "segments": 1,
            "segment labels": 1,
            "attributes": 1,
            "metadata": 1,
        }

    def test_label_that_a_table_has_no_column_for_is_counted(self) -> None:
        [document] = parsed("text,label\na,b\n")
        more = replace(document, labels=(*document.labels, TextLabel("kind", "x")))
        assert CSV.losses(more) == {"text labels": 1}

    def test_tables_of_different_columns_do_not_mix(self) -> None:
        documents = parsed("text,label\na,b\n") + parsed("text,kind\na,b\n")
        with pytest.raises(FormatError, match="not those of the rows before"):
            list(CSV.serialize(documents))


class TestBroken:
    @pytest.mark.parametrize(
        ("content", "line", "problem"),
        [
            ("text,label\na\n", 2, "1 columns, expected 2"),
            ("text,label\na,b\n\n\na,b,c\n", 5, "3 columns, expected 2"),
            ('text,label\n"a\nb",c\nd,e,f\n', 4, "3 columns"),
            ('text,label\na,"b\nc,d\n', 2, "never closed"),
            ('text,label\n"a"b,c\n', 2, "expected after"),
            ("one,two\na,b\n", 1, "no column is known to hold the text"),
            ('"text\n', 1, "never closed"),
        ],
    )
    def test_error_names_line_and_way_out(self, content: str, line: int, problem: str) -> None:
        with pytest.raises(FormatError, match=problem) as caught:
            parsed(content)
        assert caught.value.where == f"own.csv:{line}"
        assert caught.value.hint

    def test_reading_goes_on_behind_a_broken_row(self) -> None:
        refused: list[FormatError] = []
        content = 'text,label\na,1\nb\nc,2\n"d,3\ne,4\n'
        found = list(CSV.parse(lines_of(content), file="own.csv", refuse=refused.append))
        assert [(d.id, d.text) for d in found] == [("own:1", "a"), ("own:3", "c"), ("own:5", "e")]
        assert [error.where for error in refused] == ["own.csv:3", "own.csv:5"]

    def test_column_that_is_not_there_is_named(self) -> None:
        with pytest.raises(ConfigError, match="'nein': is not there; there are: text, label"):
            parsed("text,label\na,b\n", label="nein")

    def test_empty_file_holds_no_document(self) -> None:
        assert parsed("") == []

    def test_header_alone_holds_no_document(self) -> None:
        assert parsed("text,label\n") == []


def test_file_is_written_again_byte_for_byte(tmp_path: Path) -> None:
    raw = '\ufefftext;label\r\n"Съешь\r\nещё";да\r\n"нет";"x"'.encode()
    (tmp_path / "a.csv").write_bytes(raw)
    assert not write(read(tmp_path / "a.csv"), tmp_path / "out/a.csv", format="csv")
    assert (tmp_path / "out/a.csv").read_bytes() == raw


def test_long_cell_is_read_whole() -> None:
    text = "слово " * 50_000
    [document] = parsed(f'text,label\n"{text}",x\n')
    assert document.text == text


def test_rows_are_read_one_by_one() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        yield "text,label\n"
        while True:
            taken += 1
            yield f"a{taken},b\n"

    documents = CSV.parse(endless(), file="own.csv")
    texts = [next(documents).text for _ in range(500)]
    assert texts[-1] == "a500"
    assert taken <= 501


@pytest.mark.parametrize(
    ("head", "format", "ours"),
    [
        ("text,label\na,b\n", CSV, True),
        ("text;label\na;b\n", CSV, True),
        ("text\tlabel\na\tb\n", TSV, True),
        ("a,b\n", CSV, False),
        ("text\n", CSV, False),
        ("", CSV, False),
        ("a\tb\tc\td\te\tf\tg\th\n", TSV, False),
    ],
)
def test_header_gives_a_table_away(head: str, format: TableFormat, ours: bool) -> None:
    assert format.sniff(head) is ours
