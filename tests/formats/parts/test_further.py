"""What of another format's metadata is counted as lost: the user's own, not Donor's bookkeeping."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.formats import read
from donor.formats.deft import DEFT
from donor.formats.parts.further import further_values

SPAN = {"start": 0, "end": 4, "label": "TERM"}
CONLLU = "1\tIons\t{lemma}\t_\t_\t_\t_\t_\t_\tNE=B-TERM\n\n"
RESULT = {"id": "a", "type": "labels", "value": {**SPAN, "text": "Ions", "labels": ["TERM"]}}
FILES: list[tuple[str, Any, int]] = [
    ("a.conll", "Ions B-TERM\nmove O\n", 0),
    ("a.conll", "Ions _ B-TERM\nmove _ O\n", 0),
    ("a.conll", "Ions NNS B-TERM\nmove VBP O\n", 1),
    ("a.conllu", CONLLU.format(lemma="_"), 0),
    ("a.conllu", "# text = Ions\n# source = book\n" + CONLLU.format(lemma="ion"), 2),
    ("a.csv", "text,label\nIons move,a\n", 0),
    ("a.csv", "text,label,source,page\nIons move,a,book,\n", 1),
    ("a.jsonl", {"text": "Ions move", "label": [[0, 4, "TERM"]], "id": 3, "Comments": []}, 0),
    ("a.jsonl", {"text": "Ions move", "label": [[0, 4, "TERM"]], "Comments": ["sure?"]}, 1),
    ("a.jsonl", {"text": "Ions move", "spans": [SPAN], "answer": "accept", "_task_hash": 1}, 0),
    ("a.jsonl", {"text": "Ions move", "spans": [SPAN], "answer": "reject", "meta": {"p": 1}}, 2),
    ("a.jsonl", {"text": "Ions move", "topic": "a", "ner": [SPAN]}, 0),
    ("a.jsonl", {"text": "Ions move", "topic": "a", "source": "book"}, 1),
    ("a.jsonl", {"text": "Ions move", "metadata": {"source": "book"}}, 1),
    ("a.json", [{"id": 1, "data": {"text": "Ions"}, "annotations": [{"result": [RESULT]}]}], 0),
    ("a.json", [{"data": {"text": "Ions", "page": 3}, "annotations": [{"result": [RESULT]}]}], 1),
    ("a.json", [{"tokens": ["Ions"], "entities": [], "relations": []}], 0),
    ("a.json", [{"tokens": ["Ions"], "entities": [], "relations": [], "orig_id": 7}], 1),
    ("a.xml", "<doc><s>Ions</s></doc>", 0),
    ("a.xml", '<corpus year="2020"><doc id="1"><s>Ions</s></doc></corpus>', 2),
    ("a.ann", "T1\tTERM 0 4\tIons\nA1\tSure T1\n", 0),
    ("a.ann", "T1\tTERM 0 4\tIons\n#1\tAnnotatorNotes T1\tnote\n", 1),
]


@pytest.mark.parametrize(("name", "content", "count"), FILES)
def test_only_what_the_user_put_there_is_counted(
    name: str, content: Any, count: int, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Ions move\n")
    said = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / name).write_text(said)
    [document] = read(tmp_path / name)
    assert further_values(document) == count
    assert DEFT.losses(document)["metadata"] == count
