"""Transfers to look at, made from a few words."""

from dataclasses import replace

from hypothesis import strategies as st

from donor.data import (
    Attempt,
    Document,
    Interval,
    Intervals,
    LabelRow,
    LostReason,
    Match,
    Quote,
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


def span(text, span_id, label, *parts):
    """A span over parts of a text, each sought after the one before."""
    fragments, at = [], 0
    for part in parts:
        start = text.index(part, at)
        at = start + len(part)
        fragments.append(Interval(start, at))
    return Span(span_id, label, tuple(fragments))


def placed(target_span, method="tags", match=Match.EXACT):
    attempt = Attempt(method, Intervals(target_span.fragments), match)
    return SpanRow(target_span.id, (attempt,), target_span, method, match)


def unresolved(span_id, reason, detail=""):
    return SpanRow(span_id, (Attempt("tags", None, reason=reason, detail=detail),), reason=reason)


def transfer(source, target, rows, **parts):
    """A transfer of two texts; the rows are pairs of a source span and its row."""
    document = Document(
        id=parts.get("id", "physics:1"),
        language="en",
        text=source,
        segments=(Interval(0, len(source)),),
        spans=tuple(source_span for source_span, _ in rows),
        relations=tuple(relation for relation, _ in parts.get("relations", ())),
        labels=parts.get("labels", ()),
        side_texts=tuple(side for side, _ in parts.get("sides", ())),
    )
    return Transfer(
        source=document,
        translation=Translation(
            parts.get("to", "ru"),
            (target,),
            tuple(text for _, text in parts.get("sides", ())),
            "llm",
        ),
        spans=tuple(row for _, row in rows),
        relations=tuple(RelationRow(*pair) for pair in parts.get("relations", ())),
        labels=tuple(LabelRow(n) for n in range(len(document.labels))),
    )


SOURCE = "Elastic and inelastic collisions differ: the former keep <kinetic> energy & [heat] out."
TARGET = "Упругие и неупругие столкновения различны: первые сохраняют <кинетическую> энергию."


def collisions():
    """Nested, discontinuous and unresolved spans, relations, labels, a side text."""

    def pair(span_id, label, source_parts, target_parts, method="tags"):
        source_span = span(SOURCE, span_id, label, *source_parts)
        return source_span, placed(span(TARGET, span_id, label, *target_parts), method)

    heat = span(SOURCE, "T4", "Qualifier", "[heat] out")
    attempts = (
        Attempt("tags", None, reason=Reason.INVALID_ANSWER, detail="tag T4 stands twice"),
        Attempt("quote", (Quote("тепло", 2, "без", "вне"),), reason=Reason.NO_MATCH),
    )
    rows = [
        pair("T1", "Term", ["Elastic", "collisions"], ["Упругие", "столкновения"]),
        pair("T2", "Term", ["inelastic collisions"], ["неупругие столкновения"], "quote"),
        pair("T3", "Referential-Term", ["the former"], ["первые"]),
        (heat, SpanRow("T4", attempts, reason=Reason.NO_MATCH, detail="0 places")),
    ]
    return transfer(
        SOURCE,
        TARGET,
        rows,
        relations=[
            (Relation("Refers-To", "T1", "T3"), None),
            (Relation("Supplements", "T2", "T4"), LostReason.TAIL_UNRESOLVED),
        ],
        labels=(TextLabel("topic", "mechanics"), TextLabel("has-definition", "yes", 0)),
        sides=[(SideText("question", "What is <kept>?"), "Что сохраняется?")],
    )


def untranslated():
    """The same without a valid translation."""
    whole = collisions()
    reason = Reason.NO_TRANSLATION
    return replace(
        whole,
        translation=replace(
            whole.translation, segments=("",), side_texts=("",), problem="2 segments, expected 1"
        ),
        spans=tuple(SpanRow(row.span_id, (), reason=reason) for row in whole.spans),
        relations=tuple(
            RelationRow(row.relation, LostReason.NO_TRANSLATION) for row in whole.relations
        ),
        labels=tuple(LabelRow(row.position, LostReason.NO_TRANSLATION) for row in whole.labels),
    )


WORDS = st.sampled_from(
    [
        "ион",
        "a<b",
        "&",
        "[x]",
        "[/b]",
        '"q"',
        "'",
        "電池",
        "שלום",
        "مرحبا",
        "👩‍🔬",
        "é",
        "W" * 130,
        ":x:",
    ]
)
ANY_TEXT = st.one_of(
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join), st.text(min_size=1, max_size=200)
)
NAMES = st.text(alphabet="ABcd-<&[]/1 é電", min_size=1, max_size=8)


@st.composite
def _fragments(draw, text):
    edges = draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6))
    ordered = sorted(edges)
    count = len(ordered) // 2
    return tuple(Interval(ordered[2 * n], ordered[2 * n + 1]) for n in range(count))


@st.composite
def any_transfer(draw):
    """A transfer of any two texts with spans that overlap in any way."""
    source, target = draw(ANY_TEXT), draw(ANY_TEXT)
    rows = []
    for span_id in draw(st.lists(NAMES, unique=True, max_size=5)):
        label = draw(NAMES)
        source_span = Span(span_id, label, draw(_fragments(source)))
        if draw(st.booleans()):
            row = placed(Span(span_id, label, draw(_fragments(target))))
        else:
            row = unresolved(span_id, draw(st.sampled_from(Reason)), draw(NAMES))
        rows.append((source_span, row))
    found = {row.span_id for _, row in rows if row.placed}
    ids = st.sampled_from([source_span.id for source_span, _ in rows] or [""])
    drawn = [Relation(draw(NAMES), draw(ids), draw(ids)) for _ in range(2 if rows else 0)]
    relations = [
        (relation, None if {relation.head, relation.tail} <= found else LostReason.HEAD_UNRESOLVED)
        for relation in drawn
    ]
    return transfer(source, target, rows, id=draw(NAMES), relations=relations)
