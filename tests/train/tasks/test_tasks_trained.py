"""Each task is learnt by a small model from a few texts, and says it in documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
import torch

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.formats import read
from donor.train.encoders import EncoderChoice
from donor.train.tasks.task import task_named
from donor.train.training import evaluated, settings_for, trained

torch.set_num_threads(1)

TINY = EncoderChoice("scratch:tiny")
COLOURS = ("red", "green", "blue")
THINGS = ("car", "house", "tree", "boat", "hat", "door")


def document(name: str, text: str, **more: Any) -> Document:
    return Document(name, "en", text, (Interval(0, len(text)),), **more)


def colours(text: str) -> list[str]:
    return [word for word in text.split() if word in COLOURS]


TEXTS = [f"the {colour} {thing} is old" for colour in COLOURS for thing in THINGS]


def span(text: str, word: str, label: str, span_id: str = "T1") -> Span:
    start = text.index(word)
    return Span(span_id, label, (Interval(start, start + len(word)),))


def single() -> list[Document]:
    """Each text several times, under one id."""
    return [
        document(text, text, labels=(TextLabel("colour", colours(text)[0]),)) for text in TEXTS * 4
    ]


def several() -> list[Document]:
    both = [f"{a} and {b}" for a in (*TEXTS[::3], "the cat") for b in (*TEXTS[::4], "the cat")]
    return [
        document(text, text, labels=tuple(TextLabel("colour", one) for one in colours(text)))
        for text in both * 2
    ]


def paired() -> list[Document]:
    """What is right stands in the second text alone."""
    return [
        document(
            f"{text} {colour}",
            text,
            labels=(TextLabel("right", "yes" if colour == "red" else "no"),),
            side_texts=(SideText("hypothesis", f"it is {colour}"),),
        )
        for text in TEXTS
        for colour in COLOURS
    ]


def in_sentences() -> list[Document]:
    found = []
    for text in TEXTS:
        both = f"{text}. Nothing is there."
        cut = len(text) + 1
        labels = (TextLabel("old", "yes", 0), TextLabel("old", "no", 1))
        segments = (Interval(0, cut), Interval(cut + 1, len(both)))
        found.append(Document(text, "en", both, segments, labels=labels))
    return found


def marked() -> list[Document]:
    return [document(text, text, spans=(span(text, text.split()[2], "Thing"),)) for text in TEXTS]


def related() -> list[Document]:
    found = []
    for text in TEXTS:
        _, colour, thing, *_ = text.split()
        spans = span(text, colour, "Colour"), span(text, thing, "Thing", "T2")
        found.append(document(text, text, spans=spans, relations=(Relation("of", "T2", "T1"),)))
    return found


def asked(folder: Path) -> list[Document]:
    """A small file of SQuAD, as the reader has it."""
    paragraphs = []
    for n, text in enumerate(TEXTS * 4):
        thing = text.split()[2]
        answer = {"text": thing, "answer_start": text.index(thing)}
        qas = [
            {
                "id": f"{n}a",
                "question": "what is old?",
                "answers": [answer],
                "is_impossible": False,
            },
            {"id": f"{n}b", "question": "who says so?", "answers": [], "is_impossible": True},
        ]
        paragraphs.append({"context": text, "qas": qas})
    file = folder / "train.json"
    file.write_bytes(orjson.dumps({"version": "v2.0", "data": [{"paragraphs": paragraphs}]}))
    return list(read(file, format="squad"))


@pytest.mark.parametrize(
    ("name", "make", "least"),
    [
        ("labels", single, 0.9),
        ("labels", several, 0.8),
        ("labels", paired, 0.9),
        ("labels", in_sentences, 0.9),
        ("spans", marked, 0.9),
        ("relations", related, 0.9),
        ("qa", asked, 0.8),
    ],
)
def test_task_is_learnt(name: str, make: Any, least: float, tmp_path: Path) -> None:
    documents: Sequence[Document] = make(tmp_path) if make is asked else make()
    task = task_named(name).settled(documents)
    # That a question has no answer is learnt late, and by small steps alone.
    epochs, rate = (20, 1e-3) if name == "qa" else (8, 3e-3)
    settings = settings_for(TINY, epochs=epochs, patience=epochs, batch=8, learning_rate=rate)
    model = trained(
        task, documents, documents, encoder=TINY, settings=settings, folder=tmp_path / "model"
    )
    found = evaluated(task, model, documents, settings)
    assert [one.text for one in found.documents] == [one.text for one in documents]
    score = found.measured[task.main].score
    assert score is not None and score >= least, score
