"""Every format through `donor transfer`: the same kind of thing comes out, with gold's spans.

The command runs as users run it; its model is an oracle that answers from parallel gold. What it
writes is read by plain json, csv, xml, conllu, datasets and spaCy.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.oracle import independent, layouts, tool_layouts
from tests.oracle.carrying import (
    AT_LEAST,
    Carried,
    assert_all_written,
    assert_well_placed,
    carried_by,
)
from tests.oracle.parallel import (
    Found,
    Pair,
    assert_arcs_like_gold,
    assert_like_gold,
    gold_pairs,
    grouped,
    said_pairs,
    some,
    write_pairs,
)
from tests.servers.oracle import oracle

# Paragraphs with a target span whose edge is no edge of a word.
WITHIN_WORDS = ("xquad-55", "xquad-74")


@dataclass(frozen=True)
class Gold:
    """The texts that the formats are made of, and the oracle that knows them."""

    reviews: list[Pair]
    speeches: list[Pair]
    questions: list[Pair]
    base_url: str


Carry = Callable[..., Carried]


@pytest.fixture(scope="module")
def texts(gold: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gold]:
    reviews = some(gold_pairs(gold / "absa-en-ru.jsonl"), 36)
    speeches = some(gold_pairs(gold / "europarl-en-es.jsonl"), 48)
    paragraphs = gold_pairs(gold / "xquad-en-ru.jsonl", flat=False)
    questions = [*paragraphs[:21], *(p for p in paragraphs if p.name in WITHIN_WORDS)]
    said = [layouts.question_of(mark) for pair in questions for mark in pair.source.marks]
    said += [tool_layouts.title_of(n) for n in range(len(speeches))]
    pairs = [*reviews, *speeches, *questions, *said_pairs(said)]
    file = write_pairs(tmp_path_factory.mktemp("gold") / "pairs.jsonl", pairs)
    with oracle(file) as base_url:
        yield Gold(reviews, speeches, questions, base_url)


@pytest.fixture
def carry(texts: Gold, tmp_path: Path) -> Carry:
    """Runs `donor transfer` over a source, with more flags."""

    def carried(source: Path, *flags: str, to: str = "ru") -> Carried:
        found = carried_by(texts.base_url, tmp_path, source, *flags, to=to)
        assert_well_placed(found)
        return found

    return carried


def marks_of(pairs: Sequence[Pair]) -> int:
    """How many spans the source has."""
    return sum(len(pair.source.marks) for pair in pairs)


def singles(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Documents of one text each."""
    return grouped(pairs, 1)


@pytest.mark.parametrize("scheme", ["IOB1", "BIO"])
def test_conll_2003(texts: Gold, carry: Carry, tmp_path: Path, scheme: str) -> None:
    """A folder with the shared task's names: each file stays one, and so do documents."""
    groups = grouped(texts.speeches, 4)
    parts = {"eng.testa": groups[:4], "eng.train": groups[4:]}
    for name, own in parts.items():
        layouts.conll_2003(tmp_path / "conll" / name, own, scheme=scheme)
    carried = carry(tmp_path / "conll", to="es")
    said = {name: carried.file(name).read_text(encoding="utf-8") for name in parts}
    by_file = {name: independent.conll(text, columns=4) for name, text in said.items()}
    assert {name: len(found) for name, found in by_file.items()} == {
        name: len(own) for name, own in parts.items()
    }
    found = [document for documents in by_file.values() for document in documents]
    assert carried.summary["spans"]["source"] == marks_of(texts.speeches)
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    rows = [line.split() for text in said.values() for line in text.splitlines() if line]
    words = [row for row in rows if row[0] != "-DOCSTART-"]
    assert {tuple(row[1:3]) for row in words} == {("_", "_")}
    assert carried.summary["losses"]["column values"] == 2 * len(words)
    starts = sum(row[3].startswith("B-") for row in words)
    placed = carried.summary["spans"]["placed"]
    assert starts == {"BIO": placed, "IOB1": starts_behind_like(words)}[scheme]
    blank = sum(text.count("\n\n") for text in said.values())
    assert blank == len(texts.speeches) + len(groups)


