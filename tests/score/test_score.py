"""Strict scores on cases that were counted by hand."""

from dataclasses import replace
from typing import Any

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import InputError
from donor.score import Counts, score, scored, span_scores
from donor.score.relations import relation_scores

ION, CELL = ("Term", (0, 3)), ("Term", (4, 8))
WIDE = ("Definition", (0, 8))


def document(
    *spans: tuple[str, tuple[int, int]], name: str = "d", text: str = "ion cell", **more: Any
) -> Document:
    found = tuple(
        Span(f"T{n}", label, (Interval(*place),)) for n, (label, place) in enumerate(spans, start=1)
    )
    return Document(name, "en", text, (Interval(0, len(text)),), spans=found, **more)


def strict(predicted: list[Document], gold: list[Document], kind: str = "spans") -> Any:
    return score(predicted, gold)[kind]["strict"]


def counted(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["true_positives"], found["false_positives"], found["false_negatives"]


@pytest.mark.parametrize(
    ("predicted", "gold", "counts"),
    [
        ([ION, CELL], [ION, CELL], (2, 0, 0)),
        ([CELL, ION], [ION, CELL], (2, 0, 0)),
        ([ION], [ION, CELL], (1, 0, 1)),
        ([ION, CELL], [ION], (1, 1, 0)),
        ([("Alias", (0, 3))], [ION], (0, 1, 1)),
        ([("Term", (0, 2))], [ION], (0, 1, 1)),
        ([], [ION], (0, 0, 1)),
        ([ION, ION], [ION], (1, 1, 0)),
        ([ION], [ION, ION], (1, 0, 1)),
        ([ION, ION], [ION, ION], (2, 0, 0)),
    ],
)
def test_counts_are_those_of_the_hand(predicted: list, gold: list, counts: tuple) -> None:
    assert counted(strict([document(*predicted)], [document(*gold)])) == counts


def test_labels_are_counted_apart() -> None:
    predicted, gold = document(ION, WIDE), document(ION, CELL)
    by_label = span_scores(predicted, gold).by_label
    assert {label: one.strict for label, one in by_label.items()} == {
        "Term": Counts(1, 0, 1),
        "Definition": Counts(0, 1, 0),
    }
    by_label = score([predicted], [gold])["spans"]["by_label"]
    assert {label: counted(found) for label, found in by_label.items()} == {
        "Term": (1, 0, 1),
        "Definition": (0, 1, 0),
    }


def test_fragments_count_as_one_span() -> None:
    both = Span("T1", "Term", (Interval(0, 3), Interval(4, 8)))
    gold = Document("d", "en", "ion cell", (Interval(0, 8),), spans=(both,))
    assert counted(strict([document(("Term", (0, 8)))], [gold])) == (0, 1, 1)
    assert counted(strict([gold], [gold])) == (1, 0, 0)


def test_spoiling_one_span_lowers_f1() -> None:
    gold = document(ION, CELL, WIDE)
    spoilt = document(ION, ("Term", (4, 7)), WIDE)
    assert strict([gold], [gold])["f1"] == 1.0
    assert strict([spoilt], [gold])["f1"] == pytest.approx(2 / 3)


def test_missing_document_counts_as_missed() -> None:
    gold = [document(ION), document(ION, CELL, name="e")]
    assert counted(strict([gold[0]], gold)) == (1, 0, 2)


def test_document_that_gold_lacks_does_not_count() -> None:
    gold = document(ION)
    assert counted(strict([gold, document(ION, CELL, name="x", text="ion cells")], [gold])) == (
        1,
        0,
        0,
    )


def test_differing_text_is_left_out_and_counted() -> None:
    gold = [document(ION), document(ION, name="e")]
    found = score([document(ION), document(ION, name="e", text="ion  cell")], gold)
    assert found["texts_differ"] == 1
    assert found["documents"] == 2
    assert counted(found["spans"]["strict"]) == (1, 0, 0)


def test_no_comparable_text_is_no_score() -> None:
    found = score([document(ION, text="ion  cell")], [document(ION)])
    assert (found["spans"], found["relations"], found["texts_differ"]) == (None, None, 1)


class TestMatching:
    """Documents match by id, else by text."""

    def test_other_ids_match_by_text(self) -> None:
        gold = [document(ION, name="a"), document(CELL, name="b", text="ion wall")]
        predicted = [document(CELL, name="2", text="ion wall"), document(ION, name="1")]
        assert counted(strict(predicted, gold)) == (2, 0, 0)

    def test_id_goes_before_text(self) -> None:
        predicted = [document(name="other"), document(ION, name="d")]
        assert counted(strict(predicted, [document(ION)])) == (1, 0, 0)

    def test_equal_texts_match_one_after_the_other(self) -> None:
        gold = [document(ION, name="a"), document(CELL, name="b")]
        predicted = [document(ION, name="1"), document(CELL, name="2")]
        assert counted(strict(predicted, gold)) == (2, 0, 0)


class TestRelations:
    def related(self, *relations: Relation, spans: tuple = (ION, CELL)) -> Document:
        return document(*spans, relations=relations)

    aka = Relation("AKA", head="T1", tail="T2")

    def test_ids_may_differ_where_the_spans_are_the_same(self) -> None:
        turned = self.related(Relation("AKA", head="T2", tail="T1"), spans=(CELL, ION))
        assert relation_scores(turned, self.related(self.aka)).by_label == {"AKA": Counts(1, 0, 0)}

    @pytest.mark.parametrize(
        ("relation", "counts"),
        [
            (Relation("AKA", head="T2", tail="T1"), {"AKA": Counts(0, 1, 1)}),
            (Relation("Of", head="T1", tail="T2"), {"AKA": Counts(0, 0, 1), "Of": Counts(0, 1, 0)}),
            (Relation("AKA", head="T9", tail="T2"), {"AKA": Counts(0, 1, 1)}),
        ],
    )
    def test_label_and_both_ends_must_agree(
        self, relation: Relation, counts: dict[str, Counts]
    ) -> None:
        assert relation_scores(self.related(relation), self.related(self.aka)).by_label == counts

    def test_wrong_span_makes_its_relation_wrong(self) -> None:
        moved = self.related(self.aka, spans=(ION, ("Term", (5, 8))))
        found = score([moved], [self.related(self.aka)])
        assert counted(found["relations"]["strict"]) == (0, 1, 1)

    def test_dangling_heads_compare_by_id(self) -> None:
        dangling = self.related(Relation("AKA", head="T9", tail="T2"))
        assert relation_scores(dangling, dangling).by_label == {"AKA": Counts(1, 0, 0)}


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        (Counts(), None, None, None),
        (Counts(0, 1, 0), 0.0, None, 0.0),
        (Counts(0, 0, 1), None, 0.0, 0.0),
        (Counts(1, 1, 0), 0.5, 1.0, 2 / 3),
    ],
)
def test_what_is_not_defined_is_none(
    counts: Counts, precision: float | None, recall: float | None, f1: float | None
) -> None:
    assert (counts.precision, counts.recall, counts.f1) == (precision, recall, f1)


