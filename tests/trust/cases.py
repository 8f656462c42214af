"""Transfers and spans of which it is known what is exact."""

from math import exp
from random import Random

from donor.data import (
    Attempt,
    Document,
    Finding,
    Interval,
    Intervals,
    Match,
    Reason,
    Span,
    SpanRow,
    Transfer,
    Translation,
)
from donor.trust import Judged, Known, Made, Placed, digest

MADE = Made(("align",), "en", "ru", "vllm:m")


def span(text: str, name: str, *words: str, label: str = "Term") -> Span:
    """A span over words of a text, each sought behind the one before."""
    fragments, at = [], 0
    for word in words:
        start = text.index(word, at)
        at = start + len(word)
        fragments.append(Interval(start, at))
    return Span(name, label, tuple(fragments))


def row(
    placed: Span, *before: Attempt, method: str = "tags", match: Match = Match.EXACT
) -> SpanRow:
    attempt = Attempt(method, Intervals(placed.fragments), match)
    return SpanRow(placed.id, (*before, attempt), placed, method, match)


def unresolved(name: str) -> SpanRow:
    reason = Reason.NO_MATCH
    return SpanRow(name, (Attempt("tags", None, reason=reason),), reason=reason)


def transfer(
    source: str,
    target: str,
    spans: list[Span],
    rows: list[SpanRow],
    *findings: Finding,
    name: str = "d",
) -> Transfer:
    """A transfer of a text of one segment; without a target text it has no valid translation."""
    document = Document(name, "en", source, (Interval(0, len(source)),), spans=tuple(spans))
    problem = "" if target else "lost"
    translation = Translation("ru", (target,), (), "given", problem)
    return Transfer(document, translation, tuple(rows), (), (), findings)


def gold_of(text: str, *spans: Span, name: str = "d") -> Document:
    return Document(name, "ru", text, (Interval(0, len(text)),), spans=spans)


def judged(documents: int, *, seed: int = 1, name: str = "d", bend: float = 0.0) -> list[Judged]:
    """Three spans a document; two figures tell whether one is exact, a third tells nothing."""
    chance = Random(seed)
    found = []
    for n in range(documents):
        for m in range(3):
            a, b, c = chance.gauss(0, 1), chance.random(), chance.random()
            score = 1.0 + 2 * a - 1.5 * b + bend * a**3
            exact = chance.random() < 1 / (1 + exp(-score))
            figures = {"a": a, "b": b, "c": c, "always": 1.0}
            found.append(Judged(digest(f"{name}{n}"), f"T{m}", figures, exact))
    return found


def population(
    documents: int, chance: Random, *, together: bool = False, lift: float = 0.0
) -> list[Known]:
    """Spans whose confidence is true, or too high by `lift`; their errors may come `together`."""
    found = []
    for n in range(documents):
        luck = chance.random()
        for _ in range(chance.randint(1, 5)):
            true = 1 - 0.25 * chance.random() ** 2
            exact = (luck if together else chance.random()) < true
            found.append(Known(f"{n}", min(0.999, true + lift * (1 - true)), exact))
    return found


def placed(spans: list[Known]) -> list[Placed]:
    return [Placed(one.text, one.confidence) for one in spans]
