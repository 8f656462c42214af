"""The nouns of Donor: frozen values, no input or output."""

from donor.data.candidate import (
    Answer,
    Candidate,
    Declined,
    Evidence,
    Intervals,
    Origin,
    Quote,
    Reason,
)
from donor.data.document import Document, SideText, TextLabel
from donor.data.finding import Check, Finding
from donor.data.guidance import NO_GUIDANCE, Example, Glossary, Guidance, Term
from donor.data.keep import Kept
from donor.data.label_names import with_label_names
from donor.data.ledger import Ledger, LedgerTally
from donor.data.span import Interval, Relation, Span
from donor.data.transfer import (
    Attempt,
    LabelRow,
    LostReason,
    Match,
    RelationRow,
    Repair,
    SpanRow,
    Transfer,
    Translation,
)

__all__ = [
    "NO_GUIDANCE",
    "Answer",
    "Attempt",
    "Candidate",
    "Check",
    "Declined",
    "Document",
    "Evidence",
    "Example",
    "Finding",
    "Glossary",
    "Guidance",
    "Interval",
    "Intervals",
    "Kept",
    "LabelRow",
    "Ledger",
    "LedgerTally",
    "LostReason",
    "Match",
    "Origin",
    "Quote",
    "Reason",
    "Relation",
    "RelationRow",
    "Repair",
    "SideText",
    "Span",
    "SpanRow",
    "Term",
    "TextLabel",
    "Transfer",
    "Translation",
    "with_label_names",
]
