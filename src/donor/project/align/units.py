"""A segment cut into the pairs that a word aligner learns from."""

from collections.abc import Sequence

__all__ = ["LONGEST", "Unit", "units_of"]

LONGEST = 1_000
"""Words of the longest text that is aligned; eflomal itself ends at 1,024."""

Unit = tuple[range, range]
"""The positions of source words, and of the target words that translate them."""


def units_of(source: Sequence[str], target: Sequence[str]) -> list[Unit]:
    """The units of a segment, in order; none where one side is empty or too long."""
    if not source or not target or max(len(source), len(target)) > LONGEST:
        return []
    return [(range(len(source)), range(len(target)))]
