"""What a transfer of a pair counts as, on cases made by hand."""

import json
from typing import Any

import pytest

from donor.data import Attempt, Document, Interval, Reason, Span, SpanRow, Transfer, Translation
from donor.experiments.measured import Measured, measured
from donor.formats.pairs import PAIRS
from donor.score import Counts

TARGET = "Это большая клетка и ион, а это ион."
CELL, ION, LAST = (4, 18), (21, 24), (32, 35)
Place = tuple[int, int]


def pair(*spans: tuple[Place, Place | None], ids: bool = False, target: str = TARGET) -> Document:
    """A pair with spans of one label; each is its source place and its gold one."""

    def side(text: str, at: int) -> dict[str, Any]:
        values = [
            {"start": span[at][0], "end": span[at][1], "label": "T"}
            | ({"id": f"x{n}"} if ids else {})
            for n, span in enumerate(spans)
            if span[at]
        ]
        return {"lang": "ru" if at else "en", "text": text, "spans": values}

    value = {"source": side("a" * 40, 0), "target": side(target, 1)}
    [document] = PAIRS.parse([json.dumps(value)])
    return document


def transfer(source: Document, *places: Place | Reason, method: str = "tags") -> Transfer:
    """Each span's place, or the reason why it has none."""
    rows = []
    for span, place in zip(source.spans, places, strict=True):
        if isinstance(place, Reason):
            attempt = Attempt(method, None, reason=place)
            rows.append(SpanRow(span.id, (attempt,), reason=place))
        else:
            found = Span(span.id, span.label, (Interval(*place),))
            rows.append(SpanRow(span.id, (Attempt(method, None),), found, method))
    text = source.metadata["target"]["text"].strip()
    return Transfer(source, Translation("ru", (text,), (), "given"), tuple(rows), (), ())


def test_all_right() -> None:
    source = pair(((0, 4), CELL), ((5, 8), ION))
    found = measured(transfer(source, CELL, ION), 7)
    assert found.scores.strict.counts == Counts(2, 0, 0)
    assert (found.spans, found.placed, found.tokens, found.off_by_one) == (2, 2, 7, 0)


def test_equal_labels_without_ids_may_change_places() -> None:
    source = pair(((0, 4), ION), ((5, 8), LAST))
    assert measured(transfer(source, LAST, ION), 0).scores.strict.counts == Counts(2, 0, 0)


def test_swap_of_spans_with_ids_is_two_errors() -> None:
    source = pair(((0, 4), ION), ((5, 8), LAST), ids=True)
    assert measured(transfer(source, LAST, ION), 0).scores.strict.counts == Counts(0, 2, 2)


def test_source_span_without_gold_is_wrong_where_it_is_placed() -> None:
    source = pair(((0, 4), CELL), ((5, 8), None))
    assert measured(transfer(source, CELL, ION), 0).scores.strict.counts == Counts(1, 1, 0)
    dropped = measured(transfer(source, CELL, Reason.NO_COUNTERPART), 0)
    assert dropped.scores.strict.counts == Counts(1, 0, 0)
    assert dropped.unresolved == {"no-counterpart": 1}


@pytest.mark.parametrize("target", [TARGET + "\n", "  " + TARGET])
def test_white_space_around_the_target_changes_nothing(target: str) -> None:
    by = len(target) - len(target.lstrip())
    source = pair(((0, 4), (CELL[0] + by, CELL[1] + by)), target=target)
    assert measured(transfer(source, CELL), 0).scores.strict.counts == Counts(1, 0, 0)


def test_document_without_translation_misses_all() -> None:
    source = pair(((0, 4), CELL))
    row = SpanRow(source.spans[0].id, (), reason=Reason.NO_TRANSLATION)
    failed = Transfer(source, Translation("ru", (), (), "given", problem="none"), (row,), (), ())
    found = measured(failed, None)
    assert found.scores.strict.counts == Counts(0, 0, 1)
    assert (found.unresolved, found.tokens) == ({"no-translation": 1}, None)


@pytest.mark.parametrize(
    ("method", "place", "off"),
    [
        ("index-words", (12, 18), 1),  # большая is left out
        ("index-words", (0, 18), 1),  # Это comes in
        ("index-words", (0, 20), 1),  # Это and и come in
        ("index-words", (0, 24), 0),  # и ион come in
        ("index-words", (5, 18), 1),  # a letter is less than a word
        ("index-words", ION, 0),
        ("index-characters", (5, 18), 1),
        ("index-characters", (3, 19), 1),
        ("index-characters", (6, 18), 0),
        ("index-characters", (12, 18), 0),
    ],
)
def test_near_misses_are_told_apart(method: str, place: Place, off: int) -> None:
    found = measured(transfer(pair(((0, 4), CELL)), place, method=method), 0)
    assert found.scores.strict.counts == Counts(0, 1, 1)
    assert found.off_by_one == off


def test_near_miss_of_another_id_is_none() -> None:
    source = pair(((0, 4), CELL), ((5, 8), ION), ids=True)
    assert measured(transfer(source, (20, 24), (3, 18)), 0).off_by_one == 0


def test_near_miss_of_a_span_that_is_found_is_none() -> None:
    source = pair(((0, 4), CELL), ((5, 8), LAST))
    assert measured(transfer(source, CELL, (12, 18)), 0).off_by_one == 0


def test_answers_that_point_outside_or_miss_by_one_are_counted() -> None:
    source = pair(((0, 4), CELL), ((5, 8), ION))
    found = measured(transfer(source, Reason.OUT_OF_RANGE, Reason.OFF_BY_ONE), 0)
    assert (found.out_of_range, found.off_by_one) == (1, 1)


def test_counts_add_up_and_unknown_tokens_stay_unknown() -> None:
    source = pair(((0, 4), CELL))
    one, other = measured(transfer(source, CELL), 3), measured(transfer(source, ION), None)
    both = one + other
    assert (both.spans, both.placed, both.scores.strict.counts) == (2, 2, Counts(1, 1, 1))
    assert (both.tokens, (one + one).tokens) == (None, 6)
    assert one + Measured() == one
