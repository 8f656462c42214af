"""Counts in equal counts out: what became of every span, relation and label of a run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from donor.data.transfer import Transfer

__all__ = ["Ledger"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Additive counts over transfers; `a + b` is the ledger of both.

    Attributes:
        findings: how many findings of each check.
        with_findings: documents with at least one.
        failed: the documents without a valid translation, with the problem.
    """

    documents: int = 0
    by_method: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    by_match: Counter[str] = field(default_factory=Counter)
    relations_placed: int = 0
    relations_lost: Counter[str] = field(default_factory=Counter)
    labels_carried: int = 0
    labels_lost: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    with_findings: int = 0
    failed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, transfer: Transfer) -> "Ledger":
        """The ledger of one transfer."""
        problem = transfer.translation.problem
        return cls(
            documents=1,
            by_method=_counts(row.method for row in transfer.spans),
            by_reason=_counts(row.reason for row in transfer.spans),
            by_match=_counts(row.match for row in transfer.spans),
            relations_placed=sum(row.lost is None for row in transfer.relations),
            relations_lost=_counts(row.lost for row in transfer.relations),
            labels_carried=sum(row.lost is None for row in transfer.labels),
            labels_lost=_counts(row.lost for row in transfer.labels),
            findings=_counts(finding.check for finding in transfer.findings),
            with_findings=bool(transfer.findings),
            failed=((transfer.source.id, problem),) if problem else (),
        )

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(
            self.documents + other.documents,
            self.by_method + other.by_method,
            self.by_reason + other.by_reason,
            self.by_match + other.by_match,
            self.relations_placed + other.relations_placed,
            self.relations_lost + other.relations_lost,
            self.labels_carried + other.labels_carried,
            self.labels_lost + other.labels_lost,
            self.findings + other.findings,
            self.with_findings + other.with_findings,
            self.failed + other.failed,
        )

    @property
    def placed(self) -> int:
        """Spans that have a place in the target text."""
        return self.by_method.total()

    @property
    def unresolved(self) -> int:
        """Spans that have none."""
        return self.by_reason.total()

    def as_json(self, *, partial: bool) -> dict[str, Any]:
        """The counts in the shape of `donor show --json`."""
        return {
            "documents": self.documents,
            "partial": partial,
            "spans": {
                "source": self.placed + self.unresolved,
                "placed": self.placed,
                "unresolved": self.unresolved,
                "by_method": _sorted(self.by_method),
                "by_match": _sorted(self.by_match),
                "by_reason": _sorted(self.by_reason),
            },
            "relations": {
                "source": self.relations_placed + self.relations_lost.total(),
                "placed": self.relations_placed,
                "lost": self.relations_lost.total(),
                "by_reason": _sorted(self.relations_lost),
            },
            "labels": {
                "source": self.labels_carried + self.labels_lost.total(),
                "carried": self.labels_carried,
                "lost": self.labels_lost.total(),
            },
            "findings": _sorted(self.findings),
            "documents_with_findings": self.with_findings,
            "failed": [{"document": name, "problem": problem} for name, problem in self.failed],
        }


def _counts(names: Iterable[str | None]) -> Counter[str]:
    return Counter(str(name) for name in names if name is not None)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
