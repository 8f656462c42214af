"""Runs beside each other: over servers that answer the same, or vary by known shares."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import krippendorff
import pytest
from tests.pipeline.small import recipe_for, transfer_small, write_windows
from tests.servers.varying import varying

from donor.errors import ConfigError, InputError, ReplayError
from donor.experiments.consistency import consistency, consistency_estimate, repeated
from donor.formats import read
from donor.llm import Prices
from donor.pipeline import Resources, reproduce, run
from donor.recipe import Recipe
from donor.records import RunFolder

VARY, STRAY = 0.1, 0.3
DOCUMENTS = 30
WORDS = "amber birch cedar dune ember fjord grove heath inlet jungle knoll lagoon".split()


def write_source(folder: Path, documents: int = DOCUMENTS) -> Path:
    """Windows of one sentence of ten words and a full stop, with a span of two words."""
    windows = []
    for n in range(documents):
        words = Random(n).sample(WORDS, 10)
        marked = [*words[:3], f"{words[3]}/T1", f"{words[4]}/T1", *words[5:]]
        windows.append([" ".join([*marked, "."])])
    write_windows(folder / "a.deft", windows)
    return folder


@pytest.fixture(scope="module")
def words_vary() -> Iterator[str]:
    with varying("--vary", VARY) as url:
        yield url


@pytest.fixture(scope="module")
def spans_stray() -> Iterator[str]:
    with varying("--stray", STRAY) as url:
        yield url


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return recipe_for(write_source(tmp_path / "source"), parameters={"temperature": 1})


def measured(tmp_path: Path, recipe: Recipe, url: str, samples: int = 3, **more: Any) -> Any:
    resources = Resources(store=tmp_path / "store.sqlite", base_url=url, **more)
    runs = repeated(recipe, samples, tmp_path / "out")
    return consistency(runs, tmp_path / "out", resources)


def test_model_that_does_not_vary_agrees_wholly(
    tmp_path: Path, recipe: Recipe, words_vary: str
) -> None:
    found = measured(tmp_path, recipe, words_vary)
    cold = found["temperatures"]["0"]
    assert cold["translation"]["alpha"]["score"] == 1.0
    assert cold["translation"]["alpha"]["interval"] == [1.0, 1.0]
    assert cold["translation"]["equal_segments"]["score"] == 1.0
    assert cold["translation"]["agreement"]["chrf2"]["score"] == pytest.approx(100)
    spans = cold["spans"]
    assert spans["alpha"]["score"] == spans["alpha_labels"]["score"] == 1.0
    assert spans["strict_f1"]["score"] == spans["same_outcome"]["score"] == 1.0
    assert spans["strict_f1"]["by_offsets"]["pairs"] == 3 * DOCUMENTS
    assert spans["strict_f1"]["by_words"] == {
        "score": None,
        "interval": None,
        "signature": "f1|average:micro",
        "pairs": 0,
    }
    assert spans["projection_rate"]["by_run"] == [1.0] * 3
    assert cold["varying"] == []


def test_words_that_vary_are_counted(tmp_path: Path, recipe: Recipe, words_vary: str) -> None:
    found = measured(tmp_path, recipe, words_vary)
    warm = found["temperatures"]["1"]
    # Two runs have the same word with p² + (1 - p)²; the full stop is always the same.
    differing = 10 / 11 * 2 * VARY * (1 - VARY)
    alpha = warm["translation"]["alpha"]
    assert alpha["score"] == pytest.approx(by_positions(tmp_path / "out/temperature-1"), abs=1e-9)
    assert alpha["score"] == pytest.approx(1 - differing / expected(tmp_path), abs=0.03)
    assert alpha["interval"][0] < alpha["score"] < alpha["interval"][1]
    both = (VARY**2 + (1 - VARY) ** 2) ** 2
    f1 = warm["spans"]["strict_f1"]
    assert f1["score"] == pytest.approx(both, abs=0.12)
    assert f1["interval"][0] <= f1["score"] <= f1["interval"][1]
    assert f1["by_words"]["pairs"] + f1["by_offsets"]["pairs"] == 3 * DOCUMENTS
    segments = warm["translation"]["equal_segments"]
    assert segments["all"] == DOCUMENTS
    assert len(warm["varying"]) == DOCUMENTS - segments["same"]


def texts_of(runs: Path) -> list[list[list[str]]]:
    """The tokens of each document in each run, read from the target datasets."""
    return [
        [re.findall(r"\w+|\.", document.text) for document in read([path / "dataset"])]
        for path in sorted(runs.iterdir())
    ]


def by_positions(runs: Path) -> float:
    """The package's alpha; the server adds no word and takes none."""
    readers = [[word for text in texts for word in text] for texts in texts_of(runs)]
    values = sorted({word for words in readers for word in words})
    data = [[float(values.index(word)) for word in words] for words in readers]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))


