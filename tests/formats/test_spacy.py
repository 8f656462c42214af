"""spaCy's JSON and its DocBin, made and read by spaCy itself."""

import builtins
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from tests.formats.test_tool_laws import documents

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import FormatError, MissingExtraError
from donor.formats.format import Flatten, Options, Snap, Source
from donor.formats.spacy_docbin import SPACY
from donor.formats.spacy_json import SPACY_JSON

spacy = pytest.importorskip("spacy", reason="needs the extra spacy")
Doc, DocBin, SpacySpan = spacy.tokens.Doc, spacy.tokens.DocBin, spacy.tokens.Span

TEXT = " Apple is big. 😀 Sells phones\r\n now.  "


@pytest.fixture(scope="module")
def rich() -> Any:
    """A document with all that spaCy holds: entities, groups, categories, sentences, tags."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    doc = pipeline(TEXT)
    doc.ents = [SpacySpan(doc, 1, 2, label="ORG", kb_id="Q312", span_id="e1")]
    doc.spans["sc"] = [
        SpacySpan(doc, 0, 2, label="A"),
        SpacySpan(doc, 1, 3, label="B", kb_id="Q1"),
    ]
    doc.spans["ents"] = [SpacySpan(doc, 5, 6, label="EMOJI")]
    doc.spans["none"] = []
    doc.cats = {"POS": 1.0, "NEG": 0.0, "MAYBE": 0.7}
    doc.user_data["source"] = {"page": 3}
    doc.user_data["._.", "seen", 1, None] = True
    for token in doc:
        token.tag_, token.lemma_, token.norm_ = "X", "l", "n"
    return doc


@pytest.fixture(scope="module")
def chinese() -> Any:
    doc = spacy.blank("zh")("我爱北京。")
    doc.ents = [SpacySpan(doc, 2, 4, label="LOC")]
    return doc


def packed(*docs: Any, **more: Any) -> bytes:
    return DocBin(docs=docs, **more).to_bytes()


def source(content: bytes, name: str = "in/train.spacy") -> Source:
    return Source("in", {name: lambda: io.BytesIO(content), "in/readme.txt": io.BytesIO})


def unpacked(documents: Iterable[Document], options: Options | None = None) -> list[Any]:
    format = SPACY.configured(options) if options else SPACY
    [(_, content)] = format.serialize_source(documents)
    return list(DocBin().from_bytes(content).get_docs(spacy.blank("xx").vocab))


def target_of(found: Document) -> Document:
    """What a transfer makes of the rich document: another text, other places, the same metadata."""
    text = " Большой  Apple. 😀 Продаёт\n"
    return replace(
        found,
        text=text,
        language="ru",
        tokens=(),
        segments=(Interval(1, 16), Interval(17, 26)),
        spans=(
            replace(found.spans[0], fragments=(Interval(10, 15),)),
            replace(found.spans[1], fragments=(Interval(1, 15),)),
            replace(found.spans[3], fragments=(Interval(17, 18),)),
        ),
    )


class TestDocBin:
    def test_file_comes_back_byte_for_byte(self, rich: Any, chinese: Any) -> None:
        content = packed(rich, chinese, store_user_data=True)
        found = list(SPACY.parse_source(source(content)))
        assert list(SPACY.serialize_source(found)) == [("in/train.spacy", content)]
        assert not any(SPACY.losses(document) for document in found)
        assert [document.id for document in found] == ["in/train:1", "in/train:2"]

    def test_all_of_a_document_is_read(self, rich: Any) -> None:
        [document] = SPACY.parse_source(source(packed(rich)))
        assert [(s.label, s.surface(TEXT), s.attributes) for s in document.spans] == [
            ("ORG", "Apple", {"kb_id": "Q312", "id": "e1"}),
            ("A", " Apple", {"group": "sc"}),
            ("B", "Apple is", {"group": "sc", "kb_id": "Q1"}),
            ("EMOJI", "😀", {"group": "ents"}),
        ]
        assert document.segment_texts() == ("Apple is big.", "😀 Sells phones\r\n now.")
        assert document.labels == (
            TextLabel("cats", "POS"),
            TextLabel("cats", "MAYBE", attributes={"score": 0.7}),
        )
        assert [token.of(TEXT) for token in document.tokens][:5] == [
            "Apple",
            "is",
            "big",
            ".",
            "😀",
        ]

    def test_transfer_has_tokens_of_its_language_and_nothing_stale(self, rich: Any) -> None:
        [found] = SPACY.parse_source(source(packed(rich, store_user_data=True)))
        target = target_of(found)
        [doc] = unpacked([target])
        assert doc.text == target.text
        assert [(e.text, e.label_, e.kb_id_, e.id_) for e in doc.ents] == [
            ("Apple", "ORG", "Q312", "e1")
        ]
        assert [span.text for span in doc.spans["sc"]] == ["Большой  Apple"]
        assert [span.text for span in doc.spans["ents"]] == ["😀"]
        assert doc.cats == {"POS": 1.0, "NEG": 0.0, "MAYBE": 0.7}
        assert doc.user_data == {"source": {"page": 3}}
        assert [sentence.text.strip() for sentence in doc.sents] == list(target.segment_texts())
        assert not any(token.tag_ for token in doc)
        assert SPACY.losses(target) == {
            "annotated tokens": 12, "user data on tokens": 1, "span ids": 1,
        }  # fmt: skip

    def test_changed_annotation_of_the_same_text_keeps_its_tokens(self, rich: Any) -> None:
        [found] = SPACY.parse_source(source(packed(rich)))
        [doc] = unpacked([replace(found, spans=found.spans[1:], labels=())])
        assert (list(doc.ents), doc.cats) == ([], {"NEG": 0.0})
        assert doc[1].tag_ == "X"

    @pytest.mark.parametrize(
        ("snap", "expected", "lost"),
        [
            (Snap.EXPAND, ["Wasserstoffatom"], {"spans widened to whole tokens": 1}),
            (Snap.STRICT, [], {"spans that cut a token": 1}),
            (Snap.CONTRACT, [], {"spans that cut a token": 1}),
        ],
    )
    def test_edges_inside_a_token_snap(
        self, snap: Snap, expected: list[str], lost: dict[str, int]
    ) -> None:
        span = Span("s1", "X", (Interval(4, 15),))
        document = Document("d", "de", "Das Wasserstoffatom", (Interval(0, 19),), spans=(span,))
        [doc] = unpacked([document], Options(snap=snap))
        assert [entity.text for entity in doc.ents] == expected
        assert SPACY.configured(Options(snap=snap)).losses(document) == lost

    def test_entities_never_overlap_and_groups_may(self) -> None:
        spans = (
            Span("s1", "SHORT", (Interval(0, 1),)),
            Span("s2", "LONG", (Interval(0, 3),)),
            Span("s3", "G", (Interval(0, 3),), {"group": "sc"}),
            Span("s4", "G", (Interval(0, 1),), {"group": "sc"}),
        )
        document = Document("d", "en", "a b", (Interval(0, 3),), spans=spans)
        for flatten, kept in ((Flatten.LONGEST, "LONG"), (Flatten.FIRST, "SHORT")):
            [doc] = unpacked([document], Options(flatten=flatten))
            assert [entity.label_ for entity in doc.ents] == [kept]
            assert len(doc.spans["sc"]) == 2
        assert SPACY.losses(document) == {"overlapping entities": 1}
        with pytest.raises(FormatError, match="overlaps another"):
            unpacked([document], Options(flatten=Flatten.ERROR))

    @pytest.mark.parametrize(
        ("language", "text", "surface"),
        [
            ("ru", "Большой театр 😀", "театр"),
            ("zh", "我爱北京。", "北京"),
            ("ar", "مرحبا بالعالم", "بالعالم"),
            ("he", "שלום עולם", "עולם"),
            ("th", "ไป เชียงใหม่", "เชียงใหม่"),
            ("ja", "東京 へ", "東京"),
            ("pt-BR", "Olá  mundo\r\n", "mundo"),
            ("yue", "hello world", "world"),
            (None, "e\u0301t\u0301 a", "a"),
        ],
    )
    def test_every_language_is_written(self, language: str | None, text: str, surface: str) -> None:
        at = text.index(surface)
        span = Span("s1", "X", (Interval(at, at + len(surface)),))
        document = Document("d", language, text, (Interval(0, len(text.rstrip())),), spans=(span,))
        [doc] = unpacked([document])
        assert (doc.text, [entity.text for entity in doc.ents]) == (text, [surface])

    def test_documents_own_tokens_are_kept(self) -> None:
        tokens = (Interval(0, 2), Interval(2, 4), Interval(5, 6))
        document = Document("d", "en", "abcd e", (Interval(0, 6),), tokens=tokens)
        [doc] = unpacked([document])
        assert [token.text for token in doc] == ["ab", "cd", "e"]

    def test_empty_text_is_a_document(self) -> None:
        [doc] = unpacked([Document("d", "en", "", ())])
        assert doc.text == ""
        [found] = SPACY.parse_source(source(packed(doc)))
        assert (found.text, found.segments) == ("", ())

    def test_each_file_is_written_under_its_name(self) -> None:
        some = [
            Document(str(n), "en", "a", (Interval(0, 1),), metadata={"file": name})
            for n, name in enumerate(["a/x.jsonl", "a/x.jsonl", "b.spacy"])
        ]
        assert [name for name, _ in SPACY.serialize_source(some)] == ["a/x.spacy", "b.spacy"]

    def test_broken_file_is_named_and_the_next_is_read(self, chinese: Any) -> None:
        files = {
            "bad.spacy": lambda: io.BytesIO(b"x no such thing"),
            "good.spacy": lambda: io.BytesIO(packed(chinese)),
        }
        with pytest.raises(FormatError) as caught:
            list(SPACY.parse_source(Source("in", files)))
        assert caught.value.where == "bad.spacy"
        refused: list[FormatError] = []
        found = list(SPACY.parse_source(Source("in", files), refuse=refused.append))
        assert ([document.text for document in found], len(refused)) == (["我爱北京。"], 1)

    def test_missing_library_names_its_extra(
        self, monkeypatch: pytest.MonkeyPatch, chinese: Any
    ) -> None:
        content, imported = packed(chinese), builtins.__import__

        def without_spacy(name: str, *more: Any, **even_more: Any) -> Any:
            if name.partition(".")[0] == "spacy":
                raise ImportError(name)
            return imported(name, *more, **even_more)

        monkeypatch.setattr(builtins, "__import__", without_spacy)
        with pytest.raises(MissingExtraError, match=r"donor\[spacy\]"):
            list(SPACY.parse_source(source(content)))
        with pytest.raises(MissingExtraError, match=r"donor\[spacy\]"):
            SPACY.losses(Document("d", "en", "Ions", (Interval(0, 4),)))

    def test_files_are_recognised(self, chinese: Any) -> None:
        assert SPACY.recognises(source(packed(chinese)))
        assert not SPACY.recognises(source(b"{}"))
        assert not SPACY.recognises(source(packed(chinese), name="a.bin"))


@given(documents(labels=("cats",)))
def test_docbin_law(document: Document) -> None:
    in_groups = replace(
        document,
        spans=tuple(replace(span, attributes={"group": "sc"}) for span in document.spans),
    )
    if SPACY.losses(in_groups):
        return
    [(_, content)] = SPACY.serialize_source([in_groups])
    [found] = SPACY.parse_source(source(content))
    assert (found.text, found.spans, found.labels, found.segments) == (
        in_groups.text,
        in_groups.spans,
        in_groups.labels,
        in_groups.segments,
    )
    assert list(SPACY.serialize_source([found])) == [("in/train.spacy", content)]


def json_lines(*values: dict[str, Any]) -> list[str]:
    return [json.dumps(value, ensure_ascii=False) + "\n" for value in values]


def written(*documents: Document) -> list[dict[str, Any]]:
    text = "".join(SPACY_JSON.serialize(documents))
    values = json.loads(text) if text.startswith("[") else [*map(json.loads, text.splitlines())]
    return list(values)


class TestJson:
    @pytest.mark.parametrize("indent", [None, 2])
    @pytest.mark.parametrize("many", [True, False])
    def test_values_come_back_as_they_were(
        self, rich: Any, chinese: Any, indent: int | None, many: bool
    ) -> None:
        value = [rich.to_json(), chinese.to_json()] if many else rich.to_json()
        lines = json.dumps(value, indent=indent).splitlines(keepends=True)
        assert SPACY_JSON.sniff("".join(lines))
        found = list(SPACY_JSON.parse(lines, file="x.json"))
        again = "".join(SPACY_JSON.serialize(found))
        assert json.loads(again) == value
        assert not any(SPACY_JSON.losses(document) for document in found)

    def test_lines_come_back_as_lines(self, rich: Any, chinese: Any) -> None:
        values = [rich.to_json(), chinese.to_json(), {"text": "a"}]
        found = list(SPACY_JSON.parse(json_lines(*values), file="x.jsonl"))
        assert [json.loads(line) for line in SPACY_JSON.serialize(found)] == values

    def test_transfer_is_one_that_spacy_loads(self, rich: Any) -> None:
        [found] = SPACY_JSON.parse(json_lines(rich.to_json()), file="x.jsonl")
        target = target_of(found)
        [value] = written(target)
        assert not any(token.keys() - {"id", "start", "end"} for token in value["tokens"])
        doc = Doc(spacy.blank("ru").vocab).from_json(value)
        assert doc.text == target.text
        assert [entity.text for entity in doc.ents] == ["Apple"]
        assert [span.text for span in doc.spans["sc"]] == ["Большой  Apple"]
        assert doc.cats == {"POS": 1.0, "NEG": 0.0, "MAYBE": 0.7}
        assert SPACY_JSON.losses(target) == {"annotated tokens": 12, "span ids": 1}

    def test_foreign_document_is_a_list_of_one(self) -> None:
        document = Document(
            "d", "en", "a b. c", (Interval(0, 4), Interval(5, 6)),
            spans=(Span("s1", "X", (Interval(0, 1),), {"sure": 1}),),
            labels=(TextLabel("topic", "x"),),
            relations=(Relation("R", "s1", "s1"),),
        )  # fmt: skip
        assert written(document) == [
            {
                "text": "a b. c",
                "ents": [{"start": 0, "end": 1, "label": "X", "sure": 1}],
                "sents": [{"start": 0, "end": 4}, {"start": 5, "end": 6}],
                "cats": {"x": 1.0},
                "tokens": [
                    {"id": 0, "start": 0, "end": 1}, {"id": 1, "start": 2, "end": 3},
                    {"id": 2, "start": 3, "end": 4}, {"id": 3, "start": 5, "end": 6},
                ],
            }
        ]  # fmt: skip
        assert SPACY_JSON.losses(document) == {"relations": 1, "label names": 1}

    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            ('{"ents": []}', "'text' is missing"),
            ('{"text": "a", "ents": [{"start": 0, "end": 5, "label": "X"}]}', "ends at 5"),
            ('{"text": "a", "ents": [{"start": 0, "end": 1}]}', "'label' is missing"),
            ('{"text": "a", "spans": []}', ""),
            ('{"text": "a", "cats": {"x": "y"}}', "not a number"),
            ('{"text": "a", "tokens": [7]}', "token is not a JSON object"),
            ("7", "not a JSON object"),
        ],
    )
    def test_error_names_the_line_and_reading_can_go_on(self, value: str, problem: str) -> None:
        if not problem:
            assert len(list(SPACY_JSON.parse([value + "\n"]))) == 1
            return
        lines = ["[\n", '{"text": "a"},\n', value + ",\n", '{"text": "b"}\n', "]\n"]
        with pytest.raises(FormatError, match=problem) as caught:
            list(SPACY_JSON.parse(lines, file="x.json"))
        assert caught.value.where == "x.json:3"
        refused: list[FormatError] = []
        found = list(SPACY_JSON.parse(lines, file="x.json", refuse=refused.append))
        assert [document.id for document in found] == ["x:1", "x:3"]

    def test_cut_off_list_gives_what_stands_before_and_the_place(self) -> None:
        refused: list[FormatError] = []
        lines = ['[{"text": "a"},\n', '{"text": "b"\n']
        found = list(SPACY_JSON.parse(lines, file="x.json", refuse=refused.append))
        assert [document.text for document in found] == ["a"]
        assert refused[0].where == "x.json:3:1"

    @pytest.mark.parametrize(
        "head",
        [
            '{"text": "a", "tokens": [{"text": "a", "start": 0, "end": 1, "id": 0, "ws": true}]}',
            '{"text": "a", "tokens": ["a"]}',
            '{"text": "a", "entities": []}',
            '{"ents": []}',
            '[{"data": {}}]',
        ],
    )
    def test_other_records_are_not_taken_for_spacy(self, head: str) -> None:
        assert not SPACY_JSON.sniff(head)


@given(documents(labels=("cats",)))
def test_json_law(document: Document) -> None:
    spans = tuple(replace(span, attributes={"group": "sc"}) for span in document.spans)
    in_groups = replace(document, spans=spans)
    [found] = SPACY_JSON.parse(SPACY_JSON.serialize([in_groups]))
    assert replace(found, metadata={}, tokens=(), id="1") == replace(in_groups, id="1")
    assert not SPACY_JSON.losses(in_groups)
    value = written(in_groups)[0]
    assert Doc(spacy.blank("xx").vocab).from_json(value).text == document.text


def test_training_file_of_spacy_2_is_named() -> None:
    tokens = [{"id": 0, "orth": "Ions", "tag": "NNS", "ner": "U-TERM"}]
    value = [{"id": 0, "paragraphs": [{"raw": "Ions", "sentences": [{"tokens": tokens}]}]}]
    assert SPACY_JSON.sniff(json.dumps(value))
    with pytest.raises(FormatError, match="spacy convert"):
        list(SPACY_JSON.parse([json.dumps(value)], file="train.json"))
