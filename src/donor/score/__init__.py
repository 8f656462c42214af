"""SCORE: a dataset against gold, as counts first and divisions last.

Documents match by id, else by their text in gold. Span and relation scores need the same
text on both sides; documents whose text differs are left out of them and counted.
"""

from collections.abc import Iterable
from typing import Any

from donor.data import Document
from donor.score.counts import Counts, Matches
from donor.score.dataset import Scored, Section, scored
from donor.score.labels import label_measurements
from donor.score.metric import F1, Measurement, Metric
from donor.score.questions import qa_measurements
from donor.score.resampling import (
    RESAMPLES,
    SEED,
    differ,
    holm,
    interval,
    paired_bootstrap,
    randomisation,
)
from donor.score.significance import compared
from donor.score.span_counts import LENGTHS, LabelScores, SpanScores, span_scores
from donor.score.spans import measured_spans, span_measurement, span_measurements, spans_as_json
from donor.score.texts import over_text_of

__all__ = [
    "F1",
    "LENGTHS",
    "RESAMPLES",
    "SEED",
    "Counts",
    "LabelScores",
    "Matches",
    "Measurement",
    "Metric",
    "Scored",
    "Section",
    "SpanScores",
    "compared",
    "differ",
    "holm",
    "interval",
    "label_measurements",
    "measured_spans",
    "over_text_of",
    "paired_bootstrap",
    "qa_measurements",
    "randomisation",
    "score",
    "scored",
    "span_measurement",
    "span_measurements",
    "span_scores",
    "spans_as_json",
]


def score(predicted: Iterable[Document], gold: Iterable[Document]) -> dict[str, Any]:
    """All scores of predicted documents against gold's, in the shape of `donor score --json`.

    What does not apply is None. `scored` gives the same document by document.

    Raises:
        InputError: gold is empty, or no document is in both.
    """
    return scored(predicted, gold).as_json()
