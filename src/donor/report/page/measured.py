"""Scores over several seeds in words, as `donor train` and `donor baselines` measure them."""

from collections.abc import Mapping, Sequence
from typing import Any

from donor.report.page.numbers import range_of, share

__all__ = [
    "between_of",
    "difference_of",
    "figure_of",
    "measured_cells",
    "of_copies",
    "unit_of",
]

_MCC = "mcc"


def measured_cells(one: Mapping[str, Any], metric: str) -> dict[str, str]:
    """A score with its interval, and that of each seed."""
    return {
        "score": figure_of(one.get("mean"), metric),
        "interval": between_of(one.get("interval"), metric),
        "seeds": ", ".join(figure_of(score, metric) for score in one.get("seeds") or ()),
    }


def figure_of(value: float | None, metric: str) -> str:
    """Times 100, but for a correlation."""
    if metric != _MCC or value is None:
        return share(value)
    return f"{value:.3f}"


def between_of(interval: Sequence[float] | None, metric: str) -> str:
    """From where to where the score goes."""
    if metric != _MCC or not interval:
        return range_of(interval)
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def difference_of(value: float, metric: str) -> str:
    """A difference of two scores, with its sign."""
    return f"{value:+.3f}" if metric == _MCC else f"{100 * value:+.1f}"


def of_copies(found: Mapping[str, Any]) -> tuple[int | None, int | None, str]:
    """How much is left without copies, of how much, and of what: examples, where they are told.

    >>> of_copies({"documents": 12, "of": 12, "examples": 20, "of_examples": 24})
    (20, 24, 'examples')
    >>> of_copies({"documents": 11, "of": 12})
    (11, 12, 'documents')
    """
    if found.get("of_examples") is not None:
        return found.get("examples"), found["of_examples"], "examples"
    return found.get("documents"), found.get("of"), "documents"


def unit_of(metric: str) -> str:
    """What stands behind the title of a metric."""
    return "" if metric == _MCC else ",\xa0%"
