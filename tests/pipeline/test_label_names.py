"""Runs whose labels are translated too: in the dataset, in the card, in the run folder."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.small import contents, recipe_for

from donor.errors import ConfigError
from donor.formats import read
from donor.pipeline import Resources, estimate, reproduce, run
from donor.recipe import Recipe, read_recipe, recipe_of

CSV = "text,label,score\nAn ion moves.,good,1\nA cell wall.,bad,2\nSalt.,good,3\n"


def transferred(tmp_path: Path, base_url: str | None, recipe: Recipe, **more: Any) -> Path:
    run(recipe, tmp_path / "run", Resources(store=tmp_path / "s.sqlite", base_url=base_url, **more))
    return tmp_path / "run"


@pytest.fixture
def reviews(tmp_path: Path) -> Recipe:
    (tmp_path / "reviews.csv").write_text(CSV)
    path = str(tmp_path / "reviews.csv")
    return Recipe((path,), "ru", "vllm:m", language="en", label_names="translate")


def test_labels_are_translated_once_for_all(tmp_path: Path, base_url: str, reviews: Recipe) -> None:
    folder = transferred(tmp_path, base_url, reviews)
    written = (folder / "dataset/reviews.csv").read_text()
    assert written == ("text,label,score\nАн ион мовес.,гоод,1\nА целл щалл.,бад,2\nСалт.,гоод,3\n")
    assert json.loads((folder / "label-names.json").read_text()) == {"bad": "бад", "good": "гоод"}
    assert "| good | гоод |" in (folder / "dataset/README.md").read_text()
    usage = json.loads((folder / "usage.json").read_text())
    assert usage["requests"]["sent"] == 4


def test_names_are_kept_unless_it_is_said(tmp_path: Path, base_url: str, reviews: Recipe) -> None:
    folder = transferred(tmp_path, base_url, replace(reviews, label_names="keep"))
    assert ",good,1\n" in (folder / "dataset/reviews.csv").read_text()
    assert not (folder / "label-names.json").exists()


def test_replay_and_reproduction_are_the_same(
    tmp_path: Path, base_url: str, reviews: Recipe
) -> None:
    folder = transferred(tmp_path, base_url, reviews)
    before = contents(folder)
    transferred(tmp_path, None, reviews, replay=True)
    assert contents(folder) == before
    assert reproduce(folder).equal
    (folder / "label-names.json").write_text("{}")
    assert {found.file for found in reproduce(folder).differences} == {"label-names.json"}


def test_span_labels_are_translated_in_the_dataset_alone(
    tmp_path: Path, base_url: str, source: Path
) -> None:
    recipe = recipe_for(source, label_names="translate")
    folder = transferred(tmp_path, base_url, recipe)
    assert {s.label for d in read(folder / "dataset") for s in d.spans} == {"Терм"}
    assert '"label":"Term"' in (folder / "1-read.jsonl").read_text()


def test_dry_run_counts_the_request(tmp_path: Path, reviews: Recipe) -> None:
    resources = Resources(store=tmp_path / "none.sqlite")
    with_names, without = (
        estimate(replace(reviews, label_names=choice), resources)["requests"]
        for choice in ("translate", "keep")
    )
    assert with_names == without + 1


def test_too_many_labels_are_none_of_a_set(tmp_path: Path, base_url: str) -> None:
    rows = "".join(f"a,word{n}\n" for n in range(1001))
    (tmp_path / "many.csv").write_text("text,label\n" + rows)
    recipe = Recipe(
        (str(tmp_path / "many.csv"),), "ru", "vllm:m", language="en", label_names="translate"
    )
    with pytest.raises(ConfigError, match="more than 1000 different labels"):
        transferred(tmp_path, base_url, recipe)
    assert not (tmp_path / "run").exists()


def test_recipe_says_it(tmp_path: Path, reviews: Recipe) -> None:
    (tmp_path / "recipe.toml").write_text(reviews.as_toml())
    assert recipe_of(read_recipe(tmp_path / "recipe.toml")) == reviews


def test_names_of_a_hub_dataset_keep_their_numbers(tmp_path: Path, base_url: str) -> None:
    datasets = pytest.importorskip("datasets", reason="needs the extra hf")
    label = datasets.ClassLabel(names=["bad", "good", "unused"])
    tag = datasets.ClassLabel(names=["O", "B-THING", "I-THING"])
    features = datasets.Features(
        {
            "tokens": datasets.List(datasets.Value("string")),
            "ner_tags": datasets.List(tag),
            "label": label,
        }
    )
    rows = {"tokens": [["An", "ion"]], "ner_tags": [[0, 1]], "label": [1]}
    datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "train.parquet")
    path = str(tmp_path / "train.parquet")
    recipe = Recipe((path,), "ru", "vllm:m", language="en", label_names="translate")
    folder = transferred(tmp_path, base_url, recipe)
    found = datasets.Dataset.from_parquet(
        str(folder / "dataset/train.parquet"), cache_dir=str(tmp_path / "cache")
    )
    assert found.features["label"].names == ["бад", "гоод", "унусед"]
    assert found.features["ner_tags"].feature.names == ["O", "B-ТХИНГ", "I-ТХИНГ"]
    assert found[0] == {"tokens": ["Ан", "ион"], "ner_tags": [0, 1], "label": 1}
