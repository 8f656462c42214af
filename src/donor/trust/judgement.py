"""The spans of a run beside gold: what a calibrator learns from, and what it is measured on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from donor.data import Transfer
from donor.errors import ConfigError, InputError
from donor.trust.calibrator import Calibrator
from donor.trust.evidence import evidence
from donor.trust.gold import Gold, Judged, digest, exact_spans
from donor.trust.reliability import Known

__all__ = ["Judgement", "confidences", "halves", "judge", "known"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """What gold says of a run's placed spans.

    Args:
        rows: the spans that could be judged, in the order of the run.
        gold: the documents of gold.
        matched: those that the run has too.
        texts_differ: of these, how many have another target text in gold: their spans cannot be
            judged.
    """

    rows: list[Judged] = field(default_factory=list)
    gold: int = 0
    matched: int = 0
    texts_differ: int = 0


def judge(
    transfers: Iterable[Transfer], gold: Gold, names: Mapping[str, str] | None = None
) -> Judgement:
    """The placed spans that gold can judge, with their evidence.

    Args:
        names: what labels are called in the target, where they were renamed.

    Raises:
        InputError: no document is in both, or all texts differ.
    """
    rows: list[Judged] = []
    matched = texts_differ = 0
    seen: list[str] = []
    for transfer in transfers:
        if len(seen) < _SHOWN:
            seen.append(transfer.source.id)
        own = gold.find(transfer)
        if own is None:
            continue
        matched += 1
        if transfer.target is None:
            continue
        exact = exact_spans(transfer, own, names)
        if exact is None:
            texts_differ += 1
            continue
        text = digest(transfer.source.text)
        found = evidence(transfer)
        rows += [Judged(text, name, found[name], exact[name]) for name in exact]
    if not matched:
        theirs = ", ".join(list(gold.documents)[:_SHOWN])
        what = f"no document in common: the run has {', '.join(seen)} …, gold {theirs} …"
        raise InputError("gold", what, "documents match by id, else by source or target text")
    if matched == texts_differ:
        what = f"in all {matched:,} documents of the run it has another target text"
        hint = "a place can be judged in the same text alone: give it as --translation of the run"
        raise InputError("gold", what, hint)
    return Judgement(rows, len(gold.documents), matched, texts_differ)


def halves(rows: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    """The spans to learn from and those that are held back, about half of the documents each.

    On which side a document is depends on its text alone: more gold moves none, and copies of a
    text are on the same side.

    Raises:
        ConfigError: there is no placed span, or all are on one side.
    """
    if not rows:
        hint = "donor show RUN tells why they have no place"
        raise ConfigError("gold", "no span of its documents is placed", hint)
    sides: tuple[list[Judged], list[Judged]] = ([], [])
    for row in rows:
        sides[int(row.text, 16) % 2].append(row)
    if not all(sides):
        documents = len({row.text for row in rows})
        what = f"{documents} documents with placed spans cannot be halved"
        raise ConfigError("gold", what, "one half is held back to measure on: give more gold")
    return sides


def known(rows: Iterable[Judged], calibrator: Calibrator) -> list[Known]:
    """The spans of documents that the calibrator has not seen, with its confidence in them."""
    return [
        Known(row.text, calibrator.confidence(row.figures), row.exact)
        for row in rows
        if row.text not in calibrator.texts
    ]


def confidences(transfer: Transfer, calibrator: Calibrator) -> Iterator[tuple[str, float]]:
    """The id of each placed span, with the confidence in it."""
    for span_id, figures in evidence(transfer).items():
        yield span_id, calibrator.confidence(figures)
