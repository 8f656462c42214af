"""PROJECT: for each source span, a candidate for its place in the frozen translation."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from donor.data import Candidate, Declined
from donor.errors import ConfigError
from donor.llm import Method
from donor.project.task import Projection

__all__ = ["PROJECTORS", "Projection", "Projector", "projector_named"]

Projector = Callable[[Projection], Method[tuple[Candidate | Declined, ...]]]
"""Takes source, target and the span ids to answer for; returns one answer for each id."""

PROJECTORS = {
    "tags": "donor.project.tags:project",
    "quote": "donor.project.quote:project",
    "index-words": "donor.project.index:by_words",
    "index-characters": "donor.project.index:by_characters",
    "index": "donor.project.index:by_words",
}


def projector_named(name: str) -> Projector:
    """The projector of that name. Raises ConfigError, which lists the known ones."""
    if name not in PROJECTORS:
        known = ", ".join(PROJECTORS)
        raise ConfigError(f"projection method {name!r}", "not known", f"known: {known}")
    module, function = PROJECTORS[name].split(":")
    return cast(Projector, getattr(import_module(module), function))
