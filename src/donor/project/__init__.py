"""PROJECT: for each source span, a candidate for its place in the frozen translation."""

from collections.abc import Callable
from typing import cast

from donor.data import Candidate, Declined
from donor.llm import Method
from donor.plugins import object_named
from donor.project.answers import answering_all
from donor.project.task import Projection

__all__ = [
    "OFFLINE",
    "PROJECTORS",
    "Projection",
    "Projector",
    "projector_named",
]

Projector = Callable[[Projection], Method[tuple[Candidate | Declined, ...]]]
"""Takes source, target and the span ids to answer for; returns one answer for each id."""

PROJECTORS = {
    "tags": "donor.project.tags:project",
    "quote": "donor.project.quote:project",
    "index-words": "donor.project.index:by_words",
    "index-characters": "donor.project.index:by_characters",
    "index": "donor.project.index:by_words",
    "align": "donor.project.align:unbound",
}

OFFLINE = frozenset({"align"})
"""The projectors that ask no model."""

GROUP = "donor.projectors"
"""The entry points by which other packages bring projectors."""


def projector_named(name: str) -> Projector:
    """The projector of that name, Donor's or another package's.

    Raises ConfigError, which lists the known ones, or names the package that is broken.
    """
    found = object_named(
        name, kind="projection method", known=PROJECTORS, group=GROUP, fits=callable
    )
    return cast(Projector, found if name in PROJECTORS else answering_all(found, name))
