"""Task files against the numbers of the official scorer (../shared/scorers/defteval)."""

import json
from pathlib import Path
from typing import Any

import pytest

from donor.errors import InputError
from donor.experiments.defteval import measure_files, score_files
from donor.formats import Options, read, write
from donor.pipeline import Resources, run
from donor.recipe import Recipe
from donor.score import randomisation
from donor.score.defteval import defteval

# Filed by the scorer of https://github.com/adobe-research/deft_corpus (Python 3.11, PyYAML 6.0.3,
# scikit-learn 1.5.2 and 1.9.1): `python evaluation/program/evaluation.py INPUT OUTPUT`.
SETS = ("identical", "noise10", "noise40")


@pytest.fixture(scope="session")
def official() -> Path:
    folder = Path(__file__).parents[2].parent / "shared/scorers/defteval"
    if not folder.is_dir():
        pytest.skip("needs the outputs of the official scorer in ../shared/scorers/defteval")
    return folder


@pytest.fixture(scope="session")
def expected(official: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((official / "expected.json").read_text(encoding="utf-8"))
    return found


def same(found: Any, wanted: Any) -> bool:
    """Whether all that is wanted is found, to the 12th digit."""
    if isinstance(wanted, dict):
        return all(same(found[key], value) for key, value in wanted.items())
    return abs(found - wanted) <= 1e-12


@pytest.mark.parametrize("name", SETS)
def test_all_numbers_are_the_official_ones(
    official: Path, expected: dict[str, Any], name: str
) -> None:
    found = score_files(official / name, official / "gold", resamples=100)
    wanted = expected[name]
    for subtask in ("subtask_1", "subtask_2", "subtask_3"):
        assert same(found[subtask]["table"], wanted[subtask]), subtask
    filed = {one["filed_as"]: one["score"] for one in found.values() if one["filed_as"]}
    assert same(filed, wanted["scores_txt"])
    assert filed.keys() == wanted["scores_txt"].keys()
    pooled = {k: v for k, v in wanted["subtask_3_own_recount_pooled"].items() if k != "micro"}
    assert same(found["subtask_3"]["table"], pooled)
    corrected = wanted["subtask_3_own_corrected_per_file"]
    assert same(found["subtask_3_corrected"]["table"], corrected)
    assert same(found["subtask_3_corrected"]["score"], corrected["macro"]["f"])


def test_what_adds_up_can_be_tested(official: Path) -> None:
    one, other = (measure_files(official / name, official / "gold") for name in SETS[1:])
    for name, measured in one.measurements().items():
        p = randomisation(measured, other.measurements()[name], trials=200)
        assert p is not None and p < 0.01, name


def test_unscored_tags_of_a_prediction_are_told(official: Path) -> None:
    found = score_files(official / "gold", official / "gold", resamples=100)
    assert {one["score"] for one in found.values()} == {1.0}
    told = found["subtask_2"]["notes"][0]
    assert told["where"] == f"{official / 'gold/task_2.deft'}:149"
    assert "the official scorer stops at it" in told["what"]


@pytest.mark.parametrize("task", ["task_1", "task_2", "task_3_t1_biology_0_0"])
def test_single_files_are_scored(official: Path, expected: dict[str, Any], task: str) -> None:
    found = score_files(*(official / name / f"{task}.deft" for name in ("noise10", "gold")))
    [subtask] = {name for name, one in found.items() if one} - {"subtask_3_corrected"}
    assert subtask == task[:6].replace("task", "subtask")


def test_deft_dataset_and_its_task_files_score_alike(deft: Path, tmp_path: Path) -> None:
    for rows in ("gold", "predicted"):
        fields = Options(fields={"rows": rows})
        write(read(deft / "dev"), tmp_path / rows, format="defteval", options=fields)
    found = score_files(tmp_path / "predicted", tmp_path / "gold", resamples=100)
    assert {one["score"] for one in found.values()} == {1.0}
    dev = list(read(deft / "dev"))
    over = defteval(dev, dev, resamples=100)
    assert {over[name]["score"] for name in found} == {1.0}
    # All relations of dev that count, in one set and apart.
    assert sum(_counted(found["subtask_3"])) == 230
    assert sum(_counted(found["subtask_3_corrected"])) == 334
    assert over["subtask_3_corrected"]["table"] == found["subtask_3_corrected"]["table"]


def _counted(section: dict[str, Any]) -> list[int]:
    return [one["tp"] for name, one in section["table"].items() if name[0] != "m"]


def test_files_of_other_names_are_explained(tmp_path: Path) -> None:
    (tmp_path / "a.deft").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"no file is named task_1\.deft"):
        score_files(tmp_path, tmp_path)
    with pytest.raises(InputError, match="there is no such file or folder"):
        score_files(tmp_path / "b", tmp_path)


def test_sentence_of_another_text_is_named(tmp_path: Path) -> None:
    for side, text in (("p", '" An eon ."\t"1"\n'), ("g", '" An ion ."\t"1"\n')):
        (tmp_path / side).mkdir()
        (tmp_path / side / "task_1.deft").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        score_files(tmp_path / "p", tmp_path / "g")
    assert error.value.where == f"{tmp_path / 'p/task_1.deft'}:1"
    assert error.value.what.startswith("has 'An eon .' where gold has 'An ion .' at ")


def test_a_transferred_dataset_is_scored_against_russian_gold(sample: Path, tmp_path: Path) -> None:
    recipe = Recipe((str(sample / "source"),), "ru", "recorded:sample-a", cascade=("tags", "quote"))
    run(recipe, tmp_path / "run", Resources(sample / "responses.sqlite", replay=True))
    gold = list(read(sample / "gold"))
    found = defteval(list(read(tmp_path / "run/dataset")), gold, resamples=100)
    assert (found["documents"], found["missing"], found["texts_differ"]) == (29, 0, 0)
    scores = {name: one["score"] for name, one in found.items() if name.startswith("subtask")}
    # The recorded model places a few spans otherwise than gold.
    assert 0.9 < scores.pop("subtask_2") < 1
    assert set(scores.values()) == {1.0}
    over = defteval(gold, gold, resamples=100)
    assert {one["score"] for name, one in over.items() if name.startswith("subtask")} == {1.0}


def test_russian_task_files_are_scored(sample: Path, tmp_path: Path) -> None:
    write(read(sample / "gold"), tmp_path, format="defteval")
    found = score_files(tmp_path, tmp_path, resamples=100)
    assert {one["score"] for one in found.values()} == {1.0}
    assert list(read(tmp_path)) == list(read(sample / "gold"))
