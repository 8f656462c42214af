"""What a run and a document look like to a person.

`picture` is an SVG of one document. For a terminal, made with rich and readable without colours,
are `ledger_table`, `document_view`, `journey_view`, `survey_table` (what a dataset holds) and
`checkup` (what `donor doctor` found).
"""

from donor.report.checkup import checkup
from donor.report.ledger_table import ledger_table
from donor.report.picture import picture
from donor.report.survey_table import survey_table
from donor.report.terminal import document_view, journey_view

__all__ = ["checkup", "document_view", "journey_view", "ledger_table", "picture", "survey_table"]
