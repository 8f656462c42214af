"""Transfers made by hand: source segments, their translations, and where spans stand."""

from donor.data import (
    Attempt,
    Check,
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
from donor.languages import language
from donor.verify import verify


def transfer(
    source: str, target: str, *spans: tuple[str, str], row: SpanRow | None = None
) -> Transfer:
    """One segment; each span is given by its words in the source and in the target."""
    placed = [
        (_span(n, before, source), _span(n, after, target))
        for n, (before, after) in enumerate(spans, start=1)
    ]
    rows = [SpanRow(after.id, _attempts(after), after, "tags", Match.EXACT) for _, after in placed]
    document = Document(
        "d", "en", source, (Interval(0, len(source)),), spans=tuple(span for span, _ in placed)
    )
    return Transfer(document, Translation("ru", (target,), (), "llm"), tuple(rows), (), ())


def declined(source: str, target: str, words: str, reason: Reason, detail: str = "x") -> Transfer:
    """One segment with one span that has no place."""
    span = _span(1, words, source)
    attempt = Attempt("tags", None, reason=reason, detail=detail)
    row = SpanRow("T1", (attempt,), reason=reason, detail=detail)
    document = Document("d", "en", source, (Interval(0, len(source)),), spans=(span,))
    return Transfer(document, Translation("ru", (target,), (), "llm"), (row,), (), ())


def untranslated(source: str, problem: str) -> Transfer:
    """One segment without a valid translation."""
    document = Document("d", "en", source, (Interval(0, len(source)),))
    return Transfer(document, Translation("ru", (), (), "llm", problem=problem), (), (), ())


def findings(done: Transfer, source: str = "en", target: str = "ru") -> tuple[Finding, ...]:
    return verify(done, source=language(source), target=language(target))


def checks(done: Transfer, source: str = "en", target: str = "ru") -> set[Check]:
    return {finding.check for finding in findings(done, source, target)}


def _span(number: int, words: str, text: str) -> Span:
    start = text.index(words)
    return Span(f"T{number}", "Term", (Interval(start, start + len(words)),))


def _attempts(span: Span) -> tuple[Attempt, ...]:
    return (Attempt("tags", Intervals(span.fragments), Match.INTERVALS),)
