"""How well and how fast spans are projected by word alignment: `make bench-align`.

Parallel gold in ../shared/gold, the translation given, nothing else to learn from. Each file is
aligned with several seeds; the table has the median of strict F1, the least and the greatest, the
share of spans that were placed, and the seconds of a run. Then, for the links of the first seed,
other ways from links to spans. The last line is one JSON object.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from donor.data import Document, Span
from donor.formats import read
from donor.formats.pairs import target_of
from donor.languages import language
from donor.project import Projection
from donor.project.align import Alignments, DocumentLinks, align, align_corpus
from donor.project.align.jointly import Wanted, found_in
from donor.project.align.segment import Segment, Side
from donor.project.align.stretch import best, gains
from donor.score import SpanScores, span_scores

GOLD = Path(__file__).resolve().parent.parent.parent / "shared/gold"
FILES = (
    "absa-en-ru",
    "absa-en-es",
    "absa-en-fr",
    "europarl-en-es",
    "abstrct-en-es",
    "xquad-en-es",
    "xquad-en-ru",
)

Place = Callable[[Segment, range], range | None]


@dataclass(frozen=True, slots=True)
class Row:
    """What one seed makes of one file."""

    f1: float
    placed: float
    seconds: float


def pairs_of(name: str) -> list[tuple[Document, Document]]:
    """The sources and targets of a file."""
    documents = read(GOLD / f"{name}.jsonl", format="pairs")
    return [(document, target_of(document)) for document in documents]


def tags(name: str) -> tuple[str, str]:
    """The languages of a file."""
    _, source, target = name.split("-")
    return source, target


def links_of(name: str, folder: Path, seed: int) -> Alignments:
    """The links of a file's texts, with one seed."""
    source, target = map(language, tags(name))
    pairs = ((one.id, one, other) for one, other in pairs_of(name))
    return align_corpus(pairs, source=source, target=target, folder=folder, seed=seed)


def measured(name: str, seed: int) -> tuple[Row, Mapping[str, float]]:
    """What a seed makes of a file; for the first one also the F1 of other ways."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        alignments = links_of(name, Path(folder), seed)
        pairs = pairs_of(name)
        found = [(projected(one, other, name, alignments), other) for one, other in pairs]
        seconds = time.monotonic() - started
        spans = sum(len(one.spans) for one, _ in pairs)
        placed = sum(len(one.spans) for one, _ in found)
        ways = {} if seed else {way: other_way(pairs, alignments, WAYS[way]) for way in WAYS}
    return Row(f1(zip(found, pairs, strict=True)), placed / spans, seconds), ways


def projected(source: Document, target: Document, name: str, alignments: Alignments) -> Document:
    """The target document with the spans that the projector finds."""
    ids = frozenset(span.id for span in source.spans)
    task = Projection(source, target, ids, *map(language, tags(name)))
    try:
        next(align(alignments)(task))
    except StopIteration as done:
        answers = done.value
    places = {
        answer.span_id: answer.answer.ranges for answer in answers if hasattr(answer, "answer")
    }
    return with_places(source, target, places)


def with_places(source: Document, target: Document, places: Mapping) -> Document:
    """The target document with spans at these places."""
    spans = tuple(
        Span(span.id, span.label, places[span.id]) for span in source.spans if span.id in places
    )
    return Document(source.id, target.language, target.text, target.segments, spans=spans)


def f1(found: Iterator) -> float:
    """Strict F1, as `donor bench` counts it."""
    total = SpanScores()
    for (predicted, gold), (source, _) in found:
        shared = frozenset(span.id for span in source.spans) & {span.id for span in gold.spans}
        total += span_scores(predicted, gold, ids=shared)
    return total.strict.f1 or 0.0


def other_way(
    pairs: Sequence[tuple[Document, Document]], alignments: Alignments, place: Place
) -> float:
    """The F1 of another way from the same links to spans; each text is one segment."""
    found = []
    for source, target in pairs:
        links = alignments(source, target)
        assert isinstance(links, DocumentLinks)
        sides = [Side(one.text, str(one.language)) for one in (source, target)]
        segment = Segment(sides[0], sides[1], links.segments[0])
        places = {}
        for span in source.spans:
            words = place(segment, segment.source.covered(span.extent))
            if words:
                places[span.id] = (segment.target.place(words),)
        found.append((with_places(source, target, places), target))
    return f1(zip(found, pairs, strict=True))


def first_to_last(segment: Segment, inside: range) -> range | None:
    """From the first likely link to the last."""
    likely = [
        one.target
        for one in segment.links
        if one.source in inside and one.forward + one.backward >= 1
    ]
    return range(min(likely), max(likely) + 1) if likely else None


def without_edges(segment: Segment, inside: range) -> range | None:
    """The stretch as the links have it."""
    found = best(gains(segment, inside))
    return found and found.positions


def alone(segment: Segment, inside: range) -> range | None:
    """The stretch with its edges, whatever other spans take."""
    return found_in(segment, [Wanted("", inside)])[0]


WAYS: Mapping[str, Place] = {
    "first to last link": first_to_last,
    "without edges": without_edges,
    "each span alone": alone,
}


def main() -> None:
    """Prints a line for each file, then all in one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--seeds", type=int, default=5)
    flags = parser.parse_args()
    figures: dict[str, float] = {}
    print(f"{'':<16}{'F1':>6}{'least':>7}{'most':>7}{'placed':>8}{'s':>6}", *WAYS, sep="  ")
    for name in flags.files:
        rows, ways = [], {}
        for seed in range(flags.seeds):
            row, others = measured(name, seed)
            rows.append(row)
            ways |= others
        scores = [row.f1 for row in rows]
        middle = statistics.median(scores)
        seconds = statistics.median(row.seconds for row in rows)
        placed = statistics.median(row.placed for row in rows)
        print(
            f"{name:<16}{middle:>6.1%}{min(scores):>7.1%}{max(scores):>7.1%}{placed:>8.1%}"
            f"{seconds:>6.0f}",
            *(f"{ways[way]:>{len(way)}.1%}" for way in WAYS),
            sep="  ",
            flush=True,
        )
        figures |= {f"{name}_f1": round(middle, 4), f"{name}_seconds": round(seconds, 1)}
        figures |= {f"{name}_least": round(min(scores), 4), f"{name}_most": round(max(scores), 4)}
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
