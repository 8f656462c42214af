"""Whole runs over what tools and shared tasks write: the same kind of thing comes out."""

import json
from pathlib import Path
from xml.etree import ElementTree

from tests.servers.transliterator import transliterated

from donor.pipeline import Resources, run
from donor.recipe import Recipe

TEXT = "Ada met Bob 😀 in Rome.\nShe sold\nthe car.\n"
ANN = """T1\tPerson 0 3\tAda
T2\tPerson 8 11\tBob
T3\tMeet 4 7\tmet
T4\tSell 27 31;32 35\tsold the
R1\tKnows Arg1:T1 Arg2:T2
E1\tMeet:T3 Agent:T1 Other:T2
A1\tSure E1 very
#1\tAnnotatorNotes T4\tover two lines
"""

OPINIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Reviews>
    <Review rid="1">
        <sentences>
            <sentence id="1:0">
                <text>The food was lousy.</text>
                <Opinions>
                    <Opinion target="food" category="FOOD#QUALITY" polarity="negative" from="4" to="8"/>
                    <Opinion target="NULL" category="SERVICE#GENERAL" polarity="negative" from="0" to="0"/>
                </Opinions>
            </sentence>
            <sentence id="1:1" OutOfScope="TRUE">
                <text>Never again.</text>
            </sentence>
        </sentences>
    </Review>
</Reviews>
"""  # noqa: E501

TAGGED = """<corpus>
<doc n="1"> <s><PER id="p">Anna <LAST>Smith</LAST></PER> lives here.</s> <s>So do I.</s></doc>
</corpus>
"""

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Rome",
            "paragraphs": [
                {
                    "context": "Rome 😀 lies on the Tiber.",
                    "qas": [
                        {
                            "question": "What lies on the Tiber?",
                            "id": "q1",
                            "answers": [{"text": "Rome", "answer_start": 0}],
                            "is_impossible": False,
                        },
                        {
                            "question": "Who left?",
                            "id": "q2",
                            "answers": [],
                            "plausible_answers": [{"text": "Tiber", "answer_start": 19}],
                            "is_impossible": True,
                        },
                    ],
                }
            ],
        }
    ],
}


def dataset_of(source: Path, tmp_path: Path, base_url: str) -> Path:
    """The dataset of a run over the source."""
    recipe = Recipe((str(source),), "ru", "vllm:m", language="en")
    run(recipe, tmp_path / "run", Resources(store=tmp_path / "store.sqlite", base_url=base_url))
    return tmp_path / "run" / "dataset"


def in_russian(xml: str, *names: str) -> str:
    """The canonical XML with all text, and the named attributes, as the model puts them."""
    root = ElementTree.fromstring(xml)
    for element in root.iter():
        element.text = transliterated(element.text or "")
        element.tail = transliterated(element.tail or "")
        for name in names:
            if element.get(name, "NULL") != "NULL":
                element.set(name, transliterated(element.get(name, "")))
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"), strip_text=True)


def test_brat(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "sub" / "a.ann").write_text(ANN, encoding="utf-8")
    dataset = dataset_of(tmp_path / "in", tmp_path, base_url)
    assert (dataset / "sub" / "a.txt").read_text(encoding="utf-8") == transliterated(TEXT)
    lines = [line.split("\t") for line in ANN.splitlines()]
    expected = [
        "\t".join([*cells[:-1], transliterated(cells[-1]) if cells[0][0] == "T" else cells[-1]])
        for cells in lines
    ]
    assert (dataset / "sub" / "a.ann").read_text(encoding="utf-8").splitlines() == expected


def test_absa(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "in.xml").write_text(OPINIONS, encoding="utf-8")
    dataset = dataset_of(tmp_path / "in.xml", tmp_path, base_url)
    found = (dataset / "in.xml").read_text(encoding="utf-8")
    assert ElementTree.canonicalize(found, strip_text=True) == in_russian(OPINIONS, "target")


def test_inline_xml(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "in.xml").write_text(TAGGED, encoding="utf-8")
    dataset = dataset_of(tmp_path / "in.xml", tmp_path, base_url)
    found = (dataset / "in.xml").read_text(encoding="utf-8")
    assert ElementTree.canonicalize(found, strip_text=True) == in_russian(TAGGED)


def test_squad(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "in.json").write_text(json.dumps(SQUAD), encoding="utf-8")
    dataset = dataset_of(tmp_path / "in.json", tmp_path, base_url)
    found = json.loads((dataset / "in.json").read_text(encoding="utf-8"))
    expected = json.loads(json.dumps(SQUAD))
    paragraph = expected["data"][0]["paragraphs"][0]
    paragraph["context"] = transliterated(paragraph["context"])
    for question in paragraph["qas"]:
        question["question"] = transliterated(question["question"])
        for answer in question["answers"] + question.get("plausible_answers", []):
            answer["text"] = transliterated(answer["text"])
    assert found == expected
