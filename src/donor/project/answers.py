"""A projector of another package, held to its promise."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from donor.data import Candidate, Declined
from donor.errors import ConfigError
from donor.llm import Method
from donor.project.task import Projection

__all__ = ["answering_all"]

Answers = tuple[Candidate | Declined, ...]


def answering_all(
    projector: Callable[[Projection], Any], name: str
) -> Callable[[Projection], Method[Answers]]:
    """The same projector; an error tells if it does not answer once for each span.

    Without that a span would be lost, or the run end in a traceback far from its cause.
    """

    def project(task: Projection) -> Method[Answers]:
        answers = yield from projector(task)
        problem = _problem(answers, task)
        if problem:
            hint = "one Candidate or Declined for each of task.span_ids"
            raise ConfigError(f"projection method {name!r}", problem, hint)
        return tuple(answers)

    return project


def _problem(answers: Any, task: Projection) -> str:
    """What is wrong with the answers, or an empty string."""
    where = f"document {task.source.id}: it returned"
    if not isinstance(answers, tuple | list):
        return f"{where} {type(answers).__name__}, not a tuple"
    strange = [a for a in answers if not isinstance(a, Candidate | Declined)]
    if strange:
        return f"{where} {type(strange[0]).__name__} as an answer"
    counts = Counter(answer.span_id for answer in answers)
    missing = sorted(task.span_ids - counts.keys())
    if missing:
        return f"{where} no answer for {', '.join(missing[:3])}"
    wrong = [span_id for span_id in counts if counts[span_id] > 1 or span_id not in task.span_ids]
    return f"{where} an answer too many for {', '.join(wrong[:3])}" if wrong else ""
