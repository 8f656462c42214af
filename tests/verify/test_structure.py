import pytest
from tests.verify.transfers import findings, in_segments, untranslated

from donor.data import Check, Finding, Transfer

SOURCES = ["The cell wall holds.", "An ion moves on."]
TARGETS = ["Стенка клетки держит.", "Этот ион движется."]

STRUCTURE = (
    Check.OTHER_SENTENCE,
    Check.OVERLAP_CHANGED,
    Check.RELATION_COLLAPSED,
    Check.SPANS_UNPLACED,
)


def seen(done: Transfer) -> list[Finding]:
    return [finding for finding in findings(done) if finding.check in STRUCTURE]


def test_what_holds_together_is_no_finding() -> None:
    spans = (("cell wall", "Стенка клетки"), ("cell", "клетки"), ("ion", "ион"))
    assert seen(in_segments(SOURCES, TARGETS, *spans, relations=(("T1", "T3"),))) == []


class TestSentences:
    def test_a_span_in_another_sentence(self) -> None:
        what = "stands in segment 1, in the source in segment 2"
        assert seen(in_segments(SOURCES, TARGETS, ("ion", "клетки"))) == [
            Finding(Check.OTHER_SENTENCE, what, 0, "T1")
        ]

    def test_a_span_that_runs_on_into_the_next(self) -> None:
        [finding] = seen(in_segments(SOURCES, TARGETS, ("wall holds", "держит. Этот")))
        assert finding.detail == "stands in segments 1, 2, in the source in segment 1"
        assert finding.segment == 1

    def test_a_span_over_two_sentences_may_shrink_to_one(self) -> None:
        assert seen(in_segments(SOURCES, TARGETS, ("holds. An ion", "держит"))) == []

    def test_a_fragment_in_another_sentence(self) -> None:
        done = in_segments(SOURCES, TARGETS, ("cell … holds", "клетки … ион"))
        assert [finding.segment for finding in seen(done)] == [1]


class TestOverlaps:
    @pytest.mark.parametrize("outer", ["cell wall", "cell", "cell wall holds"])
    def test_spans_that_share_words_no_longer(self, outer: str) -> None:
        done = in_segments(SOURCES, TARGETS, (outer, "Стенка"), ("cell", "клетки"))
        assert seen(done) == [
            Finding(
                Check.OVERLAP_CHANGED, "shares no words with T1, in the source it does", None, "T2"
            )
        ]

    def test_spans_that_came_to_share_a_word(self) -> None:
        done = in_segments(SOURCES, TARGETS, ("wall", "Стенка клетки держит"), ("cell", "клетки"))
        assert [finding.check for finding in seen(done)] == [Check.OVERLAP_CHANGED]

    def test_one_that_took_the_place_of_another_is_told_once(self) -> None:
        done = in_segments(SOURCES, TARGETS, ("wall", "клетки"), ("cell", "клетки"))
        assert [finding.check for finding in findings(done)] == [Check.SPAN_ASTRAY]

    def test_nested_and_equal_spans_may_change_how_they_share(self) -> None:
        done = in_segments(SOURCES, TARGETS, ("cell wall", "клетки"), ("cell", "клетки"))
        assert seen(done) == []


class TestRelations:
    def test_both_ends_at_the_same_words(self) -> None:
        spans = (("cell wall", "Стенка клетки"), ("wall", "Стенка клетки"))
        assert seen(in_segments(SOURCES, TARGETS, *spans, relations=(("T1", "T2"),))) == [
            Finding(
                Check.RELATION_COLLAPSED,
                "of leads from T2 to T1, which are the same words now",
                None,
                "T2",
            )
        ]

    def test_as_they_are_in_the_source(self) -> None:
        spans = (("wall", "Стенка"), ("wall", "Стенка"))
        assert seen(in_segments(SOURCES, TARGETS, *spans, relations=(("T1", "T2"),))) == []

    def test_a_relation_of_a_span_with_itself(self) -> None:
        done = in_segments(SOURCES, TARGETS, ("wall", "Стенка"), relations=(("T1", "T1"),))
        assert seen(done) == []

    def test_the_ends_may_change_their_order(self) -> None:
        spans = (("cell", "клетки"), ("wall", "Стенка"))
        assert seen(in_segments(SOURCES, TARGETS, *spans, relations=(("T1", "T2"),))) == []


class TestUnplaced:
    SPANS = (("cell", ""), ("wall", ""), ("ion", "ион"))

    def test_most_of_several(self) -> None:
        assert seen(in_segments(SOURCES, TARGETS, *self.SPANS)) == [
            Finding(Check.SPANS_UNPLACED, "2 of 3 spans have no place")
        ]

    def test_half_of_them_is_no_finding(self) -> None:
        assert seen(in_segments(SOURCES, TARGETS, *self.SPANS, ("moves", "движется"))) == []

    def test_one_alone_is_no_finding(self) -> None:
        assert seen(in_segments(SOURCES, TARGETS, ("cell", ""))) == []

    def test_without_a_translation_the_ledger_says_it(self) -> None:
        assert seen(untranslated(SOURCES[0], "failed-request: timeout")) == []
