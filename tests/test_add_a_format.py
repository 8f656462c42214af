"""The page "add a format", followed word for word by somebody with a package of their own."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from tests.servers.transliterator import transliterated, transliterator
from tests.test_add_a_projector import donor, install

from donor.data import Document, Interval, Relation, Span
from donor.formats import read

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "add-a-format.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
COMMANDS = [line.split()[1:] for line in BLOCKS["sh"].splitlines()]


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The folder of somebody who has done what the page says."""
    install(tmp_path / "site", BLOCKS["toml"], donor_offsets=BLOCKS["python"])
    (tmp_path / "notes.offsets").write_text(BLOCKS["text"])
    return tmp_path


@pytest.fixture
def module(reader: Path) -> ModuleType:
    path = reader / "site" / "donor_offsets.py"
    spec = importlib.util.spec_from_file_location("donor_offsets", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_page_adds_a_format(reader: Path) -> None:
    inspect, there, back, transfer = COMMANDS
    for command in (inspect, there, back):
        done = donor(*command, folder=reader)
        assert (done.returncode, done.stderr) == (0, "")
    [first, _] = read(reader / "notes.jsonl")
    assert [(s.label, s.surface(first.text)) for s in first.spans] == [
        ("Term", "ion"),
        ("Definition", "a charged atom"),
    ]
    assert (reader / "again.offsets").read_text() == BLOCKS["text"]
    with transliterator() as base_url:
        done = donor(*transfer, "--base-url", base_url, folder=reader)
    assert done.returncode == 0, done.stderr
    dataset = (reader / "runs/notes/dataset/notes.offsets").read_text()
    [first, _] = dataset.splitlines()
    text, *marks = first.split("\t")
    assert text == transliterated("An ion is a charged atom.")
    [term, _] = (mark.split() for mark in marks)
    assert text[int(term[1]) : int(term[2])] == transliterated("ion")


def test_what_cannot_be_read_is_told_and_skipped(reader: Path) -> None:
    (reader / "notes.offsets").write_text("An ion moves.\tTerm 3\nThe wall.\tTerm 4 8\n")
    command = ("inspect", "notes.offsets", "--format", "offsets")
    done = donor(*command, folder=reader)
    assert done.returncode == 1
    assert "notes.offsets:1: no span: not enough values" in done.stderr
    assert "(write TEXT<TAB>LABEL START END)" in done.stderr
    done = donor(*command, "--on-error", "skip", folder=reader)
    assert done.returncode == 0
    assert "notes.offsets:1" in done.stdout


def test_losses_are_counted_and_the_rest_comes_back(module: ModuleType) -> None:
    spans = (Span("s1", "T", (Interval(0, 6),)), Span("s2", "T", (Interval(3, 6),)))
    whole = (Interval(0, 12),)
    document = Document("d:1", None, "An ion moves", whole, spans=spans, metadata={"file": "d"})
    assert not module.OFFSETS.losses(document)
    lines = list(module.OFFSETS.serialize([document]))
    assert list(module.OFFSETS.parse(lines, file="d")) == [document]
    more = replace(document, text="An ion\tmoves", relations=(Relation("AKA", "s1", "s2"),))
    assert module.OFFSETS.losses(more) == {"tabs and line breaks": 1, "relations": 1}


def test_it_is_short() -> None:
    lines = [line for line in BLOCKS["python"].splitlines() if line.strip()]
    assert len(lines) <= 41
