"""Generated documents that need not be easy: odd segments, overlapping spans, dangling heads."""

from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, SideText, Span, TextLabel

_PIECES = ["ion", "cell", "wall", "İon", "<s1>", "</t2>", ".", " ", "  ", "\n", "\t", "é", "漢"]

_SIDE_TEXTS = st.builds(SideText, st.just("title"), st.text("ab "))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document whose spans may lie anyhow; the text between its segments is white space."""
    segments, text = [], ""
    for parts in draw(st.lists(st.lists(st.sampled_from(_PIECES), max_size=6), max_size=3)):
        text += draw(st.sampled_from(["", " ", "\n\n"]))
        segments.append(Interval(len(text), len(text) + len("".join(parts))))
        text += "".join(parts)
    edges = st.lists(st.integers(0, len(text)), min_size=2, max_size=4, unique=True).map(sorted)
    count = draw(st.integers(0, 4)) if len(text) > 1 else 0
    spans = tuple(
        Span(f"T{n}", draw(st.sampled_from(["Term", "Definition"])), _pairs(draw(edges)))
        for n in range(1, count + 1)
    )
    ids = st.integers(1, 5).map("T{}".format)
    relations = draw(st.lists(st.builds(Relation, st.just("AKA"), ids, ids), max_size=3))
    known = {span.id for span in spans}
    segment = st.one_of(st.none(), st.integers(0, len(segments) - 1)) if segments else st.none()
    labels = st.builds(TextLabel, st.just("kind"), st.just("x"), segment)
    return Document(
        "d",
        draw(st.sampled_from(["en", None])),
        text,
        tuple(segments),
        spans=spans,
        relations=tuple(relation for relation in relations if relation.tail in known),
        labels=tuple(draw(st.lists(labels, max_size=2))),
        side_texts=tuple(draw(st.lists(_SIDE_TEXTS, max_size=2))),
    )


def _pairs(edges: list[int]) -> tuple[Interval, ...]:
    return tuple(Interval(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))
