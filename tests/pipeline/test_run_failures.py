"""Runs that are refused, that fail, or in which a document fails."""

import json
from pathlib import Path

import pytest
from aiohttp import web
from tests.llm.model_server import Asked, ModelServer, completion, error
from tests.pipeline.small import contents, recipe_for, right, transfer_small, window
from tests.servers.transliterator import transliterated

from donor.errors import ConfigError, FormatError, ModelError, ReplayError, RunError
from donor.formats import read
from donor.llm import ResponseStore
from donor.pipeline import Resources, run
from donor.recipe import Recipe
from donor.records import RunFolder


class TestRefused:
    def test_folder_of_another_recipe(self, done: Path, base_url: str) -> None:
        before = contents(done / "run")
        with pytest.raises(RunError) as caught:
            transfer_small(done, base_url, recipe={"cascade": ("quote",)})
        assert '-     "tags",' in caught.value.what
        assert contents(done / "run") == before

    def test_folder_in_which_another_process_works(self, done: Path, base_url: str) -> None:
        recipe = recipe_for(done / "source")
        with (
            pytest.raises(RunError, match="another donor process"),
            RunFolder(done / "run").opened(recipe.as_toml()),
        ):
            transfer_small(done, base_url)

    @pytest.mark.parametrize(
        ("recipe", "problem"),
        [
            ({"out_format": "nonesuch"}, "known: deft, .*jsonl"),
            ({"format": "nonesuch"}, "known: deft, .*jsonl"),
            ({"cascade": ("guess",)}, "known: tags, quote"),
            ({"language": "Klingonese"}, "not a known language"),
        ],
    )
    def test_unknown_name(self, source: Path, tmp_path: Path, recipe: dict, problem: str) -> None:
        with pytest.raises(ConfigError, match=problem):
            transfer_small(tmp_path, "http://localhost:9/v1", recipe=recipe)
        assert [path.name for path in tmp_path.iterdir()] == ["source"]

    def test_folder_in_the_input(self, source: Path, tmp_path: Path, base_url: str) -> None:
        with pytest.raises(ConfigError, match="lies in the input"):
            transfer_small(tmp_path, base_url, "source/more/run")
        assert not (source / "more" / "run").exists()

    def test_budget_without_prices(self, source: Path, tmp_path: Path, base_url: str) -> None:
        with pytest.raises(ConfigError, match="price is not known"):
            transfer_small(tmp_path, base_url, budget_usd=1.0)
        assert not (tmp_path / "run").exists()


