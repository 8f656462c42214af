"""The format of a file is found in what it holds, also where several share its ending."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.test_laws import LAWS, changed, in_files

from donor.data import Document, Interval, Relation, Span
from donor.errors import FormatError, InputError
from donor.formats import FORMATS, find_files, format_named, read, write

TEXT = "An ion is a charged atom."
SAMPLE = Document(
    "d:1",
    "en",
    TEXT,
    (Interval(0, len(TEXT)),),
    tokens=tuple(Interval(*p) for p in ((0, 2), (3, 6), (7, 9), (10, 11), (12, 19), (20, 25))),
    spans=(Span("T1", "Term", (Interval(3, 6),)), Span("T2", "Definition", (Interval(10, 24),))),
    relations=(Relation("Defines", "T1", "T2"),),
    metadata={"file": "d"},
)


def sample(name: str) -> list[Document]:
    return [changed(one, LAWS[name].can_say) for one in in_files(name, [SAMPLE, SAMPLE])]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_found_in_what_it_writes(tmp_path: Path, name: str) -> None:
    write(sample(name), tmp_path / "folder", format=name)
    [found] = find_files([tmp_path / "folder"])
    assert found.format == name
    assert len(list(read(tmp_path / "folder"))) == 2


# defteval is three files at least; its own tests have single ones.
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "defteval"])
def test_every_format_is_found_in_a_single_file(tmp_path: Path, name: str) -> None:
    suffixes = format_named(name).suffixes
    documents = [replace(one, metadata={**one.metadata, "file": "d"}) for one in sample(name)[:1]]
    write(documents, tmp_path / f"one{suffixes[0]}", format=name)
    [found] = find_files([tmp_path / f"one{suffixes[0]}"])
    assert found.format == name


@pytest.mark.parametrize("name", ["tokens.tsv", "tokens.txt"])
def test_tokens_with_tags_are_found_and_written_under_the_ending_of_tables_and_texts(
    tmp_path: Path, name: str
) -> None:
    text = "Rio\tB-LOC\nruft\tO\n\nJa\tO\n\n"
    (tmp_path / name).write_text(text)
    [found] = find_files([tmp_path / name])
    assert found.format == "conll"
    out = tmp_path / "out" / name
    write(read(tmp_path / name), out, format="conll")
    assert out.read_text() == text


def test_conllu_is_found_under_the_ending_of_other_columns(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text("1-2\tdel" + "\t_" * 8 + "\n1\tde" + "\t_" * 8 + "\n")
    (tmp_path / "b.conll").write_text("Rio B-LOC\nruft\n")
    assert [find_files([tmp_path / name])[0].format for name in ("a.conll", "b.conll")] == [
        "conllu",
        "conll",
    ]


def test_a_table_without_a_header_is_a_table_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("good film\t1\nbad film\t0\n")
    [found] = find_files([tmp_path / "a.tsv"])
    assert found.format == "tsv"


def test_a_text_of_no_known_format_is_told_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rio LOC\nruft O\n")
    with pytest.raises(InputError, match=r"\|conll\|"):
        find_files([tmp_path / "a.txt"])


def test_xml_with_text_around_its_elements_is_told_to_have_one_root(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("In <LOC>Rio</LOC> now.\n")
    with pytest.raises(FormatError, match="one element: put <doc> before it"):
        list(read(tmp_path / "a.xml", format="xml"))
