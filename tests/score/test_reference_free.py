"""What is measured without a reference: each from the smallest run that shows it."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from sacrebleu.metrics import BLEU, CHRF

from donor.data import Check, Document, Finding, Interval, SideText, Transfer, Translation
from donor.score import Measurement, interval
from donor.score import reference_free as room
from donor.score.reference_free import ReferenceFreeTally, reference_free


def carried(
    source: str,
    target: str,
    *found: Check,
    back: str = "",
    sides: tuple[str, str] | None = None,
    problem: str = "",
) -> Transfer:
    """The transfer of a document of one segment, and perhaps a side text."""
    side_texts = (SideText("title", sides[0]),) if sides else ()
    document = Document("d", "en", source, (Interval(0, len(source)),), side_texts=side_texts)
    translation = Translation(
        "ru",
        () if problem else (target,),
        (sides[1],) if sides and not problem else (),
        "llm",
        problem=problem,
    )
    findings = tuple(Finding(check, "", 0) for check in found)
    return Transfer(document, translation, (), (), (), findings, back=(back,) if back else ())


def totals(found: dict[str, Measurement]) -> dict[str, Any]:
    return {name: one.total for name, one in found.items() if name != "in_target_language"}


NOTHING = {"length_ratio": (0, 0), "copied": (0, 0), "other_language": (0, 0)} | {
    "length_outside": (0, 0)
}


def test_lengths_are_those_of_segments_and_side_texts() -> None:
    done = carried("ab", "abc", sides=("x", "yz"))
    assert totals(reference_free([done])) == {
        "length_ratio": (5, 3),
        "copied": (0, 2),
        "other_language": (0, 2),
        "length_outside": (0, 2),
    }


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (Check.SOURCE_COPIED, "copied"),
        (Check.OTHER_LANGUAGE, "other_language"),
        (Check.LENGTH, "length_outside"),
    ],
)
def test_share_of_texts_is_that_of_a_checks_findings(check: Check, name: str) -> None:
    done = [carried("ab", "ab", check, Check.ADDED), carried("ab", "cd"), carried("", "")]
    found = reference_free(done)
    assert (found[name].total, found[name].score) == ((1, 2), 0.5)
    others = {"copied", "other_language", "length_outside"} - {name}
    assert all(found[other].score == 0 for other in others)


def test_document_without_a_translation_is_left_out() -> None:
    assert totals(reference_free([carried("ab", "", problem="refused")])) == NOTHING
    assert totals(reference_free([])) == NOTHING


def test_all_are_labelled() -> None:
    done = carried("A cell divides.", "Клетка делится.", back="The cell divides.")
    for name, one in reference_free([done], Letters()).items():
        assert one.metric.signature.startswith("reference:none|"), name
        assert one.metric.name == name


def test_translation_back_is_counted_as_sacrebleu_counts_it() -> None:
    sources = ["The cell wall protects the plant.", "Rain fell on Tuesday at noon."]
    backs = ["The wall of the cell protects the plant.", "It rained on Tuesday at noon."]
    pairs = zip(sources, backs, strict=True)
    found = reference_free(carried(source, "Стенка.", back=back) for source, back in pairs)
    assert found["back_bleu"].score == BLEU().corpus_score(backs, [sources]).score
    assert found["back_chrf2"].score == CHRF().corpus_score(backs, [sources]).score
    assert "|translated-back:yes|nrefs:1|" in found["back_bleu"].metric.signature


def test_missing_translation_counts_as_nothing_once_texts_are_translated_back() -> None:
    failed = carried("Rain fell on Tuesday.", "", problem="refused")
    whole = carried("The cell wall protects.", "Стенка.", back="The cell wall protects.")
    not_back = carried("Snow fell.", "Снег.")
    rows = reference_free([failed, not_back, whole, failed, not_back])["back_bleu"].rows
    assert [tuple(row[:2]) for row in rows] == [(0, 5), (0, 0), (5, 5), (0, 5), (0, 0)]


def test_share_in_the_target_language() -> None:
    pytest.importorskip("lingua", reason="needs the extra lang")
    done = [
        carried("A cell divides.", "Клетка делится на две части."),
        carried("Water boils.", "The water is boiling in the pot."),
        carried("1.", "1."),
        carried("No.", "", problem="refused"),
    ]
    found = reference_free(done)["in_target_language"]
    assert list(found.rows) == [(1, 1), (0, 1), (0, 0), (0, 0)]


def test_sample_of_many_texts_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lingua", reason="needs the extra lang")
    monkeypatch.setattr(room, "_IDENTIFIED", 5)
    done = [carried("A cell.", f"Клетка делится {n} раз.") for n in range(60)]
    first, again = (reference_free(done)["in_target_language"].rows for _ in range(2))
    assert first == again
    assert sum(row[1] for row in first) == 5
    assert sum(row[1] for row in first[:5]) < 5


class Letters:
    """Embeds a text as how often a and b are in it."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        return [(text.count("a") + 1, text.count("b")) for text in texts]


def test_similarity_is_that_of_source_and_target() -> None:
    done = [carried("a", "aa", sides=("b", "b")), carried("a", "", problem="refused")]
    found = reference_free(done, Letters())["similarity"]
    assert list(found.rows) == [(pytest.approx(2), 2), (0, 1)]


class TestTally:
    def test_scores_are_those_of_the_measurements(self) -> None:
        done = [
            carried("A cell divides.", "Клетка.", Check.LENGTH, back="A cell."),
            carried("Water boils.", "Вода кипит.", back="Water is boiling."),
            carried("No.", "", problem="refused"),
        ]
        tally = ReferenceFreeTally(back=True)
        for one in done:
            tally.add(one)
        found = {name: (one["score"], one["signature"]) for name, one in tally.as_json().items()}
        assert found == {
            name: (one.score, one.metric.signature)
            for name, one in reference_free(done).items()
            if name != "in_target_language"
        }

    def test_intervals_come_near_those_of_resampled_documents(self) -> None:
        chance = random.Random(7)
        tally, done = ReferenceFreeTally(), []
        for _ in range(400):
            checks = [Check.SOURCE_COPIED] if chance.random() < 0.3 else []
            source, target = "a" * chance.randrange(20, 90), "b" * chance.randrange(20, 90)
            done.append(carried(source, target, *checks))
            tally.add(done[-1])
        measured = reference_free(done)
        for name, one in tally.as_json().items():
            assert one["interval"] == pytest.approx(interval(measured[name]), abs=0.012), name

    def test_nothing_has_no_score(self) -> None:
        found = ReferenceFreeTally(back=True).as_json()
        assert {(one["score"], one["interval"]) for one in found.values()} == {(None, None)}

    @pytest.mark.parametrize("copied", [0, 1, 12])
    def test_share_stays_between_0_and_1(self, copied: int) -> None:
        tally = ReferenceFreeTally()
        for n in range(12):
            tally.add(carried("ab", "cd", *([Check.SOURCE_COPIED] if n < copied else [])))
        low, high = tally.as_json()["copied"]["interval"]
        assert 0 <= low <= copied / 12 <= high <= 1
