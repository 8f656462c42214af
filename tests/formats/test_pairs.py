"""Pairs: what a line becomes, what comes out again, and what is wrong with a bad one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats import InputFile, format_of, read, write
from donor.formats.format import Format
from donor.formats.jsonl import JSONL
from donor.formats.pairs import PAIRS, paired, target_of

TARGET = {"lang": "ru", "text": "Милый персонал.", "spans": [{"start": 6, "end": 14, "label": "T"}]}
LINE = {
    "id": "p1",
    "source": {
        "lang": "en",
        "text": "Nice staff.",
        "spans": [{"start": 5, "end": 10, "label": "T"}],
    },
    "target": TARGET,
}


def parsed(*values: Any) -> list[Document]:
    return list(PAIRS.parse([json.dumps(value) + "\n" for value in values], file="own.jsonl"))


def side(text: str, *spans: dict[str, Any], lang: str = "en") -> dict[str, Any]:
    return {"lang": lang, "text": text, "spans": list(spans)}


def test_line_is_its_source_with_the_target_in_the_metadata() -> None:
    [document] = parsed(LINE)
    assert document == Document(
        "p1",
        "en",
        "Nice staff.",
        (Interval(0, 11),),
        spans=(Span("s1", "T", (Interval(5, 10),)),),
        metadata={"target": TARGET, "file": "own.jsonl"},
    )
    assert target_of(document).spans == (Span("s2", "T", (Interval(6, 14),)),)


def test_texts_alone_are_a_pair() -> None:
    [document] = parsed({"source": {"text": "a"}, "target": {"text": "б"}})
    assert (document.id, document.language, document.spans) == ("own:1", None, ())


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (" a b\n", (Interval(1, 4),)),
        (" \n\u00a0", ()),
        ("", ()),
    ],
)
def test_one_segment_holds_what_is_not_white_space(
    text: str, segments: tuple[Interval, ...]
) -> None:
    [document] = parsed({"source": {"text": text}, "target": {"text": text}})
    assert document.segments == segments


def test_made_ids_are_in_use_on_neither_side() -> None:
    here, there = ({"start": 0, "end": 1, "label": "T"}, {"start": 0, "end": 1, "label": "T"})
    value = {
        "source": side("a", here, here | {"id": "s2"}, here),
        "target": side("б", there | {"id": "s1"}),
    }
    [document] = parsed(value)
    assert [span.id for span in document.spans] == ["s3", "s2", "s4"]


def test_what_else_a_line_says_survives() -> None:
    span = {"id": "a", "start": 0, "end": 1, "label": "T", "polarity": "positive"}
    pieces = {"id": "b", "fragments": [[0, 1], [2, 3]], "label": "T"}
    value = {
        "id": "p1",
        "source": side("a b", span, pieces) | {"url": "x"},
        "target": side("б", span) | {"by": "hand"},
        "split": "dev",
    }
    [document] = list(PAIRS.parse([json.dumps(value)]))
    assert document.spans[0].attributes == {"polarity": "positive"}
    assert json.loads("".join(PAIRS.serialize([document]))) == value


TEXT = st.text("ab яé漢\n\u00a0", max_size=12)


@st.composite
def sides(draw: st.DrawFn) -> dict[str, Any]:
    text = draw(TEXT)
    spans = []
    for n in range(draw(st.integers(0, 3)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        span = {"start": start, "end": draw(st.integers(start + 1, len(text))), "label": "T"}
        own = draw(st.sampled_from([{}, {"id": f"s{n}"}, {"id": f"x{n}", "sure": True}]))
        spans.append(span | own)
    value: dict[str, Any] = {"text": text, "spans": spans}
    return value | draw(st.sampled_from([{}, {"lang": "en"}, {"lang": "pt-BR", "by": ["hand"]}]))


LINES = st.fixed_dictionaries(
    {"id": st.text("ab", min_size=1), "source": sides(), "target": sides()},
    optional={"split": st.just("dev"), "file": st.just("own.jsonl")},
)


@given(st.lists(LINES, max_size=3))
def test_pairs_lose_nothing(values: list[dict[str, Any]]) -> None:
    documents = list(PAIRS.parse(json.dumps(value) for value in values))
    assert list(PAIRS.parse(PAIRS.serialize(documents))) == documents
    assert not any(PAIRS.losses(document) for document in documents)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([1], "not a JSON object"),
        ({"source": side("a")}, "key 'target' is missing"),
        ({"target": side("a")}, "key 'source' is missing"),
        ({"source": "a", "target": side("a")}, "source is not a JSON object"),
        ({"source": {}, "target": side("a")}, "source: key 'text' is missing"),
        ({"source": side("a"), "target": {"text": 7}}, "target text is not a string"),
        ({"source": side("a") | {"lang": 7}, "target": side("a")}, "source lang is not a string"),
        ({"source": side("a") | {"spans": {}}, "target": side("a")}, "source: spans is not a list"),
        ({"source": side("a", {"end": 1}), "target": side("a")}, "span s1: key 'start' is missing"),
        ({"source": side("a"), "target": side("a", {"start": 0, "end": 1})}, "key 'label'"),
        (
            {"source": side("a", {"start": 0, "end": 2, "label": "T"}), "target": side("a")},
            "source: span s1 ends at 2, the text at 1",
        ),
        (
            {"source": side("a"), "target": side("a", {"start": -1, "end": 1, "label": "T"})},
            "target: not an interval: -1..1",
        ),
        (
            {"source": side("a", {"start": 1, "end": 1, "label": "T"}), "target": side("a")},
            "source: span s1 covers no text",
        ),
        (
            {"source": side("a", {"start": "0", "end": 1, "label": "T"}), "target": side("a")},
            "offset '0' is not a whole number",
        ),
        (
            {
                "source": side("a"),
                "target": side("ab", *[{"id": "x", "start": 0, "end": 1, "label": "T"}] * 2),
            },
            "target: span id x is used twice",
        ),
    ],
)
def test_error_names_line_problem_and_way_out(value: Any, problem: str) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        parsed(LINE, value)
    assert caught.value.where == "own.jsonl:2"
    assert "docs/formats.md" in caught.value.hint


def test_line_that_is_not_json_is_named() -> None:
    with pytest.raises(FormatError, match="not JSON") as caught:
        list(PAIRS.parse(["\n", "{"], file="own.jsonl"))
    assert caught.value.where == "own.jsonl:2"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps(LINE), "pairs"),
        ("\n" + json.dumps({"source": side("a")}), "pairs"),
        ('{"text": "a"}', "jsonl"),
        ('{"text": "a", "metadata": {"source": {}, "target": {}}}', "jsonl"),
        ('{"text": "a", "source": 1}', "jsonl"),
        ('{"id": 1}', "jsonl"),
        ("{", "jsonl"),
        ("", "jsonl"),
    ],
)
def test_pairs_are_told_from_donors_own_lines(tmp_path: Path, content: str, name: str) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(content)
    assert format_of(InputFile(file, file.name)) == name
    file.rename(tmp_path / "own.txt")
    if content not in ("", '{"id": 1}'):
        assert format_of(InputFile(tmp_path / "own.txt", "own.txt")) == name


@pytest.mark.parametrize("format", [PAIRS, JSONL])
def test_own_lines_are_found_by_content(format: Format) -> None:
    [document] = parsed(LINE)
    assert format.sniff("".join(format.serialize([document])))


class TestWriting:
    source = Document(
        "d", "en", "a b", (Interval(0, 3),), spans=(Span("x", "T", (Interval(0, 1),)),)
    )
    target = replace(source, language="ru", text="б а", spans=(Span("x", "T", (Interval(2, 3),)),))

    def test_transfer_is_the_pair_of_source_and_target(self) -> None:
        span = {"id": "x", "start": 2, "end": 3, "label": "T"}
        pair = paired(self.source, self.target)
        assert pair == replace(self.source, metadata={"target": side("б а", span, lang="ru")})
        assert target_of(pair) == self.target
        assert not PAIRS.losses(pair)

    def test_new_target_takes_the_place_of_the_old(self) -> None:
        [document] = parsed(LINE)
        assert target_of(paired(document, self.target)).text == "б а"

    @pytest.mark.parametrize(
        ("metadata", "problem"),
        [({}, "no target"), ({"target": 1}, "not a JSON object"), ({"target": {}}, "'text'")],
    )
    def test_document_without_counterpart_is_an_error(
        self, metadata: dict[str, Any], problem: str, tmp_path: Path
    ) -> None:
        document = replace(self.source, metadata=metadata)
        with pytest.raises(FormatError, match=problem) as caught:
            write([document], tmp_path / "out.jsonl", format="pairs")
        assert caught.value.where == "document d"
        assert not (tmp_path / "out.jsonl").exists()

    def test_what_a_pair_cannot_say_is_counted(self) -> None:
        rich = replace(
            self.source,
            segments=(Interval(0, 1), Interval(2, 3)),
            tokens=(Interval(0, 1),),
            spans=(Span("x", "T", (Interval(0, 1),), {"start": 1}),),
            relations=(Relation("R", "y", "x"),),
            labels=(TextLabel("kind", "v"),),
            side_texts=(SideText("title", "t"),),
            metadata={"id": 1},
        )
        assert PAIRS.losses(paired(rich, self.target)) == {
            "segments": 1,
            "tokens": 1,
            "relations": 1,
            "text labels": 1,
            "side texts": 1,
            "attributes": 1,
            "metadata": 1,
        }


@pytest.mark.parametrize(
    ("name", "texts", "spans"),
    [("absa-en-ru", 2000, (1743, 1734)), ("europarl-en-es", 799, (702, 697)),
     ("abstrct-en-es", 679, (326, 326)), ("xquad-en-ru", 120, (632, 632))],
)  # fmt: skip
def test_gold_comes_in_and_out_whole(
    name: str, texts: int, spans: tuple[int, int], gold: Path, tmp_path: Path
) -> None:
    documents = list(read(gold / f"{name}.jsonl"))
    counts = [sum(len(d.spans) for d in s) for s in (documents, map(target_of, documents))]
    assert (len(documents), tuple(counts)) == (texts, spans)
    assert not write(documents, tmp_path / "again.jsonl", format="pairs")
    assert list(read(tmp_path / "again.jsonl")) == documents
