"""What a dataset holds fits one screen, whatever it holds."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from donor.report import survey_table

COUNTS = {f"Referential-Definition-{n}": 1000 - n for n in range(40)}
FOUND = {
    "documents": 1_234_567,
    "sentences": 12_345_678,
    "spans": COUNTS,
    "lengths": {label: {"median": 12, "longest": 345} for label in COUNTS},
    "relations": COUNTS,
    "discontinuous": 10,
    "dangling_heads": 4,
    "overlaps": {"nested": 100, "equal": 20, "crossing": 3},
    "labels": {f"kind-{n}": {f"value {m}": 100 - m for m in range(30)} for n in range(9)},
    "declared_languages": {"en": 1_000_000, "": 234_567},
    "languages": {"en": 120, "ru": 80},
    "languages_sample": 200,
    "duplicates": 1234,
    "splits": {"train": 1_000_000, "dev": 100_000, "test": 134_567},
    "shared_texts": [{"splits": ["train", "test"], "texts": 17}],
    "shared_sentences": [{"splits": ["train", "dev"], "sentences": 193}],
    "odd": [
        {"what": what, "count": 70, "examples": [f"folder/file-{n}:12345 T{n}" for n in range(3)]}
        for what in (
            "sentences annotated otherwise than where they stood first",
            "spans with white space at an edge",
            "spans that cut a word",
            "empty texts",
        )
    ],
    "warnings": [{"where": f"file.txt:{n}", "what": "something long " * 9} for n in range(99)],
    "unreadable": [{"where": f"file.txt:{n}", "what": "something long " * 9} for n in range(99)],
}


def printed(found: dict, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False).print(survey_table(found))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_fits_the_screen(width: int) -> None:
    lines = printed(FOUND, width)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) <= 45
    text = "\n".join(lines)
    for said in (
        "1,234,567",
        "nested 100",
        "shared texts",
        "193",
        "in both train",
        "kind-0",
        "… 31 more",
    ):
        assert said in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_little_takes_little(width: int) -> None:
    empty = {key: type(value)() for key, value in FOUND.items()}
    found = {**empty, "documents": 1, "overlaps": FOUND["overlaps"], "languages": None}
    lines = printed(found, width)
    assert len(lines) < 10
    assert any("not identified" in line for line in lines)


def test_label_is_shown_as_it_is() -> None:
    found = {
        **FOUND,
        "spans": {"[/b]\x1b": 1},
        "lengths": {"[/b]\x1b": {"median": 1, "longest": 1}},
    }
    assert any("[/b]␛" in line for line in printed(found, 80))
