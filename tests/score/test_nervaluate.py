"""Span counts against nervaluate 1.2.1, on cases drawn by chance.

nervaluate goes through the predicted spans in their order and gives each the first partner it
finds. Where spans of one side do not overlap, that is the best pairing in three of its four ways.
Where they do, its counts may hang on the order of the spans (decision 0017): then ours are those
of one of the orders, and where all orders agree, they are nervaluate's.
"""

import random
from itertools import permutations

import pytest
from nervaluate import Evaluator

from donor.data import Document, Interval, Span
from donor.score import span_scores

Place = tuple[str, int, int]
LABELS = "TU"
WAYS = {
    "strict": "strict",
    "partial": "partial",
    "exact": "boundary_only",
    "ent_type": "label_only",
}


def document(spans: list[Place]) -> Document:
    text = "x" * 40
    found = tuple(
        Span(f"s{n}", label, (Interval(start, end),)) for n, (label, start, end) in enumerate(spans)
    )
    return Document("d", "en", text, (Interval(0, len(text)),), spans=found)


def ours(predicted: list[Place], gold: list[Place]) -> dict[str, tuple[int, ...]]:
    found = span_scores(document(predicted), document(gold))
    return {way: getattr(found, name).row for way, name in WAYS.items()}


def theirs(predicted: list[Place], gold: list[Place]) -> dict[str, tuple[int, ...]]:
    sides = (
        [[{"label": label, "start": start, "end": end - 1} for label, start, end in spans]]
        for spans in (gold, predicted)
    )
    found = Evaluator(*sides, tags=list(LABELS), loader="dict").evaluate()["overall"]
    return {
        way: (one.correct, one.incorrect, one.partial, one.missed, one.spurious)
        for way, one in found.items()
    }


def flat(chance: random.Random) -> list[Place]:
    """Spans that do not overlap, in order."""
    edges = sorted(chance.sample(range(16), 2 * chance.randrange(5)))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(chance.choice(LABELS), start, end) for start, end in pairs]


def overlapping(chance: random.Random) -> list[Place]:
    starts = [chance.randrange(8) for _ in range(chance.randrange(4))]
    return [(chance.choice(LABELS), at, at + chance.randrange(1, 5)) for at in starts]


@pytest.mark.parametrize("seed", range(4))
def test_flat_spans_count_as_in_nervaluate(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        predicted, gold = flat(chance), flat(chance)
        found, expected = ours(predicted, gold), theirs(predicted, gold)
        for way in ("strict", "partial", "exact"):
            assert found[way] == expected[way], (way, predicted, gold)
        assert found["ent_type"][0] >= expected["ent_type"][0]


@pytest.mark.parametrize("make", [flat, overlapping])
def test_counts_are_those_of_nervaluate_where_its_own_do_not_hang_on_the_order(make) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(5)
    for _ in range(80):
        predicted, gold = make(chance)[:3], make(chance)[:3]
        orders = [
            theirs(list(some), list(others))
            for some in permutations(predicted)
            for others in permutations(gold)
        ]
        for way, counts in ours(predicted, gold).items():
            assert counts in {order[way] for order in orders}, (way, predicted, gold)


def test_order_moves_the_counts_of_nervaluate() -> None:
    predicted, gold = [("T", 0, 5), ("T", 0, 3)], [("T", 0, 3)]
    assert theirs(predicted, gold)["strict"] == (0, 1, 0, 0, 1)
    assert theirs(predicted[::-1], gold)["strict"] == (1, 0, 0, 0, 1)
    assert ours(predicted, gold)["strict"] == ours(predicted[::-1], gold)["strict"]
    assert ours(predicted, gold)["strict"] == (1, 0, 0, 0, 1)
