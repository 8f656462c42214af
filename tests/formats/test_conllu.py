"""CoNLL-U: real sentences in, the same bytes out; targets with new rows."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Span
from donor.errors import FormatError
from donor.formats.conllu import CONLLU
from donor.formats.format import Flatten, Options


def rows(*said: str) -> str:
    """Rows of ten columns from their id, form and MISC."""
    lines = []
    for one in said:
        number, form, misc = one.split(" ")
        columns = [number, form, "l", "NOUN", "NN", "Case=Nom", "0", "root", "_", misc]
        lines.append("\t".join(columns) + "\n")
    return "".join(lines)


RUSSIAN = (
    "# newdoc id = d1\n# newpar\n# sent_id = d1-1\n# text = Анна (из Рима).\n"
    + rows("1 Анна NE=B-PER", "2 ( SpaceAfter=No", "3 из _", "4 Рима NE=B-LOC|SpaceAfter=No")
    + rows("5 ) SpaceAfter=No", "6 . _")
    + "\n# sent_id = d1-2\n# text = Да.\n"
    + rows("1 Да SpaceAfter=No", "2 . _")
    + "\n# newpar id = p2\n# text = Он.\n"
    + rows("1 Он SpaceAfter=No", "2 . _")
    + "\n# newdoc id = d2\n# text = Нет\n"
    + rows("1 Нет _")
    + "\n"
)
RANGES = (
    "# text = Vámonos al mar, don't you?\n"
    + rows("1-2 Vámonos _", "1 Vamos _", "2 nos _", "3-4 al _", "3 a NE=B-LOC", "4 el NE=I-LOC")
    + rows("5 mar NE=I-LOC|SpaceAfter=No", "6 , _", "6.1 e _", "7-8 don't _", "7 do _", "8 n't _")
    + rows("9 you SpaceAfter=No", "10 ? x=1|y|x=2")
    + "\n"
)
GUM = (
    "# global.Entity = eid-etype-infstat-minspan-link\n# sent_id = g-1\n# text = Emperor Norton\n"
    + rows("1 Emperor Entity=(1-person-new-1,2-coref", "2 Norton Entity=1)")
    + "\n"
)
CHINESE = rows(
    "1 我 NE=O|SpaceAfter=No", "2 在 NE=O|SpaceAfter=No", "3 北京 NE=S-LOC|SpaceAfter=No"
)
BARE = rows("1 They _", "2 do _", "3 n't _", "4 ( _", "5 run _", "6 ) _", "7 . _") + "\n"
PLUS = (
    "# global.columns = ID FORM MISC MWE\n# text = Kot śpi.\n"
    "1\tKot\tNE=B-PER\t*\n2\tśpi\tSpaceAfter=No\t1:V\n3\t.\t_\t*\n\n"
)
SPACED = (
    "\n# text = Hon ser.\n1   Hon   hon   PRON   PN   Case=Nom   2   nsubj   _   NE=B-X\n"
    "2   ser   se    VERB   VB   _                      0   root    _   SpaceAfter=No\n"
    "3   .     .     PUNCT  .    _                      2   punct   _   _\n\n"
)
FEW = "1\tHej\th\tI\t0\tx\n2\t!\t!\tP\t1\tx\n\n1\tDå\td\tA\t0\tx\ty\n\n"
PROPBANK = "1\tHan\t" + "_\t" * 8 + "_\tA0\n2\tser\t" + "_\t" * 7 + "NE=B-X\tse.01\tV\n\n"
FILES = [RUSSIAN, RANGES, GUM, CHINESE, BARE, RUSSIAN.replace("\n", "\r\n")]
FILES += [PLUS, SPACED]


def read(text: str, *, options: Options | None = None, **more: object) -> list[Document]:
    known = CONLLU.configured(options) if options else CONLLU
    return list(known.parse(text.splitlines(keepends=True), file="a.conllu", **more))


def written(documents: Iterable[Document]) -> str:
    return "".join(CONLLU.serialize(documents))


def surfaces(document: Document) -> list[tuple[str, str]]:
    return [(span.label, span.surface(document.text)) for span in document.spans]


@pytest.mark.parametrize("text", FILES)
def test_a_file_that_nobody_changed_is_written_as_it_was(text: str) -> None:
    for other in (text, text.rstrip("\r\n"), text + "\n# the end\n", "\n" + text):
        documents = read(other)
        assert written(documents) == other
        assert not any(CONLLU.losses(document) for document in documents)
    assert CONLLU.sniff(text)


def test_documents_paragraphs_and_spaces() -> None:
    first, second = read(RUSSIAN)
    assert first.text == "Анна (из Рима). Да.\n\nОн."
    assert first.segment_texts() == ("Анна (из Рима).", "Да.", "Он.")
    assert surfaces(first) == [("PER", "Анна"), ("LOC", "Рима")]
    assert (first.id, second.id, second.text) == ("a:1", "a:2", "Нет")


def test_a_range_is_one_token_and_carries_the_tags_of_its_words() -> None:
    [document] = read(RANGES)
    assert document.text == "Vámonos al mar, don't you?"
    assert [t.of(document.text) for t in document.tokens][:3] == ["Vámonos", "al", "mar"]
    assert surfaces(document) == [("LOC", "al mar")]


def test_without_newdoc_a_sentence_is_a_document() -> None:
    assert [d.text for d in read(BARE + RANGES)] == [
        "They don't (run).",
        "Vámonos al mar, don't you?",
    ]


def test_the_key_and_the_scheme_are_found_or_given() -> None:
    [document] = read(CHINESE)
    assert (document.text, surfaces(document)) == ("我在北京", [("LOC", "北京")])
    assert document.metadata["conllu"]["layout"]["scheme"] == "BIOES"
    [other] = read(BARE.replace("run\tl", "run\tl").replace("_\n", "Ent=B-X\n", 1),
                   options=Options(fields={"spans": "Ent"}))  # fmt: skip
    assert surfaces(other) == [("X", "They")]


def test_brackets_of_entities_are_kept_and_told() -> None:
    told: list[str] = []
    [document] = read(GUM, warn=lambda _, what: told.append(what))
    assert document.spans == ()
    assert "brackets" in told[0]


def test_a_text_of_other_words_is_told_and_not_believed() -> None:
    told: list[tuple[str, str]] = []
    text = BARE.replace("1\tThey", "# text = We do.\n1\tThey", 1)
    [document] = read(text, warn=lambda where, what: told.append((where, what)))
    assert document.text == "They do n't ( run ) ."
    assert told == [("a.conllu:1", "the comment # text says other words than the rows")]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (BARE + "1\tx\n\n", "a.conllu:9", "2 columns, expected 10"),
        (BARE.replace("2\tdo", "b\tdo"), "a.conllu:2", "'b' is no id of a word"),
        (BARE.replace("2\tdo", "2\t"), "a.conllu:2", "the row has no form"),
        ("# c\n" + rows("0.1 e _"), "a.conllu:1", "a sentence without a word"),
    ],
)
def test_errors_say_line_and_what(text: str, where: str, what: str) -> None:
    with pytest.raises(FormatError, match=what) as caught:
        read(text)
    assert caught.value.where == where


def test_a_refused_sentence_takes_its_document_with_it() -> None:
    refused: list[FormatError] = []
    documents = read(RUSSIAN.replace("1\tДа", "1\t"), refuse=refused.append)
    assert [d.text for d in documents] == ["Нет"]
    assert [error.where for error in refused] == ["a.conllu:14"]


def test_other_spans_on_the_same_words_change_only_the_tags() -> None:
    [document] = read(RANGES)
    changed = replace(document, spans=(Span("s1", "ACT", (Interval(0, 7),)),))
    lines = written([changed]).splitlines()
    assert lines[1].endswith("\tNE=B-ACT")
    assert [line.split("\t")[9] for line in lines[4:8]] == [
        "_",
        "NE=O",
        "NE=O",
        "NE=O|SpaceAfter=No",
    ]


def test_a_target_gets_new_rows_and_keeps_the_comments() -> None:
    source, other = read(RUSSIAN)
    text = "Anna (from Rome). Yes.\n\nHe 😀."
    parts = ["Anna (from Rome).", "Yes.", "He 😀."]
    segments = tuple(Interval(text.index(p), text.index(p) + len(p)) for p in parts)
    spans = (
        replace(source.spans[0], fragments=(Interval(0, 4),)),
        replace(source.spans[1], fragments=(Interval(11, 15),)),
    )
    target = replace(source, text=text, segments=segments, spans=spans, tokens=(), language="en")
    blank = "\t_" * 7
    expected = (
        "# newdoc id = d1\n# newpar\n# sent_id = d1-1\n# text = Anna (from Rome).\n"
        f"1\tAnna{blank}\tNE=B-PER\n2\t({blank}\tSpaceAfter=No\n3\tfrom{blank}\t_\n"
        f"4\tRome{blank}\tNE=B-LOC|SpaceAfter=No\n5\t){blank}\tSpaceAfter=No\n6\t.{blank}\t_\n"
        "\n# sent_id = d1-2\n# text = Yes.\n"
        f"1\tYes{blank}\tSpaceAfter=No\n2\t.{blank}\t_\n"
        "\n# newpar id = p2\n# text = He 😀.\n"
        f"1\tHe{blank}\t_\n2\t😀{blank}\tSpaceAfter=No\n3\t.{blank}\t_\n\n"
    )
    assert written([target, other]).startswith(expected + "# newdoc id = d2\n")
    assert CONLLU.losses(target) == {"token annotations": 10}
    [again, _] = read(written([target, other]))
    assert (again.text, again.segments, again.spans) == (text, segments, spans)


def test_the_law_for_documents_from_elsewhere() -> None:
    text = "«Ион» — это. كتاب جديد؟"
    segments = (Interval(0, 12), Interval(13, len(text)))
    spans = (Span("s1", "T", (Interval(1, 4),)), Span("s2", "U", (Interval(13, 17),)))
    document = Document("x:1", "ru", text, segments, spans=spans)
    [again] = read(written([document]))
    assert (again.text, again.segments, again.spans) == (text, segments, spans)
    lines = written([document]).splitlines()
    assert lines[:2] == ["# newdoc id = x:1", "# sent_id = x:1-1"]
    assert CONLLU.losses(document) == {}


def test_gaps_between_sentences_that_no_row_says_are_counted() -> None:
    segments = (Interval(0, 1), Interval(2, 3), Interval(4, 7))
    document = Document("d", "en", "a\nb c\td", segments)
    assert CONLLU.losses(document) == {"spaces": 2}


def test_overlap_is_flattened_or_refused() -> None:
    spans = (Span("s1", "A", (Interval(0, 1),)), Span("s2", "B", (Interval(0, 3),)))
    document = Document("d", "en", "a b", (Interval(0, 3),), spans=spans)
    assert CONLLU.losses(document) == {"overlapping spans": 1}
    with pytest.raises(FormatError, match="choose --flatten"):
        CONLLU.configured(Options(flatten=Flatten.ERROR)).losses(document)


def test_a_label_that_would_break_the_column_is_refused() -> None:
    spans = (Span("s1", "A|B", (Interval(0, 1),)),)
    with pytest.raises(FormatError, match="cannot hold the label"):
        CONLLU.losses(Document("d", "en", "a", (Interval(0, 1),), spans=spans))


@given(
    st.lists(
        st.tuples(
            st.text("aя漢é.(", min_size=1, max_size=3), st.sampled_from("OBI"), st.booleans()
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_rows_come_out_as_they_went_in(words: list[tuple[str, str, bool]]) -> None:
    said = [
        f"{n} {form} {'NE=O' if tag == 'O' else f'NE={tag}-X'}{'|SpaceAfter=No' if no else ''}"
        for n, (form, tag, no) in enumerate(words, start=1)
    ]
    text = rows(*said) + "\n"
    documents = read(text)
    assert written(documents) == text
    plain = [replace(d, metadata={}, language="en") for d in documents]
    again = read(written(plain))
    assert [(d.text, d.tokens, d.spans) for d in again] == [
        (d.text, d.tokens, d.spans) for d in documents
    ]


def test_columns_that_the_file_names_are_its_own() -> None:
    told: list[tuple[str, str]] = []
    [document] = read(PLUS, warn=lambda *what: told.append(what))
    assert (document.text, document.spans[0].surface(document.text)) == ("Kot śpi.", "Kot")
    assert not told
    other = replace(document, text="A cat.", segments=(Interval(0, 6),), tokens=())
    other = replace(other, spans=(Span("s1", "PER", (Interval(2, 5),)),))
    lines = "".join(CONLLU.serialize([other])).splitlines()
    assert lines[0] == "# global.columns = ID FORM MISC MWE"
    assert lines[2:5] == ["1\tA\t_\t_", "2\tcat\tNE=B-PER|SpaceAfter=No\t_", "3\t.\t_\t_"]


def test_other_numbers_of_columns_are_told_and_kept() -> None:
    told: list[tuple[str, str]] = []
    assert [written(read(text)) for text in (FEW, PROPBANK)] == [FEW, PROPBANK]
    assert [span.label for span in read(PROPBANK)[0].spans] == ["X"]
    first, second = read(FEW, warn=lambda *what: told.append(what))
    assert (first.text, second.text) == ("Hej!", "Då")
    what = "6 columns, where CoNLL-U has 10: the first two are read, all are kept"
    assert told == [("a.conllu:1", what)]
    named = replace(second, spans=(Span("s1", "X", (Interval(0, 2),)),))
    assert CONLLU.losses(named) == {"spans": 1}
    errors: list[FormatError] = []
    assert len(read(FEW.replace("2\t!\t!", "2\t!"), refuse=errors.append)) == 1
    assert [(e.where, e.what) for e in errors] == [("a.conllu:2", "5 columns, expected 6")]


def test_spaces_part_the_columns_where_no_tab_does() -> None:
    [document] = read(SPACED)
    assert (document.text, document.spans[0].surface(document.text)) == ("Hon ser.", "Hon")
    [again] = read("".join(CONLLU.serialize([replace(document, spans=())])))
    assert (again.text, again.spans) == ("Hon ser.", ())
    assert all(map(CONLLU.sniff, (PLUS, SPACED)))
