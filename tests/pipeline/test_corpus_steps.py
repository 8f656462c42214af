"""Whole runs with a step over all documents: word alignment, and a translator that is a program."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.small import contents
from tests.servers.batch_runner import run_batch as answer_batch
from tests.servers.transliterator import transliterated, transliterator

from donor.data import Reason
from donor.errors import ConfigError, FormatError, InputError
from donor.llm import NO_MODEL, ResponseStore, import_file
from donor.pipeline import Outcome, Resources, Waiting, reproduce, run, run_batch
from donor.recipe import Recipe
from donor.records import RunFolder

WHO = "cell nerve muscle root leaf stem vein bone skin lung".split()
DOES = "protects feeds touches covers moves heals".split()
HOW = "slowly often always again quietly".split()


def pair(number: int, *, spans: bool = True) -> dict[str, Any]:
    """A sentence and its transliteration, whose words stand the other way round."""
    chance = random.Random(number)
    words = ["the", chance.choice(WHO), chance.choice(DOES), "the", chance.choice(WHO)]
    words.append(chance.choice(HOW))
    turned = words[::-1]
    source, target = " ".join(words) + ".", transliterated(" ".join(turned)) + "."
    place, found = source.index(words[1]), len(" ".join(turned[:4])) + 1
    before = {"start": place, "end": place + len(words[1]), "label": "T", "id": "T1"}
    after = {"start": found, "end": found + len(words[1]), "label": "T", "id": "T1"}
    return {
        "id": f"p{number}",
        "source": {"lang": "en", "text": source, "spans": [before] if spans else []},
        "target": {"lang": "ru", "text": target, "spans": [after] if spans else []},
    }


def written(path: Path, numbers: range) -> Path:
    lines = [json.dumps(pair(number)) + "\n" for number in numbers]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def recipe(pairs: Path, **more: Any) -> Recipe:
    how = {"translator": "given", "cascade": ("align",), "out_format": "jsonl", **more}
    return Recipe((str(pairs),), "ru", how.pop("model", NO_MODEL), **how)


def carried(recipe: Recipe, folder: Path, **more: Any) -> dict[str, Any]:
    outcome = run(recipe, folder, Resources(store=folder.parent / "no.sqlite", **more))
    assert isinstance(outcome, Outcome)
    return dict(outcome.summary)


def right(folder: Path) -> int:
    """How many placed spans stand where the pair's target has them."""
    found = 0
    for transfer in RunFolder(folder).transfers():
        gold = transfer.source.metadata["target"]["spans"][0]
        placed = transfer.spans[0].placed
        found += placed is not None and [placed.extent.start, placed.extent.end] == [
            gold["start"],
            gold["end"],
        ]
    return found


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("eflomal", reason="needs the extra align")
    folder = tmp_path_factory.mktemp("align")
    carried(recipe(written(folder / "pairs.jsonl", range(320))), folder / "run")
    return folder