def starts_behind_like(rows: Sequence[Sequence[str]]) -> int:
    """How many B- stand right behind a tag of the same label, as in IOB1 all do."""
    pairs = pairwise(row[3] for row in rows)
    return sum(tag[0] == "B" and tag[2:] == before[2:] for before, tag in pairs)


def test_conllu(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    groups = grouped(texts.speeches, 4)
    carried = carry(layouts.conllu(tmp_path / "ner.conllu", groups), to="es")
    text = carried.file("ner.conllu").read_text(encoding="utf-8")
    found = independent.conllu(text)
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    ids = [line for line in text.splitlines() if line.startswith("# sent_id")]
    assert ids == [f"# sent_id = doc{n // 4}-s{n % 4}" for n in range(len(texts.speeches))]


@pytest.mark.parametrize(
    ("snap", "kind"),
    [("expand", "spans widened to whole tokens"), ("strict", "spans that cut a token")],
)
def test_spans_off_the_borders_of_tokens_are_counted(
    texts: Gold, carry: Carry, tmp_path: Path, snap: str, kind: str
) -> None:
    """Of answers, some lie within words and some overlap: columns cannot say either."""
    lines = [{"id": p.name, "text": p.source.text, "spans": spans_in(p)} for p in texts.questions]
    source = layouts.write_jsonl(tmp_path / "in.jsonl", lines)
    carried = carry(source, "--out-format", "conll", "--snap", snap)
    text = carried.file("in.conll").read_text(encoding="utf-8")
    tags = [line.split("\t")[1] for line in text.splitlines() if line]
    written = sum(tag.startswith("B-") for tag in tags)
    losses = carried.summary["losses"]
    assert losses["overlapping spans"] > 0
    assert losses[kind] >= len(WITHIN_WORDS)
    left_out = losses["overlapping spans"] + losses.get("spans that cut a token", 0)
    assert written + left_out == carried.summary["spans"]["placed"]


def spans_in(pair: Pair) -> list[dict[str, Any]]:
    """A source's spans as Donor's own lines have them."""
    return [
        {"id": mark.name, "start": mark.start, "end": mark.end, "label": mark.label}
        for mark in pair.source.marks
    ]


def test_brat(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    groups = grouped(texts.reviews)
    source = layouts.brat(tmp_path / "brat", groups)
    carried = carry(source)
    found = independent.brat(carried.dataset)
    assert {path.name for path in carried.dataset.iterdir()} - {"README.md"} == {
        path.name for path in source.iterdir()
    }
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    assert_arcs_like_gold(found, groups, "Next")
    assert [document.text.count("\n") for document in found] == [len(group) for group in groups]
    for path in source.glob("*.ann"):
        kinds = [
            Counter(line[0] for line in file.read_text(encoding="utf-8").splitlines())
            for file in (path, carried.file(path.name))
        ]
        assert kinds[1] == kinds[0]


def test_squad(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(layouts.squad(tmp_path / "dev.json", texts.questions))
    paragraphs = independent.squad(carried.file("dev.json"))
    found = [
        independent.questions_of(
            paragraph["context"],
            [(a["text"], a["answer_start"]) for q in paragraph["qas"] for a in q["answers"]],
        )
        for paragraph in paragraphs
    ]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.questions), "answer")
    for paragraph, pair in zip(paragraphs, texts.questions, strict=True):
        asked = [(question["id"], question["question"]) for question in paragraph["qas"]]
        assert asked == [(m.name, layouts.question_of(m)[1]) for m in pair.source.marks]
        answers = {m.name: pair.target.text[m.start : m.end] for m in pair.target.marks}
        said = {q["id"]: q["answers"][0]["text"] for q in paragraph["qas"]}
        assert sum(said[name] == answers[name] for name in said) >= AT_LEAST * len(said)


def test_absa_reviews(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    groups = grouped(texts.reviews)
    carried = carry(layouts.absa_2016(tmp_path / "restaurants.xml", groups))
    path = carried.file("restaurants.xml")
    found = independent.absa(path, "Review", "Opinion", "target")
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    assert carried.summary["labels"]["source"] == len(texts.reviews)
    said = path.read_text(encoding="utf-8")
    assert said.count('polarity="positive"') == carried.summary["spans"]["placed"]
    assert said.count('target="NULL"') == len(texts.reviews)


def test_absa_sentences(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(layouts.absa_2014(tmp_path / "laptops.xml", texts.reviews))
    path = carried.file("laptops.xml")
    found = independent.absa(path, "sentence", "aspectTerm", "term")
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews), "aspectTerm")


def test_inline_xml(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    groups = grouped(texts.speeches)
    carried = carry(layouts.inline_xml(tmp_path / "corpus.xml", groups), to="es")
    path = carried.file("corpus.xml")
    found = independent.inline_xml(path, {"PER", "LOC", "ORG", "MISC"})
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    said = path.read_text(encoding="utf-8")
    assert said.count("<s>") == len(texts.speeches)
    assert said.count('sure="yes"') == carried.summary["spans"]["placed"]


def test_doccano(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.doccano(tmp_path / "all.jsonl", texts.reviews))
    records = independent.lines_in(carried.file("all.jsonl"))
    found = [independent.doccano(record) for record in records]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))
    assert [record["Comments"] for record in records] == [[f"read {n}"] for n in range(len(found))]
    assert_arcs_like_gold(found, singles(texts.reviews), "next")


