from pathlib import Path

import pytest

from donor.errors import ConfigError, FormatError, InputError
from donor.formats import read, write

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


@pytest.mark.parametrize(
    ("encoding", "text", "likely"),
    [
        ("cp1252", "naïve café", "WINDOWS-1252"),
        ("cp1251", "Ионы заряжены", "WINDOWS-1251"),
        ("utf-16", "ion", "UTF-16"),
    ],
)
def test_likely_encoding_is_named(tmp_path: Path, encoding: str, text: str, likely: str) -> None:
    file = tmp_path / "bad.deft"
    file.write_bytes(text.encode(encoding))
    with pytest.raises(InputError) as caught:
        list(read(file))
    assert likely in caught.value.hint


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
