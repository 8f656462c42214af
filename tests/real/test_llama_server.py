"""Whole runs over HTTP against llama.cpp's server with a tiny random model.

Under a JSON schema a random model gives well-formed nonsense: everything must be accounted for,
nothing may crash, and nothing may be invented.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.real.conftest import SLOTS

from donor.formats import read
from donor.llm import OpenAICompatible, ResponseStore
from donor.pipeline import Resources, estimate, run
from donor.recipe import Recipe
from donor.records import RunFolder

pytestmark = pytest.mark.server

MODEL = "llamacpp:tiny-random"


def carried(
    source: Path, folder: Path, base_url: str, tell: Callable[[str], None]
) -> dict[str, Any]:
    """The summary of a run over `source`, after all that must hold of it was checked."""
    resources = Resources(folder / "store.sqlite", base_url=base_url, concurrency=SLOTS)
    recipe = Recipe((str(source),), "ru", MODEL)
    summary = dict(run(recipe, folder / "run", resources).summary)
    figures = {key: summary[key] for key in ("requests", "spans", "seconds")}
    tell(f"\n{source.name}: {figures}")
    documents = list(read(source))
    spans, relations = summary["spans"], summary["relations"]
    assert summary["documents"] == len(documents)
    assert spans["source"] == sum(len(document.spans) for document in documents)
    assert spans["source"] == spans["placed"] + spans["unresolved"]
    assert relations["source"] == sum(len(document.relations) for document in documents)
    assert relations["source"] == relations["placed"] + relations["lost"]
    assert len(windows_in(folder / "run")) + len(summary["failed"]) == len(documents)
    assert_nothing_invented(folder / "run")
    assert_answers_are_good(summary["requests"])
    assert run(recipe, folder / "run", resources).summary["requests"]["sent"] == 0
    return summary


def windows_in(folder: Path) -> list[str]:
    dataset = folder / "dataset"
    return [document.id for document in read(dataset)] if any(dataset.glob("*.deft")) else []


def assert_nothing_invented(folder: Path) -> None:
    for transfer in RunFolder(folder).transfers():
        source_ids = {span.id for span in transfer.source.spans}
        for span in transfer.target.spans if transfer.target else ():
            assert span.id in source_ids
            assert all(part.strip() == part for part in span.surfaces(transfer.target.text))


def assert_answers_are_good(requests: dict[str, Any]) -> None:
    """At least 95 % of all requests get an HTTP 200 and an answer that satisfies its schema."""
    assert requests["sent"] > 0
    assert requests["statuses"].get("200", 0) >= 0.95 * requests["sent"], requests
    assert requests["schema_valid"] >= 0.95 * requests["sent"], requests


def test_sample_is_accounted_for(
    server: str, sample: Path, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    summary = carried(sample / "source", tmp_path, server, tell)
    assert summary["documents"] == 29


def test_deft_dev_is_accounted_for(
    server: str, deft: Path, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    recipe = Recipe((str(deft / "dev"),), "ru", MODEL)
    assert estimate(recipe, Resources(tmp_path / "none.sqlite"))["documents"] == 308
    summary = carried(deft / "dev", tmp_path, server, tell)
    assert summary["documents"] == 308
    assert summary["spans"]["source"] == 662
    assert summary["relations"]["source"] == 352


def test_context_overflow_is_a_kind_of_its_own(server: str, tmp_path: Path) -> None:
    long = tmp_path / "long.jsonl"
    words = "many words " * 5000
    long.write_text(f'{{"id": "long", "text": "{words.strip()}", "language": "en"}}\n')
    recipe = Recipe((str(long),), "ru", MODEL, chunk_characters=60_000)
    resources = Resources(tmp_path / "store.sqlite", base_url=server)
    summary = run(recipe, tmp_path / "run", resources).summary
    assert summary["requests"]["failed_by_kind"] == {"context-overflow": 1}
    assert [failed["document"] for failed in summary["failed"]] == ["long"]


def test_store_holds_what_the_server_said(server: str, sample: Path, tmp_path: Path) -> None:
    recipe = Recipe((str(sample / "source" / "physics.deft"),), "ru", MODEL)
    store = tmp_path / "store.sqlite"
    run(recipe, tmp_path / "run", Resources(store, base_url=server, concurrency=SLOTS, limit=2))
    with ResponseStore.open(store, read_only=True) as answers:
        rows = list(answers.rows())
        assert answers.verify() == []
    assert rows
    assert {row.base_url for row in rows} == {OpenAICompatible(server, MODEL).base_url}
    assert all(row.status == 200 and row.prompt_tokens for row in rows)
