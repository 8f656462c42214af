"""The lines of a run's files hold a transfer whole."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from donor.data import (
    Attempt,
    Check,
    Document,
    Finding,
    Interval,
    Intervals,
    LabelRow,
    LostReason,
    Match,
    Quote,
    Reason,
    Relation,
    RelationRow,
    Repair,
    SideText,
    Span,
    SpanRow,
    TextLabel,
    Transfer,
    Translation,
)
from donor.records.lines import (
    decode_transfer,
    encode_findings,
    encode_rows,
    encode_translation,
    to_line,
)

SOURCE = Document(
    id="d",
    language="en",
    text="An ion. It moves.",
    segments=(Interval(0, 7), Interval(8, 17)),
    spans=(
        Span("T1", "Term", (Interval(0, 6),), {"sure": 0.5}),
        Span("T2", "Term", (Interval(3, 6), Interval(8, 10))),
    ),
    relations=(Relation("AKA", "T1", "T2", {"by": "x"}), Relation("AKA", "T9", "T1")),
    labels=(TextLabel("kind", "physics"), TextLabel("kind", "x", segment=1)),
    side_texts=(SideText("title", "Ions"),),
)

INTERVALS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda p: Interval(p[0], sum(p)))
QUOTES = st.builds(
    Quote,
    surface=st.text(max_size=4),
    occurrence=st.one_of(st.none(), st.integers(-1, 3)),
    before=st.text(max_size=2),
    after=st.text(max_size=2),
    within=st.one_of(st.none(), INTERVALS),
)
ANSWERS = st.one_of(
    st.none(),
    st.lists(QUOTES, max_size=2).map(tuple),
    st.lists(INTERVALS, max_size=2).map(lambda ranges: Intervals(tuple(ranges))),
)
MATCHES = st.one_of(st.none(), st.sampled_from(Match))
REASONS = st.one_of(st.none(), st.sampled_from(Reason))
METHODS = st.sampled_from(["tags", "quote"])
FIGURES = st.integers(0, 10_000).map(lambda n: n / 10_000)
EVIDENCE = st.dictionaries(st.sampled_from(["links", "votes"]), FIGURES, max_size=2)
ATTEMPTS = st.builds(
    Attempt,
    METHODS,
    ANSWERS,
    MATCHES,
    REASONS,
    st.text(max_size=3),
    EVIDENCE.map(lambda known: tuple(sorted(known.items()))),
    st.integers(0, 2),
    st.text(max_size=3),
)
LOST = st.one_of(st.none(), st.sampled_from(LostReason))
REPAIRS = st.builds(Repair, st.integers(0, 1), st.text(max_size=3), st.booleans())
FINDINGS = st.builds(
    Finding,
    st.sampled_from(Check),
    st.text(max_size=3),
    st.one_of(st.none(), st.integers(0, 1)),
    st.one_of(st.none(), st.sampled_from(["T1", "T2"])),
)


@st.composite
def rows(draw: st.DrawFn, span: Span) -> SpanRow:
    fragments = st.sampled_from([(Interval(0, 2),), (Interval(1, 2), Interval(4, 9))])
    places = fragments.map(lambda f: Span(span.id, span.label, f, span.attributes))
    return SpanRow(
        span.id,
        tuple(draw(st.lists(ATTEMPTS, max_size=3))),
        placed=draw(st.one_of(st.none(), places)),
        method=draw(st.one_of(st.none(), METHODS)),
        match=draw(MATCHES),
        reason=draw(REASONS),
        detail=draw(st.text(max_size=3)),
        winner=draw(st.integers(-1, 2)),
    )


@st.composite
def transfers(draw: st.DrawFn) -> Transfer:
    return Transfer(
        source=SOURCE,
        translation=Translation(
            language="ru",
            segments=tuple(draw(st.lists(st.text(max_size=3), max_size=2))),
            side_texts=tuple(draw(st.lists(st.text(max_size=3), max_size=1))),
            method="llm",
            problem=draw(st.text(max_size=3)),
            retries=draw(st.integers(0, 3)),
            repairs=tuple(draw(st.lists(REPAIRS, max_size=2))),
        ),
        spans=tuple(draw(rows(span)) for span in SOURCE.spans),
        relations=tuple(RelationRow(relation, draw(LOST)) for relation in SOURCE.relations),
        labels=tuple(LabelRow(position, draw(LOST)) for position in range(2)),
        findings=tuple(draw(st.lists(FINDINGS, max_size=2))),
        back=tuple(draw(st.lists(st.text(max_size=3), max_size=2))),
    )


def through_lines(transfer: Transfer) -> Transfer:
    steps = (encode_translation, encode_rows, encode_findings)
    lines = [to_line(step(transfer)) for step in steps]
    assert [line.count(b"\n") for line in lines] == [1, 1, 1]
    return decode_transfer(SOURCE, *map(orjson.loads, lines))


@given(transfers())
def test_transfer_comes_back_as_it_went(transfer: Transfer) -> None:
    assert through_lines(transfer) == transfer


def test_line_says_only_what_the_step_adds() -> None:
    row = SpanRow("T1", (Attempt("tags", None, reason=Reason.REFUSED),), reason=Reason.REFUSED)
    placed = SpanRow("T2", (), Span("T2", "Term", (Interval(0, 3),)), "quote", Match.EXACT)
    transfer = Transfer(
        SOURCE, Translation("ru", ("Ион.", "Он."), (), "llm"), (row, placed), (), ()
    )
    assert encode_translation(transfer) == {
        "id": "d",
        "language": "ru",
        "method": "llm",
        "segments": ["Ион.", "Он."],
    }
    assert encode_rows(transfer)["spans"] == [
        {
            "id": "T1",
            "placed": None,
            "reason": "refused",
            "attempts": [{"method": "tags", "reason": "refused"}],
        },
        {"id": "T2", "placed": [[0, 3]], "method": "quote", "match": "exact"},
    ]
