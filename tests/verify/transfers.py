"""Transfers made by hand: source segments, their translations, and where spans stand."""

from donor.data import (
    Attempt,
    Check,
    Document,
    Finding,
    Interval,
    Intervals,
    LabelRow,
    Match,
    Reason,
    Relation,
    RelationRow,
    SideText,
    Span,
    SpanRow,
    TextLabel,
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


def in_segments(
    sources: list[str],
    targets: list[str],
    *spans: tuple[str, str],
    relations: tuple[tuple[str, str], ...] = (),
    labels: tuple[TextLabel, ...] = (),
    side: tuple[str, str] | None = None,
) -> Transfer:
    """Several segments; a span is its words on both sides, "" for no place; several with " … ".

    A relation is the ids of its head and tail; a side text is given in both languages.
    """
    text, places = _joined(sources)
    target, _ = _joined(targets)
    found = tuple(_fragmented(n, before, text) for n, (before, _) in enumerate(spans, start=1))
    rows = tuple(_row(n, after, target) for n, (_, after) in enumerate(spans, start=1))
    arcs = tuple(Relation("of", head, tail) for head, tail in relations)
    document = Document(
        "d",
        "en",
        text,
        places,
        spans=found,
        relations=arcs,
        labels=labels,
        side_texts=(SideText("question", side[0]),) if side else (),
    )
    return Transfer(
        document,
        Translation("ru", tuple(targets), (side[1],) if side else (), "llm"),
        rows,
        tuple(RelationRow(arc) for arc in arcs),
        tuple(LabelRow(n) for n in range(len(labels))),
    )


def _joined(segments: list[str]) -> tuple[str, tuple[Interval, ...]]:
    places, at = [], 0
    for segment in segments:
        places.append(Interval(at, at + len(segment)))
        at += len(segment) + 1
    return " ".join(segments), tuple(places)


def _fragmented(number: int, words: str, text: str) -> Span:
    fragments, at = [], 0
    for part in words.split(" … "):
        at = text.index(part, at)
        fragments.append(Interval(at, at + len(part)))
        at += len(part)
    return Span(f"T{number}", "Term", tuple(fragments))


def _row(number: int, words: str, text: str) -> SpanRow:
    if not words:
        attempt = Attempt("tags", None, reason=Reason.NO_COUNTERPART)
        return SpanRow(f"T{number}", (attempt,), reason=Reason.NO_COUNTERPART)
    span = _fragmented(number, words, text)
    return SpanRow(span.id, _attempts(span), span, "tags", Match.EXACT)


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
