"""What the tests of the projectors ask about: a source document and its translation."""

from tests.canned import EN, RU

from donor.data import NO_GUIDANCE, Document, Guidance, Interval, Span, Translation
from donor.project import Projection


def projection(
    source: str | list[str],
    target: str | list[str],
    *spans: str | tuple[str, ...] | tuple[tuple[int, int], ...],
    only: set[str] | None = None,
    guidance: Guidance = NO_GUIDANCE,
) -> Projection:
    """The task of finding spans, given by their words or offsets; a tuple is discontinuous."""
    sources = [source] if isinstance(source, str) else source
    targets = [target] if isinstance(target, str) else target
    text = " ".join(sources)
    places, at = [], 0
    for segment in sources:
        places.append(Interval(at, at + len(segment)))
        at += len(segment) + 1
    found = tuple(Span(f"T{n}", "Term", _fragments(text, s)) for n, s in enumerate(spans, start=1))
    document = Document("d", "en", text, tuple(places), spans=found)
    translation = Translation("ru", tuple(targets), (), "llm")
    ids = frozenset(span.id for span in found) if only is None else frozenset(only)
    return Projection(document, translation.document(document), ids, EN, RU, guidance)


def _fragments(text: str, span: str | tuple) -> tuple[Interval, ...]:
    fragments, at = [], 0
    for part in (span,) if isinstance(span, str) else span:
        if isinstance(part, str):
            start = text.index(part, at)
            part = (start, start + len(part))
        fragments.append(Interval(*part))
        at = part[1]
    return tuple(fragments)