def expected(tmp_path: Path) -> float:
    """The share of pairs of words that would differ by chance."""
    words = [w for texts in texts_of(tmp_path / "out/temperature-1") for t in texts for w in t]
    return 1 - sum((words.count(word) / len(words)) ** 2 for word in set(words))


def test_places_that_vary_over_one_text_are_compared_by_offsets(
    tmp_path: Path, recipe: Recipe, spans_stray: str
) -> None:
    found = measured(tmp_path, recipe, spans_stray, samples=4)
    warm = found["temperatures"]["1"]
    assert warm["translation"]["alpha"]["score"] == 1.0
    f1 = warm["spans"]["strict_f1"]
    assert f1["by_offsets"]["pairs"] == 6 * DOCUMENTS
    assert f1["by_words"]["pairs"] == 0
    assert f1["score"] == pytest.approx(STRAY**2 + (1 - STRAY) ** 2, abs=0.1)
    placed = [
        [transfer.spans[0].placed for transfer in RunFolder(path).transfers()]
        for path in sorted((tmp_path / "out/temperature-1").iterdir())
    ]
    same = [
        a == b for one, other in combinations(placed, 2) for a, b in zip(one, other, strict=True)
    ]
    assert f1["score"] == pytest.approx(sum(same) / len(same))
    assert warm["spans"]["alpha_labels"]["score"] < 1
    assert warm["spans"]["same_outcome"]["score"] == 1.0
    worst = warm["varying"][0]
    assert (worst["words_apart"], worst["outcomes"], worst["example"]["segment"]) == (0, 0, None)
    [span] = worst["example"]["spans"]
    assert len(span["source"].split()) == 2
    assert sorted(len(text.split()) for text in span["targets"]) == [1, 2]


def test_worst_document_stands_first(tmp_path: Path, recipe: Recipe, words_vary: str) -> None:
    varying = measured(tmp_path, recipe, words_vary)["temperatures"]["1"]["varying"]
    apart = [one["words_apart"] + one["places_apart"] for one in varying]
    assert apart == sorted(apart, reverse=True)
    assert all(one["example"] for one in varying[:20])
    assert not any(one["example"] for one in varying[20:])
    assert len(set(varying[0]["example"]["segment"]["targets"])) == 2


