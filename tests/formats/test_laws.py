"""The law that every format keeps: what is written is read again, and what is lost is counted.

Each format has a row in `LAWS`: how a document is reduced to what the format can hold, and what
of it is compared. A format in `FORMATS` without a row fails. Where only some of the reductions are
made, either `losses` says so, or the document comes back all the same.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel
from donor.errors import FormatError
from donor.formats import FORMATS, format_named
from donor.formats.deft import DEFT
from donor.formats.format import Source

Change = Callable[[Document], Document]

WORD = st.text("abcя漢é9א😀", min_size=1, max_size=5)
LABEL = st.sampled_from(["Term", "Definition", "Alias-Term"])


# What a format cannot hold, taken out of a document.


def flat(document: Document) -> Document:
    """Without spans that overlap one before, and without what hangs on them."""
    kept: list[Span] = []
    for span in sorted(document.spans, key=lambda s: (s.extent, s.id)):
        if not any(span.extent.overlaps(other.extent) for other in kept):
            kept.append(span)
    return with_spans(document, kept)


def different(document: Document) -> Document:
    """Without spans that stand where another one of their label stands."""
    kept = {(span.label, span.fragments): span for span in reversed(document.spans)}
    return with_spans(document, [span for span in document.spans if span in kept.values()])


def whole(document: Document) -> Document:
    """Without discontinuous spans."""
    return with_spans(document, [span for span in document.spans if not span.discontinuous])


def in_sentences(document: Document) -> Document:
    """Without spans that cross the border of a segment."""

    def inside(span: Span) -> bool:
        return any(segment.contains(span.extent) for segment in document.segments)

    return with_spans(document, [span for span in document.spans if inside(span)])


def with_spans(document: Document, spans: Sequence[Span]) -> Document:
    ids = {span.id for span in spans}
    arcs = tuple(arc for arc in document.relations if arc.tail in ids)
    return replace(document, spans=tuple(spans), relations=arcs)


def in_order(document: Document) -> Document:
    """Spans in the order of the text, relations in that of the alphabet."""
    spans = sorted(document.spans, key=lambda s: (s.extent.start, -s.extent.end, s.label, s.id))
    arcs = sorted(document.relations, key=lambda arc: (arc.label, arc.head, arc.tail))
    return replace(document, spans=tuple(spans), relations=tuple(arcs))


def numbered(document: Document, prefix: str = "s", first: int = 1) -> Document:
    """Spans are called by their number."""
    names = {span.id: f"{prefix}{n}" for n, span in enumerate(document.spans, start=first)}
    return replace(
        document,
        spans=tuple(replace(span, id=names[span.id]) for span in document.spans),
        relations=tuple(
            replace(arc, head=names.get(arc.head, arc.head), tail=names[arc.tail])
            for arc in document.relations
        ),
    )


def numbered_in_file(document: Document) -> Document:
    """Spans are called by the number of their document and their own."""
    return numbered(document, f"{document.id.rpartition(':')[2]}-")


def numbered_like_brat(document: Document) -> Document:
    return numbered(document, "T")


def undangling(document: Document) -> Document:
    """Without relations to a span that is not there."""
    gone = document.dangling()
    return replace(document, relations=tuple(r for r in document.relations if r not in gone))


def without(*names: str) -> Change:
    """The document without these parts."""
    return lambda document: replace(document, **dict.fromkeys(names, ()))


def plain(document: Document) -> Document:
    """Without attributes."""
    return replace(
        document,
        spans=tuple(replace(span, attributes={}) for span in document.spans),
        relations=tuple(replace(arc, attributes={}) for arc in document.relations),
        labels=tuple(replace(label, attributes={}) for label in document.labels),
    )


def one_segment(document: Document) -> Document:
    labels = tuple(label for label in document.labels if label.segment is None)
    return replace(document, segments=(Interval(0, len(document.text)),), labels=labels)


def spaced(document: Document) -> Document:
    """With blanks for the white space between segments."""
    pieces = [text.ljust(len(text) + 1) for text in document.segment_texts()]
    return replace(document, text="".join(pieces)[: len(document.text)])


def with_spaces(document: Document) -> Document:
    """In scripts that put spaces between words."""
    return replace(document, text=document.text.replace("漢", "x"))


def called(label: str) -> Change:
    """All spans have this label."""
    return lambda d: replace(d, spans=tuple(replace(span, label=label) for span in d.spans))


def in_entities(document: Document) -> Document:
    """Each span is the only mention of an entity, and the title is there."""
    named = numbered(document, "e", 0)
    spans = tuple(
        replace(span, id=f"{span.id}m0", attributes={"entity": n, **span.attributes})
        for n, span in enumerate(named.spans)
    )
    arcs = tuple(replace(a, head=f"{a.head}m0", tail=f"{a.tail}m0") for a in named.relations)
    titles = (SideText("title", "t"),)
    return replace(named, spans=spans, relations=arcs, side_texts=titles)


def of_one_relation(document: Document) -> Document:
    """The first and the last token are the subject and the object of a relation."""
    ends = {"subject": document.tokens[0], "object": document.tokens[-1]}
    spans = tuple(Span(name, "X", (token,)) for name, token in ends.items())
    return replace(document, spans=spans, relations=(Relation("r", "subject", "object"),))


def own_metadata(document: Document) -> Document:
    return replace(document, metadata={"file": document.metadata["file"]})


def unnamed(document: Document) -> Document:
    """Without ids and language."""
    return replace(document, id="", language=None)


def bare(document: Document) -> Document:
    """Without ids, language, tokens and metadata."""
    return replace(unnamed(document), tokens=(), metadata={})


@dataclass(frozen=True)
class Law:
    """What a format keeps.

    `can_say` reduces a document to what the format holds; `compared` is what of it must come back.
    """

    can_say: tuple[Change, ...]
    compared: tuple[Change, ...] = (bare,)


TEXT_ONLY = (without("spans", "relations", "side_texts", "labels", "tokens"), one_segment)

FLAT = (
    without("relations", "labels", "side_texts"),
    whole,
    flat,
    in_sentences,
    plain,
    own_metadata,
    numbered,
)

LAWS: dict[str, Law] = {
    "deft": Law(
        (plain, without("labels", "side_texts"), own_metadata, numbered_in_file),
        (in_order, lambda d: replace(d, language=None, metadata={})),
    ),
    "defteval": Law(
        (plain, without("labels", "side_texts"), own_metadata, numbered_in_file),
        (in_order, lambda d: replace(d, id="", language=None, metadata={})),
    ),
    "hf": Law((*FLAT, undangling), (bare, numbered)),
    "csv": Law(TEXT_ONLY),
    "tsv": Law(TEXT_ONLY),
    "brat": Law(
        (
            plain,
            without("labels", "side_texts", "tokens"),
            undangling,
            own_metadata,
            in_order,
            numbered_like_brat,
        ),
        (in_order, bare, one_segment, plain),
    ),
    "absa": Law((*FLAT, one_segment, called("Opinion"))),
    "xml": Law((*FLAT, one_segment), (bare, numbered)),
    "label-studio": Law(
        (*FLAT, one_segment),
        (bare, numbered),
    ),
    "argilla": Law((*FLAT, one_segment), (bare, numbered, plain)),
    "squad": Law((*TEXT_ONLY,)),
    "conll": Law((*FLAT, with_spaces), (bare, spaced)),
    "conllu": Law(FLAT),
    "tacred": Law(
        (of_one_relation, without("labels", "side_texts"), one_segment, with_spaces, own_metadata),
    ),
    "spert": Law(
        (
            without("labels", "side_texts"),
            whole,
            undangling,
            one_segment,
            with_spaces,
            own_metadata,
            partial(numbered, prefix="e", first=0),
        ),
    ),
    "docred": Law(
        (
            without("labels"),
            whole,
            in_sentences,
            undangling,
            with_spaces,
            own_metadata,
            in_entities,
        ),
    ),
    "pairs": Law((without("relations", "labels", "side_texts"), one_segment)),
    "doccano": Law(
        (without("relations", "labels", "side_texts"), whole, plain, one_segment, numbered)
    ),
    "prodigy": Law(
        (without("relations", "labels", "side_texts"), whole, plain, one_segment, numbered)
    ),
    "spacy": Law((*FLAT,)),
    "spacy-json": Law((*FLAT,)),
    "jsonl": Law((), ()),
}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document of words, with spans on them that may overlap in any way."""
    sentences = draw(
        st.lists(st.lists(WORD, min_size=1, max_size=6), min_size=1, max_size=4, unique_by=tuple)
    )
    text, segments, tokens = "", [], []
    for sentence in sentences:
        text += " " if text else ""
        start = len(text)
        for n, word in enumerate(sentence):
            text += " " if n else ""
            tokens.append(Interval(len(text), len(text) + len(word)))
            text += word
        segments.append(Interval(start, len(text)))
    spans = [
        Span(f"T{n}", draw(LABEL), draw(fragments(tokens)), draw(ATTRIBUTES))
        for n in range(1, draw(st.integers(1, 6)))
    ]
    labels = [
        TextLabel("kind", draw(LABEL), draw(st.none() | st.just(0)), draw(ATTRIBUTES))
        for _ in range(draw(st.integers(0, 1)))
    ]
    return Document(
        id="d:1",
        language=draw(st.sampled_from(["en", None])),
        text=text,
        segments=tuple(segments),
        tokens=tuple(tokens),
        spans=tuple(spans),
        relations=tuple(draw(arcs(len(spans)))),
        labels=tuple(labels),
        side_texts=draw(
            st.just(()) | st.builds(SideText, st.just("title"), WORD).map(lambda s: (s,))
        ),
        metadata={"source": draw(WORD)},
    )


