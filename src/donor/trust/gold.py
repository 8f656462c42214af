"""Which placed spans are exact: what gold says of a transfer's document."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from donor.data import Document, Span, Transfer
from donor.score import over_text_of
from donor.trust.evidence import Figures

__all__ = ["Gold", "GoldDocument", "Judged", "digest", "exact_spans"]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A target document as it should be.

    Args:
        target: the document.
        shared: the span ids that gold gives on both sides of a pair: they say which span is
            whose counterpart. Ids of a target alone say nothing, as many are made while reading.
    """

    target: Document
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A placed span of which gold says whether it is exact.

    Args:
        text: the digest of its document's source text: spans of one text belong together.
        span_id: the span.
        figures: its evidence.
        exact: whether its place is gold's.
    """

    text: str
    span_id: str
    figures: Figures
    exact: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold documents, found by id, else by source text, else by their own text.

    Attributes:
        documents: by id.
        sha256: the hash of their texts and spans, by which the same gold is known again.
    """

    documents: dict[str, GoldDocument]
    sha256: str
    _by_source: dict[str, str] = field(default_factory=dict)
    _by_text: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[tuple[Document | None, Document]]) -> "Gold":
        """Gold out of target documents, each behind its source where both are a pair."""
        hashed = hashlib.sha256()
        gold = cls({}, "")
        for source, target in documents:
            spans = sorted((span.label, span.fragments) for span in target.spans)
            hashed.update(repr((target.id, target.text, spans)).encode())
            ids = [{span.id for span in side.spans} for side in (source, target) if side]
            shared = frozenset(ids[0] & ids[1]) if len(ids) == 2 else frozenset()
            gold.documents[target.id] = GoldDocument(target, shared)
            gold._by_text.setdefault(digest(target.text), target.id)
            if source is not None:
                gold._by_source.setdefault(digest(source.text), target.id)
        return replace(gold, sha256=hashed.hexdigest())

    def find(self, transfer: Transfer) -> GoldDocument | None:
        """The gold of a transfer's document; None where there is none."""
        name: str | None = transfer.source.id
        if name not in self.documents:
            name = self._by_source.get(digest(transfer.source.text))
        if name is None and transfer.target is not None:
            name = self._by_text.get(digest(transfer.target.text))
        return None if name is None else self.documents[name]


def digest(text: str) -> str:
    """What a text is known by wherever it comes again, however its words are spaced.

    >>> digest("An ion.") == digest("An  ion.\\n")
    True
    """
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:16]


def exact_spans(
    transfer: Transfer, gold: GoldDocument, names: Mapping[str, str] | None = None
) -> dict[str, bool] | None:
    """Whether each placed span is exact, by span id; None where gold has another target text.

    A span is exact if gold has one with its label over the same offsets, each of gold's for one
    span alone; a span whose id gold shares, only if it is that one. So counts `donor bench`: the
    share of exact ones is its strict precision.

    Args:
        names: what labels are called in the target, where they were renamed.
    """
    target = transfer.target and over_text_of(transfer.target, gold.target)
    if target is None:
        return None
    names = names or {}

    def key(span: Span) -> tuple[object, ...]:
        label = names.get(span.label, span.label)
        return label, span.fragments, span.id if span.id in gold.shared else None

    left = Counter(map(key, gold.target.spans))
    found = {}
    for span in target.spans:
        found[span.id] = left[key(span)] > 0
        left[key(span)] -= 1
    return found