def test_no_document_in_common_is_an_error() -> None:
    with pytest.raises(InputError, match="no document in common"):
        score([document(name="other", text="other")], [document()])


def test_empty_gold_is_an_error() -> None:
    with pytest.raises(InputError, match="gold: holds no document"):
        score([document()], [])


def test_sections_that_do_not_apply_are_none() -> None:
    found = score([document()], [document()])
    names = ("spans", "relations", "labels", "qa", "translation", "defteval")
    assert {name: found[name] for name in names} == dict.fromkeys(names)
    assert found["notes"] == []


class TestNotes:
    """What moves a number and cannot be seen in it is said in a sentence."""

    @pytest.mark.parametrize(
        ("predicted", "gold", "key", "value", "note"),
        [
            ([document(ION)], [document(ION), document(name="e", text="e")], "missing", ["e"],
             "1 of 2 documents are not in the prediction"),
            ([document(ION), document(name="e", text="e")], [document(ION)], "extra", ["e"],
             "1 predicted documents are not in gold"),
            ([document(ION), document(ION)], [document(ION)], "duplicates",
             {"predicted": ["d"], "gold": []}, "1 ids occur several times in the prediction (d)"),
            ([document(ION)], [document(ION), document(CELL)], "duplicates",
             {"predicted": [], "gold": ["d"]}, "1 ids occur several times in gold (d)"),
            ([document(ION, text="other")], [document(ION)], "texts_differ", 1,
             "1 of 1 documents have another text than gold"),
            ([document(("Alias", (0, 3)))], [document(ION)], "labels_only_predicted",
             {"spans": ["Alias"]}, "Only the prediction has the span labels Alias"),
            ([document(("Alias", (0, 3)))], [document(ION)], "labels_only_gold",
             {"spans": ["Term"]}, "Only gold has the span labels Term"),
            ([document(ION)], [document()], "labels_only_predicted", {"spans": ["Term"]},
             "Gold has no span: each of the 1 predicted ones is wrong"),
            ([document()], [document(ION)], "labels_only_gold", {"spans": ["Term"]},
             "The prediction has no span"),
        ],
    )  # fmt: skip
    def test_note(
        self, predicted: list[Document], gold: list[Document], key: str, value: Any, note: str
    ) -> None:
        found = score(predicted, gold)
        assert found[key] == value
        assert any(one.startswith(note) for one in found["notes"]), found["notes"]

    def test_labels_of_few_documents_are_told(self) -> None:
        gold = [
            document(ION, *([WIDE] if n < 9 else []), name=str(n), text=f"ion cell {n}",
                     labels=(TextLabel("mood", "bad" if n < 3 else "good"),))
            for n in range(20)
        ]  # fmt: skip
        few = [note for note in score(gold, gold)["notes"] if note.startswith("Fewer than 10")]
        assert len(few) == 2
        assert "span labels Definition: 95 % says too much" in few[0]
        assert "text labels mood=bad: " in few[1]

    def test_value_of_a_shared_label_name_is_told_with_its_name(self) -> None:
        one, other = (document(labels=(TextLabel("mood", value),)) for value in ("good", "bad"))
        found = score([one], [other])
        assert found["labels_only_predicted"] == {"labels": ["mood=good"]}
        assert found["labels_only_gold"] == {"labels": ["mood=bad"]}

    def test_name_of_text_labels_that_gold_lacks_is_not_scored(self) -> None:
        one = document(labels=(TextLabel("mood", "good"), TextLabel("tone", "low")))
        found = score([one], [document(labels=(TextLabel("mood", "bad"),))])
        assert set(found["labels"]) == {"mood"}
        said = [note for note in found["notes"] if note.startswith("Only the prediction")]
        assert said == [
            "Only the prediction has the text labels mood=good: all wrong.",
            "Only the prediction has the text labels tone: gold lacks these names: not scored.",
        ]