ATTRIBUTES = st.just({}) | st.fixed_dictionaries({"by": st.sampled_from(["x", "y"])})


@st.composite
def arcs(draw: st.DrawFn, spans: int) -> list[Relation]:
    """Relations between spans, some to a span that is not there."""
    ends = st.tuples(st.sampled_from(["AKA", "Refers-To"]), st.integers(1, 9), st.integers(1, 9))
    return [
        Relation(label, head=f"T{head}", tail=f"T{tail}")
        for label, head, tail in sorted(draw(st.sets(ends, max_size=5)))
        if tail <= spans and head != tail
    ]


@st.composite
def fragments(draw: st.DrawFn, tokens: list[Interval]) -> tuple[Interval, ...]:
    count = draw(st.integers(1, 2))
    edges = draw(
        st.lists(st.integers(0, len(tokens) - 1), min_size=2 * count, max_size=2 * count).map(
            sorted
        )
    )
    pairs = [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    if any(right[0] <= left[1] + 1 for left, right in pairwise(pairs)):
        pairs = [(edges[0], edges[-1])]
    return tuple(Interval(tokens[a].start, tokens[b].end) for a, b in pairs)


def again(name: str, some: Sequence[Document]) -> list[Document]:
    """The documents, written and read."""
    known = format_named(name)
    if hasattr(known, "parse"):
        lines = io.StringIO("".join(known.serialize(some)), newline="\n")
        return list(known.parse(lines, file=f"d{known.suffixes[0]}"))
    files: dict[str, bytes] = {}
    for path, piece in known.serialize_source(some):
        files[path] = files.get(path, b"") + piece
    openers = {path: partial(io.BytesIO, content) for path, content in files.items()}
    return list(known.parse_source(Source("d", openers)))


def in_files(name: str, some: Sequence[Document]) -> list[Document]:
    """The documents as they would be named in a file of the format."""
    known = format_named(name)
    file = f"d{known.suffixes[0]}"
    named = [
        replace(d, id=f"d:{n}", metadata={**d.metadata, "file": file})
        for n, d in enumerate(some, start=1)
    ]
    return [paired_with_itself(document) if known.parallel else document for document in named]


def paired_with_itself(document: Document) -> Document:
    return replace(document, metadata={**document.metadata, "target": {"text": document.text}})


def changed(document: Document, changes: Sequence[Change]) -> Document:
    return reduce(lambda one, change: change(one), changes, document)


def test_every_format_has_its_law() -> None:
    assert set(FORMATS) == set(LAWS)


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=30)
@given(some=st.lists(documents(), min_size=1, max_size=3))
def test_what_a_format_can_say_comes_back(name: str, some: list[Document]) -> None:
    law = LAWS[name]
    reduced = [changed(document, law.can_say) for document in in_files(name, some)]
    expected = [changed(document, law.compared) for document in reduced]
    assert [changed(document, law.compared) for document in again(name, reduced)] == expected


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=30)
@given(document=documents(), data=st.data())
def test_what_does_not_come_back_is_counted(
    name: str, document: Document, data: st.DataObject
) -> None:
    law = LAWS[name]
    some = data.draw(st.lists(st.sampled_from(law.can_say), unique=True)) if law.can_say else []
    reduced = changed(in_files(name, [document])[0], some)
    try:
        losses = format_named(name).losses(reduced)
    except FormatError:
        return
    if not losses:
        [found] = again(name, [reduced])
        assert changed(found, law.compared) == changed(reduced, law.compared)


@given(documents())
def test_deft_written_twice_is_the_same(document: Document) -> None:
    once = list(DEFT.serialize([document]))
    assert list(DEFT.serialize(DEFT.parse(once))) == once


def test_deft_names_what_it_cannot_hold() -> None:
    label = TextLabel("kind", "x")
    document = Document(
        "d",
        "en",
        "a",
        (Interval(0, 1),),
        labels=(label,),
        spans=(Span("T1", "Term", (Interval(0, 1),), {"sure": True}),),
    )
    assert DEFT.losses(document) == {"text labels": 1, "attributes": 1}
