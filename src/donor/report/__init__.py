"""What a run and a document look like to a person.

`picture` is an SVG of one document; `ledger_table`, `document_view`, `journey_view` and `checkup`
(what `donor doctor` found) are for a terminal, made with rich, and are readable without colours.
"""

from donor.report.checkup import checkup
from donor.report.ledger_table import ledger_table
from donor.report.picture import picture
from donor.report.terminal import document_view, journey_view

__all__ = ["checkup", "document_view", "journey_view", "ledger_table", "picture"]
