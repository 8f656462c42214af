"""Text labels against scikit-learn 1.x, and what it has no word for."""

import random
from typing import Any

import pytest
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef
from sklearn.preprocessing import MultiLabelBinarizer

from donor.data import Document, Interval, TextLabel
from donor.score import label_measurements, score
from donor.score.labels import MOST_VALUES

VALUES = ["good", "bad", "none of it"]


def document(*labels: TextLabel, name: str = "d", segments: int = 1) -> Document:
    text = " ".join("ab" for _ in range(segments))
    edges = tuple(Interval(3 * n, 3 * n + 2) for n in range(segments))
    return Document(name, "en", text, edges, labels=labels)


def mood(*values: str, segment: int | None = None) -> tuple[TextLabel, ...]:
    return tuple(TextLabel("mood", value, segment) for value in values)


def pairs(predicted: list[Any], gold: list[Any]) -> list[tuple[Document, Document]]:
    return [
        (document(*mood(*([one] if isinstance(one, str) else one))),
         document(*mood(*([other] if isinstance(other, str) else other))))
        for one, other in zip(predicted, gold, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_one_value_each_scores_as_in_scikit_learn(seed: int) -> None:
    chance = random.Random(seed)
    gold = chance.choices(VALUES, k=30)
    predicted = [chance.choice([one, *VALUES]) for one in gold]
    found = label_measurements(pairs(predicted, gold))["mood"]
    used = sorted({*gold, *predicted})
    assert found["accuracy"].score == pytest.approx(accuracy_score(gold, predicted))
    assert found["mcc"].score == pytest.approx(matthews_corrcoef(gold, predicted))
    for average in ("micro", "macro"):
        expected = f1_score(gold, predicted, average=average)
        assert found[f"f1_{average}"].score == pytest.approx(expected)
    each = f1_score(gold, predicted, average=None, labels=used)
    assert [found[f"value:{value}"].score for value in used] == pytest.approx(list(each))


@pytest.mark.parametrize("seed", range(20))
def test_several_values_score_as_in_scikit_learn(seed: int) -> None:
    chance = random.Random(seed)
    gold = [chance.sample(VALUES, chance.randrange(1, 4)) for _ in range(30)]
    gold[0] = VALUES[:2]
    predicted = [chance.sample(VALUES, chance.randrange(1, 4)) for _ in range(30)]
    found = label_measurements(pairs(predicted, gold))["mood"]
    one, other = (MultiLabelBinarizer(classes=VALUES).fit_transform(a) for a in (gold, predicted))
    assert found["accuracy"].score == pytest.approx(accuracy_score(one, other))
    for average in ("micro", "macro"):
        expected = f1_score(one, other, average=average)
        assert found[f"f1_{average}"].score == pytest.approx(expected)
    assert "mcc" not in found


@pytest.mark.parametrize("seed", range(5))
def test_a_missing_value_is_a_class_of_its_own(seed: int) -> None:
    chance = random.Random(seed)
    gold = chance.choices(VALUES, k=30)
    predicted = [chance.choice([one, None]) for one in gold]
    said = [[] if one is None else one for one in predicted]
    found = label_measurements(pairs(said, gold))["mood"]
    as_strings = [one or "" for one in predicted]
    assert found["mcc"].score == pytest.approx(matthews_corrcoef(gold, as_strings))
    assert found["accuracy"].score == pytest.approx(accuracy_score(gold, as_strings))
    expected = f1_score(gold, as_strings, average="macro", labels=sorted(set(gold)))
    assert found["f1_macro"].score == pytest.approx(expected)


def test_missing_document_has_no_value() -> None:
    found = label_measurements([(None, document(*mood("good")))])["mood"]
    assert found["accuracy"].total == (0, 1)
    assert found["f1_micro"].total == (0, 0, 1)


def test_labels_of_segments_compare_by_position() -> None:
    gold = document(*mood("good", segment=0), *mood("bad", segment=1), segments=2)
    turned = document(*mood("bad", segment=0), *mood("bad", segment=1), segments=2)
    assert label_measurements([(turned, gold)])["mood"]["accuracy"].total == (1, 2)


def test_other_segments_are_told() -> None:
    gold = document(*mood("good", segment=0), segments=2)
    found = score([document(*mood("good", segment=0))], [gold])
    assert found["labels"]["mood"]["accuracy"]["score"] == 0.0
    assert any("other segments than gold" in note for note in found["notes"])


def test_value_of_one_side_alone_has_an_f1_of_nothing() -> None:
    found = score([document(*mood("good"))], [document(*mood("bad"))])["labels"]["mood"]
    assert {value: one["score"] for value, one in found["by_value"].items()} == {
        "bad": 0.0,
        "good": 0.0,
    }


def test_mcc_of_one_class_is_not_defined() -> None:
    found = score([document(*mood("good"))], [document(*mood("good"))])["labels"]["mood"]
    assert (found["mcc"]["score"], found["mcc"]["interval"]) == (None, None)


def test_what_is_missing_is_counted() -> None:
    both = [document(*mood("good")), document(name="e")]
    found = score([*both[::-1], document(*mood("bad"), name="f")], [
        document(*mood("bad"), name="e"), document(name="f"), document(*mood("good")),
    ])  # fmt: skip
    own = found["labels"]["mood"]
    assert (own["units"], own["without_prediction"], own["without_gold"]) == (3, 1, 1)
    assert "mood: 1 of 3 texts are without a predicted value: wrong." in found["notes"]


def test_too_many_values_have_no_counts_of_their_own() -> None:
    documents = [document(*mood(f"v{n}"), name=str(n)) for n in range(MOST_VALUES + 1)]
    found = score(documents, documents)
    assert set(found["labels"]["mood"]) >= {"accuracy", "f1_micro"}
    assert "f1_macro" not in found["labels"]["mood"]
    assert any("only accuracy and micro F1" in note for note in found["notes"])


def test_name_that_only_the_prediction_has_is_told_and_not_scored() -> None:
    found = score([document(*mood("good"))], [document()])
    assert found["labels"] is None
    assert found["labels_only_predicted"] == {"labels": ["mood"]}