class TestFailure:
    """What fails leaves nothing that looks finished, and no new folder."""

    def test_unreachable_server(
        self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("donor.llm.sender.pause_s", lambda *_, **__: 0.0)
        with pytest.raises(ModelError, match="cannot reach"):
            transfer_small(tmp_path, "http://127.0.0.1:9/v1")
        assert not (tmp_path / "run").exists()

    def test_bad_row_in_the_last_file_is_found_before_anything_is_asked(
        self, source: Path, tmp_path: Path
    ) -> None:
        (source / "z.deft").write_text("ion\t x\t 0\n")
        with ModelServer(answer=right) as server, pytest.raises(FormatError, match=r"z\.deft:1"):
            transfer_small(tmp_path, server.base_url)
        assert server.seen == []
        assert not (tmp_path / "run").exists()

    def test_missing_answer_under_replay(self, done: Path) -> None:
        (done / "source" / "a.deft").write_text(window(["Salt/T4 melts ."], 0))
        before = contents(done / "run")
        with pytest.raises(ReplayError, match=r"document a:1: the request d1-.* of translate"):
            transfer_small(done, None, replay=True)
        assert contents(done / "run") == before

    def test_server_that_refuses_the_key(self, source: Path, tmp_path: Path) -> None:
        async def refuse(asked: Asked) -> web.StreamResponse:
            return error(401, "no such key")

        with ModelServer(answer=refuse) as server, pytest.raises(ModelError, match="no such key"):
            transfer_small(tmp_path, server.base_url)
        assert not (tmp_path / "run").exists()

    def test_documents_go_into_the_file_that_was_read(self, tmp_path: Path, base_url: str) -> None:
        lines = [
            json.dumps({"text": "a", "language": "en", "metadata": {"file": name}})
            for name in ("x.jsonl", "y.jsonl", "x.jsonl")
        ]
        (tmp_path / "source").mkdir()
        (tmp_path / "source" / "all.jsonl").write_text("\n".join(lines))
        transfer_small(tmp_path, base_url)
        dataset = tmp_path / "run" / "dataset"
        assert sorted(path.name for path in dataset.iterdir()) == ["README.md", "all.jsonl"]
        assert len((dataset / "all.jsonl").read_text().splitlines()) == 3


class TestFailedDocument:
    """A document without a translation is in the ledger, not in the dataset."""

    @pytest.fixture
    def summary(self, source: Path, tmp_path: Path) -> dict:
        async def answer(asked: Asked) -> web.StreamResponse:
            if "cell" in asked.body["messages"][1]["content"]:
                return completion("Let us talk about the weather.")
            return await right(asked)

        with ModelServer(answer=answer) as server:
            return dict(transfer_small(tmp_path, server.base_url).summary)

    def test_ledger_lists_it(self, summary: dict, tmp_path: Path) -> None:
        problem = "invalid-answer: the answer holds no JSON object"
        assert summary["failed"] == [{"document": "a:2", "problem": problem}]
        assert summary["spans"]["by_reason"] == {"no-translation": 1}
        assert (summary["documents"], summary["partial"]) == (3, False)

    def test_dataset_lacks_it(self, summary: dict, tmp_path: Path) -> None:
        texts = [document.text for document in read(tmp_path / "run" / "dataset")]
        assert texts == [
            transliterated("An ion moves . It stops ."),
            transliterated("Water flows ."),
        ]

    def test_run_goes_on_without_it(self, summary: dict, tmp_path: Path) -> None:
        assert summary["spans"]["placed"] == 3


def test_metadata_cannot_lead_out_of_the_dataset(tmp_path: Path, base_url: str) -> None:
    outside = tmp_path / "elsewhere" / "mine.jsonl"
    lines = [
        json.dumps({"text": "a", "language": "en", "metadata": {"file": name}})
        for name in ("../../up.jsonl", str(outside))
    ]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "all.jsonl").write_text("\n".join(lines))
    transfer_small(tmp_path, base_url)
    assert not outside.exists()
    assert not (tmp_path / "up.jsonl").exists()
    assert len(list(read(tmp_path / "run" / "dataset"))) == 2


def test_inputs_of_several_formats_need_a_word(tmp_path: Path) -> None:
    (tmp_path / "a.deft").write_text("ion\tx\t0\t3\tO\t-1\t-1\t0\n")
    (tmp_path / "b.jsonl").write_text('{"text": "ion", "language": "en"}\n')
    inputs = (str(tmp_path / "a.deft"), str(tmp_path / "b.jsonl"))
    resources = Resources(tmp_path / "store.sqlite", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ConfigError, match="several formats: deft, jsonl"):
        run(Recipe(inputs, "ru", "vllm:m"), tmp_path / "run", resources)
    assert not (tmp_path / "run").exists()


def test_what_the_output_cannot_hold_is_told_before_anything_is_asked(
    tmp_path: Path, base_url: str
) -> None:
    span = '{"id": "T1", "label": "", "start": 0, "end": 3}'
    (tmp_path / "b.jsonl").write_text(f'{{"text": "ion", "language": "en", "spans": [{span}]}}\n')
    recipe = Recipe((str(tmp_path / "b.jsonl"),), "ru", "vllm:m", out_format="deft")
    resources = Resources(tmp_path / "store.sqlite", base_url=base_url)
    with pytest.raises(FormatError, match="DEFT cannot hold the span label ''"):
        run(recipe, tmp_path / "run", resources)
    with ResponseStore.open(tmp_path / "store.sqlite", read_only=True) as store:
        assert store.stats()["answers"] == 0
