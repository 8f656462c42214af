import json
from pathlib import Path

import pytest

from donor.errors import ConfigError, FormatError, InputError
from donor.formats import Options, fields_for_output, find_files, format_of, read, write

ROW = "ion\t x\t 0\t 3\t B-Term\t T1\t 0\t 0\n"


def test_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.deft", "a.deft", "notes.txt"):
        (tmp_path / name).write_text(ROW)
    assert [document.id for document in read(tmp_path)] == ["a:1", "b:1"]


def test_two_folders_keep_their_names_apart(tmp_path: Path) -> None:
    for split in ("train", "dev"):
        (tmp_path / split).mkdir()
        (tmp_path / split / "a.deft").write_text(ROW)
    inputs = [tmp_path / "train", tmp_path / "dev"]
    assert [document.id for document in read(inputs)] == ["train/a:1", "dev/a:1"]


def test_format_is_found_by_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ROW)
    (tmp_path / "b.txt").write_text('{"text": "ion"}\n')
    assert [d.text for d in read([tmp_path / "a.txt", tmp_path / "b.txt"])] == ["ion", "ion"]


def test_deft_is_english_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.deft").write_text(ROW)
    assert [next(read(tmp_path)).language, next(read(tmp_path, language="de")).language] == [
        "en",
        "de",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "holds no document"),
        (b"just a line of text\n", "1 column, expected 8"),
        (ROW.encode() + b"caf\xe9\t x\t 4\t 8\t O\t -1\t -1\t 0\n", "not UTF-8"),
        ("ion\t x".encode("utf-16"), "not UTF-8"),
        (ROW.encode() * 2 + b"ion\t x\t 3\n", "3 columns, expected 8"),
    ],
)
def test_bad_file_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "bad.deft"
    file.write_bytes(content)
    with pytest.raises(InputError, match=problem) as caught:
        list(read(file))
    assert caught.value.where.startswith(str(file))


def test_folder_of_several_formats_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.deft").write_text(ROW)
    (tmp_path / "a.jsonl").write_text('{"text": "ion"}\n')
    with pytest.raises(InputError, match="several formats"):
        list(read(tmp_path))
    assert [document.text for document in read(tmp_path, format="jsonl")] == ["ion"]


def test_document_id_used_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "ion"}\n' * 2)
    with pytest.raises(InputError, match="'x' is used twice"):
        list(read(tmp_path))


def test_empty_file_among_others_is_told_and_passed(tmp_path: Path) -> None:
    (tmp_path / "a.deft").touch()
    (tmp_path / "b.deft").write_text(ROW)
    told: list[tuple[str, str]] = []
    assert len(list(read(tmp_path, warn=lambda *w: told.append(w)))) == 1
    assert told == [(str(tmp_path / "a.deft"), "the file holds no document")]


def test_folder_of_empty_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.deft").touch()
    with pytest.raises(InputError, match="no file holds a document"):
        list(read(tmp_path))


def test_file_that_is_not_utf8_is_skipped_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes('{"text": "ion"}\n{"text": "café"}\n'.encode("latin-1"))
    (tmp_path / "b.jsonl").write_text('{"text": "atom"}\n')
    refused: list[FormatError] = []
    assert [d.text for d in read(tmp_path, refuse=refused.append)] == ["atom"]
    assert [error.where for error in refused] == [f"{tmp_path / 'a.jsonl'}:2"]


def test_repeated_id_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "text": "ion"}\n' * 2)
    refused: list[FormatError] = []
    assert [d.text for d in read(tmp_path, refuse=refused.append)] == ["ion"]
    assert [error.what for error in refused] == ["document 2: its id 'x' is used twice"]


def test_dataset_of_which_nothing_can_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("broken\n")
    with pytest.raises(InputError, match=r"no file holds a document \(1 could not be read"):
        list(read(tmp_path / "a.jsonl", refuse=lambda error: None))


