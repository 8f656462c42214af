"""Each row learns from what its name says, and what cannot be had says why."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.experiments.baselines.small import document, put, put_lines, put_run, transfer

from donor.data import Document, TextLabel
from donor.errors import ConfigError
from donor.experiments.baselines.datasets import gathered
from donor.experiments.baselines.dividing import divided, documents_of
from donor.experiments.baselines.recipe import NAMES, BaselinesRecipe
from donor.experiments.baselines.rows import Row, curve_rows, rows_of
from donor.train.tasks.task import task_named

DEFINITION = task_named("definition")
MANY = range(40)
GOLD = range(20)


@pytest.fixture
def recipe(tmp_path: Path) -> BaselinesRecipe:
    """A run of forty documents of which twenty have gold; three spans have no place."""
    run = put_run(tmp_path / "run", (transfer(n, placed=n not in (30, 31, 32)) for n in MANY))
    accepted = [{"id": f"d{n}", "span": span} for n in MANY for span in ("T1", "T2")]
    put_lines(run / "accepted.jsonl", (one for one in accepted if one["id"] not in _doubtful()))
    put_lines(run / "confidence.jsonl", (one | {"confidence": 0.5} for one in accepted))
    return BaselinesRecipe(
        ("definition",),
        source=put(tmp_path / "source.jsonl", (document(n, "en") for n in MANY)),
        run=run,
        gold=put(tmp_path / "gold.jsonl", map(document, GOLD)),
        translated_test=put_run(tmp_path / "back", (transfer(n, "en") for n in GOLD), to="en"),
        encoder="scratch:tiny",
    )


def _doubtful() -> set[str]:
    return {"d30", "d31", "d32"}


def planned(
    recipe: BaselinesRecipe, task: str = "definition", **more: Any
) -> tuple[dict[str, Row], dict[str, str]]:
    recipe = replace(recipe, **more)
    datasets = gathered(recipe)
    parts = divided(datasets, recipe.shares)
    chosen = task_named(task).settled(documents_of(parts.silver.train))
    rows, not_run = rows_of(chosen, recipe, datasets, parts)
    return {row.name: row for row in rows}, {one.name: one.why for one in not_run}


def ids(documents: Any) -> set[str]:
    return {one.id for one in documents}


def test_all_rows_are_asked_about_the_same_documents(recipe: BaselinesRecipe) -> None:
    rows, not_run = planned(recipe)
    assert not_run == {}
    linear = ["linear:translate-train", "linear:gold-train"]
    assert list(rows) == [*(name for name in NAMES if name != "linear"), *linear]
    [asked] = {tuple(one.id for one in row.asked) for row in rows.values()}
    assert len(asked) == 8
    for row in rows.values():
        assert not (ids(row.train) | ids(row.dev)) & set(asked), row.name


def test_what_each_learns_from(recipe: BaselinesRecipe) -> None:
    rows, _ = planned(recipe)
    sizes = {name: len(row.train) for name, row in rows.items()}
    assert sizes == {
        "zero-shot": 28,
        "translate-train": 28,
        "translate-test": 28,
        "gold-train": 8,
        "accepted-only": 25,
        "confidence-weighted": 28,
        "gold+silver": 28,
        "linear:translate-train": 28,
        "linear:gold-train": 8,
    }
    languages = {name: {one.language for one in row.train} for name, row in rows.items()}
    assert languages["zero-shot"] == languages["translate-test"] == {"en"}
    assert languages["translate-train"] == languages["gold+silver"] == {"ru"}
    assert {one.language for one in rows["zero-shot"].asked} == {"ru"}
    assert {one.language for one in rows["translate-test"].asked} == {"en"}


def test_a_document_with_a_doubtful_span_is_left_out_whole(recipe: BaselinesRecipe) -> None:
    rows, _ = planned(recipe)
    assert not ids(rows["accepted-only"].train) & _doubtful()
    assert "25 of 28 documents" in rows["accepted-only"].notes[-1]
    assert rows["confidence-weighted"].weights is not None
    assert rows["confidence-weighted"].weights.by_sentence


def test_gold_stands_in_for_silver_of_the_same_document(recipe: BaselinesRecipe) -> None:
    rows, _ = planned(recipe)
    both = rows["gold+silver"]
    assert len(ids(both.train)) == len(both.train)
    assert ids(rows["gold-train"].train) < ids(both.train)
    assert ids(both.dev) == ids(rows["gold-train"].dev)
    assert "8 documents are gold's, 20 silver; 8 silver documents" in both.notes[-1]


def test_translated_document_without_counterpart_is_asked_as_nothing(
    recipe: BaselinesRecipe, tmp_path: Path
) -> None:
    rows, _ = planned(recipe)
    missing = rows["translate-test"].asked[0].id
    left = (transfer(n, "en") for n in GOLD if f"d{n}" != missing)
    back = put_run(tmp_path / "less", left, to="en")
    rows, _ = planned(recipe, translated_test=back)
    asked = rows["translate-test"].asked
    assert (asked[0].id, asked[0].text) == (missing, "")
    assert rows["translate-test"].notes[-1].startswith("1 of 8 documents of the test set have no")


def test_zero_shot_without_pre_training_is_called_what_it_is(recipe: BaselinesRecipe) -> None:
    rows, _ = planned(recipe)
    assert "vocabulary is the source language's alone" in rows["zero-shot"].notes[-1]


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        (None, ("FacebookAI/xlm-roberta-base", "FacebookAI/xlm-roberta-base",
                "DeepPavlov/rubert-base-cased")),
        ("owner/name", ("FacebookAI/xlm-roberta-base", "FacebookAI/xlm-roberta-base",
                        "owner/name")),
        ("scratch:tiny", ("scratch:tiny",) * 3),
        ("default:small", ("distilbert/distilbert-base-multilingual-cased",
                           "distilbert/distilbert-base-multilingual-cased",
                           "cointegrated/rubert-tiny2")),
    ],
)  # fmt: skip
def test_encoder_is_that_of_the_language(
    recipe: BaselinesRecipe, encoder: str | None, expected: tuple[str, ...]
) -> None:
    rows, _ = planned(recipe, encoder=encoder)
    names = ("zero-shot", "translate-test", "translate-train")
    assert tuple(rows[name].encoder.name for name in names) == expected  # type: ignore[union-attr]


def test_a_row_may_have_its_own_encoder(recipe: BaselinesRecipe) -> None:
    rows, _ = planned(recipe, encoders={"zero-shot": "owner/many"})
    assert rows["zero-shot"].encoder.name == "owner/many"  # type: ignore[union-attr]
    with pytest.raises(ConfigError, match="scratch:huge"):
        planned(recipe, encoders={"zero-shot": "scratch:huge"})


def test_what_cannot_be_had_says_why(recipe: BaselinesRecipe, tmp_path: Path) -> None:
    test = put(tmp_path / "test.jsonl", map(document, GOLD))
    silver = put(tmp_path / "silver.jsonl", map(document, MANY))
    less = {"source": None, "translated_test": None, "run": None, "gold": None}
    rows, not_run = planned(recipe, silver=silver, gold_test=test, language="ru", **less)
    assert list(rows) == ["translate-train", "linear:translate-train"]
    why = {
        "zero-shot": "there is no data in the source language",
        "translate-test": "there is no translation of the test set",
        "gold-train": "gold has no documents to learn from",
        "accepted-only": "the silver data are a file",
        "confidence-weighted": "the silver data are a file",
        "gold+silver": "gold has no documents to learn from",
        "linear:gold-train": "gold has no documents to learn from",
    }
    assert not_run.keys() == why.keys()
    for name, told in why.items():
        assert told in not_run[name]


def test_spans_are_not_asked_about_in_another_text(recipe: BaselinesRecipe) -> None:
    rows, not_run = planned(recipe, "spans")
    assert "projected back" in not_run["translate-test"]
    assert "label texts" in not_run["linear:gold-train"]
    assert rows["confidence-weighted"].weights is not None
    assert not rows["confidence-weighted"].weights.by_sentence


def test_gold_of_all_silver_adds_none(recipe: BaselinesRecipe, tmp_path: Path) -> None:
    every = put(tmp_path / "every.jsonl", map(document, MANY))
    _, not_run = planned(recipe, gold=every)
    assert "gold has every document of the silver data" in not_run["gold+silver"]


def test_silver_that_is_all_gold_test_teaches_nothing(
    recipe: BaselinesRecipe, tmp_path: Path
) -> None:
    test = put(tmp_path / "test.jsonl", map(document, MANY))
    _, not_run = planned(recipe, gold=None, gold_test=test)
    assert "no document is left to learn from (40 of 40" in not_run["translate-train"]


def test_labels_that_train_lacks_do_not_count_in_dev(
    recipe: BaselinesRecipe, tmp_path: Path
) -> None:
    folder = tmp_path / "split"
    odd = [replace(span, label="Alias") for span in document(9).spans]
    put(folder / "train.jsonl", map(document, range(5)))
    put(folder / "dev.jsonl", [document(8), replace(document(9), spans=tuple(odd))])
    put(folder / "test.jsonl", map(document, range(10, 14)))
    rows, _ = planned(recipe, "spans", gold=folder)
    dev = rows["gold-train"].dev
    assert [len(one.spans) for one in dev] == [2, 0]
    assert "in dev Alias does not count" in rows["gold-train"].notes[-1]


def test_labels_of_texts_have_no_confidence(recipe: BaselinesRecipe, tmp_path: Path) -> None:
    def labelled(n: int, language: str = "ru") -> Any:
        label = TextLabel("tone", "good" if n % 2 else "bad")
        return replace(document(n, language), labels=(label,))

    gold = put(tmp_path / "labelled.jsonl", map(labelled, GOLD))
    silver = put(tmp_path / "silver.jsonl", map(labelled, MANY))
    rows, not_run = planned(recipe, "labels", gold=gold, silver=silver, run=None, language="ru")
    assert "labels of texts have none" in not_run["confidence-weighted"]
    assert "labels of texts are not" in not_run["accepted-only"]
    values = [label.value for one in rows["translate-test"].asked for label in one.labels]
    assert set(values) == {"good", "bad"}
    assert len(values) == 8


def test_label_that_train_lacks_leaves_its_document_out_of_dev(
    recipe: BaselinesRecipe, tmp_path: Path
) -> None:
    def labelled(n: int, value: str = "") -> Any:
        named = TextLabel("tone", value or ("good" if n % 2 else "bad"))
        return replace(document(n), labels=(named, TextLabel("number", str(n))))

    folder = tmp_path / "split"
    put(folder / "train.jsonl", map(labelled, range(5)))
    other = replace(labelled(8), labels=(*labelled(8).labels, TextLabel("look", "mixed")))
    put(folder / "dev.jsonl", [other, labelled(9, "mixed")])
    put(folder / "test.jsonl", map(labelled, range(10, 14)))
    silver = put(tmp_path / "silver.jsonl", map(labelled, range(20, 40)))
    task = task_named("labels", {"label": "tone"}).settled([labelled(n) for n in range(5)])
    more = {"gold": folder, "silver": silver, "run": None, "language": "ru"}
    changed = replace(recipe, **more)  # type: ignore[arg-type]
    datasets = gathered(changed)
    rows, _ = rows_of(task, changed, datasets, divided(datasets, changed.shares))
    [gold] = [row for row in rows if row.name == "gold-train"]
    assert ids(gold.dev) == {"d8"}
    assert "in dev mixed does not count" in gold.notes[-1]


def test_curve_learns_from_less_and_less_of_gold(recipe: BaselinesRecipe) -> None:
    datasets = gathered(recipe)
    parts = divided(datasets, recipe.shares)
    rows, _ = planned(recipe)
    gold = rows["gold-train"]
    small, large = curve_rows(DEFINITION, gold, parts.gold.train, [4, 10, 999], seed=1)
    assert [(one.name, len(one.train)) for one in (small, large)] == [
        ("gold-train:4", 2),
        ("gold-train:10", 5),
    ]
    assert ids(small.train) < ids(large.train) < ids(gold.train)
    assert small.dev == gold.dev


def test_dev_of_a_part_of_gold_is_without_the_labels_that_the_part_lacks(
    recipe: BaselinesRecipe, tmp_path: Path
) -> None:
    def odd(n: int) -> Document:
        spans = (replace(span, label="Alias") for span in document(n).spans)
        return replace(document(n), spans=tuple(spans))

    def labels(documents: tuple[Document, ...]) -> set[str]:
        return {span.label for one in documents for span in one.spans}

    folder = tmp_path / "split"
    put(folder / "train.jsonl", [odd(0), *map(document, range(1, 5))])
    put(folder / "dev.jsonl", [document(8), odd(9)])
    put(folder / "test.jsonl", map(document, range(10, 14)))
    changed = replace(recipe, gold=folder)
    parts = divided(gathered(changed), changed.shares)
    gold = planned(changed, "spans")[0]["gold-train"]
    assert "Alias" in labels(gold.dev)
    rows = curve_rows(task_named("spans"), gold, parts.gold.train, [2, 4, 6, 8], seed=1)
    lack = [row for row in rows if "Alias" not in labels(row.train)]
    assert 0 < len(lack) < len(rows)
    for row in rows:
        told = any("in dev Alias does not count" in note for note in row.notes)
        assert ("Alias" not in labels(row.dev)) == told == (row in lack)