def test_prodigy(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.prodigy(tmp_path / "ner.jsonl", texts.reviews))
    tasks = independent.lines_in(carried.file("ner.jsonl"))
    found = [independent.prodigy(task) for task in tasks]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))
    assert_arcs_like_gold(found, singles(texts.reviews), "NEXT")
    assert all(task["meta"] == {"pattern": "7"} for task in tasks)
    assert not any("_task_hash" in task for task in tasks)


def test_label_studio(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.label_studio(tmp_path / "tasks.json", texts.reviews))
    tasks = json.loads(carried.file("tasks.json").read_text(encoding="utf-8"))
    found = [independent.label_studio(task) for task in tasks]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))
    assert_arcs_like_gold(found, singles(texts.reviews), "next")
    assert carried.summary["labels"]["carried"] == len(tasks)


def test_argilla(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.argilla(tmp_path / "records.json", texts.reviews))
    records = json.loads(carried.file("records.json").read_text(encoding="utf-8"))
    found = [
        Found(
            record["fields"]["text"],
            [(s["start"], s["end"], s["label"]) for s in record["suggestions"]["span"]["value"]],
        )
        for record in records
    ]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))
    assert {record["suggestions"]["tone"]["value"] for record in records} == {"warm"}
    assert [record["metadata"] for record in records] == [{"split": "train"}] * len(records)


def test_spacy_json(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    carried = carry(tool_layouts.spacy_json(tmp_path / "docs.jsonl", texts.reviews))
    values = independent.lines_in(carried.file("docs.jsonl"))
    found = [independent.spacy_doc(Doc(Vocab()).from_json(value)) for value in values]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))


def test_spacy_docbin(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    carried = carry(tool_layouts.docbin(tmp_path / "train.spacy", texts.reviews))
    docs = DocBin().from_disk(carried.file("train.spacy")).get_docs(Vocab())
    found = [independent.spacy_doc(doc) for doc in docs]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))


def test_hf_tokens(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.hf_ner(tmp_path / "ner", texts.speeches), to="es")
    splits = independent.hf_rows(carried.dataset)
    assert {name: len(rows) for name, rows in splits.items()} == {
        "train": len(texts.speeches) - 10,
        "validation": 10,
    }
    rows = splits["train"] + splits["validation"]
    assert [row["id"] for row in rows] == [str(n) for n in range(len(rows))]
    names = ["O", *sorted({t for p in texts.speeches for t in layouts.tags_of(p.source)} - {"O"})]
    found = [
        independent.of_sentences([(row["tokens"], [names[tag] for tag in row["ner_tags"]])])
        for row in rows
    ]
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.speeches))


def test_hf_labels(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.hf_labels(tmp_path / "tones", texts.reviews))
    rows = independent.hf_rows(carried.dataset)["train"]
    assert rows == [
        {"text": pair.target.text, "label": n % 2} for n, pair in enumerate(texts.reviews)
    ]
    assert carried.summary["labels"]["carried"] == len(rows)


