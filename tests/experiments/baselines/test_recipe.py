"""The recipe says what is compared on what; what it does not know is an error that lists."""

from pathlib import Path

import pytest

from donor.errors import ConfigError
from donor.experiments.baselines.recipe import (
    CURVE,
    NAMES,
    BaselinesRecipe,
    check_there,
    read_baselines,
)

DATA = '[data]\nrun = "r"\ngold = "g"\n'
WHOLE = f'tasks = ["definition"]\n{DATA}'


def recipe(tmp_path: Path, content: str) -> BaselinesRecipe:
    file = tmp_path / "own.toml"
    file.write_text(content, encoding="utf-8")
    return read_baselines(file)


def test_least_recipe_asks_for_all_rows(tmp_path: Path) -> None:
    found = recipe(tmp_path, WHOLE)
    assert (found.tasks, found.run, found.gold) == (("definition",), Path("r"), Path("g"))
    assert (found.names, found.curve, found.seeds) == (NAMES, CURVE, 1)


def test_all_keys_are_taken(tmp_path: Path) -> None:
    found = recipe(
        tmp_path,
        'tasks = ["labels"]\n[data]\nsilver = "s"\ngold_test = "t"\ngold_train = "n"\n'
        'label = "tone"\nlanguage = "ru"\n[split]\nseed = 3\n[train]\nencoder = "scratch:tiny"\n'
        "seeds = 5\nepochs = 3\nlearning_rate = 0.001\nseed = 7\nclass_weights = true\n"
        '[encoders]\nzero-shot = "e"\n'
        '[baselines]\nnames = ["linear", "silver-only"]\n[curve]\ngold_sentences = [50, 25]\n',
    )
    assert (found.seeds, found.encoder, found.shares.seed) == (5, "scratch:tiny", 3)
    assert found.training["learning_rate"] == 0.001
    assert (found.names, found.curve) == (("linear", "translate-train"), (25, 50))


def test_flags_change_it(tmp_path: Path) -> None:
    found = recipe(tmp_path, WHOLE + '[encoders]\nzero-shot = "x"\n')
    found = found.changed(seeds=3, encoder="scratch:tiny", only="zero-shot,linear")
    assert (found.seeds, found.names) == (3, ("zero-shot", "linear"))
    assert found.encoders["zero-shot"] == "scratch:tiny"
    with pytest.raises(ConfigError, match=r"--only: 'gold' is no baseline \(known: zero-shot"):
        found.changed(only="gold")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("tasks = [", "not TOML"),
        (DATA, "key 'tasks' must be a list of strings"),
        (f"tasks = []\n{DATA}", "names no task (known: definition,"),
        (f'tasks = ["ner"]\n{DATA}', "'ner' in tasks is no task (known: definition,"),
        (f"{WHOLE}gold_set = 'x'\n", "key 'gold_set' in [data] is not known (known: source, run,"),
        (f"{WHOLE}[model]\nname = 'x'\n", "section [model] is not known (known: tasks, data,"),
        (f"{WHOLE}label = 3\n", "key 'label' in [data] must be a string"),
        (f"{WHOLE}[train]\nepochs = 0\n", "'epochs' in [train] must be a whole number from 1"),
        (f"{WHOLE}[train]\nepochs = true\n", "'epochs' in [train] must be a whole number from 1"),
        (f"{WHOLE}[train]\nlearning_rate = 2.0\n", "must be a number between 0 and 1"),
        (f"{WHOLE}[train]\nclass_weights = 1\n", "must be true or false"),
        (f"{WHOLE}[encoders]\nlinear = 'x'\n", "key 'linear' in [encoders] is not known"),
        (f"{WHOLE}[baselines]\nnames = ['x']\n", "'x' is no baseline"),
        (f"{WHOLE}[baselines]\nnames = []\n", "names no baseline"),
        (f"{WHOLE}[curve]\ngold_sentences = [0]\n", "must be numbers from 1"),
        (f"{WHOLE}[curve]\ngold_sentences = ['a']\n", "must be a list of whole numbers"),
        (f"{WHOLE}[split]\ndev = 0.5\ntest = 0.5\n", "leave nothing to learn from"),
        (f"{WHOLE}silver = 's'\n", "[data] names both run and silver"),
        ("tasks = ['spans']\n[data]\ngold = 'g'\n", "[data] names no silver data"),
        ("tasks = ['spans']\n[data]\nrun = 'g'\n", "[data] names no gold"),
        (f"{WHOLE}gold_test = 's'\n", "[data] names both gold and gold_test"),
        (f"{WHOLE}gold_train = 's'\n", "names gold beside gold_train"),
        ("tasks = ['spans']\n[data]\nrun = 'r'\ngold_test = 'g'\ngold_dev = 'd'\n", "gold-train"),
    ],
)
def test_what_it_does_not_know_is_an_error(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recipe(tmp_path, content)
    assert problem in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.toml: cannot be read"):
        read_baselines(tmp_path / "no.toml")


def test_missing_data_are_told_by_their_key(tmp_path: Path) -> None:
    found = BaselinesRecipe(("definition",), run=Path("gone"), gold=tmp_path)
    with pytest.raises(ConfigError) as caught:
        check_there("own.toml", found)
    assert str(caught.value) == (
        "own.toml: run = gone: there is no such file or folder"
        " (paths begin in the folder where donor is started)"
    )
