"""Nothing of gold's test is learnt from, in any language; official splits are kept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.experiments.baselines.small import document, put, put_run, transfer

from donor.errors import InputError
from donor.experiments.baselines.datasets import Datasets, Kept, gathered
from donor.experiments.baselines.dividing import (
    Divided,
    cut,
    divided,
    documents_of,
    nested,
    sentences_in,
)
from donor.experiments.baselines.recipe import BaselinesRecipe

MANY = range(30)


def ids(kept: tuple[Kept, ...]) -> set[str]:
    return {one.document.id for one in kept}


def named(folder: Path, **more: Any) -> BaselinesRecipe:
    """A recipe over a run and a gold of the same documents, and their source."""
    put_run(folder / "run", map(transfer, MANY))
    paths: dict[str, Any] = {
        "source": put(folder / "source.jsonl", (document(n, "en") for n in MANY)),
        "run": folder / "run",
        "gold": put(folder / "gold.jsonl", map(document, MANY)),
    }
    return BaselinesRecipe(("definition",), **(paths | more))


def sides_of(recipe: BaselinesRecipe) -> tuple[Datasets, Divided]:
    datasets = gathered(recipe)
    return datasets, divided(datasets, recipe.shares)


def check_apart(found: Divided) -> None:
    """No document of gold's test is learnt from or chosen by, and no dev document learnt from."""
    assert found.source is not None
    test = ids(found.gold.test)
    for side in (found.gold, found.silver, found.source):
        assert side.train and side.dev
        assert not (ids(side.train) | ids(side.dev)) & test
        assert not ids(side.train) & ids(found.gold.dev)
        assert not ids(side.train) & ids(side.dev)


def test_gold_of_the_documents_that_were_transferred_is_divided_with_them(tmp_path: Path) -> None:
    datasets, found = sides_of(named(tmp_path))
    check_apart(found)
    sizes = [len(side) for side in (found.gold.train, found.gold.dev, found.gold.test)]
    assert sizes == [12, 6, 12]
    assert ids(found.silver.train) == ids(found.gold.train)
    assert ids(found.silver.dev) == ids(found.gold.dev)
    assert "no official splits: 12 documents are train, 6 dev, 12 test" in found.gold.notes[0]
    assert found.silver.notes[0].startswith("12 of 30 documents of ")
    assert {one.language for one in documents_of(found.silver.train)} == {"ru"}
    assert (datasets.language, datasets.source_language) == ("ru", "en")


def test_a_document_is_known_by_its_source_where_ids_differ(tmp_path: Path) -> None:
    """Gold has the run's ids, the source has others: the run's source texts tell."""
    english = (replace(document(n, "en"), id=f"other{n}") for n in MANY)
    recipe = named(tmp_path, source=put(tmp_path / "renamed.jsonl", english))
    _, found = sides_of(recipe)
    assert found.source is not None
    test = {name.replace("d", "other") for name in ids(found.gold.test)}
    assert len(found.source.train) == 12
    assert not (ids(found.source.train) | ids(found.source.dev)) & test


def test_the_same_text_under_another_id_is_left_out_too(tmp_path: Path) -> None:
    again = [replace(document(n), id=f"again{n}") for n in MANY]
    silver = put(tmp_path / "silver.jsonl", again)
    _, found = sides_of(named(tmp_path, run=None, silver=silver, language="ru"))
    test = {name.replace("d", "again") for name in ids(found.gold.test)}
    assert not (ids(found.silver.train) | ids(found.silver.dev)) & test
    assert len(found.silver.train) == 12


def test_silver_that_gold_has_not_is_all_learnt_from(tmp_path: Path) -> None:
    few = put(tmp_path / "few.jsonl", map(document, range(15)))
    _, found = sides_of(named(tmp_path, gold=few))
    check_apart(found)
    assert len(found.gold.test) == 6
    assert {f"d{n}" for n in range(15, 30)} <= ids(found.silver.train)
    assert len(found.silver.train) == 30 - 6 - len(found.gold.dev)


def test_silver_without_any_gold_dev_holds_out_a_tenth(tmp_path: Path) -> None:
    other = put(tmp_path / "other.jsonl", map(document, range(100, 120)))
    _, found = sides_of(named(tmp_path, gold=other))
    assert (len(found.silver.train), len(found.silver.dev)) == (27, 3)
    assert "has no dev: 3 of 30 documents of train are held out" in found.silver.notes[0]


