"""What a run would ask, without asking and without a trace."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from tests.llm.model_server import Asked, ModelServer, always, completion
from tests.pipeline.documents import documents
from tests.pipeline.small import REQUESTS, recipe_for, transfer_small, window
from tests.servers.transliterator import answer

from donor.data import Document
from donor.formats import read, write
from donor.llm import Prices, ResponseStore
from donor.pipeline import Resources, Sample, estimate, run
from donor.recipe import Recipe


def estimated(tmp_path: Path, recipe: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    resources = Resources(store=tmp_path / "store.sqlite", base_url="http://127.0.0.1:9/v1", **more)
    return estimate(recipe_for(tmp_path / "source", **recipe or {}), resources)


def test_nothing_is_written(source: Path, tmp_path: Path) -> None:
    estimated(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_documents_and_requests_are_counted(source: Path, tmp_path: Path) -> None:
    need = estimated(tmp_path)
    assert (need["documents"], need["requests"], need["usd"]) == (3, REQUESTS, None)
    for name in ("prompt_tokens", "completion_tokens"):
        low, high = need[name]
        assert 0 < low < high


def test_tokens_lie_in_the_range(done: Path) -> None:
    """The server here counts a token for four bytes of the request."""
    used = json.loads((done / "run" / "usage.json").read_text())["usage"]
    (done / "store.sqlite").unlink()
    need = estimated(done)
    for name in ("prompt_tokens", "completion_tokens"):
        low, high = need[name]
        assert low <= used[name] <= high


@pytest.mark.parametrize("cascade", [("tags",), ("quote",), ("tags", "quote"), ("quote", "tags")])
def test_first_projector_places_everything(
    source: Path, tmp_path: Path, cascade: tuple[str, ...]
) -> None:
    assert estimated(tmp_path, {"cascade": cascade})["requests"] == REQUESTS


def test_limit_counts(source: Path, tmp_path: Path) -> None:
    need = estimated(tmp_path, limit=2)
    assert (need["documents"], need["requests"]) == (2, 4)


class TestStore:
    def test_what_it_holds_costs_nothing(self, done: Path) -> None:
        before = (done / "store.sqlite").read_bytes()
        need = estimated(done, prices=Prices(1, 1))
        assert need.pop("prices") == {"prompt_usd_per_million": 1, "completion_usd_per_million": 1}
        assert need == {
            "documents": 3,
            "requests": 0,
            "prompt_tokens": [0, 0],
            "completion_tokens": [0, 0],
            "usd": [0, 0],
            "unpriced": None,
            "requests_range": [0, 0],
            "refined_by": 6,
        }
        assert (done / "store.sqlite").read_bytes() == before

    def test_nothing_is_made_beside_a_sealed_one(self, done: Path) -> None:
        with ResponseStore.open(done / "store.sqlite") as store:
            store.seal()
        before = sorted(path.name for path in done.iterdir())
        estimated(done)
        assert sorted(path.name for path in done.iterdir()) == before

    def test_only_what_it_lacks_is_counted(self, done: Path) -> None:
        with (done / "source" / "a.deft").open("a") as file:
            file.write("\n" + window(["Salt/T4 melts ."], 300))
        need = estimated(done)
        assert (need["documents"], need["requests"]) == (4, 2)

    def test_other_model_is_another_question(self, done: Path) -> None:
        other = replace(recipe_for(done / "source"), model="vllm:other")
        need = estimate(other, Resources(store=done / "store.sqlite"))
        assert need["requests"] == REQUESTS

    def test_wrong_answer_in_it_leads_on_to_its_retry(self, source: Path, tmp_path: Path) -> None:
        with ModelServer(answer=always(lambda: completion("no"))) as server:
            transfer_small(tmp_path, server.base_url, limit=1)
        need = estimated(tmp_path, limit=1)
        assert need["requests"] == 0


def test_price_is_that_of_the_tokens(source: Path, tmp_path: Path) -> None:
    need = estimated(tmp_path, prices=Prices(1e6, 0))
    assert need["usd"] == need["prompt_tokens"]
    need = estimated(tmp_path, prices=Prices(0, 2e6))
    assert need["usd"] == [2 * tokens for tokens in need["completion_tokens"]]


TOKEN = re.compile(r"[a-zA-Z]{1,4}|[^\W\d_a-zA-Z]{1,2}|\d{1,3}|[^\w\s]|_|\n")
"""About as a tokenizer does: four Latin letters, two of another script, three digits, a sign."""


def counting(factor: float = 1.0) -> Any:
    """A right model that counts its tokens; `factor` times as many as it shows it has thought."""

    async def respond(asked: Asked) -> web.StreamResponse:
        text = json.dumps(
            answer(json.loads(asked.body["messages"][1]["content"])), ensure_ascii=False
        )
        sent = "".join(message["content"] for message in asked.body["messages"])
        told = {
            "prompt_tokens": len(TOKEN.findall(sent)) + 8,
            "completion_tokens": round(factor * len(TOKEN.findall(text))),
        }
        return completion(text, usage=told)

    return respond


def asked_of(sample: Path) -> int:
    """One request for each document's translation, and one where it has spans."""
    return sum(1 + bool(document.spans) for document in read(sample / "source"))


