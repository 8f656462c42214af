"""What a run would ask, without asking and without a trace."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.llm.model_server import ModelServer, always, completion
from tests.pipeline.documents import documents
from tests.pipeline.small import REQUESTS, recipe_for, transfer_small, window

from donor.data import Document
from donor.formats import write
from donor.llm import Prices, ResponseStore
from donor.pipeline import Resources, estimate


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


@settings(max_examples=40)
@given(documents())
def test_any_document_can_be_estimated(tmp_path_factory: Any, document: Document) -> None:
    folder = tmp_path_factory.mktemp("estimate")
    write([document], folder / "source" / "all.jsonl", format="jsonl")
    need = estimated(folder, {"language": "en"})
    assert need["documents"] == 1
    assert need["requests"] >= bool(document.text.strip())
