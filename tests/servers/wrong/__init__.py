"""What a model server does wrong: a table of faults, each a function from request to reply."""

from wrong.answers import FAULTS as ANSWERS
from wrong.connections import FAULTS as CONNECTIONS
from wrong.refusals import FAULTS as REFUSALS
from wrong.reply import Asked, Fault, Reply, right

__all__ = ["FAULTS", "Asked", "Fault", "Reply", "right"]

FAULTS: dict[str, Fault] = {**ANSWERS, **REFUSALS, **CONNECTIONS}
