"""How long scores take: counting the spans of 100,000 documents, and resampling the counts.

Documents are made of invented sentences of some 60 words with four spans of gold under five
labels; a prediction leaves out, moves or renames some. nervaluate counts the same spans in the
same run, on one core, in its four ways, over all labels together and each apart; so do we, and
characters, tokens and lengths besides. Run as `make bench-score`; the last line is one JSON object.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

# One core: what is measured is the work, not the machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import orjson
from nervaluate import Evaluator

from donor.data import Document, Interval, Span
from donor.score import SpanScores, measured_spans, span_scores, spans_as_json
from donor.score.metric import F1, Measurement
from donor.score.resampling import interval, paired_bootstrap, randomisation

WORDS = "ion cell membrane energy the of a through well-known 3.7 volts reaches protein acid base"
LABELS = "ABCDE"
ROUNDS = 3
Place = tuple[int, int, str]
Pair = tuple[Document, Document]


def pair(name: str, chance: random.Random, words: int = 60, spans: int = 4) -> Pair:
    """A prediction and its gold, over the same text."""
    text = chance.choices(WORDS.split(), k=words)
    starts = [0]
    for word in text:
        starts.append(starts[-1] + len(word) + 1)
    gold: list[Place] = []
    for n in range(spans):
        first = n * (words // spans) + chance.randrange(3)
        gold.append((first, first + chance.choice((1, 1, 2, 3, 6)), chance.choice(LABELS)))

    def document(places: list[Place]) -> Document:
        found = tuple(
            Span(f"s{n}", label, (Interval(starts[first], starts[end] - 1),))
            for n, (first, end, label) in enumerate(places)
        )
        whole = " ".join(text)
        return Document(name, "en", whole, (Interval(0, len(whole)),), spans=found)

    return document(spoilt(gold, chance)), document(gold)


def spoilt(places: list[Place], chance: random.Random) -> list[Place]:
    """Some places are left out, some end a word later, some have another label."""
    found = []
    for first, end, label in places:
        luck = chance.random()
        if luck >= 0.05:
            label = chance.choice(LABELS) if luck < 0.1 else label
            found.append((first, end + (0.1 <= luck < 0.2), label))
    return found


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    """What comes back, and the seconds of CPU that it took."""
    begun = time.process_time()
    return what(), time.process_time() - begun


def as_dicts(documents: list[Document]) -> list[list[dict[str, Any]]]:
    """The spans of documents as nervaluate takes them."""
    return [
        [
            {"label": span.label, "start": span.extent.start, "end": span.extent.end - 1}
            for span in document.spans
        ]
        for document in documents
    ]


def counting(pairs: list[Pair], figures: dict[str, Any]) -> list[SpanScores]:
    """The counts of all documents; our seconds and nervaluate's go into the figures, by turns."""
    predicted, gold = (as_dicts([one[side] for one in pairs]) for side in (0, 1))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        parts, our_s = timed(lambda: [span_scores(*one) for one in pairs])
        found, their_s = timed(
            lambda: Evaluator(gold, predicted, tags=list(LABELS), loader="dict").evaluate()
        )
        ours.append(our_s)
        theirs.append(their_s)
    strict = measured_spans(parts)["strict"].total
    assert strict[0] == found["overall"]["strict"].correct
    figures["counting_s"] = round(statistics.median(ours), 2)
    figures["nervaluate_s"] = round(statistics.median(theirs), 2)
    ratios = [their_s / our_s for our_s, their_s in zip(ours, theirs, strict=True)]
    figures["nervaluate_over_donor"] = round(statistics.median(ratios), 2)
    return parts


def resampling(parts: list[SpanScores], figures: dict[str, Any]) -> None:
    """Intervals of all scores of spans, and of one whose documents all differ."""
    measured, made_s = timed(lambda: measured_spans(parts))
    _, told_s = timed(lambda: spans_as_json(parts, measured))
    figures["measuring_s"] = round(made_s, 2)
    figures["resampling_all_s"] = round(told_s, 2)
    figures["in_all_s"] = round(figures["counting_s"] + made_s + told_s, 2)
    chance = random.Random(1)
    a, b = (
        Measurement(F1, [tuple(chance.randrange(400) for _ in range(3)) for _ in parts])
        for _ in range(2)
    )
    for name, what in (
        ("interval", lambda: interval(a)),
        ("paired_bootstrap", lambda: paired_bootstrap(a, b)),
        ("randomisation", lambda: randomisation(a, b)),
    ):
        figures[f"{name}_s"] = round(timed(what)[1], 2)


def main() -> None:
    """Prints the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=100_000)
    documents = arguments.parse_args().documents
    chance = random.Random(2024)
    pairs = [pair(str(n), chance) for n in range(documents)]
    figures: dict[str, Any] = {"documents": documents}
    resampling(counting(pairs, figures), figures)
    for name, figure in figures.items():
        print(f"{name:<28}{figure:>10}")
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
