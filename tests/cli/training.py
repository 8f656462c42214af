"""Small datasets to train on, and the command line in this process."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from donor.cli import main

torch.set_num_threads(1)

TERMS = ("ion", "atom", "cell", "gene", "force", "price")
QUICK = ("--encoder", "scratch:tiny", "--epochs", "2", "--batch", "8")

Row = dict[str, Any]


def document(number: int) -> Row:
    """Two sentences, of which one defines a term, with spans, a relation, labels and a question."""
    term, other = TERMS[number % len(TERMS)], TERMS[(number + 1) % len(TERMS)]
    first = f"An {term} is a thing of kind {number}."
    text = f"{first} We saw one {other} today."
    start = text.index("a thing")
    spans = [
        {"id": "T1", "label": "Term", "start": 3, "end": 3 + len(term)},
        {"id": "T2", "label": "Definition", "start": start, "end": len(first) - 1},
        {
            "id": "T3",
            "label": "answer",
            "start": start,
            "end": len(first) - 1,
            "attributes": {"question": "q"},
        },
    ]
    return {
        "id": f"d{number}",
        "language": "en",
        "text": text,
        "segments": [[0, len(first)], [len(first) + 1, len(text)]],
        "spans": spans[: 2 + (number % 10 == 9)][:2],
        "relations": [{"label": "defines", "head": "T1", "tail": "T2"}],
        "labels": [{"name": "topic", "value": "odd" if number % 2 else "even"}],
        "metadata": {"source": f"book {number}"},
    }


def asking(number: int) -> Row:
    """A document with a question in place of the terms."""
    row = document(number)
    answer = row["spans"][1] | {"id": "q:1", "label": "answer", "attributes": {"question": "q"}}
    side = [{"name": "question:q", "text": f"What is kind {number}?"}]
    return row | {"spans": [answer], "relations": [], "side_texts": side}


def changed(**parts: Any) -> Callable[[int], Row]:
    return lambda number: document(number) | parts


def write(
    folder: Path,
    row: Callable[[int], Row] = document,
    splits: Sequence[tuple[str, int]] = (("train", 24), ("dev", 8), ("test", 8)),
) -> Path:
    """The folder, with so many documents in each split."""
    folder.mkdir(parents=True, exist_ok=True)
    at = 0
    for name, count in splits:
        rows = [json.dumps(row(number), ensure_ascii=False) for number in range(at, at + count)]
        (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
        at += count
    return folder


def donor(*arguments: object) -> int:
    """The exit code of the real command, run in this process."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()]
