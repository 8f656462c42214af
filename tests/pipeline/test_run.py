"""A whole run over a small DEFT folder, against a model whose answers are all right."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.llm.model_server import Asked, ModelServer, completion
from tests.pipeline.small import (
    FILES,
    REQUESTS,
    contents,
    ledger_of,
    recipe_for,
    right,
    transfer_small,
    window,
)
from tests.servers.transliterator import answer as right_answer
from tests.servers.transliterator import transliterated

from donor.data import Document
from donor.errors import ConfigError
from donor.formats import read
from donor.llm import Prices
from donor.pipeline import Resources, run, transfer
from donor.records import RunFolder


def carried(document: Document) -> Document:
    """What a right answer makes of a document: each letter has one in its place."""
    return replace(document, text=transliterated(document.text))


class TestFinishedRun:
    def test_dataset_is_the_source_in_the_other_language(self, done: Path) -> None:
        found = list(read(done / "run" / "dataset"))
        assert found == [carried(document) for document in read(done / "source")]
        assert [len(document.spans) for document in found] == [2, 1, 1]

    def test_dataset_has_the_file_names_of_the_source(self, done: Path) -> None:
        dataset = done / "run" / "dataset"
        names = {str(path.relative_to(dataset)) for path in dataset.rglob("*") if path.is_file()}
        assert names == {*FILES, "README.md"}

    def test_ledger_counts_everything(self, done: Path) -> None:
        assert ledger_of(done) == {
            "documents": 3,
            "partial": False,
            "spans": {
                "source": 4,
                "placed": 4,
                "unresolved": 0,
                "by_method": {"tags": 4},
                "by_match": {"intervals": 4},
                "by_label": {"Term": {"source": 4, "placed": 4}},
                "by_reason": {},
            },
            "relations": {"source": 0, "placed": 0, "lost": 0, "by_reason": {}},
            "labels": {"source": 0, "carried": 0, "lost": 0},
            "findings": {},
            "documents_with_findings": 0,
            "looked": {},
            "repairs": {"segments": 0, "segments_mended": 0, "spans": 0, "spans_mended": 0},
            "failed": [],
            "oddities": 0,
        }

    def test_summary_is_ledger_and_usage(self, source: Path, tmp_path: Path, base_url: str) -> None:
        prices = Prices(prompt_usd_per_million=1e6, completion_usd_per_million=0)
        outcome = transfer_small(tmp_path, base_url, prices=prices)
        usage = json.loads((tmp_path / "run" / "usage.json").read_text())
        assert outcome.summary == ledger_of(tmp_path) | usage
        assert outcome.summary == RunFolder(tmp_path / "run").summary()
        assert usage["requests"].items() >= {"sent": REQUESTS, "from_store": 0, "failed": 0}.items()
        assert usage["usage"]["usd"] == usage["usage"]["prompt_tokens"] > 0
        assert usage["usage"]["completion_tokens"] > 0
        assert usage["seconds"] > 0

    def test_price_is_unknown_unless_given(self, done: Path) -> None:
        assert RunFolder(done / "run").summary()["usage"]["usd"] is None

    def test_card_names_licence_and_languages(self, done: Path, base_url: str) -> None:
        transfer_small(done, base_url, "licensed", recipe={"license": "CC-BY-4.0"})
        card = (done / "licensed" / "dataset" / "README.md").read_text()
        assert card.startswith("---\nlanguage:\n- ru\nlicense: cc-by-4.0\n")
        assert "It was not given" in (done / "run" / "dataset" / "README.md").read_text()

    def test_other_format_may_be_written(self, done: Path, base_url: str) -> None:
        transfer_small(done, base_url, "jsonl", recipe={"out_format": "jsonl"})
        found = list(read(done / "jsonl" / "dataset"))
        assert [(document.id, document.language) for document in found] == [
            ("a:1", "ru"),
            ("a:2", "ru"),
            ("more/b:1", "ru"),
        ]


class TestAgain:
    def test_what_needs_no_reference_is_measured(self, done: Path) -> None:
        found = (RunFolder(done / "run").scores() or {})["reference_free"]
        assert list(found) == ["length_ratio", "copied", "other_language", "length_outside"]
        assert all(one["interval"][0] <= one["score"] for one in found.values())
        assert found["copied"]["score"] == 0

    def test_replay_writes_the_same_bytes(self, done: Path) -> None:
        outcome = transfer_small(done, None, "again", replay=True)
        assert contents(done / "again") == contents(done / "run")
        assert outcome.summary["requests"]["sent"] == 0

    def test_concurrency_does_not_show(self, done: Path, base_url: str) -> None:
        transfer_small(done, base_url, "slow", store="other.sqlite", concurrency=1)
        assert contents(done / "slow") == contents(done / "run")

    def test_second_run_asks_nothing(self, done: Path, base_url: str) -> None:
        before = contents(done / "run")
        requests = transfer_small(done, base_url).summary["requests"]
        assert (requests["sent"], requests["from_store"]) == (0, REQUESTS)
        assert contents(done / "run") == before

    def test_one_more_window_costs_its_own_requests(self, done: Path, base_url: str) -> None:
        with (done / "source" / "a.deft").open("a") as file:
            file.write("\n" + window(["Salt/T4 melts ."], 300))
        summary = transfer_small(done, base_url).summary
        assert (summary["documents"], summary["requests"]["sent"]) == (4, 2)

    def test_other_cascade_uses_the_same_translations(self, done: Path, base_url: str) -> None:
        summary = transfer_small(done, base_url, "quote", recipe={"cascade": ("quote",)}).summary
        assert summary["requests"]["sent"] == summary["requests"]["from_store"] == 3
        assert summary["spans"]["by_method"] == {"quote": 4}

    def test_in_memory_it_is_the_same(self, done: Path) -> None:
        documents = read(done / "source")
        found = transfer(
            documents, to="ru", model="vllm:m", store=done / "store.sqlite", replay=True
        )
        assert list(found) == list(RunFolder(done / "run").transfers())

    @pytest.mark.parametrize("how", [{"methods": ["align"]}, {"translator": "apertium"}])
    def test_in_memory_there_is_no_corpus(self, done: Path, how: dict[str, Any]) -> None:
        documents = read(done / "source")
        with pytest.raises(ConfigError, match="goes over the whole corpus"):
            next(transfer(documents, to="ru", model="vllm:m", store=done / "store.sqlite", **how))


class TestPart:
    def test_limit_takes_the_first(self, source: Path, tmp_path: Path, base_url: str) -> None:
        summary = transfer_small(tmp_path, base_url, limit=2).summary
        assert (summary["documents"], summary["partial"]) == (2, True)
        assert [document.id for document in read(tmp_path / "run" / "dataset")] == ["a:1", "a:2"]
        assert "**Partial:**" in (tmp_path / "run" / "dataset" / "README.md").read_text()

    def test_limit_that_takes_all_is_no_part(
        self, source: Path, tmp_path: Path, base_url: str
    ) -> None:
        assert transfer_small(tmp_path, base_url, limit=3).summary["partial"] is False

    def test_spent_budget_leaves_a_prefix(self, done: Path, base_url: str) -> None:
        whole = RunFolder(done / "run").summary()
        prices = Prices(prompt_usd_per_million=1e6, completion_usd_per_million=0)
        spend = {"store": "other.sqlite", "prices": prices, "concurrency": 1}
        budget = whole["usage"]["prompt_tokens"] * 0.4
        part = transfer_small(done, base_url, "part", budget_usd=budget, **spend).summary
        assert (part["documents"], part["partial"]) == (1, True)
        assert [document.id for document in read(done / "part" / "dataset")] == ["a:1"]
        rest = transfer_small(done, base_url, "part", **spend).summary
        assert rest["partial"] is False
        assert part["requests"]["sent"] + rest["requests"]["sent"] == REQUESTS
        assert contents(done / "part") == contents(done / "run")

    def test_cached_tokens_are_cheaper_where_the_price_says_so(
        self, source: Path, tmp_path: Path
    ) -> None:
        cached = {"prompt_tokens": 10, "completion_tokens": 0} | {
            "prompt_tokens_details": {"cached_tokens": 4}
        }

        async def answer(asked: Asked) -> web.StreamResponse:
            text = json.dumps(right_answer(json.loads(asked.body["messages"][1]["content"])))
            return completion(text, usage=cached)

        prices = Prices(1e6, 0, cached_usd_per_million=0)
        with ModelServer(answer=answer) as server:
            used = transfer_small(tmp_path, server.base_url, prices=prices).summary["usage"]
        assert (used["prompt_tokens"], used["cached_tokens"]) == (10 * REQUESTS, 4 * REQUESTS)
        assert used["usd"] == 6 * REQUESTS
        assert used["prices"]["cached_usd_per_million"] == 0

    def test_no_budget_asks_nothing(self, source: Path, tmp_path: Path, base_url: str) -> None:
        outcome = transfer_small(tmp_path, base_url, prices=Prices(1, 1), budget_usd=0.0)
        assert outcome.summary["requests"]["sent"] == outcome.summary["documents"] == 0
        assert outcome.summary["partial"] is True
        assert outcome.interrupted is False


def test_progress_is_told(source: Path, tmp_path: Path, base_url: str) -> None:
    told: list[tuple[str, int, int | None]] = []
    resources = Resources(store=tmp_path / "store.sqlite", base_url=base_url)
    run(recipe_for(source), tmp_path / "run", resources, lambda *step: told.append(step))
    assert told[0] == ("read", 0, None)
    assert told[-1] == ("transfer", 3, 3)


def test_text_without_sentence_borders_is_cut_for_its_requests(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    sentence = "Water flows here. "
    line = {"id": "d", "text": sentence * 20, "language": "en", "spans": []}
    (tmp_path / "source" / "a.jsonl").write_text(json.dumps(line))
    with ModelServer(right) as server:
        transfer_small(tmp_path, server.base_url, recipe={"chunk_characters": 100})
        assert len(server.seen) == 4
    document = json.loads((tmp_path / "run" / "1-read.jsonl").read_text())
    assert len(document["segments"]) == 4
