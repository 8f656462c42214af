"""`quote`: for each span id the model quotes the corresponding words of the translation.

The winner of "Be My Donor" (arXiv 2410.14074), with what its recipe lacks: the span is shown
in its place, and the answer says which of several occurrences is meant.
"""

from collections.abc import Mapping
from typing import Any

from donor.data import Candidate, Declined, Interval, Quote
from donor.languages.characters import edges
from donor.llm import Method, object_schema
from donor.project.pointing import Form, Pointer, point
from donor.project.task import Projection

__all__ = ["project"]

METHOD = "quote"


def project(task: Projection) -> Method[tuple[Candidate | Declined, ...]]:
    """A candidate for each wanted span that the model quotes, else why there is none."""
    return point(task, _FORM)


def _show(task: Projection, position: int) -> str:
    return task.target.segments[position].of(task.target.text)


def _read(pointer: Pointer) -> tuple[Quote, ...]:
    segments = pointer.task.target.segments
    within = Interval(segments[pointer.segments[0]].start, segments[pointer.segments[-1]].end)
    # Occurrences are counted in one segment: over several, a number would say nothing.
    several = len(pointer.segments) > 1
    return tuple(
        Quote(
            quote["text"],
            occurrence=None if several else _occurrence(quote, pointer.task),
            within=within,
        )
        for quote in pointer.items
        if quote["text"].strip()
    )


def _occurrence(quote: Mapping[str, Any], task: Projection) -> int | None:
    """The number as a whole one that can be written down: JSON's 2.0 and 1e300 are legal.

    0 is kept: it tells the resolver that the model counts from there. Less says nothing.
    """
    number = min(int(quote["occurrence"]), len(task.target.text))
    return number if number >= 0 else None


def _tell(task: Projection, position: int, piece: Interval) -> dict[str, Any]:
    text = _show(task, position)
    words = piece.of(text)
    allowed = edges(text)
    before = sum(
        text.startswith(words, at) and allowed[at] and allowed[at + len(words)]
        for at in range(piece.start)
    )
    return {"text": words, "occurrence": before + 1}


_FORM = Form(
    method=METHOD,
    item=object_schema({"text": {"type": "string"}, "occurrence": {"type": "integer"}}),
    show=_show,
    read=_read,
    tell=_tell,
)
