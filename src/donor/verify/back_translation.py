"""Whether a translation, translated back, is the source again.

The translating back is done by a translator, with the languages swapped; here it is compared.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from donor.data import Check, Document, Finding, Transfer, Translation

__all__ = ["Compared", "chrf", "compared", "to_translate_back"]

# Two texts that have nothing to do with each other stay below it: docs/findings.md.
THRESHOLD = 0.3
_FROM_CHARACTERS = 20

_ORDER, _BETA = 6, 2


@dataclass(frozen=True, slots=True)
class Compared:
    """A transfer beside its translation back.

    Attributes:
        findings: the texts that came back as others.
        scores: chrF of each segment, then of each side text; None where there is too little text.
        problem: why nothing could be compared, or "".
    """

    findings: tuple[Finding, ...] = ()
    scores: tuple[float | None, ...] = ()
    problem: str = ""


def to_translate_back(transfer: Transfer) -> Document | None:
    """The bare target document, to be given to a translator; None without a translation."""
    translation = transfer.translation
    return None if translation.problem else translation.document(transfer.source)


def compared(transfer: Transfer, back: Translation, *, threshold: float = THRESHOLD) -> Compared:
    """How like its source a transfer is after its translation back.

    A text is compared from twenty characters on. A translation back that failed says nothing of
    the transfer: it is a problem, and no finding.
    """
    problem = transfer.translation.problem or back.problem
    if problem:
        return Compared(problem=problem)
    document = transfer.source
    sources = [*document.segment_texts(), *(side.text for side in document.side_texts)]
    texts = [*back.segments, *back.side_texts]
    scores = tuple(_score(text, source) for text, source in zip(texts, sources, strict=True))
    return Compared(tuple(_findings(scores, texts, len(document.segments), threshold)), scores)


def _score(text: str, source: str) -> float | None:
    return chrf(text, source) if len(source) >= _FROM_CHARACTERS else None


def _findings(
    scores: tuple[float | None, ...], texts: list[str], segments: int, threshold: float
) -> Iterator[Finding]:
    for n, (score, text) in enumerate(zip(scores, texts, strict=True)):
        if score is not None and score < threshold:
            what = f"chrF {100 * score:.0f}, back it is {_begin(text)!r}"
            yield Finding(Check.BACK_TRANSLATION, what, n if n < segments else None)


def _begin(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"


def chrf(text: str, reference: str) -> float:
    """How many runs of one to six characters two texts share, from 0 to 1.

    chrF2 after Popović, "chrF: character n-gram F-score for automatic MT evaluation" (WMT 2015),
    without white space, as sacrebleu counts it for a sentence (`chrF2|nc:6|nw:0|space:no`).

    >>> round(chrf("the cat is here", "the cat was here"), 3)
    0.542
    """
    shown, wanted = "".join(text.split()), "".join(reference.split())
    precision = recall = 0.0
    orders = 0
    for n in range(1, _ORDER + 1):
        ours, theirs = _runs(shown, n), _runs(wanted, n)
        if not ours or not theirs:
            continue
        orders += 1
        same = (ours & theirs).total()
        precision += same / ours.total()
        recall += same / theirs.total()
    if not precision + recall:
        return 0.0
    precision, recall = precision / orders, recall / orders
    return (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def _runs(text: str, n: int) -> Counter[str]:
    return Counter(text[at : at + n] for at in range(len(text) - n + 1))