class TestRequests:
    def test_first_run_is_the_one_of_donor_transfer(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        resources = Resources(store=tmp_path / "store.sqlite", base_url=words_vary)
        sent = run(recipe, tmp_path / "plain", resources).summary["requests"]["sent"]
        found = measured(tmp_path, recipe, words_vary)
        assert found["requests"]["from_store"] == sent == 2 * DOCUMENTS
        assert found["requests"]["sent"] == 5 * sent
        assert (
            RunFolder(tmp_path / "plain").recipe.read_text()
            == (tmp_path / "out/temperature-1/run-0/recipe.toml").read_text()
        )

    def test_each_run_asks_under_its_own_number(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        measured(tmp_path, recipe, words_vary, limit=1)
        assert samples_in(tmp_path) == {0, 1, 2}

    def test_samples_that_vote_do_not_meet_those_of_other_runs(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        voting = replace(recipe, samples=2, sample_temperature=1)
        runs = repeated(voting, 3, tmp_path / "out", (1,))
        resources = Resources(store=tmp_path / "store.sqlite", base_url=words_vary, limit=1)
        found = consistency(runs, tmp_path / "out", resources)
        # A translation and two answers about spans in each of three runs, none of them twice.
        assert found["requests"] == {"sent": 9, "from_store": 0, "failed": 0}
        assert samples_in(tmp_path) == {0, 1, 2, 3, 4, 5}

    def test_same_again_asks_nothing_and_says_the_same(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        first = measured(tmp_path, recipe, words_vary, limit=5)
        again = measured(tmp_path, recipe, "http://127.0.0.1:9/v1", limit=5, replay=True)
        assert again["requests"]["sent"] == 0
        assert again["temperatures"] == first["temperatures"]
        assert json.loads((tmp_path / "out/consistency.json").read_text()) == again

    def test_replay_names_what_the_store_lacks(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        measured(tmp_path, recipe, words_vary, samples=2, limit=1)
        with pytest.raises(ReplayError):
            measured(tmp_path, recipe, words_vary, samples=3, limit=1, replay=True)

    def test_estimate_is_what_is_asked(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        runs = repeated(recipe, 2, tmp_path / "out")
        resources = Resources(store=tmp_path / "store.sqlite", base_url=words_vary, limit=3)
        need = consistency_estimate(runs, resources)
        assert (need["documents"], need["runs"]) == (3, 4)
        found = consistency(runs, tmp_path / "out", resources)
        assert need["requests"] == found["requests"]["sent"] == 24
        assert consistency_estimate(runs, resources)["requests"] == 0

    def test_spent_budget_stops_before_anything_is_compared(
        self, tmp_path: Path, recipe: Recipe, words_vary: str
    ) -> None:
        dear = {"prices": Prices(1e6, 1e6), "concurrency": 1}
        with pytest.raises(ConfigError, match=r"--budget-usd: is spent in run 1 of 6") as caught:
            measured(tmp_path, recipe, words_vary, budget_usd=1.0, **dear)
        assert "goes on" in caught.value.hint
        assert not (tmp_path / "out/consistency.json").exists()
        assert measured(tmp_path, recipe, words_vary)["requests"]["from_store"] > 0


def samples_in(tmp_path: Path) -> set[int]:
    """The sample numbers of the answers in the store."""
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as store:
        rows = store.execute("SELECT logical FROM responses").fetchall()
    return {json.loads(logical)["sample"] for (logical,) in rows}


class TestTemperatures:
    def names(self, *temperatures: float, **more: Any) -> list[str]:
        recipe = Recipe((), "ru", "vllm:m", **more)
        return [one.name for one in repeated(recipe, 2, Path("out"), temperatures)]

    def test_other_than_nought_is_that_of_the_recipes_samples(self) -> None:
        assert self.names(parameters={"temperature": 0}) == ["0", "0.7"]
        assert self.names(parameters={"temperature": 0.3}) == ["0", "0.3"]

    def test_none_is_sent_where_the_recipe_sends_none(self) -> None:
        recipe = Recipe((), "ru", "vllm:m", parameters={"top_p": 0.5})
        cold, own = repeated(recipe, 2, Path("out"))
        assert cold.recipes[0].parameters == {"top_p": 0.5, "temperature": 0}
        assert (own.name, own.recipes[1].parameters) == ("default", {"top_p": 0.5})

    def test_others_can_be_named(self) -> None:
        assert self.names(0.5, 0, 0.5) == ["0.5", "0"]


def test_seed_is_told(tmp_path: Path, recipe: Recipe, words_vary: str) -> None:
    warned: list[str] = []
    seeded = replace(recipe, parameters={"temperature": 1, "seed": 1})
    runs = repeated(seeded, 2, tmp_path / "out")
    resources = Resources(store=tmp_path / "store.sqlite", base_url=words_vary, limit=1)
    consistency(runs, tmp_path / "out", resources, warn=lambda where, what: warned.append(where))
    assert "parameter 'seed'" in warned


def test_verdict_is_one_sentence_with_figures(
    tmp_path: Path, recipe: Recipe, words_vary: str
) -> None:
    verdict = measured(tmp_path, recipe, words_vary)["verdict"]
    assert verdict.startswith(
        "vllm:m, 3 runs: at temperature 0 100.0 % of the segments are the same"
    )
    assert re.search(r"at temperature 1 .* F1 0\.\d{3} \(0\.\d{3}–0\.\d{3}\)\.$", verdict)
    assert "quality" not in verdict


def test_input_without_documents_is_an_error(tmp_path: Path, words_vary: str) -> None:
    (tmp_path / "none.jsonl").write_text("")
    empty = recipe_for(tmp_path / "none.jsonl", format="jsonl", language="en")
    with pytest.raises(InputError):
        measured(tmp_path, empty, words_vary)


def test_run_of_a_repetition_can_be_reproduced(
    tmp_path: Path, recipe: Recipe, words_vary: str
) -> None:
    measured(tmp_path, recipe, words_vary, samples=2, limit=4)
    found = reproduce(tmp_path / "out/temperature-1/run-1")
    assert found.equal
    assert found.documents == 4


def test_plain_transfer_has_no_repetition(tmp_path: Path, words_vary: str) -> None:
    write_source(tmp_path / "source", 1)
    transfer_small(tmp_path, words_vary)
    assert "repetition" not in (tmp_path / "run/recipe.toml").read_text()
