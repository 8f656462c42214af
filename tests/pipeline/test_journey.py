"""One document's journey, driven by hand; and what holds whatever a model answers."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.canned import FAILURE, PROSE, answered, data_of
from tests.pipeline.answers import responses
from tests.pipeline.documents import documents

from donor.data import (
    Document,
    Interval,
    Ledger,
    LostReason,
    Match,
    Reason,
    Relation,
    Span,
    SpanRow,
    TextLabel,
    Transfer,
)
from donor.errors import ConfigError
from donor.formats.jsonl import decode, encode
from donor.llm import Method, Request
from donor.pipeline import journey, plan_of
from donor.records.lines import (
    decode_transfer,
    encode_findings,
    encode_rows,
    encode_translation,
)

PLAN = plan_of(to="ru", cascade=("tags", "quote"), source="en")


def document(*spans: str, text: str = "the cell wall", **more: Any) -> Document:
    found = tuple(
        Span(f"T{n}", "Term", (Interval(text.index(words), text.index(words) + len(words)),))
        for n, words in enumerate(spans, start=1)
    )
    more.setdefault("language", "en")
    return Document("d", text=text, segments=(Interval(0, len(text)),), spans=found, **more)


def travelled(source: Document, *canned: Any) -> tuple[Transfer, list[Request]]:
    return answered(journey(source, PLAN), *canned)


def quotes(**words: str) -> dict[str, Any]:
    return {name: [{"text": text, "occurrence": 1}] if text else [] for name, text in words.items()}


BOTH = document("cell", "wall")
RUSSIAN = {"1": "стенка клетки"}
TAGGED = {"1": "<s2>стенка</s2> <s1>клетки</s1>"}
ONE_TAGGED = {"1": "<s2>стенка</s2> клетки<s1></s1>"}


class TestCascade:
    def test_all_placed_by_the_first_ends_it(self) -> None:
        done, requests = travelled(BOTH, RUSSIAN, TAGGED)
        assert [request.task for request in requests] == ["translate", "tags"]
        assert [(row.method, row.match) for row in done.spans] == [("tags", Match.INTERVALS)] * 2
        assert done.target is not None
        assert [span.surface(done.target.text) for span in done.target.spans] == [
            "клетки",
            "стенка",
        ]

    def test_only_unresolved_ids_go_on(self) -> None:
        done, requests = travelled(BOTH, RUSSIAN, ONE_TAGGED, quotes(s1="клетки"))
        assert list(data_of(requests[-1])["spans"]) == ["s1"]
        assert [row.method for row in done.spans] == ["quote", "tags"]

    def test_attempts_stand_in_their_order(self) -> None:
        done, _ = travelled(BOTH, RUSSIAN, ONE_TAGGED, quotes(s1="клетки"))
        first, second = done.spans[0].attempts
        assert (first.method, first.reason, first.match) == ("tags", Reason.NO_COUNTERPART, None)
        assert (second.method, second.reason, second.match) == ("quote", None, Match.EXACT)

    @pytest.mark.parametrize(
        ("last", "reason"),
        [
            (quotes(s1=""), Reason.NO_COUNTERPART),
            (quotes(s1="ион"), Reason.NO_MATCH),
            (FAILURE, Reason.FAILED_REQUEST),
        ],
    )
    def test_last_reason_stands_in_the_row(self, last: Any, reason: Reason) -> None:
        done, _ = travelled(BOTH, RUSSIAN, ONE_TAGGED, last)
        row = done.spans[0]
        assert (row.placed, row.method, row.match, row.reason) == (None, None, None, reason)
        assert row.detail == row.attempts[-1].detail != ""
        assert len(row.attempts) == 2

    def test_document_without_spans_is_only_translated(self) -> None:
        done, requests = travelled(document(), RUSSIAN)
        assert (done.spans, len(requests)) == ((), 1)

    def test_quote_in_several_places_is_not_guessed(self) -> None:
        found = {"s1": [{"text": "ион", "occurrence": 3}]}
        source = document("ion", text="an ion")
        done, _ = travelled(source, {"1": "ион это ион"}, PROSE, PROSE, found)
        assert done.spans[0].reason is Reason.AMBIGUOUS

    def test_what_the_quote_leaves_open_the_source_may_tell(self) -> None:
        found = {"s1": [{"text": "ион", "occurrence": 3}]}
        source = document("ion", text="an ion is an ion")
        done, _ = travelled(source, {"1": "ион это ион"}, PROSE, PROSE, found)
        assert done.spans[0].placed is not None
        assert done.spans[0].placed.fragments == (Interval(0, 3),)


def test_placed_span_keeps_id_label_and_attributes() -> None:
    span = Span("T1", "Term", (Interval(4, 8),), {"sure": True})
    source = Document("d", "en", "the cell", (Interval(0, 8),), spans=(span,))
    done, _ = travelled(source, {"1": "клетка"}, {"1": "<s1>клетка</s1>"})
    assert done.spans[0].placed == Span("T1", "Term", (Interval(0, 6),), {"sure": True})


class TestRelations:
    relations = (
        Relation("AKA", head="T1", tail="T2"),
        Relation("AKA", head="T2", tail="T1"),
        Relation("AKA", head="T9", tail="T2"),
    )

    def test_relation_is_lost_with_its_span(self) -> None:
        source = document("cell", "wall", relations=self.relations)
        done, _ = travelled(source, RUSSIAN, ONE_TAGGED, quotes(s1=""))
        assert [row.lost for row in done.relations] == [
            LostReason.HEAD_UNRESOLVED,
            LostReason.TAIL_UNRESOLVED,
            LostReason.HEAD_OUTSIDE,
        ]
        assert done.target is not None
        assert done.target.relations == ()

    def test_relation_between_placed_spans_is_carried(self) -> None:
        source = document("cell", "wall", relations=self.relations)
        done, _ = travelled(source, RUSSIAN, TAGGED)
        assert [row.lost for row in done.relations] == [None, None, LostReason.HEAD_OUTSIDE]
        assert done.target is not None
        assert done.target.relations == self.relations[:2]


def test_untranslated_document_loses_all_and_says_why() -> None:
    relation = Relation("AKA", head="T1", tail="T1")
    source = document("cell", relations=(relation,), labels=(TextLabel("kind", "x"),))
    done, requests = travelled(source, FAILURE)
    problem = "failed-request: timeout: no answer in time"
    assert done.spans == (SpanRow("T1", (), reason=Reason.NO_TRANSLATION, detail=problem),)
    assert [row.lost for row in done.relations] == [LostReason.NO_TRANSLATION]
    assert [row.lost for row in done.labels] == [LostReason.NO_TRANSLATION]
    assert (done.target, len(requests)) == (None, 1)


class TestLanguages:
    def test_document_that_names_its_language_is_asked_in_it(self) -> None:
        _, [request] = travelled(document(language="de"), RUSSIAN)
        assert "from German into Russian" in request.messages[0].content

    def test_unknown_language_is_an_error(self) -> None:
        plan = plan_of(to="ru", cascade=("tags",))
        with pytest.raises(ConfigError, match="document d: its language is not known"):
            next(journey(document(language=None), plan))

    @pytest.mark.parametrize(
        ("named", "problem"),
        [
            ({"cascade": ()}, "names no projection method"),
            ({"cascade": ("guess",)}, "known: tags, quote"),
            ({"translator": "nllb"}, "known: llm"),
            ({"to": "Russian"}, "use the tag ru"),
        ],
    )
    def test_unknown_names_are_told(self, named: dict[str, Any], problem: str) -> None:
        with pytest.raises(ConfigError, match=problem):
            plan_of(**{"to": "ru", "cascade": ("tags",), **named})


def drawn(data: st.DataObject, method: Method[Transfer]) -> Transfer:
    """The end of a journey on which a model answers anything."""
    try:
        requests = next(method)
        while True:
            requests = method.send([data.draw(responses(request)) for request in requests])
    except StopIteration as done:
        value: Transfer = done.value
        return value


@given(documents(), st.data())
def test_counts_in_equal_counts_out(source: Document, data: st.DataObject) -> None:
    done = drawn(data, journey(source, PLAN))
    counts = Ledger.of(done).as_json(partial=False)
    assert [row.span_id for row in done.spans] == [span.id for span in source.spans]
    assert [row.relation for row in done.relations] == list(source.relations)
    assert [row.position for row in done.labels] == list(range(len(source.labels)))
    assert counts["spans"]["source"] == len(source.spans)
    assert counts["relations"]["source"] == len(source.relations)
    assert counts["labels"]["source"] == len(source.labels)
    for row in done.spans:
        assert (row.placed is None) == (row.reason is not None) == (row.method is None)
        assert (row.placed is None) == bool(row.detail)
        for attempt in row.attempts:
            assert (attempt.match is None) == (attempt.reason is not None)


@given(documents(), st.data())
def test_target_holds_exactly_what_was_placed(source: Document, data: st.DataObject) -> None:
    done = drawn(data, journey(source, PLAN))
    target = done.target
    assert (target is None) == bool(done.translation.problem)
    if target is None:
        return
    assert len(target.segments) == len(source.segments)
    assert Counter(span.id for span in target.spans) == Counter(
        row.span_id for row in done.spans if row.placed
    )
    for span in target.spans:
        assert all(words == words.strip() != "" for words in span.surfaces(target.text))
    assert target.dangling() == ()
    assert decode(encode(target)) == target


@given(documents(), st.data())
def test_records_hold_the_whole_journey(source: Document, data: st.DataObject) -> None:
    done = drawn(data, journey(source, PLAN))
    steps = (encode_translation, encode_rows, encode_findings)
    assert decode_transfer(source, *(step(done) for step in steps)) == done
