"""`align`: the place of a span by links between words; no model is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from donor.data import Candidate, Declined, Evidence, Interval, Intervals, Reason, Span
from donor.llm import Method
from donor.project.align.evidence import evidence_of, joined
from donor.project.align.jointly import Wanted, found_in
from donor.project.align.links import Alignments, DocumentLinks
from donor.project.align.segment import Segment, Side
from donor.project.task import Projection

__all__ = ["align", "unbound"]

METHOD = "align"

_Answers = tuple[Candidate | Declined, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """The place of what one segment holds of a span's fragment.

    Attributes:
        fragment: which fragment of the span it is.
        place: in the target text.
        evidence: how good the place is.
    """

    fragment: int
    place: Interval
    evidence: Evidence


def align(alignments: Alignments) -> Callable[[Projection], Method[_Answers]]:
    """A projector that takes the links that `alignments` finds for a document."""

    def project(task: Projection) -> Method[_Answers]:
        """A candidate for each wanted span that the links place. Asks nothing."""
        yield from ()
        links = alignments(task.source, task.target)
        if isinstance(links, str):
            return tuple(_declined(span, links) for span in task.wanted.values())
        parts = _parts(task, links)
        text = task.target.text
        return tuple(_answer(span, parts[number], text) for number, span in task.wanted.items())

    return project


def unbound(task: Projection) -> Method[_Answers]:
    """Nothing but declined spans: what the projector is without an alignment."""
    return align(lambda source, target: "no alignment was made, and none was given")(task)


def _parts(task: Projection, links: DocumentLinks) -> defaultdict[int, list[_Part]]:
    """The parts of each span that have a place, by the number of the span."""
    found: defaultdict[int, list[_Part]] = defaultdict(list)
    for position, pieces in task.pieces.items():
        segment = _segment(task, links, position)
        start = task.source.segments[position].start
        by = task.target.segments[position].start
        wanted = [
            Wanted(task.wanted[piece.number].label, segment.source.covered(piece.interval))
            for piece in pieces
        ]
        for piece, one, words in zip(pieces, wanted, found_in(segment, wanted), strict=True):
            if words is not None:
                fragment = _fragment(task.wanted[piece.number], piece.interval.shifted(start))
                evidence = evidence_of(segment, one.inside, words)
                place = segment.target.place(words).shifted(by)
                found[piece.number].append(_Part(fragment, place, evidence))
    return found


def _segment(task: Projection, links: DocumentLinks, position: int) -> Segment:
    source = task.source.segments[position].of(task.source.text)
    target = task.target.segments[position].of(task.target.text)
    return Segment(
        Side(source, task.source_language.tag),
        Side(target, task.target_language.tag),
        links.segments[position],
    )


def _fragment(span: Span, place: Interval) -> int:
    return next(n for n, fragment in enumerate(span.fragments) if fragment.contains(place))


def _answer(span: Span, parts: Sequence[_Part], text: str) -> Candidate | Declined:
    if not parts:
        return _declined(span, "none of its words is linked to a word of the translation")
    evidence = joined(part.evidence for part in parts)
    return Candidate(span.id, METHOD, Intervals(tuple(_intervals(parts, text))), evidence=evidence)


def _intervals(parts: Sequence[_Part], text: str) -> Iterator[Interval]:
    """An interval for each fragment, from its first part to its last; one for neighbours."""
    extents: dict[int, Interval] = {}
    for part in parts:
        known = extents.get(part.fragment, part.place)
        extents[part.fragment] = _around(known, part.place)
    held: Interval | None = None
    for extent in sorted(extents.values()):
        if held and not text[held.end : extent.start].strip():
            held = _around(held, extent)
            continue
        if held:
            yield held
        held = extent
    if held:
        yield held


def _around(one: Interval, other: Interval) -> Interval:
    return Interval(min(one.start, other.start), max(one.end, other.end))


def _declined(span: Span, detail: str) -> Declined:
    return Declined(span.id, METHOD, Reason.NO_ALIGNMENT, detail)
