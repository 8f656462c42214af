"""The nouns of Donor: frozen values, no input or output."""

from donor.data.candidate import Answer, Candidate, Intervals, Quote
from donor.data.document import Document, SideText, TextLabel
from donor.data.span import Interval, Relation, Span
from donor.data.transfer import (
    Attempt,
    LabelRow,
    LostReason,
    Match,
    Reason,
    RelationRow,
    SpanRow,
    Transfer,
    Translation,
)

__all__ = [
    "Answer",
    "Attempt",
    "Candidate",
    "Document",
    "Interval",
    "Intervals",
    "LabelRow",
    "LostReason",
    "Match",
    "Quote",
    "Reason",
    "Relation",
    "RelationRow",
    "SideText",
    "Span",
    "SpanRow",
    "TextLabel",
    "Transfer",
    "Translation",
]
