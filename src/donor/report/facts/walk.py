"""One pass over a run: its counts by label and length, examples, and the documents to show."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from donor.data import Document, Finding, SpanRow, Transfer
from donor.languages import Language
from donor.report.facts.chosen import Chosen, Draw, Known
from donor.score import Measurement, Metric, interval
from donor.score.span_counts import LENGTHS, length_class
from donor.verify import Terms

__all__ = ["RATE", "Walk"]

_WORST, _OTHERS, _EXAMPLES = 150, 150, 4
_CONTEXT, _WITH_INTERVAL = 240, 40
_BINS = 20

RATE = Metric(
    "projection rate",
    ("placed", "source"),
    lambda row: row[0] / row[1] if row[1] else None,
)


@dataclass
class _Spans:
    """The spans of one kind: how many, why some have no place, and in how many documents."""

    rows: Counter[tuple[int, int]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def as_json(self, name: str, *, with_interval: bool) -> dict[str, Any]:
        source = sum(row[1] * times for row, times in self.rows.items())
        placed = sum(row[0] * times for row, times in self.rows.items())
        # Documents with equal counts are one object, so that the list is light.
        measured = Measurement(RATE, list(self.rows.elements())) if with_interval else None
        return {
            "name": name,
            "source": source,
            "placed": placed,
            "unresolved": source - placed,
            "rate": placed / source if source else None,
            "interval": interval(measured) if measured else None,
            "by_reason": dict(self.reasons.most_common()),
        }


@dataclass
class _Seen:
    """How often something was seen, in how many documents, and some examples."""

    examples: Draw[dict[str, Any]]
    count: int = 0
    documents: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"count": self.count, "documents": self.documents, "examples": self.examples.drawn}


class Walk:
    """What a report counts, transfer by transfer; memory does not grow with their number.

    Args:
        source: the language of documents that do not say theirs.
        target: the language of the translations.
        seed: of what is drawn by chance.
    """

    def __init__(self, source: Language, target: Language, seed: int) -> None:
        self._chance = Random(seed)
        self._default = source.tag
        self._terms = Terms(source, target)
        self._all = _Spans()
        self._labels: dict[str, _Spans] = {}
        self._lengths: dict[str, _Spans] = {}
        self._relations: dict[str, Counter[str | None]] = {}
        self._text_labels: dict[str, Counter[str | None]] = {}
        self._findings: dict[str, _Seen] = {}
        self._reasons: dict[str, _Seen] = {}
        self._confidences = [0] * _BINS
        self.judged: Counter[bool] = Counter()
        self.languages: Counter[str] = Counter()
        self.characters = 0
        self.chosen = Chosen(_WORST, _OTHERS, self._chance)

    def add(self, transfer: Transfer, known: Known) -> None:
        """Nothing; counts a transfer."""
        source = transfer.source
        self.languages[source.language or self._default] += 1
        self.characters += len(source.text)
        self._add_spans(transfer)
        for row in transfer.relations:
            counts = self._relations.setdefault(row.relation.label, Counter())
            counts[row.lost and str(row.lost)] += 1
        for label in transfer.labels:
            name = source.labels[label.position].name
            self._text_labels.setdefault(name, Counter())[label.lost and str(label.lost)] += 1
        if transfer.findings:
            self._add_findings(transfer)
        for confidence in known.confidences.values():
            self._confidences[min(_BINS - 1, int(confidence * _BINS))] += 1
        self.judged.update(known.exact.values())
        self._terms.add(transfer)
        self.chosen.offer(transfer, known)

    def _add_spans(self, transfer: Transfer) -> None:
        source = transfer.source
        labels: dict[str, list[int]] = {}
        lengths: dict[str, list[int]] = {}
        reasons = set()
        for span, row in zip(source.spans, transfer.spans, strict=True):
            length = length_class(tuple(span.surfaces(source.text)))
            for kinds, name in ((labels, span.label), (lengths, length)):
                counts = kinds.setdefault(name, [0, 0])
                counts[0] += row.placed is not None
                counts[1] += 1
            if row.placed is None:
                reason = str(row.reason)
                reasons.add(reason)
                self._add_reason(reason, row, transfer)
                self._labels.setdefault(span.label, _Spans()).reasons[reason] += 1
                self._lengths.setdefault(length, _Spans()).reasons[reason] += 1
        for reason in reasons:
            self._reasons[reason].documents += 1
        for known, kinds in ((self._labels, labels), (self._lengths, lengths)):
            for name, (placed, total) in kinds.items():
                known.setdefault(name, _Spans()).rows[placed, total] += 1
        total = len(transfer.spans)
        self._all.rows[sum(counts[0] for counts in labels.values()), total] += 1

    def _add_reason(self, reason: str, row: SpanRow, transfer: Transfer) -> None:
        seen = self._seen(self._reasons, reason)
        seen.count += 1
        span = transfer.source.span(row.span_id)
        seen.examples.offer(
            {
                "document": transfer.source.id,
                "span": span.id,
                "label": span.label,
                "surface": _short(span.surface(transfer.source.text)),
                "detail": _short(row.detail),
                "method": row.attempts[-1].method if row.attempts else None,
            }
        )

    def _add_findings(self, transfer: Transfer) -> None:
        for check in {str(finding.check) for finding in transfer.findings}:
            self._seen(self._findings, check).documents += 1
        for finding in transfer.findings:
            seen = self._findings[str(finding.check)]
            seen.count += 1
            seen.examples.offer(_example(finding, transfer))

    def _seen(self, known: dict[str, _Seen], name: str) -> _Seen:
        if name not in known:
            known[name] = _Seen(Draw(_EXAMPLES, self._chance))
        return known[name]

    def rate(self) -> dict[str, Any]:
        """The projection rate of all spans, with its interval."""
        return self._all.as_json("all", with_interval=True)

    def by_label(self) -> list[dict[str, Any]]:
        """The spans by label, the most frequent first."""
        found = sorted(self._labels.items(), key=lambda item: -_total(item[1]))
        return [
            spans.as_json(name, with_interval=n < _WITH_INTERVAL)
            for n, (name, spans) in enumerate(found)
        ]

    def by_length(self) -> list[dict[str, Any]]:
        """The spans by the number of words that they have in the source."""
        return [
            self._lengths[name].as_json(name, with_interval=True)
            for name in LENGTHS
            if name in self._lengths
        ]

    def relations(self) -> list[dict[str, Any]]:
        """The relations by label, the most frequent first."""
        return _fates(self._relations, "placed")

    def text_labels(self) -> list[dict[str, Any]]:
        """The text labels by name, the most frequent first."""
        return _fates(self._text_labels, "carried")

    def findings(self) -> dict[str, dict[str, Any]]:
        """By check: how many findings there are, in how many documents, and examples."""
        return {name: seen.as_json() for name, seen in self._findings.items()}

    def reasons(self) -> dict[str, dict[str, Any]]:
        """By reason: how many spans have no place for it, in how many documents, and examples."""
        return {name: seen.as_json() for name, seen in self._reasons.items()}

    def confidences(self) -> list[int]:
        """How many placed spans have a confidence of each twentieth of the way from 0 to 1."""
        return list(self._confidences)

    @property
    def terms(self) -> Terms:
        """How terms are rendered."""
        return self._terms


def _total(spans: _Spans) -> int:
    return sum(row[1] * times for row, times in spans.rows.items())


def _fates(known: Mapping[str, Counter[str | None]], kept: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "source": counts.total(),
            kept: counts[None],
            "lost": counts.total() - counts[None],
            "by_reason": {why: n for why, n in counts.most_common() if why is not None},
        }
        for name, counts in sorted(known.items(), key=lambda item: -item[1].total())
    ]


def _example(finding: Finding, transfer: Transfer) -> dict[str, Any]:
    """A finding with the texts that it is about."""
    span_id, segment = finding.span_id, finding.segment
    rows = [row for row in transfer.spans if row.span_id == span_id]
    surface = target = ""
    if rows:
        surface = transfer.source.span(rows[0].span_id).surface(transfer.source.text)
        if rows[0].placed and transfer.target:
            target = rows[0].placed.surface(transfer.target.text)
    elif segment is not None:
        surface = next(_segment(transfer.source, segment), "")
        target = next(_segment(transfer.target, segment), "") if transfer.target else ""
    return {
        "document": transfer.source.id,
        "detail": _short(finding.detail),
        "segment": segment,
        "span": span_id,
        "source": _short(surface),
        "target": _short(target),
    }


def _segment(document: Document, number: int) -> Iterator[str]:
    if 0 <= number < len(document.segments):
        yield document.segments[number].of(document.text)


def _short(text: str) -> str:
    return text if len(text) <= _CONTEXT else text[: _CONTEXT - 1] + "…"