def test_hf_questions(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.hf_squad(tmp_path / "xquad", texts.questions))
    rows = independent.hf_rows(carried.dataset)["validation"]
    found = independent.hf_contexts(rows)
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.questions), "answer")
    marks = [mark for pair in texts.questions for mark in pair.source.marks]
    assert [(row["id"], row["question"]) for row in rows] == [
        (mark.name, layouts.question_of(mark)[1]) for mark in marks
    ]


@pytest.mark.parametrize(("name", "delimiter"), [("nli.csv", ","), ("nli.tsv", "\t")])
def test_tables(texts: Gold, carry: Carry, tmp_path: Path, name: str, delimiter: str) -> None:
    groups = grouped(texts.reviews, 2)
    source = layouts.sentence_pairs(tmp_path / name, groups, delimiter)
    carried = carry(source)
    assert carried.summary["labels"] == {"source": 18, "carried": 18, "lost": 0}
    with source.open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file, delimiter=delimiter))
    for row, (first, second) in zip(expected, groups, strict=True):
        row |= {"premise": first.target.text, "hypothesis": second.target.text}
    with carried.file(name).open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file, delimiter=delimiter)) == expected


def test_tacred(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    pairs = [pair for pair in texts.speeches if len(pair.source.marks) >= 2]
    carried = carry(tool_layouts.tacred(tmp_path / "train.json", pairs), to="es")
    records = json.loads(carried.file("train.json").read_text(encoding="utf-8"))
    assert [record["id"] for record in records] == [f"t{n}" for n in range(len(pairs))]
    found = [independent.tacred(record) for record in records]
    assert_all_written(carried, found)
    assert_like_gold(found, [[first_two(pair)] for pair in pairs])
    relations = [record["relation"] for record in records]
    assert relations == [("org:members", "no_relation")[n % 2] for n in range(len(pairs))]


def first_two(pair: Pair) -> Pair:
    """The pair with its source's first two marks, and their counterparts, alone."""
    names = {mark.name for mark in pair.source.marks[:2]}
    sides = (
        type(side)(side.text, tuple(mark for mark in side.marks if mark.name in names))
        for side in (pair.source, pair.target)
    )
    return Pair(pair.name, *sides)


def test_spert(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    carried = carry(tool_layouts.spert(tmp_path / "train.json", texts.speeches), to="es")
    records = json.loads(carried.file("train.json").read_text(encoding="utf-8"))
    found = [independent.spert(record) for record in records]
    assert [record["orig_id"] for record in records] == list(range(len(records)))
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.speeches))
    assert_arcs_like_gold(found, singles(texts.speeches), "Next")


def test_docred(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    groups = grouped(texts.speeches, 4)
    carried = carry(tool_layouts.docred(tmp_path / "dev.json", groups), to="es")
    records = json.loads(carried.file("dev.json").read_text(encoding="utf-8"))
    found = [independent.docred(record) for record in records]
    assert_all_written(carried, found)
    assert_like_gold(found, groups)
    assert_arcs_like_gold(found, groups, "P17")
    assert [record["title"] for record in records] == [
        tool_layouts.title_of(n)[1] for n in range(len(groups))
    ]
    assert [len(record["sents"]) for record in records] == [len(group) for group in groups]


def test_lines_of_another_shape(texts: Gold, carry: Carry, tmp_path: Path) -> None:
    source = tool_layouts.mapped(tmp_path / "own.jsonl", texts.reviews)
    names = ("--text-field", "data.body", "--spans-field", "ner", "--label-field", "topic")
    carried = carry(source, "--format", "jsonl", *names)
    found = []
    for n, record in enumerate(independent.lines_in(carried.file("own.jsonl"))):
        text = record["data"]["body"]
        assert (record["n"], record["topic"], record["data"]["source"]) == (n, ["food"], "web")
        assert all(text[span["from"] : span["to"]] == span["word"] for span in record["ner"])
        places = [(span["from"], span["to"], span["type"]) for span in record["ner"]]
        found.append(Found(text, places))
    assert_all_written(carried, found)
    assert_like_gold(found, singles(texts.reviews))
