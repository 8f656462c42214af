"""The format of a file is found in what it holds, also where several share its ending."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.formats.test_laws import LAWS, changed, in_files

from donor.data import Document, Interval, Relation, Span
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


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_found_in_a_single_file(tmp_path: Path, name: str) -> None:
    suffixes = format_named(name).suffixes
    documents = [replace(one, metadata={**one.metadata, "file": "d"}) for one in sample(name)[:1]]
    write(documents, tmp_path / f"one{suffixes[0]}", format=name)
    [found] = find_files([tmp_path / f"one{suffixes[0]}"])
    assert found.format == name
