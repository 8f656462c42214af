"""Segments with links for the tests of `align`: words in order, links as Pharaoh writes them."""

from donor.data import Document, Interval, Span
from donor.languages import language
from donor.project import Projection
from donor.project.align.links import DocumentLinks, parse_line
from donor.project.align.segment import Segment, Side


def segment(source: str, target: str, links: str, to: str = "es") -> Segment:
    return Segment(Side(source, "en"), Side(target, to), parse_line(links))


def document(name: str, tag: str, *segments: str, spans: tuple[Span, ...] = ()) -> Document:
    places, at = [], 0
    for text in segments:
        places.append(Interval(at, at + len(text)))
        at += len(text) + 1
    return Document(name, tag, " ".join(segments), tuple(places), spans=spans)


def task(source: Document, target: Document, to: str = "es") -> Projection:
    ids = frozenset(span.id for span in source.spans)
    return Projection(source, target, ids, language("en"), language(to))


def links(*lines: str) -> DocumentLinks:
    return DocumentLinks(tuple(parse_line(line) for line in lines))