def test_second_of_an_id_goes_with_the_second() -> None:
    both = [document(ION), document(CELL)]
    assert counted(strict(both, both)) == (2, 0, 0)


def test_differing_texts_are_scored_as_translations() -> None:
    found = score([document(ION, text="ion cells are here")], [document(ION, text="ion cell is")])
    assert set(found["translation"]) == {"bleu", "chrf2", "ter"}
    signature = found["translation"]["chrf2"]["signature"]
    assert signature.startswith("nrefs:1")
    assert "|interval:bootstrap,95%,n:1000,seed:2024|version:donor-" in signature


def test_documents_whose_segments_are_joined_are_counted() -> None:
    halves = Document("d", "en", "ion. wall", (Interval(0, 4), Interval(5, 9)))
    note = "1 of 1 documents have more or fewer segments: each side's are scored as one text"
    assert any(one.startswith(note) for one in score([document()], [halves])["notes"])
    whole = score([document(text="ion")], [document()])
    assert not any("segments" in one for one in whole["notes"])


@pytest.mark.parametrize(
    ("predicted", "gold", "tokenizer", "note"),
    [
        ("en", "zh", "zh", None),
        ("zh", None, "zh", "Gold names no language: translations are scored by the words of zh"),
        (None, None, "13a", "Neither the prediction nor gold names its language"),
        ("und", None, "13a", "Neither the prediction nor gold names its language"),
    ],
)
def test_language_is_golds_else_the_predictions(
    predicted: str | None, gold: str | None, tokenizer: str, note: str | None
) -> None:
    one = replace(document(text="细胞 是"), language=predicted)
    found = score([one], [replace(document(text="细胞 在"), language=gold)])
    assert f"tok:{tokenizer}" in found["translation"]["bleu"]["signature"]
    assert any("anguage" in said for said in found["notes"]) == (note is not None)
    assert note is None or any(said.startswith(note) for said in found["notes"])


def test_gold_in_several_languages_is_told() -> None:
    gold = [replace(document(name=n, text=n), language=n) for n in ("de", "de", "ru")]
    notes = score([replace(document(name="de", text="other"), language="ru")], gold)["notes"]
    assert "Translations are scored by the words of de, but gold is in de, ru." in notes


def test_rows_are_those_of_gold_documents() -> None:
    gold = [document(ION, name=name, text=f"ion {name}") for name in "abc"]
    found = scored([gold[2], document(ION, name="a", text="another")], gold)
    assert found.sections["spans"].documents == [1, 2]
    assert found.sections["spans"].measured["strict"].rows == [(0, 0, 0, 1, 0), (1, 0, 0, 0, 0)]


def test_documents_of_deft_are_scored_by_its_subtasks_too() -> None:
    plain = document(ION, metadata={})
    deft = document(ION, metadata={"deft": {}})
    assert score([plain], [plain])["defteval"] is None
    assert score([deft], [deft])["defteval"]["subtask_2"] is not None
    assert scored([plain], [plain], deft=True).defteval is not None
