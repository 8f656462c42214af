"""Hugging Face datasets: what `datasets` writes is read, and what is written `datasets` reads."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import ConfigError, FormatError, InputError
from donor.formats import read, write
from donor.formats.format import Flatten, Options
from donor.formats.hf import HF
from donor.formats.hf.decided import decided

datasets = pytest.importorskip("datasets", reason="needs the extra hf")
from datasets import (  # noqa: E402
    ClassLabel,
    Dataset,
    DatasetDict,
    Features,
    List,
    Sequence,
    Value,
    load_dataset,
)

datasets.disable_progress_bars()

WORDS = List(Value("string"))
TAGS = ClassLabel(names=["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
NER = Features({"id": Value("string"), "tokens": WORDS, "ner_tags": List(TAGS)})
ANN: dict[str, list[Any]] = {
    "id": ["a", "b"],
    "tokens": [["Ann", "Lee", "is", "in", "Rome", "."], ["No", "."]],
    "ner_tags": [[1, 2, 0, 0, 3, 0], [0, 0]],
}


def saved(folder: Path, rows: dict[str, list[Any]], features: Any, split: str = "train") -> Path:
    """A folder with a Parquet file as the hub has it."""
    path = folder / f"data/{split}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    Dataset.from_dict(rows, features=features).to_parquet(path)
    return folder


def found(folder: Path, **fields: str) -> list[Document]:
    return list(read(folder, format="hf", options=Options(fields=fields)))


def loaded(folder: Path) -> Any:
    return load_dataset(str(folder), cache_dir=str(folder.parent / f"{folder.name}-cache"))


def again(tmp_path: Path, rows: dict[str, list[Any]], features: Any, **fields: str) -> Any:
    """The rows after they were read and written, as `load_dataset` gets them."""
    saved(tmp_path / "in", rows, features)
    documents = found(tmp_path / "in", **fields)
    assert not write(documents, tmp_path / "out", format="hf")
    return loaded(tmp_path / "out")["train"]


class TestTokens:
    def test_row_is_a_document_with_its_spans(self, tmp_path: Path) -> None:
        first, second = found(saved(tmp_path / "in", ANN, NER))
        assert (first.id, first.text) == ("data/train-00000-of-00001:1", "Ann Lee is in Rome.")
        assert [(s.label, s.surface(first.text)) for s in first.spans] == [
            ("PER", "Ann Lee"),
            ("LOC", "Rome"),
        ]
        assert [token.of(first.text) for token in first.tokens] == ANN["tokens"][0]
        assert (second.text, second.spans) == ("No.", ())

    def test_features_and_rows_come_back(self, tmp_path: Path) -> None:
        result = again(tmp_path, ANN, NER)
        assert (result.features, result.to_dict()) == (NER, ANN)

    def test_target_has_tokens_of_its_own(self, tmp_path: Path) -> None:
        [source, _] = found(saved(tmp_path / "in", ANN, NER))
        text = "Энн Ли, мол, в Риме."
        spans = (Span("s2", "LOC", (Interval(15, 19),)), Span("s1", "PER", (Interval(0, 6),)))
        target = replace(
            source, language="ru", text=text, segments=(Interval(0, 20),), tokens=(), spans=spans
        )
        assert HF.losses(target) == {}
        write([target], tmp_path / "out", format="hf")
        [row] = loaded(tmp_path / "out")["train"]
        assert row == {
            "id": "a",
            "tokens": ["Энн", "Ли", ",", "мол", ",", "в", "Риме", "."],
            "ner_tags": [1, 2, 0, 0, 0, 0, 3, 0],
        }

    def test_row_without_tokens_keeps_its_empty_lists(self, tmp_path: Path) -> None:
        features = Features({**NER, "pos_tags": List(ClassLabel(names=["NN", "."]))})
        rows = {"id": ["a", "b"], "tokens": [["No"], []], "ner_tags": [[0], []]}
        folder = saved(tmp_path / "in", rows | {"pos_tags": [[0], []]}, features)
        documents = found(folder)
        assert not write(documents, tmp_path / "out", format="hf")
        again = loaded(tmp_path / "out")["train"]
        assert again.to_list() == loaded(folder)["train"].to_list()

    def test_other_columns_of_tokens_go_with_the_tokens(self, tmp_path: Path) -> None:
        pos = ClassLabel(names=["X", "Y"])
        features = Features({**NER, "pos_tags": List(pos), "intent": ClassLabel(names=["i"])})
        rows = {**ANN, "pos_tags": [[0, 0, 1, 1, 0, 0], [1, 0]], "intent": [0, 0]}
        result = again(tmp_path, rows, features)
        assert (result.features, result.to_dict()) == (features, rows)
        [source, _] = found(tmp_path / "in")
        assert source.labels == (TextLabel("intent", "i"),)
        target = replace(source, text="Энн", segments=(Interval(0, 3),), tokens=(), spans=())
        assert HF.losses(target) == {"columns of tokens": 1}
        write([target], tmp_path / "target", format="hf")
        assert set(loaded(tmp_path / "target")["train"].features) == {*NER, "intent"}

    @pytest.mark.parametrize(
        ("tags", "spans"),
        [
            (["I-PER", "I-PER", "O", "I-LOC", "B-LOC"], ["Ann Lee", "in", "Rome"]),
            (["B-PER", "L-PER", "O", "O", "U-LOC"], ["Ann Lee", "Rome"]),
            (["B-PER", "E-PER", "O", "O", "S-LOC"], ["Ann Lee", "Rome"]),
            (["B-PER", "B-PER", "O", "O", "O"], ["Ann", "Lee"]),
        ],
    )
    def test_tags_may_be_strings_of_any_scheme(
        self, tags: list[str], spans: list[str], tmp_path: Path
    ) -> None:
        rows = {"tokens": [["Ann", "Lee", "is", "in", "Rome"]], "tags": [tags]}
        features = Features({"tokens": WORDS, "tags": WORDS})
        assert again(tmp_path, rows, features).to_dict() == rows
        [document] = found(tmp_path / "in")
        assert [span.surface(document.text) for span in document.spans] == spans

    def test_text_beside_tokens_is_the_text(self, tmp_path: Path) -> None:
        features = Features({**NER, "text": Value("string")})
        rows = {**ANN, "text": ["Ann  Lee is in Rome .", "No."]}
        result = again(tmp_path, rows, features)
        assert result.to_dict() == rows
        assert found(tmp_path / "in")[0].text == "Ann  Lee is in Rome ."

    def test_words_without_spaces_are_joined(self, tmp_path: Path) -> None:
        rows = {
            "id": ["a", "b"],
            "tokens": [["我", "爱", "北京"], ["ฉัน", "รัก", "กรุงเทพ"]],
            "ner_tags": [[0, 0, 3], [0, 0, 3]],
        }
        assert again(tmp_path, rows, NER).to_dict() == rows
        assert [d.text for d in found(tmp_path / "in")] == ["我爱北京", "ฉันรักกรุงเทพ"]

    def test_overlap_is_a_counted_choice(self, tmp_path: Path) -> None:
        [source, _] = found(saved(tmp_path / "in", ANN, NER))
        outer = Span("s3", "LOC", (Interval(0, 10),))
        many = replace(source, spans=(*source.spans, outer))
        assert HF.losses(many)["overlapping spans"] == 1
        strict = HF.configured(Options(flatten=Flatten.ERROR))
        with pytest.raises(FormatError, match="overlapping"):
            strict.losses(many)

    def test_new_label_gets_a_number_behind_the_others(self, tmp_path: Path) -> None:
        [source, _] = found(saved(tmp_path / "in", ANN, NER))
        spans = (Span("s1", "ORG", (Interval(0, 7),)),)
        write([replace(source, spans=spans)], tmp_path / "out", format="hf")
        names = loaded(tmp_path / "out")["train"].features["ner_tags"].feature.names
        assert names == [*TAGS.names, "B-ORG", "I-ORG"]

    def test_numbers_without_names_are_an_error(self, tmp_path: Path) -> None:
        features = Features({"tokens": WORDS, "ner_tags": List(Value("int64"))})
        saved(tmp_path / "in", {"tokens": [["a"]], "ner_tags": [[0]]}, features)
        with pytest.raises(FormatError, match="nothing says what they stand for"):
            found(tmp_path / "in", tags="ner_tags")


STAR = ClassLabel(names=["bad", "good"])


class TestLabels:
    @pytest.mark.parametrize(
        ("features", "rows", "labels"),
        [
            ({"text": Value("string"), "label": STAR}, {"text": ["a b"], "label": [1]}, ["good"]),
            ({"text": Value("string"), "label": STAR}, {"text": ["a b"], "label": [-1]}, []),
            ({"text": Value("string"), "label": STAR}, {"text": ["a b"], "label": [None]}, []),
            (
                {"review": Value("string"), "sentiment": Value("string"), "n": Value("int8")},
                {"review": ["a b"], "sentiment": ["good"], "n": [3]},
                ["good"],
            ),
            (
                {"text": Value("string"), "labels": List(STAR)},
                {"text": ["a", "b", "c"], "labels": [[0, 1], [], None]},
                ["bad", "good"],
            ),
            (
                {"text": Value("string"), "score": Value("float32")},
                {"text": ["a"], "score": [3.799999952316284]},
                ["3.8"],
            ),
            (
                {"text": Value("string"), "stars": Value("int32"), "label": Value("bool")},
                {"text": ["a"], "stars": [5], "label": [True]},
                ["5", "True"],
            ),
            (
                {"text": Value("string"), "coarse": STAR, "fine": STAR},
                {"text": ["a"], "coarse": [0], "fine": [1]},
                ["bad", "good"],
            ),
        ],
    )
    def test_labels_come_in_and_out(
        self,
        features: dict[str, Any],
        rows: dict[str, list[Any]],
        labels: list[str],
        tmp_path: Path,
    ) -> None:
        result = again(tmp_path, rows, Features(features))
        assert (result.features, result.to_dict()) == (features, rows)
        assert [label.value for label in found(tmp_path / "in")[0].labels] == labels

    def test_pair_of_sentences_has_a_side_text(self, tmp_path: Path) -> None:
        features = Features(
            {"premise": Value("string"), "hypothesis": Value("string"), "label": STAR}
        )
        rows = {"premise": ["Ann ran."], "hypothesis": ["Ann moved."], "label": [1]}
        assert again(tmp_path, rows, features).to_dict() == rows
        [source] = found(tmp_path / "in")
        assert source.side_texts == (SideText("hypothesis", "Ann moved."),)
        target = replace(
            source,
            text="Энн бежала.",
            segments=(Interval(0, 11),),
            side_texts=(SideText("hypothesis", "Энн двигалась."),),
        )
        write([target], tmp_path / "target", format="hf")
        assert loaded(tmp_path / "target")["train"][0] == {
            "premise": "Энн бежала.",
            "hypothesis": "Энн двигалась.",
            "label": 1,
        }

    def test_columns_are_given_by_name(self, tmp_path: Path) -> None:
        features = Features({name: Value("string") for name in ("a", "b", "c", "key")})
        rows = {"a": ["x y"], "b": ["z"], "c": ["no"], "key": ["k1"]}
        saved(tmp_path / "in", rows, features)
        [document] = found(tmp_path / "in", text="a", side="b", label="c", id="key")
        assert (document.id, document.text) == ("k1", "x y")
        assert document.labels == (TextLabel("c", "no"),)
        assert document.side_texts == (SideText("b", "z"),)
        with pytest.raises(ConfigError, match="no column 'nein'"):
            found(tmp_path / "in", text="nein")
        with pytest.raises(ConfigError, match="no column is known to hold the text"):
            found(tmp_path / "in")

    def test_language_column_is_the_targets(self, tmp_path: Path) -> None:
        features = Features({"text": Value("string"), "lang": Value("string")})
        saved(tmp_path / "in", {"text": ["a"], "lang": ["en"]}, features)
        [source] = found(tmp_path / "in")
        assert source.language == "en"
        write([replace(source, language="ru")], tmp_path / "out", format="hf")
        assert loaded(tmp_path / "out")["train"][0] == {"text": "a", "lang": "ru"}


KIND = ClassLabel(names=["PER", "LOC"])


class TestSpans:
    @pytest.mark.parametrize(
        ("feature", "value"),
        [
            (
                List({"start": Value("int32"), "end": Value("int32"), "label": KIND}),
                [{"start": 0, "end": 3, "label": 0}, {"start": 7, "end": 11, "label": 1}],
            ),
            (
                Sequence({"start": Value("int32"), "end": Value("int32"), "label": KIND}),
                {"start": [0, 7], "end": [3, 11], "label": [0, 1]},
            ),
            (
                List(
                    {
                        "id": Value("int64"),
                        "begin": Value("int64"),
                        "end": Value("int64"),
                        "type": Value("string"),
                        "text": Value("string"),
                        "link": Value("string"),
                    }
                ),
                [
                    {"id": 7, "begin": 0, "end": 3, "type": "PER", "text": "Ann", "link": "Q1"},
                    {"id": 9, "begin": 7, "end": 11, "type": "LOC", "text": "Rome", "link": None},
                ],
            ),
            (
                List(
                    {
                        "id": Value("string"),
                        "offsets": List(List(Value("int32"))),
                        "text": List(Value("string")),
                        "type": Value("string"),
                    }
                ),
                [
                    {"id": "T1", "offsets": [[0, 3]], "text": ["Ann"], "type": "PER"},
                    {"id": "T2", "offsets": [[7, 8], [9, 11]], "text": ["R", "me"], "type": "LOC"},
                ],
            ),
        ],
    )
    def test_lists_of_spans_come_in_and_out(self, feature: Any, value: Any, tmp_path: Path) -> None:
        features = Features({"text": Value("string"), "entities": feature})
        rows = {"text": ["Ann in Rome."], "entities": [value]}
        result = again(tmp_path, rows, features)
        assert (result.features, result.to_dict()) == (features, rows)
        [document] = found(tmp_path / "in")
        assert [s.label for s in document.spans] == ["PER", "LOC"]
        assert document.spans[0].surface(document.text) == "Ann"

    def test_target_has_other_offsets_and_words(self, tmp_path: Path) -> None:
        keys = {"start": Value("int32"), "end": Value("int32"), "label": KIND}
        features = Features(
            {"text": Value("string"), "spans": List({**keys, "text": Value("string")})}
        )
        said = [{"start": 0, "end": 3, "label": 0, "text": "Ann"}]
        [source] = found(saved(tmp_path / "in", {"text": ["Ann"], "spans": [said]}, features))
        span = replace(source.spans[0], fragments=(Interval(3, 6),))
        target = replace(source, text="👩🏽 Энн", segments=(Interval(0, 6),), spans=(span,))
        write([target], tmp_path / "out", format="hf")
        assert loaded(tmp_path / "out")["train"][0]["spans"] == [
            {"start": 3, "end": 6, "label": 0, "text": "Энн"}
        ]

    def test_span_whose_words_stand_elsewhere_is_refused(self, tmp_path: Path) -> None:
        keys = {"start": Value("int32"), "end": Value("int32"), "label": KIND}
        features = Features(
            {"text": Value("string"), "spans": List({**keys, "text": Value("string")})}
        )
        said = [{"start": 0, "end": 2, "label": 0, "text": "Ann"}]
        saved(tmp_path / "in", {"text": ["Ann", "Bo"], "spans": [said, []]}, features)
        errors: list[FormatError] = []
        [document] = read(tmp_path / "in", format="hf", refuse=errors.append)
        assert document.text == "Bo"
        assert "row 1" in errors[0].where
        assert "'Ann', but there stands 'An'" in errors[0].what


SQUAD = Features(
    {
        "id": Value("string"),
        "title": Value("string"),
        "context": Value("string"),
        "question": Value("string"),
        "answers": Sequence({"text": Value("string"), "answer_start": Value("int32")}),
    }
)
ROMANS: dict[str, list[Any]] = {
    "id": ["1", "2", "3"],
    "title": ["Rome", "Rome", "Sea"],
    "context": ["Ann in Rome.", "Ann in Rome.", "Salt."],
    "question": ["Who?", "When?", "What?"],
    "answers": [
        {"text": ["Ann", "Ann in"], "answer_start": [0, 0]},
        {"text": [], "answer_start": []},
        {"text": ["Salt"], "answer_start": [0]},
    ],
}


class TestQuestions:
    def test_questions_on_one_text_are_one_document(self, tmp_path: Path) -> None:
        first, second = found(saved(tmp_path / "in", ROMANS, SQUAD))
        assert [side.text for side in first.side_texts] == ["Who?", "When?"]
        assert [s.surface(first.text) for s in first.spans] == ["Ann", "Ann in"]
        assert (second.id, second.text) == ("data/train-00000-of-00001:3", "Salt.")

    def test_features_and_rows_come_back(self, tmp_path: Path) -> None:
        result = again(tmp_path, ROMANS, SQUAD)
        assert (result.features, result.to_dict()) == (SQUAD, ROMANS)

    def test_question_that_lost_its_answers_is_left_out_and_counted(self, tmp_path: Path) -> None:
        [source, _] = found(saved(tmp_path / "in", ROMANS, SQUAD))
        target = replace(source, spans=())
        assert HF.losses(target) == {"questions that lost their answers": 1}
        write([target], tmp_path / "out", format="hf")
        [row] = loaded(tmp_path / "out")["train"]
        assert (row["id"], row["answers"]) == ("2", {"text": [], "answer_start": []})

    def test_questions_that_were_answered_anew_are_all_written(self, tmp_path: Path) -> None:
        [source, _] = found(saved(tmp_path / "in", ROMANS, SQUAD))
        rome = Span("q2.a1", "answer", (Interval(7, 11),))
        said = decided(replace(source, spans=(rome,)), {"question 2"})
        assert not HF.losses(said)
        write([said], tmp_path / "out", format="hf")
        assert [row["answers"]["text"] for row in loaded(tmp_path / "out")["train"]] == [
            [],
            ["Rome"],
        ]

    def test_answer_that_stands_elsewhere_is_refused(self, tmp_path: Path) -> None:
        answers = {"text": ["Bob"], "answer_start": [0]}
        rows = {**ROMANS, "answers": [answers, *ROMANS["answers"][1:]]}
        errors: list[FormatError] = []
        saved(tmp_path / "in", rows, SQUAD)
        documents = list(read(tmp_path / "in", format="hf", refuse=errors.append))
        assert [len(d.side_texts) for d in documents] == [1, 1]
        assert "'Bob' does not stand at 0" in errors[0].what


class TestFolders:
    def test_saved_dictionary_of_splits_keeps_them(self, tmp_path: Path) -> None:
        whole = Dataset.from_dict(ANN, features=NER)
        splits = {"train": whole, "validation": whole, "gold": whole.select([0])}
        DatasetDict(splits).save_to_disk(tmp_path / "in")
        documents = list(read(tmp_path / "in"))
        assert {d.metadata["hf"]["split"] for d in documents} == set(splits)
        write(documents, tmp_path / "out", format="hf")
        result = loaded(tmp_path / "out")
        assert {name: part.to_dict() for name, part in result.items()} == {
            name: part.to_dict() for name, part in splits.items()
        }
        assert all(part.features == NER for part in result.values())

    def test_saved_dataset_in_shards_is_one_split(self, tmp_path: Path) -> None:
        Dataset.from_dict(ANN, features=NER).save_to_disk(tmp_path / "in", num_shards=2)
        (tmp_path / "in/cache-1234.arrow").write_bytes(b"not a dataset")
        documents = list(read(tmp_path / "in"))
        write(documents, tmp_path / "out", format="hf")
        assert loaded(tmp_path / "out")["train"].to_dict() == ANN
        assert sorted(p.name for p in (tmp_path / "out/data").iterdir()) == [
            "train-00000-of-00002.parquet",
            "train-00001-of-00002.parquet",
        ]

    def test_card_says_the_splits_of_files(self, tmp_path: Path) -> None:
        folder = saved(tmp_path / "in", ANN, NER, split="part")
        (folder / "README.md").write_text(
            "---\nlicense: mit\nconfigs:\n- config_name: main\n  data_files:\n"
            "  - split: gold\n    path: data/part-*\n---\n# Words\n"
        )
        documents = found(folder)
        assert {(d.metadata["hf"]["split"], d.metadata["hf"]["config"]) for d in documents} == {
            ("gold", "main")
        }
        write(documents, tmp_path / "out", format="hf")
        assert list(loaded(tmp_path / "out")) == ["gold"]

    def test_single_file_comes_in_and_out(self, tmp_path: Path) -> None:
        Dataset.from_dict(ANN, features=NER).to_parquet(tmp_path / "dev.parquet")
        documents = list(read(tmp_path / "dev.parquet"))
        assert documents[0].id == "dev:1"
        write(documents, tmp_path / "out/dev.parquet", format="hf")
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["dev.parquet"]
        assert loaded(tmp_path / "out")["validation"].to_dict() == ANN

    def test_names_of_labels_may_differ_between_files(self, tmp_path: Path) -> None:
        one, two = ClassLabel(names=["a", "b"]), ClassLabel(names=["b", "a", "c"])
        text = {"text": Value("string")}
        saved(tmp_path / "in", {"text": ["x"], "label": [1]}, Features({**text, "label": one}))
        rows = {"text": ["y", "z"], "label": [0, 2]}
        saved(tmp_path / "in", rows, Features({**text, "label": two}), split="test")
        write(found(tmp_path / "in"), tmp_path / "out", format="hf")
        result = loaded(tmp_path / "out")
        names = result["train"].features["label"].names
        assert names == result["test"].features["label"].names == ["b", "a", "c"]
        assert [names[n] for n in result["test"]["label"]] == ["b", "c"]
        assert [names[n] for n in result["train"]["label"]] == ["b"]

    def test_broken_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing")
        with pytest.raises(FormatError, match=r"a\.parquet: not a Parquet file"):
            list(read(tmp_path / "a.parquet"))

    def test_other_tables_do_not_mix(self, tmp_path: Path) -> None:
        other = Features({"text": Value("string")})
        documents = found(saved(tmp_path / "a", ANN, NER))
        more = found(saved(tmp_path / "b", {"text": ["x"]}, other, split="test"))
        with pytest.raises(InputError, match="columns are not those of"):
            write([*documents, *more], tmp_path / "out", format="hf")


def test_columns_of_any_kind_survive(tmp_path: Path) -> None:
    features = Features(
        {
            "text": Value("string"),
            "when": Value("timestamp[us]"),
            "day": Value("date32"),
            "raw": Value("binary"),
            "nan": Value("float64"),
            "deep": {"a": List({"b": Value("int8")})},
            "big": Value("uint64"),
        }
    )
    rows = {
        "text": ["a"],
        "when": [datetime.datetime(2020, 1, 2, 3, 4, 5, 6)],
        "day": [datetime.date(2020, 1, 2)],
        "raw": [b"\x00\xff"],
        "nan": [float("inf")],
        "deep": [{"a": [{"b": 1}, {"b": None}]}],
        "big": [2**53 + 1],
    }
    result = again(tmp_path, rows, features)
    assert (result.features, result.to_dict()) == (features, rows)


def rich() -> Document:
    return Document(
        "d1",
        "en",
        "Ann ran. Bo sat.",
        (Interval(0, 8), Interval(9, 16)),
        spans=(
            Span("T1", "PER", (Interval(0, 3),), {"sure": True}),
            Span("T2", "ACT", (Interval(0, 3), Interval(12, 15))),
        ),
        relations=(Relation("does", "T1", "T2", {"n": 1}),),
        labels=(TextLabel("topic", "people"), TextLabel("topic", "sport")),
        side_texts=(SideText("title", "Ann"),),
        metadata={"file": "own.jsonl"},
    )


class TestOtherDocuments:
    """Documents that came from no dataset of this kind."""

    def test_nothing_is_lost(self, tmp_path: Path) -> None:
        documents = [rich(), replace(rich(), id="d2", spans=(), relations=(), labels=())]
        assert not write(documents, tmp_path / "out", format="hf")
        result = loaded(tmp_path / "out")["train"]
        assert result.features["topic"].feature.names == ["people", "sport"]
        back = [
            replace(d, metadata={"file": "own.jsonl"})
            for d in found(tmp_path / "out", id="id", side="title", label="topic")
        ]
        assert back == documents

    def test_tokens_where_they_are_asked_for(self, tmp_path: Path) -> None:
        options = Options(fields={"tokens": "words"})
        document = replace(rich(), spans=(Span("s1", "PER", (Interval(0, 3),)),), relations=())
        write([document], tmp_path / "out", format="hf", options=options)
        result = loaded(tmp_path / "out")["train"]
        assert result["words"][:] == [["Ann", "ran", "."], ["Bo", "sat", "."]]
        assert result.features["ner_tags"] == List(ClassLabel(names=["O", "B-PER"]))
        assert result["id"][:] == ["d1:1", "d1:2"]

    def test_metadata_and_labels_of_sentences_are_counted(self) -> None:
        labels = (TextLabel("k", "v", segment=0, attributes={"n": 1}),)
        document = replace(rich(), labels=labels, metadata={"file": "f", "source": "own"})
        assert HF.losses(document) == {"segment labels": 1, "label attributes": 1, "metadata": 1}


TEXT = st.text("ab яé漢👩\u0301 \n", min_size=1, max_size=8)


@st.composite
def annotated(draw: st.DrawFn) -> Document:
    text = draw(TEXT.filter(lambda t: bool(t.strip())))
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    spans = []
    for n in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text) - 1))
        place = Interval(at, draw(st.integers(at + 1, len(text))))
        spans.append(Span(f"T{n}", draw(st.sampled_from("ABC")), (place,)))
    labels = draw(st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True))
    return Document(
        draw(st.uuids().map(str)),
        draw(st.sampled_from(["en", "ru"])),
        text,
        (Interval(start, end),),
        spans=tuple(spans),
        labels=tuple(TextLabel("label", value) for value in labels),
    )


@given(st.lists(annotated(), min_size=1, max_size=4))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
def test_written_and_read_again_they_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    assert not write(documents, folder, format="hf")
    back = [replace(d, metadata={}) for d in read(folder, format="hf", options=BY_ID)]
    assert back == documents


BY_ID = Options(fields={"id": "id"})


def test_rows_are_read_by_batches(tmp_path: Path) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for n in range(3000):
            yield {"text": f"word {n}", "label": n % 2}

    features = Features({"text": Value("string"), "label": STAR})
    Dataset.from_generator(rows, features=features, cache_dir=str(tmp_path / "c")).to_parquet(
        tmp_path / "train.parquet"
    )
    documents = read(tmp_path / "train.parquet")
    assert next(iter(documents)).text == "word 0"
    again = list(read(tmp_path / "train.parquet"))
    write(again, tmp_path / "out", format="hf")
    assert loaded(tmp_path / "out")["train"][2999] == {"text": "word 2999", "label": 1}


class TestHub:
    """Names of datasets on the hub; what `datasets` streams comes from a folder here."""

    @pytest.fixture
    def offline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)

    @pytest.mark.parametrize("name", ["owner/words", "owner/words:main"])
    def test_without_network_the_error_says_so_at_once(self, name: str, offline: None) -> None:
        with pytest.raises(InputError, match="no such file or folder, and HF_HUB_OFFLINE"):
            next(iter(read(name)))

    def test_name_without_owner_needs_the_format(self, offline: None) -> None:
        with pytest.raises(InputError, match=r"there is no such file or folder$"):
            next(iter(read("words")))
        with pytest.raises(InputError, match="HF_HUB_OFFLINE"):
            next(iter(read("words", format="hf")))

    @pytest.mark.parametrize("name", ["data/train.conll", "a/b/c", "../words"])
    def test_missing_path_is_no_name(self, name: str) -> None:
        with pytest.raises(InputError, match=r"there is no such file or folder$"):
            next(iter(read(name)))

    def test_hub_out_of_reach_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
        with pytest.raises(InputError, match="the hub cannot be reached"):
            next(iter(read("owner/words")))

    def test_rows_are_streamed_and_written_as_from_a_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        saved(tmp_path / "in", ANN, NER)
        saved(tmp_path / "in", ANN, NER, split="test")
        load = datasets.load_dataset

        def of_folder(name: str, config: str | None, *, streaming: bool, revision: str) -> Any:
            assert (name, config, streaming, revision) == ("owner/words", "main", True, "abc")
            return load(str(tmp_path / "in"), streaming=streaming)

        monkeypatch.setattr(datasets, "load_dataset", of_folder)
        monkeypatch.setattr("donor.formats.hf.hub.revision_of", lambda name: "abc")
        documents = list(read("owner/words:main"))
        assert [d.text for d in documents] == ["Ann Lee is in Rome.", "No."] * 2
        write(documents, tmp_path / "out", format="hf")
        monkeypatch.undo()
        result = loaded(tmp_path / "out")
        assert {split: part.to_dict() for split, part in result.items()} == {
            "train": ANN,
            "test": ANN,
        }
        assert result["test"].features == NER
