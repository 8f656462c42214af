"""Counts in equal counts out: what became of every span, relation and label of a run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from donor.data.finding import Finding
from donor.data.transfer import SpanRow, Transfer

__all__ = ["Ledger", "LedgerTally"]

_REPAIRS = ("segments", "segments_mended", "spans", "spans_mended")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Additive counts over transfers; `a + b` is the ledger of both.

    Attributes:
        findings: how many findings of each check.
        with_findings: documents with at least one.
        failed: the documents without a valid translation, with the problem.
        looked: what was looked at by asking a model, and what could not be.
        repairs: what was asked for again for a finding: segments and spans, and how many of
            them were mended.
        by_label: source spans of each label.
        placed_by_label: those of them that have a place.
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
    looked: Counter[str] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    by_label: Counter[str] = field(default_factory=Counter)
    placed_by_label: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, transfer: Transfer) -> "Ledger":
        """The ledger of one transfer."""
        tally = LedgerTally()
        tally.add(transfer)
        return tally.ledger

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
            self.looked + other.looked,
            self.repairs + other.repairs,
            self.by_label + other.by_label,
            self.placed_by_label + other.placed_by_label,
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
                "by_label": {
                    label: {"source": n, "placed": self.placed_by_label[label]}
                    for label, n in sorted(self.by_label.items())
                },
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
            "looked": _sorted(self.looked),
            "repairs": {name: self.repairs[name] for name in _REPAIRS},
            "failed": [{"document": name, "problem": problem} for name, problem in self.failed],
        }


class LedgerTally:
    """A ledger that grows by one transfer after the other."""

    def __init__(self) -> None:
        self._documents = 0
        self._methods: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._matches: Counter[str] = Counter()
        self._relations: Counter[str | None] = Counter()
        self._labels: Counter[str | None] = Counter()
        self._findings: Counter[str] = Counter()
        self._with_findings: set[int] = set()
        self._failed: list[tuple[str, str]] = []
        self._looked: Counter[str] = Counter()
        self._repairs: Counter[str] = Counter()
        self._of_label: Counter[str] = Counter()
        self._placed_of_label: Counter[str] = Counter()

    def add(self, transfer: Transfer) -> None:
        """Nothing; counts the rows of a transfer."""
        number = self._documents
        self._documents += 1
        self._add_spans(transfer)
        for relation in transfer.relations:
            self._relations[relation.lost] += 1
        for label in transfer.labels:
            self._labels[label.lost] += 1
        if transfer.findings:
            self.add_findings(number, transfer.findings)
        if transfer.looked:
            self._looked.update(transfer.looked)
        for repair in transfer.translation.repairs:
            self._repairs["segments"] += 1
            self._repairs["segments_mended"] += repair.mended
        if transfer.translation.problem:
            self._failed.append((transfer.source.id, transfer.translation.problem))

    def _add_spans(self, transfer: Transfer) -> None:
        for span in transfer.source.spans:
            self._of_label[span.label] += 1
        for row in transfer.spans:
            if row.placed is not None:
                self._placed_of_label[row.placed.label] += 1
            _count(self._methods, row.method)
            _count(self._reasons, row.reason)
            _count(self._matches, row.match)
            for attempt in row.attempts:
                if attempt.repairs:
                    self._repairs["spans"] += 1
                    self._repairs["spans_mended"] += _is_mended(row)
                    break

    def add_findings(self, number: int, findings: Iterable[Finding]) -> None:
        """Nothing; counts findings in the transfer that was added after so many others."""
        self._with_findings.add(number)
        for finding in findings:
            self._findings[finding.check] += 1

    @property
    def ledger(self) -> Ledger:
        """The ledger of the transfers so far."""
        return Ledger(
            documents=self._documents,
            by_method=_named(self._methods),
            by_reason=_named(self._reasons),
            by_match=_named(self._matches),
            relations_placed=self._relations[None],
            relations_lost=_named(self._relations),
            labels_carried=self._labels[None],
            labels_lost=_named(self._labels),
            findings=_named(self._findings),
            with_findings=len(self._with_findings),
            failed=tuple(self._failed),
            looked=self._looked,
            repairs=self._repairs,
            by_label=self._of_label,
            placed_by_label=self._placed_of_label,
        )


def _is_mended(row: SpanRow) -> bool:
    """Whether a span has the place of another answer, since it was asked for again."""
    first = next(n for n, attempt in enumerate(row.attempts) if attempt.repairs)
    winner = row.winner % len(row.attempts)
    earlier = {attempt.answer for attempt in row.attempts[:first]}
    return row.placed is not None and winner >= first and row.attempts[winner].answer not in earlier


def _count(counts: Counter[str], name: str | None) -> None:
    if name is not None:
        counts[name] += 1


def _named(counts: Mapping[str | None, int] | Mapping[str, int]) -> Counter[str]:
    """The counts of what has a name, the names as plain strings."""
    return Counter({str(name): n for name, n in counts.items() if name is not None})


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))
