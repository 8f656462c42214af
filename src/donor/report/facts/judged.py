"""Which placed spans gold finds exact, document by document."""

from collections.abc import Mapping
from pathlib import Path

from donor.data import Transfer
from donor.formats import read_sides
from donor.trust import Gold
from donor.trust.gold import exact_spans

__all__ = ["Judge"]

_UNKNOWN: Mapping[str, bool] = {}


class Judge:
    """What gold says of the places of spans; nothing where there is no gold.

    Args:
        gold: a dataset, or pairs. Reading raises InputError.
        format: of gold.
        names: what labels are called in the target, where they were renamed.
    """

    def __init__(self, gold: Path | None, format: str | None, names: Mapping[str, str]) -> None:
        self._gold = None if gold is None else Gold.of(read_sides(gold, format=format))
        self._names = names

    def exact(self, transfer: Transfer) -> Mapping[str, bool]:
        """Whether each placed span is exact, by its id; empty where gold says nothing of it."""
        found = self._gold and self._gold.find(transfer)
        if not found:
            return _UNKNOWN
        return exact_spans(transfer, found, self._names) or _UNKNOWN
