"""Files of annotation tools are told apart by their content, and come out as the same kind."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.errors import FormatError
from donor.formats import InputFile, format_of, read, write

SPAN = {"start": 0, "end": 4, "label": "TERM"}
VALUE = {"start": 0, "end": 4, "text": "Ions", "labels": ["TERM"]}
TASK = {
    "id": 1,
    "data": {"text": "Ions move"},
    "annotations": [{"result": [{"id": "a", "type": "labels", "value": VALUE}]}],
    "predictions": [],
}
RECORD = {
    "id": "1", "fields": {"text": "Ions move"}, "metadata": {}, "vectors": {}, "responses": {},
    "suggestions": {"span": {"value": [SPAN], "score": None, "agent": None}},
}  # fmt: skip
DOC = {"text": "Ions move", "ents": [SPAN], "tokens": [{"id": 0, "start": 0, "end": 9}]}
FILES: list[tuple[str, str, Any]] = [
    ("doccano", "a.jsonl", {"text": "Ions move", "label": [[0, 4, "TERM"]]}),
    ("prodigy", "a.jsonl", {"text": "Ions move", "spans": [SPAN], "answer": "accept"}),
    ("argilla", "a.jsonl", RECORD),
    ("argilla", "a.json", [RECORD]),
    ("spacy-json", "a.jsonl", DOC),
    ("spacy-json", "a.json", [DOC]),
    ("spacy-json", "a.json", DOC),
    ("label-studio", "a.json", [TASK]),
]


@pytest.mark.parametrize(("name", "file", "value"), FILES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_file_is_told_by_its_content_and_comes_out_equal(
    name: str, file: str, value: Any, newline: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    text = json.dumps(value, indent=None if file.endswith("l") else 1) + "\n"
    path.write_text(text, newline=newline)
    assert format_of(InputFile(path, path.name)) == name
    documents = list(read(path))
    assert [span.surface("Ions move") for span in documents[0].spans] == ["Ions"]
    assert not write(documents, tmp_path / "out", format=name)
    again = (tmp_path / "out" / file).read_text()
    assert json.loads(again) == value


def test_donors_own_lines_stay_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"text": "Ions", "spans": [SPAN], "labels": []}))
    assert format_of(InputFile(path, path.name)) == "jsonl"


@pytest.mark.parametrize("more", [{"annos": [SPAN]}, {"physics": True}, {"ner": "TERM"}])
def test_lines_of_an_unknown_shape_name_the_flags(more: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"text": "Ions", **more}))
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert caught.value.where == f"{path}:1"
    assert "--spans-field" in caught.value.hint