def wide(range_: list[int]) -> float:
    return (range_[1] - range_[0]) / range_[0]


class TestAgainstAServerThatCounts:
    """The estimate before a run, and what the run then takes, over the sample."""

    def run_over(self, folder: Path, source: Path, server: ModelServer, **more: Any) -> Any:
        recipe = Recipe((str(source),), "ru", "vllm:m")
        resources = Resources(
            store=folder / "store.sqlite", base_url=server.base_url, prices=Prices(1, 2), **more
        )
        return recipe, resources

    @pytest.mark.parametrize("factor", [1.0, 10.0])
    def test_what_was_seen_narrows_it_to_what_is_taken(
        self, tmp_path: Path, sample: Path, factor: float
    ) -> None:
        with ModelServer(answer=counting(factor)) as server:
            recipe, resources = self.run_over(tmp_path, sample / "source", server)
            before = estimate(recipe, resources)
            part = run(recipe, tmp_path / "part", replace(resources, limit=10)).summary["usage"]
            rest = estimate(recipe, resources)
            used = run(recipe, tmp_path / "run", resources).summary
        assert before["refined_by"] == 0 < rest["refined_by"]
        low, high = rest["requests_range"]
        assert low <= used["requests"]["sent"] <= high
        for name in ("prompt_tokens", "completion_tokens"):
            low, high = rest[name]
            assert low <= used["usage"][name] <= high, name
            assert wide(rest[name]) < wide(before[name]) / 2, name
            low, high = before[name]
            whole = part[name] + used["usage"][name]
            assert (low <= whole <= high) == (name == "prompt_tokens" or factor == 1.0), name
        assert rest["usd"][0] <= used["usage"]["usd"] <= rest["usd"][1]

    @pytest.mark.parametrize("method", ["quote", "index-words", "index-characters"])
    def test_every_projector_has_its_echo(self, sample: Path, tmp_path: Path, method: str) -> None:
        source = sample / "source"
        alone = Recipe((str(source),), "ru", "vllm:m", cascade=(method,))
        first = replace(alone, cascade=(method, "tags"))
        nowhere = Resources(store=tmp_path / "none.sqlite")
        one, both = estimate(alone, nowhere), estimate(first, nowhere)
        assert one["requests"] == both["requests"] == asked_of(sample)
        assert one["requests_range"][1] < both["requests_range"][1]

    def test_joint_translator_asks_once(self, sample: Path, tmp_path: Path) -> None:
        recipe = Recipe((str(sample / "source"),), "ru", "vllm:m", translator="joint")
        need = estimate(recipe, Resources(store=tmp_path / "none.sqlite"))
        assert need["requests"] == need["documents"] == 29

    @pytest.mark.parametrize("to", ["ru", "uk", "de", "zh", "ar", "th", "sw", "tlh"])
    def test_no_target_language_costs_a_retry(self, sample: Path, tmp_path: Path, to: str) -> None:
        recipe = Recipe((str(sample / "source"),), to, "vllm:m")
        need = estimate(recipe, Resources(store=tmp_path / "none.sqlite"))
        assert need["requests"] == asked_of(sample)

    def test_a_russian_answer_takes_more_tokens_than_an_english_one_is_long(
        self, sample: Path, tmp_path: Path
    ) -> None:
        nowhere = Resources(store=tmp_path / "none.sqlite")
        russian, spanish, chinese = (
            estimate(Recipe((str(sample / "source"),), to, "vllm:m"), nowhere)["completion_tokens"]
            for to in ("ru", "es", "zh")
        )
        assert russian[1] > spanish[1]
        assert chinese[0] < russian[0]


@settings(max_examples=40)
@given(documents())
def test_any_document_can_be_estimated(tmp_path_factory: Any, document: Document) -> None:
    folder = tmp_path_factory.mktemp("estimate")
    write([document], folder / "source" / "all.jsonl", format="jsonl")
    need = estimated(folder, {"language": "en"})
    assert need["documents"] == 1
    assert need["requests"] >= bool(document.text.strip())


def test_sample_counts(source: Path, tmp_path: Path) -> None:
    need = estimated(tmp_path, sample=Sample(2))
    assert (need["documents"], need["requests"]) == (2, 4)
