"""Runs side by side, over made-up pairs, against a server whose every answer is right."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.experiments.compare.small import TEXTS, compared, make_run, pair, pairs, write
from tests.llm.model_server import Asked, ModelServer, completion
from tests.servers.transliterator import answer, transliterated, transliterator

from donor.costs import Rates
from donor.errors import ConfigError, DonorError, InputError, ReplayError, RunError
from donor.experiments.compare import Comparison, compare
from donor.formats import read_sides
from donor.llm import Prices
from donor.pipeline import Resources


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with transliterator() as url:
        yield url


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(tmp_path / "gold.jsonl", pairs())


def test_equal_runs_are_equal_in_all_that_is_measured(
    tmp_path: Path, base_url: str, gold: Path
) -> None:
    runs = [make_run(tmp_path, base_url, name) for name in ("one", "two")]
    found = compared(*runs, gold=gold, base_url=base_url)
    assert (found["documents"], found["left_out"], list(found["runs"])) == (4, {}, ["one", "two"])
    for name in ("one", "two"):
        run = found["runs"][name]
        assert run["model"] == f"vllm:{name}"
        assert (run["spans"]["strict"]["f1"], run["spans"]["by_label"]["T"]["f1"]) == (1.0, 1.0)
        assert run["translation"]["bleu"]["score"] == pytest.approx(100)
        assert (run["translation"]["ter"]["score"], run["texts_differ"]) == (0, 0)
        assert (run["relations"], run["methods"], run["labels"]["source"]) == (None, None, 0)
    assert [test["metric"] for test in found["tests"]] == ["spans", "bleu", "chrf2", "ter"]
    assert {(test["p"], test["p_holm"], test["better"]) for test in found["tests"]} == {
        (1.0, 1.0, None)
    }
    assert found["reference_free"] is None


def test_spans_are_projected_onto_golds_text(tmp_path: Path, base_url: str, gold: Path) -> None:
    """A translation of one's own costs the translation scores, and not the spans'."""
    theirs = [
        value | {"target": value["target"] | {"text": "Чтото совсем другое.", "spans": []}}
        for value in pairs()
    ]
    write(tmp_path / "theirs.jsonl", theirs)
    given = {"translator": "given", "translation": str(tmp_path / "theirs.jsonl")}
    runs = [make_run(tmp_path, base_url), make_run(tmp_path, base_url, "two", recipe=given)]
    one, two = compared(*runs, gold=gold, base_url=base_url)["runs"].values()
    assert (one["texts_differ"], two["texts_differ"]) == (0, 4)
    assert two["spans"]["strict"]["f1"] == one["spans"]["strict"]["f1"] == 1.0
    assert two["translation"]["bleu"]["score"] < 10 < one["translation"]["bleu"]["score"]
    assert (one["projection_rate"], two["projection_rate"]) == (1.0, 0.0)


def test_answers_are_kept_and_asked_for_once(tmp_path: Path, base_url: str, gold: Path) -> None:
    folder = make_run(tmp_path, base_url)
    first = compared(folder, gold=gold, base_url=base_url)
    again = compared(folder, gold=gold)
    assert again["runs"]["one"]["asked_now"]["requests"]["sent"] == 0
    assert again["runs"]["one"]["spans"] == first["runs"]["one"]["spans"]


def test_models_and_methods_are_crossed(tmp_path: Path, base_url: str, gold: Path) -> None:
    runs = [make_run(tmp_path, base_url, name) for name in ("one", "two")]
    found = compared(*runs, gold=gold, base_url=base_url, methods=["tags", "tags+quote"])
    for run in found["runs"].values():
        assert list(run["methods"]) == ["tags", "tags+quote"]
        assert run["spans"] == run["methods"]["tags"]["spans"]
    spans = [(test["a"], test["b"]) for test in found["tests"] if test["metric"] == "spans"]
    assert spans == [
        ("one tags", "two tags"),
        ("one tags+quote", "two tags+quote"),
        ("one tags", "one tags+quote"),
        ("two tags", "two tags+quote"),
    ]


def test_gold_without_ids_of_pairs_goes_by_label_and_place(
    tmp_path: Path, base_url: str, gold: Path
) -> None:
    """A dataset of the target alone: its ids are its own."""
    targets = [
        {"id": value["id"], "text": value["target"]["text"], "language": "ru",
         "spans": [span | {"id": f"T{n}"} for n, span in enumerate(value["target"]["spans"])]}
        for value in pairs()
    ]  # fmt: skip
    file = write(tmp_path / "targets.jsonl", targets)
    found = compared(make_run(tmp_path, base_url), gold=file, base_url=base_url)
    assert found["runs"]["one"]["spans"]["strict"]["f1"] == 1.0


def test_documents_match_by_source_text_where_ids_differ(
    tmp_path: Path, base_url: str, gold: Path
) -> None:
    other = write(
        tmp_path / "other.jsonl", [value | {"id": "x" + value["id"]} for value in pairs()]
    )
    runs = [make_run(tmp_path, base_url), make_run(tmp_path, base_url, "two", input=other)]
    found = compared(*runs, gold=gold, base_url=base_url)
    assert (found["documents"], found["left_out"]) == (4, {})
    assert found["runs"]["two"]["spans"]["strict"]["f1"] == 1.0


def test_what_is_left_out_is_told(tmp_path: Path, base_url: str) -> None:
    gold = write(tmp_path / "gold.jsonl", [*pairs("abc"), pair("z", "Gold alone.", [])])
    more = write(tmp_path / "more.jsonl", [*pairs("abd"), pair("y", "Only the second.", [])])
    runs = [make_run(tmp_path, base_url), make_run(tmp_path, base_url, "two", input=more)]
    found = compared(*runs, gold=gold, base_url=base_url)
    assert found["documents"] == 2
    assert found["left_out"] == {
        "not_in_all_runs": 1,
        "in_other_runs_alone": 1,
        "not_in_gold": 1,
        "in_gold_alone": 1,
    }


def test_limit_takes_the_first_common_documents(tmp_path: Path, base_url: str, gold: Path) -> None:
    found = compared(make_run(tmp_path, base_url), gold=gold, base_url=base_url, limit=1)
    assert (found["documents"], found["left_out"]) == (1, {"beyond_the_limit": 3})


def test_text_labels_stand_in_the_same_table(tmp_path: Path, base_url: str) -> None:
    values = [
        {"id": value["id"], "text": value["source"]["text"], "language": "en",
         "labels": [{"name": "mood", "value": "calm"}]}
        for value in pairs()
    ]  # fmt: skip
    source = write(tmp_path / "moods.jsonl", values)
    wanted = [value | {"text": transliterated(value["text"]), "language": "ru"} for value in values]
    wanted[0]["labels"] = [{"name": "mood", "value": "angry"}]
    gold = write(tmp_path / "gold.jsonl", wanted)
    folder = make_run(tmp_path, base_url, input=source, recipe={"format": "jsonl"})
    run = compared(folder, gold=gold)["runs"]["one"]
    assert (run["spans"], run["asked_now"]) == (None, None)
    assert (run["labels"]["source"], run["labels"]["carried"], run["labels"]["lost"]) == (4, 4, 0)
    assert run["labels"]["by_name"]["mood"]["accuracy"]["score"] == 0.75


def test_without_gold_all_is_reference_free(tmp_path: Path, base_url: str) -> None:
    runs = [make_run(tmp_path, base_url, name) for name in ("one", "two")]
    found = compared(*runs)
    free = found["reference_free"]
    assert "not how good" in free["what"]
    assert free["runs"]["one"]["projection_rate"]["score"] == 1.0
    [pair] = free["agreement"]
    assert (pair["a"], pair["b"], pair["equal_texts"], pair["both_placed"]) == (
        "one",
        "two",
        4,
        1.0,
    )
    assert pair["translation"]["bleu"]["score"] == pytest.approx(100)
    assert pair["spans"]["f1"] == 1.0
    assert found["tests"] == [] and all("better" not in test for test in free["tests"])
    assert all(found["runs"]["one"][key] is None for key in ("spans", "translation"))
    assert "not translated back" in found["runs"]["one"]["notes"][0]


def test_translations_back_are_taken_out_of_the_store(tmp_path: Path) -> None:
    back = {transliterated(text): text for text, _ in TEXTS.values()}

    async def both_ways(asked: Asked) -> web.StreamResponse:
        data = json.loads(asked.body["messages"][1]["content"])
        if not {"spans", "source"} & set(data) and set(data.values()) <= set(back):
            return completion(json.dumps({key: back[text] for key, text in data.items()}))
        return completion(json.dumps(answer(data)))

    with ModelServer(answer=both_ways) as server:
        folder = make_run(tmp_path, server.base_url, recipe={"back_translate": True})
    found = compared(folder)
    measured = found["reference_free"]["runs"]["one"]
    assert measured["back_bleu"]["score"] == pytest.approx(100)
    assert measured["back_chrf2"]["score"] == pytest.approx(100)
    assert found["runs"]["one"]["notes"] == []


def test_front_is_of_the_runs_whose_cost_is_known(
    tmp_path: Path, base_url: str, gold: Path
) -> None:
    runs = [make_run(tmp_path, base_url, name) for name in ("one", "two")]
    resources = Resources(
        store=tmp_path / "store.sqlite", base_url=base_url, prices=Prices(1.0, 2.0)
    )
    asked = Comparison(runs, lambda run: resources, lambda to: read_sides(gold), rates=Rates())
    found = compare(asked)
    assert set(found["front"]) == {"one", "two"}
    assert compared(*runs, gold=gold)["front"] == []


class TestWhatIsNotFit:
    def error(self, kind: type[DonorError], *runs: Path, **more: Any) -> DonorError:
        with pytest.raises(kind) as caught:
            compared(*runs, **more)
        return caught.value

    def test_folder_without_a_run(self, tmp_path: Path) -> None:
        assert "no such folder" in str(self.error(RunError, tmp_path / "none"))
        (tmp_path / "empty").mkdir()
        assert "no finished run" in str(self.error(RunError, tmp_path / "empty"))

    def test_the_same_run_twice(self, tmp_path: Path, base_url: str) -> None:
        folder = make_run(tmp_path, base_url)
        again = tmp_path / "one" / ".." / "one"
        assert "stands there twice" in str(self.error(ConfigError, folder, again))

    def test_run_that_was_stopped(self, tmp_path: Path, base_url: str) -> None:
        folder = make_run(tmp_path, base_url, stop_after=2)
        assert "stopped after 2 documents" in str(self.error(RunError, folder))

    def test_run_of_as_many_documents_as_were_asked_for_is_whole(
        self, tmp_path: Path, base_url: str
    ) -> None:
        assert compared(make_run(tmp_path, base_url, limit=2))["documents"] == 2

    def test_other_languages(self, tmp_path: Path, base_url: str) -> None:
        runs = [
            make_run(tmp_path, base_url, name, recipe={"to": to})
            for name, to in (("one", "ru"), ("two", "uk"))
        ]
        assert "two: goes into uk, and one into ru" in str(self.error(ConfigError, *runs))

    def test_gold_of_another_language(self, tmp_path: Path, base_url: str, gold: Path) -> None:
        folder = make_run(tmp_path, base_url, recipe={"to": "uk"})
        told = str(self.error(ConfigError, folder, gold=gold))
        assert "document a is in ru, and the runs go into uk" in told

    def test_other_inputs(self, tmp_path: Path, base_url: str) -> None:
        other = write(tmp_path / "other.jsonl", [pair("a", "Of something else.", [])])
        runs = [make_run(tmp_path, base_url), make_run(tmp_path, base_url, "two", input=other)]
        assert "one, two: the runs have no document in common" in str(self.error(InputError, *runs))

    def test_other_spans_of_the_same_texts(self, tmp_path: Path, base_url: str) -> None:
        other = write(tmp_path / "other.jsonl", [pair("a", "An ion moves here.", ["moves"])])
        source = write(tmp_path / "source.jsonl", pairs("a"))
        runs = [
            make_run(tmp_path, base_url, name, input=file)
            for name, file in (("one", source), ("two", other))
        ]
        assert "other spans in each run" in str(self.error(InputError, *runs))

    def test_gold_of_other_documents(self, tmp_path: Path, base_url: str) -> None:
        gold = write(tmp_path / "gold.jsonl", [pair("z", "Of something else.", [])])
        told = str(self.error(InputError, make_run(tmp_path, base_url), gold=gold))
        assert told.startswith("--gold: no document of it is in all runs")

    def test_methods_without_spans(self, tmp_path: Path, base_url: str) -> None:
        gold = write(tmp_path / "gold.jsonl", pairs("d"))
        folder = make_run(tmp_path, base_url)
        told = str(self.error(ConfigError, folder, gold=gold, methods=["tags"]))
        assert "gold has no spans" in told
        told = str(self.error(ConfigError, folder, gold=gold, methods=["tags"], spans=False))
        assert "--no-spans" in told

    def test_replay_of_what_was_never_asked(
        self, tmp_path: Path, base_url: str, gold: Path
    ) -> None:
        folder = make_run(tmp_path, base_url)
        resources = Resources(store=tmp_path / "store.sqlite", replay=True)
        with pytest.raises(ReplayError):
            compare(
                Comparison(
                    [folder], lambda run: resources, lambda to: read_sides(gold), ["index-words"]
                )
            )

    def test_links_of_another_translation(self, tmp_path: Path, base_url: str, gold: Path) -> None:
        links = tmp_path / "links.txt"
        recipe = {"cascade": ("align",), "alignment": str(links)}
        one = write(tmp_path / "one.jsonl", pairs("a"))
        links.write_text("0-0 1-1 2-2 3-3\n")
        folder = make_run(tmp_path, base_url, input=one, recipe=recipe)
        told = str(self.error(ConfigError, folder, gold=gold))
        assert "are those of its own translation" in told
