"""Formats of several files: found, read, written; and what lies beside a dataset."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from donor import formats
from donor.data import Document
from donor.errors import FormatError, InputError
from donor.formats import Options, find_files, read, write

TEXTS = {"a": "An ion moves.", "b/c": "Вода течёт."}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.FORMATS, "halves", "tests.formats.folders:HALVES")
    monkeypatch.setitem(formats.FORMATS, "old", "tests.formats.folders:OLD")


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    folder = tmp_path / "halves"
    (folder / "b").mkdir(parents=True)
    for stem, text in TEXTS.items():
        (folder / f"{stem}.head").write_text(text[:4])
        (folder / f"{stem}.tail").write_text(text[4:])
    (folder / "README.md").write_text("about")
    (folder / ".hidden.head").write_text("no dataset")
    return folder


def texts(documents: Iterator[Document]) -> dict[str, str]:
    return {document.id: document.text for document in documents}


def test_folder_is_read_as_a_whole(halves: Path) -> None:
    assert texts(read(halves)) == TEXTS
    [found] = find_files([halves])
    assert [name for name, _ in found.files()][:2] == ["README.md", "a.head"]


def test_one_of_the_files_stands_for_those_beside_it(halves: Path) -> None:
    assert texts(read(halves / "a.head")) == {"a": TEXTS["a"]}
    assert texts(read([halves / "a.head", halves / "a.tail"])) == {"a": TEXTS["a"]}


def test_documents_of_two_folders_are_kept_apart(halves: Path, tmp_path: Path) -> None:
    other = halves.rename(tmp_path / "other")
    again = tmp_path / "again"
    write(read(other), again, format="halves")
    both = list(read([other, again]))
    assert [d.id for d in both] == ["other/a", "other/b/c", "again/a", "again/b/c"]
    assert both[1].metadata["file"] == "other/b/c.head"
    write(both, tmp_path / "out", format="halves")
    assert (tmp_path / "out/again/b/c.tail").exists()


def test_pieces_of_a_file_may_take_turns(halves: Path, tmp_path: Path) -> None:
    write(read(halves), tmp_path / "out", format="halves")
    assert texts(read(tmp_path / "out")) == TEXTS
    assert len(list((tmp_path / "out").rglob("*.*"))) == 4


def test_single_output_is_written_with_what_belongs_beside_it(halves: Path, tmp_path: Path) -> None:
    write(read(halves / "a.head"), tmp_path / "out.head", format="halves")
    assert (tmp_path / "out.tail").exists()
    assert texts(read(tmp_path / "out.head")) == {"out": TEXTS["a"]}


def test_nothing_is_written_outside_the_output_folder(halves: Path, tmp_path: Path) -> None:
    [document] = read(halves / "a.head")
    for said in ("../../far.head", "/tmp/far.head", "../far.head"):
        far = replace(document, metadata={"file": said})
        write([far], tmp_path / "in/out", format="halves")
    names = {path.name for path in (tmp_path / "in/out").rglob("far.*")}
    assert names == {"far.head", "far.tail"}
    assert not [p for p in tmp_path.rglob("far.*") if not p.is_relative_to(tmp_path / "in/out")]


def test_failure_leaves_no_file(halves: Path, tmp_path: Path) -> None:
    (halves / "z.head").write_text("half")
    with pytest.raises(FormatError, match=r"z\.head: no tail") as caught:
        write(read(halves), tmp_path / "out", format="halves")
    assert caught.value.where == str(halves / "z.head")
    assert not list((tmp_path / "out").rglob("*.*"))


def test_reading_goes_on_behind_what_is_refused(halves: Path) -> None:
    (halves / "aa.head").write_text("half")
    refused: list[FormatError] = []
    assert texts(read(halves, refuse=refused.append)) == TEXTS
    assert [error.where for error in refused] == [str(halves / "aa.head")]


def test_format_of_old_ends_its_file_at_the_error(tmp_path: Path) -> None:
    (tmp_path / "a.old").write_text("one\nbad\nthree\n")
    (tmp_path / "b.old").write_text("four\n")
    refused: list[FormatError] = []
    assert list(texts(read(tmp_path, refuse=refused.append)).values()) == ["one", "four"]
    assert [str(error) for error in refused] == [f"{tmp_path / 'a.old'}:2: a bad word"]
    with pytest.raises(FormatError, match="bad word"):
        list(read(tmp_path))


def test_folder_of_several_formats_is_refused(halves: Path) -> None:
    (halves / "more.jsonl").write_text('{"text": "ion"}\n')
    with pytest.raises(InputError, match="several formats: halves, jsonl"):
        list(read(halves))
    assert texts(read(halves, format="halves")) == TEXTS


def test_what_lies_beside_a_dataset_does_not_disturb(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"text": "ion"}\n')
    for name in ("README.md", "LICENSE", "dataset_info.json", "dataset_infos.json", "notes.txt"):
        (tmp_path / name).write_text("{}")
    told: list[tuple[str, str]] = []
    assert texts(read(tmp_path, warn=lambda *w: told.append(w))) == {"train:1": "ion"}
    assert told == [(str(tmp_path / "notes.txt"), "looks like no known format: not read")]


def test_data_that_is_not_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "train.old").write_text("ion\n")
    (tmp_path / "dev.json").write_text('{"text": "atom"}\n')
    told: list[tuple[str, str]] = []
    assert len(list(read(tmp_path, warn=lambda *w: told.append(w)))) == 1
    what = "looks like jsonl: not read beside the other files"
    assert told == [(str(tmp_path / "dev.json"), what)]


CONLL_ROWS = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nacts VBZ B-VP O\n\n"


@pytest.mark.parametrize(
    "names", [["eng.testa", "eng.testb", "eng.train"], ["dev.txt", "train.txt"]]
)
@pytest.mark.parametrize("format", [None, "conll"])
def test_files_keep_the_names_that_shared_tasks_gave_them(
    names: list[str], format: str | None, tmp_path: Path
) -> None:
    """What is written in the format that was read keeps its name, and is read again."""
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_text(CONLL_ROWS)
    (tmp_path / "in" / "README.md").write_text("About this.\n")
    documents = list(read(tmp_path / "in", format=format))
    assert [document.metadata["file"] for document in documents] == names
    write(documents, tmp_path / "out", format="conll", options=Options(keep_names=True))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    assert list(read(tmp_path / "out", format=format)) == documents


@pytest.mark.parametrize(
    ("format", "ending"), [("jsonl", ".jsonl"), ("spacy", ".spacy"), ("hf", ".parquet")]
)
def test_unknown_endings_keep_files_apart_in_another_format(
    format: str, ending: str, tmp_path: Path
) -> None:
    names = ("eng.testa", "eng.testb", "eng.train")
    for name in names:
        (tmp_path / name).write_text(CONLL_ROWS)
    write(read([tmp_path / name for name in names]), tmp_path / "out", format=format)
    written = {path.name for path in (tmp_path / "out").iterdir()} - {"README.md"}
    assert written == {name + ending for name in names}


def test_testa_and_testb_are_splits_of_a_dataset(tmp_path: Path) -> None:
    from datasets import load_dataset

    names = ("eng.testa", "eng.testb", "eng.train")
    for name in names:
        (tmp_path / name).write_text(CONLL_ROWS)
    write(read([tmp_path / name for name in names]), tmp_path / "out", format="hf")
    loaded = load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(rows) for name, rows in loaded.items()} == {
        "train": 1,
        "validation": 1,
        "test": 1,
    }