def test_official_splits_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    for name, numbers in {"train": (0, 10), "dev": (10, 14), "test": (14, 20)}.items():
        put(folder / f"{name}.jsonl", map(document, range(*numbers)))
    _, found = sides_of(named(tmp_path, gold=folder))
    check_apart(found)
    assert ids(found.gold.test) == {f"d{n}" for n in range(14, 20)}
    assert ids(found.gold.train) == {f"d{n}" for n in range(10)}
    assert found.gold.notes == ()


def test_dev_is_scored_on_where_gold_has_no_test(tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    put(folder / "train.jsonl", map(document, range(20)))
    put(folder / "dev.jsonl", map(document, range(20, 26)))
    _, found = sides_of(named(tmp_path, gold=folder))
    check_apart(found)
    assert ids(found.gold.test) == {f"d{n}" for n in range(20, 26)}
    assert "has no test: its dev is what is scored on" in found.gold.notes[0]
    assert (len(found.gold.train), len(found.gold.dev)) == (18, 2)


def test_silver_keeps_its_own_dev_and_does_not_learn_from_its_test(tmp_path: Path) -> None:
    splits = {n: "train" if n < 18 else "dev" if n < 24 else "test" for n in MANY}
    transfers = (transfer(n, metadata={"file": f"{splits[n]}.jsonl"}) for n in MANY)
    put_run(tmp_path / "split", transfers)
    _, found = sides_of(named(tmp_path, run=tmp_path / "split"))
    assert ids(found.silver.dev) <= {f"d{n}" for n in range(18, 24)}
    assert ids(found.silver.train) <= {f"d{n}" for n in range(18)}
    assert any("its own test and not learnt from" in note for note in found.silver.notes)


def test_gold_test_alone_is_gold_without_a_train(tmp_path: Path) -> None:
    test = put(tmp_path / "t.jsonl", map(document, range(5)))
    _, found = sides_of(named(tmp_path, gold=None, gold_test=test))
    assert (len(found.gold.test), found.gold.train, found.gold.dev) == (5, (), ())
    assert len(found.silver.train) + len(found.silver.dev) == 25


def test_given_train_loses_what_stands_in_the_given_test(tmp_path: Path) -> None:
    test = put(tmp_path / "t.jsonl", map(document, range(5)))
    train = put(tmp_path / "n.jsonl", map(document, range(3, 23)))
    _, found = sides_of(named(tmp_path, gold=None, gold_test=test, gold_train=train))
    assert len(found.gold.train) + len(found.gold.dev) == 18
    assert "2 documents of" in found.gold.notes[0]


def test_given_dev_loses_what_stands_in_the_given_test(tmp_path: Path) -> None:
    """Else the epoch would be chosen by what it is scored on."""
    test = put(tmp_path / "t.jsonl", map(document, range(5)))
    train = put(tmp_path / "n.jsonl", map(document, range(5, 20)))
    again = (replace(document(n), id=f"again{n}") for n in range(3, 5))
    dev = put(tmp_path / "d.jsonl", [*again, *map(document, range(20, 23))])
    paths = {"gold_test": test, "gold_train": train, "gold_dev": dev}
    _, found = sides_of(named(tmp_path, gold=None, **paths))
    assert ids(found.gold.dev) == {"d20", "d21", "d22"}
    assert "2 documents of" in found.gold.notes[0]


def test_gold_that_is_too_small_is_refused(tmp_path: Path) -> None:
    two = put(tmp_path / "two.jsonl", map(document, range(2)))
    with pytest.raises(InputError, match="cannot be divided into train, dev and test"):
        sides_of(named(tmp_path, gold=two))


def test_more_gold_moves_no_text_to_two_sides() -> None:
    kept = [Kept(replace(document(n % 5), id=f"d{n}")) for n in range(20)]
    parts, left = cut(kept, {"test": 0.4, "dev": 0.2}, seed=1)
    sides = [{one.document.text for one in some} for some in (*parts.values(), left)]
    assert [len(side) for side in sides] == [2, 1, 2]
    assert len(set.union(*sides)) == 5


def test_smaller_parts_are_within_larger_ones() -> None:
    kept = [Kept(document(n)) for n in range(10)]
    small, large = nested(kept, [7, 3, 500], seed=1)
    assert ids(small) < ids(large)
    assert [sentences_in(documents_of(part)) for part in (small, large)] == [4, 8]
    assert [ids(part) for part in nested(kept, [3], seed=2)] != [ids(small)]


def test_no_part_is_all_of_gold() -> None:
    assert nested([Kept(document(n)) for n in range(3)], [6], seed=1) == []
