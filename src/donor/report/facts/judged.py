"""Which placed spans gold finds exact, document by document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from donor.data import Document, Transfer
from donor.formats import read_sides
from donor.trust import Gold
from donor.trust.gold import exact_spans

__all__ = ["Judge"]

_UNKNOWN: Mapping[str, bool] = {}


@dataclass(frozen=True, slots=True)
class Judge:
    """What gold says of the places of spans; nothing where there is no gold, or it has no span.

    Args:
        gold: the documents as they should be.
        names: what labels are called in the target, where they were renamed.
        has_spans: whether gold has a span anywhere.
    """

    gold: Gold | None
    names: Mapping[str, str]
    has_spans: bool = False

    @classmethod
    def of(
        cls, gold: Path | None, format: str | None, language: str, names: Mapping[str, str]
    ) -> "Judge":
        """The judge of a dataset, or of pairs.

        Args:
            gold: where it is.
            format: of gold.
            language: of gold's documents that do not say theirs.
            names: what labels are called in the target, where they were renamed.

        Raises:
            InputError: gold cannot be read.
        """
        if gold is None:
            return cls(None, names)
        found = Gold.of(read_sides(gold, format=format, language=language))
        return cls(found, names, any(one.target.spans for one in found.documents.values()))

    @property
    def targets(self) -> Sequence[Document]:
        """Gold's documents, in their order."""
        return [one.target for one in self.gold.documents.values()] if self.gold else []

    def exact(self, transfer: Transfer) -> Mapping[str, bool]:
        """Whether each placed span is exact, by its id; empty where gold says nothing of it."""
        found = self.gold.find(transfer) if self.gold and self.has_spans else None
        if found is None:
            return _UNKNOWN
        return exact_spans(transfer, found, self.names) or _UNKNOWN
