"""What a judge says of a transfer, and what it has said nothing of."""

from dataclasses import dataclass

from donor.data import Finding

__all__ = ["Judged", "Unjudged", "in_words"]

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Something that the judge was to judge and has not, and why: for the counts, no finding."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge says of a transfer; `a + b` is what two say of parts of it.

    Attributes:
        findings: what it finds wrong.
        texts: how many segments and side texts it has judged, right or wrong.
        spans: how many spans.
        labels: how many text labels.
        unjudged: everything else.
    """

    findings: tuple[Finding, ...] = ()
    texts: int = 0
    spans: int = 0
    labels: int = 0
    unjudged: tuple[Unjudged, ...] = ()

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.findings + other.findings,
            self.texts + other.texts,
            self.spans + other.spans,
            self.labels + other.labels,
            self.unjudged + other.unjudged,
        )


def in_words(why: str) -> str:
    """A judge's reason on one line, as a finding can show it."""
    line = " ".join(why.split())
    if not line:
        return "no reason is given"
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