@pytest.mark.parametrize(
    ("name", "good", "broken"),
    [
        ("a.jsonl", '{"text": "%s"}\n', '{"text": "ion", "spans": [{}]}\n'),
        ("a.jsonl", '{"text": "%s"}\n', "[1]\n"),
        ("a.jsonl", '{"source": {"text": "%s"}, "target": {"text": "t"}}\n', '{"source": 1}\n'),
        ("a.deft", "%s\t x\t 0\t 3\t O\t -1\t -1\t 0\n\n\n", ROW + "ion\tx\n" + ROW + "\n\n"),
    ],
)
def test_unreadable_record_is_skipped_whole(
    tmp_path: Path, name: str, good: str, broken: str
) -> None:
    first, second = good % "one", good % "two"
    (tmp_path / name).write_text(first + broken + second + broken)
    refused: list[FormatError] = []
    found = list(read(tmp_path / name, refuse=refused.append))
    assert [d.text for d in found] == ["one", "two"]
    assert len({d.id for d in found} - {"a:2", "a:4"}) == 2
    assert len(refused) == 2
    number = (first + broken).count(
        "\n", 0, (first + broken).index("ion\tx") if "ion\tx" in broken else len(first)
    ) + 1
    assert refused[0].where == f"{tmp_path / name}:{number}"


def test_first_line_may_be_longer_than_the_head(tmp_path: Path) -> None:
    pair = {"source": {"text": "a" * 300_000}, "target": {"text": "b"}}
    (tmp_path / "a.jsonl").write_text(json.dumps(pair) + "\n")
    [file] = find_files([tmp_path / "a.jsonl"])
    assert format_of(file) == "pairs"


def test_unknown_content_lists_the_formats(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text("just a line of text\n")
    with pytest.raises(InputError, match="looks like no known format") as caught:
        list(read(tmp_path / "a.dat"))
    assert "deft" in caught.value.hint and "jsonl" in caught.value.hint


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.deft").write_text(ROW, encoding="utf-8-sig")
    assert next(read(tmp_path)).text == "ion"


def test_folder_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no file that ends in .*\.deft or .*\.jsonl"):
        list(read(tmp_path))


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        list(read(tmp_path / "none.deft"))


def test_unknown_format_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"known: deft, .*jsonl"):
        list(read(tmp_path, format="nonesuch"))


def test_output_file_is_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "in.deft").write_text(ROW + "broken\n")
    with pytest.raises(FormatError):
        write(read(tmp_path / "in.deft"), tmp_path / "out.jsonl", format="jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_folder_gets_a_file_for_each_input_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.deft").write_text(ROW)
    write(read(tmp_path), tmp_path / "out", format="jsonl")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a.jsonl", "b.jsonl"]


@pytest.mark.parametrize("format", ["spacy-json", "argilla", "spert"])
@pytest.mark.parametrize(("name", "first"), [("out.jsonl", "{"), ("out.json", "[")])
def test_one_output_file_is_laid_out_as_its_name_says(
    format: str, name: str, first: str, tmp_path: Path
) -> None:
    (tmp_path / "in.conll").write_text("Ions B-TERM\nmove O\n")
    write(read(tmp_path / "in.conll"), tmp_path / name, format=format)
    assert (tmp_path / name).read_text().startswith(first)
    [document] = read(tmp_path / name)
    assert [span.surface(document.text) for span in document.spans] == ["Ions"]


@pytest.mark.parametrize("format", ["brat", "hf", "spacy"])
def test_file_of_another_kind_is_told_what_the_format_reads(format: str, tmp_path: Path) -> None:
    (tmp_path / "in.conll").write_text("Ions B-TERM\n")
    with pytest.raises(InputError, match=f"no file for {format}, whose files end in ") as caught:
        list(read(tmp_path / "in.conll", format=format))
    assert "--format" in caught.value.hint


def test_id_that_is_used_twice_names_file_and_document(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(f'{{"id": "{name}", "text": "a"}}\n' for name in "xyx"))
    with pytest.raises(FormatError, match="document 3: its id 'x' is used twice") as caught:
        list(read(path))
    assert caught.value.where == str(path)


def test_fields_of_the_output_reach_another_format(tmp_path: Path) -> None:
    options = Options(fields=fields_for_output({"text": "t", "segment": "p"}, like_the_input=False))
    (tmp_path / "in.conll").write_text("Dr B-TITLE\n")
    with pytest.raises(FormatError, match="would divide the text") as caught:
        write(read(tmp_path / "in.conll"), tmp_path / "out.xml", format="xml")
    assert "--field segment=p,s" in caught.value.hint
    write(read(tmp_path / "in.conll"), tmp_path / "out.xml", format="xml", options=options)
    assert "<TITLE>Dr</TITLE>" in (tmp_path / "out.xml").read_text()