class TestAlign:
    def test_whole_job_without_a_model(self, done: Path) -> None:
        summary = RunFolder(done / "run").summary()
        assert summary["spans"]["by_method"] == {"align": summary["spans"]["placed"]}
        assert summary["requests"]["sent"] == 0
        assert not (done / "no.sqlite").exists()
        assert right(done / "run") >= 0.95 * 320

    def test_links_are_an_artefact_of_the_run(self, done: Path) -> None:
        names = {path.name for path in (done / "run" / "alignment").iterdir()}
        assert {"pairs.txt", "links.txt", "alignment.json"} <= names

    def test_same_run_again_learns_nothing_anew(self, done: Path) -> None:
        before = contents(done / "run")
        steps: list[str] = []
        run(
            recipe(done / "pairs.jsonl"),
            done / "run",
            Resources(store=done / "no.sqlite"),
            lambda step, _done, _total: steps.append(step),
        )
        assert contents(done / "run") == before
        assert not [step for step in steps if "align" in step or "train" in step]

    def test_run_is_reproduced(self, done: Path) -> None:
        assert not reproduce(done / "run").differences

    def test_links_of_another_aligner_are_taken(self, done: Path, tmp_path: Path) -> None:
        links = done / "run" / "alignment" / "links.txt"
        summary = carried(recipe(done / "pairs.jsonl", alignment=str(links)), tmp_path / "run")
        assert summary["spans"]["placed"] >= 0.95 * 320

    def test_links_are_given_for_documents_of_several_languages(self, tmp_path: Path) -> None:
        own = [pair(0), pair(1), pair(2)]
        own[1]["source"]["lang"] = "de"
        (tmp_path / "p.jsonl").write_text("".join(json.dumps(one) + "\n" for one in own))
        (tmp_path / "links.txt").write_text("1-4\n" * 3)
        how = recipe(tmp_path / "p.jsonl", alignment=str(tmp_path / "links.txt"))
        assert carried(how, tmp_path / "run")["spans"]["placed"] == 3
        assert right(tmp_path / "run") == 3

    def test_links_of_another_text_are_an_error(self, done: Path, tmp_path: Path) -> None:
        short = tmp_path / "links.txt"
        short.write_text("0-0\n")
        with pytest.raises(FormatError, match="lines") as caught:
            carried(recipe(done / "pairs.jsonl", alignment=str(short)), tmp_path / "run")
        assert not (tmp_path / "run" / "ledger.json").exists()
        words = tmp_path / "links.txt.pairs"
        assert str(words) in caught.value.hint
        assert words.read_bytes() == (done / "run" / "alignment" / "pairs.txt").read_bytes()

    def test_too_few_pairs_are_declined_with_the_way_out(self, tmp_path: Path) -> None:
        pytest.importorskip("eflomal", reason="needs the extra align")
        how, warnings = recipe(written(tmp_path / "p.jsonl", range(20))), []
        resources = Resources(store=tmp_path / "no.sqlite")
        run(how, tmp_path / "run", resources, warn=lambda *told: warnings.append(told))
        [(where, what)] = warnings
        assert where == "align"
        assert "20 pairs" in what
        assert "--force" in what
        summary = RunFolder(tmp_path / "run").summary()
        assert summary["spans"]["by_reason"] == {str(Reason.NO_ALIGNMENT): 20}
        [first, *_] = RunFolder(tmp_path / "run").transfers()
        assert "--parallel" in first.spans[0].detail

    @pytest.mark.parametrize("form", ["pairs", "lines"])
    def test_sentence_pairs_of_the_user_help(self, tmp_path: Path, form: str) -> None:
        pytest.importorskip("eflomal", reason="needs the extra align")
        own = written(tmp_path / "p.jsonl", range(20))
        if form == "pairs":
            more = written(tmp_path / "more.jsonl", range(100, 420))
        else:
            more = tmp_path / "more.tsv"
            rows = (pair(n) for n in range(100, 420))
            lines = [f"{row['source']['text']}\t{row['target']['text']}\n" for row in rows]
            more.write_text("source\ttarget\n" + "".join(lines), encoding="utf-8")
        carried(recipe(own, parallel=str(more)), tmp_path / "run")
        assert right(tmp_path / "run") >= 18

    def test_sentence_pairs_in_other_languages_are_an_error(self, tmp_path: Path) -> None:
        pytest.importorskip("eflomal", reason="needs the extra align")
        own = written(tmp_path / "p.jsonl", range(20))
        other = pair(1)
        other["target"]["lang"] = "de"
        (tmp_path / "more.jsonl").write_text(json.dumps(other) + "\n")
        with pytest.raises(FormatError, match="pair p1: a text in de, where ru is expected"):
            carried(recipe(own, parallel=str(tmp_path / "more.jsonl")), tmp_path / "run")

    def test_missing_sentence_pairs_are_an_error(self, tmp_path: Path) -> None:
        pytest.importorskip("eflomal", reason="needs the extra align")
        own = written(tmp_path / "p.jsonl", range(3))
        with pytest.raises((InputError, ConfigError), match=r"no such file|cannot be read"):
            carried(recipe(own, parallel=str(tmp_path / "none.tsv")), tmp_path / "run")


def test_model_that_is_not_there_is_not_asked(tmp_path: Path) -> None:
    own = written(tmp_path / "p.jsonl", range(2))
    with pytest.raises(ConfigError, match=r"a model is to be asked \(tags\)"):
        carried(recipe(own, cascade=("tags",)), tmp_path / "run")


def test_translated_documents_of_a_batch_are_not_done(tmp_path: Path) -> None:
    pytest.importorskip("eflomal", reason="needs the extra align")
    own = written(tmp_path / "p.jsonl", range(3))
    how = recipe(own, cascade=("tags", "align"), model="vllm:m")
    waiting = run_batch(how, tmp_path / "run", Resources(store=tmp_path / "store.sqlite"))
    assert isinstance(waiting, Waiting)
    assert (waiting.requests, waiting.done, waiting.documents) == (3, 0, 3)


def test_batch_translates_before_it_aligns(tmp_path: Path) -> None:
    pytest.importorskip("eflomal", reason="needs the extra align")
    own = written(tmp_path / "p.jsonl", range(12))
    how = recipe(own, translator="llm", cascade=("align", "tags"), model="vllm:m", few_pairs=True)
    resources = Resources(store=tmp_path / "store.sqlite")
    rounds = []
    with transliterator() as url:
        while isinstance(waiting := run_batch(how, tmp_path / "run", resources), Waiting):
            rounds.append(waiting.requests)
            for file in waiting.files:
                results = tmp_path / "results.jsonl"
                answer_batch(url, file, results)
                with ResponseStore.open(resources.store) as store:
                    import_file(store, results)
    assert rounds[0] == len({pair(n)["source"]["text"] for n in range(12)})
    assert len(rounds) <= 2
    assert waiting.summary["spans"]["source"] == 12


def test_terms_are_looked_at_when_all_are_there(tmp_path: Path) -> None:
    lines = []
    for number in range(15):
        value = pair(number)
        word = "клетка" if number < 14 else "тюрьма"
        for side, text in (("source", "The cell is here."), ("target", f"Тут {word}.")):
            value[side]["text"] = text
        value["source"]["spans"] = [{"start": 4, "end": 8, "label": "T", "id": "T1"}]
        value["target"]["spans"] = [{"start": 4, "end": 10, "label": "T", "id": "T1"}]
        lines.append(json.dumps(value) + "\n")
    (tmp_path / "p.jsonl").write_text("".join(lines), encoding="utf-8")
    links = tmp_path / "links.txt"
    links.write_text("1-1 2-0 4-2\n" * 15)
    how = recipe(tmp_path / "p.jsonl", alignment=str(links))
    summary = carried(how, tmp_path / "run")
    assert summary["findings"] == {"term-varies": 1}
    last = list(RunFolder(tmp_path / "run").transfers())[-1]
    assert "'cell' is 'тюрьма' here" in last.findings[0].detail
