"""In which format predictions are written."""

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.train.model_folder.written import holding

TEXT = "An ion moves."
TERM, VERB = Span("a", "T", (Interval(3, 6),)), Span("b", "V", (Interval(7, 12),))
DOCUMENT = Document(
    "d",
    "en",
    TEXT,
    (Interval(0, len(TEXT)),),
    spans=(TERM, VERB),
    relations=(Relation("r", "b", "a"),),
    labels=(TextLabel("definition", "1", 0), TextLabel("topic", "x")),
)


@pytest.mark.parametrize(
    ("task", "format", "found"),
    [
        ("spans", "deft", "deft"),
        ("spans", "conll", "conll"),
        ("spans", "brat", "brat"),
        ("spans", "csv", "jsonl"),
        ("spans", "pairs", "jsonl"),
        ("relations", "brat", "brat"),
        ("relations", "conll", "jsonl"),
        ("definition", "deft", "jsonl"),
        ("labels", "conll", "jsonl"),
        ("labels", "jsonl", "jsonl"),
    ],
)
def test_predictions_go_into_a_format_that_holds_them(task: str, format: str, found: str) -> None:
    assert holding(format, task, [DOCUMENT]) == found
