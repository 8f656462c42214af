"""The bundled sample: what it holds, and what the demo makes of it."""

import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import donor
from donor.data import Document
from donor.pipeline import Resources, rebuild, run, stale
from donor.recipe import Recipe
from donor.records import RunFolder

MODEL = "recorded:sample-a"
LABELS = {
    "Term", "Definition", "Alias-Term", "Secondary-Definition", "Referential-Definition",
    "Referential-Term", "Qualifier", "Ordered-Term", "Ordered-Definition",
}  # fmt: skip
RELATIONS = {"Direct-Defines", "AKA", "Supplements", "Refers-To", "Indirect-Defines"}


@pytest.fixture(scope="module")
def source(sample: Path) -> dict[str, Document]:
    return {document.id: document for document in donor.read(sample / "source")}


@pytest.fixture(scope="module")
def gold(sample: Path) -> dict[str, Document]:
    return {document.id: document for document in donor.read(sample / "gold")}


@pytest.fixture(scope="module")
def answers(sample: Path) -> dict[str, Any]:
    return tomllib.loads((sample / "answers/sample-a.toml").read_text(encoding="utf-8"))


def replayed(folder: Path, sample: Path, store: Path, cascade: tuple[str, ...]) -> Path:
    recipe = Recipe((str(sample / "source"),), "ru", MODEL, cascade=cascade)
    run(recipe, folder, Resources(store, replay=True))
    return folder


@pytest.fixture(scope="module")
def demo(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "run"
    return replayed(folder, sample, sample / "responses.sqlite", ("tags", "quote"))


def as_in_gold(folder: Path, gold: dict[str, Document]) -> Counter[bool]:
    """How many source spans ended as in gold: at its place, or in none where gold has none."""
    same: Counter[bool] = Counter()
    for transfer in RunFolder(folder).transfers():
        there = {span.id: span.fragments for span in gold[transfer.source.id].spans}
        for row in transfer.spans:
            place = row.placed.fragments if row.placed else None
            same[place == there.get(row.span_id)] += 1
    return same


def test_source_has_all_that_deft_has(source: dict[str, Document]) -> None:
    documents = source.values()
    spans = [span for document in documents for span in document.spans]
    assert len(source) >= 24
    assert len({name.partition(":")[0] for name in source}) == 4
    assert sum(len(document.segments) for document in documents) >= 60
    assert len(spans) >= 100
    assert {span.label for span in spans} == LABELS
    assert {r.label for document in documents for r in document.relations} == RELATIONS
    assert any(span.discontinuous for span in spans)
    tails = Counter((d.id, relation.tail) for d in documents for relation in d.relations)
    assert max(tails.values()) == 2


def test_gold_answers_to_the_source(source: dict[str, Document], gold: dict[str, Document]) -> None:
    assert list(source) == list(gold)
    missing = []
    for name, document in source.items():
        there = {span.id: span.label for span in gold[name].spans}
        assert len(document.segments) == len(gold[name].segments)
        assert there.items() <= {span.id: span.label for span in document.spans}.items()
        missing += [span.id for span in document.spans if span.id not in there]
    assert missing == ["T24"]


def test_recorded_translation_is_golds_text(
    answers: dict[str, Any], gold: dict[str, Document], demo: Path
) -> None:
    for name, document in gold.items():
        recorded = answers[name]["translate"]
        assert tuple(recorded.values()) == document.segment_texts()
    for transfer in RunFolder(demo).transfers():
        assert transfer.target is not None
        assert transfer.target.text == gold[transfer.source.id].text


def test_answers_are_those_of_a_model(
    answers: dict[str, Any], source: dict[str, Document], gold: dict[str, Document]
) -> None:
    tasks = Counter(task for tables in answers.values() for task in tables)
    with_spans = [name for name, document in source.items() if document.spans]
    assert all("quote" in answers[name] for name in with_spans)
    assert tasks["tags-retry"] >= 3
    assert sum("refusal" in table.get("tags", {}) for table in answers.values()) == 1
    assert otherwise_quoted(answers, gold) >= 8


def otherwise_quoted(answers: dict[str, Any], gold: dict[str, Document]) -> int:
    """Quotes that do not stand letter for letter in the translation."""
    quotes = [
        (name, quote[0] if isinstance(quote, list) and quote else quote)
        for name in gold
        for quote in answers[name].get("quote", {}).values()
    ]
    return sum(isinstance(q, str) and q not in gold[name].text for name, q in quotes)


def test_store_holds_the_answers(sample: Path, tmp_path: Path) -> None:
    answers = sorted((sample / "answers").glob("*.toml"))
    assert not stale(answers, sample / "responses.sqlite", tmp_path), "run `make sample-store`"


@pytest.mark.parametrize(
    ("model", "method", "low", "high"),
    [
        ("a", "quote", 0.95, 1),
        ("a", "index", 0.6, 0.9),
        ("b", "quote", 0.6, 0.9),
        ("b", "index", 0, 0.5),
    ],
)
def test_both_models_answer_both_methods_on_golds_text(
    sample: Path,
    gold: dict[str, Document],
    tmp_path: Path,
    model: str,
    method: str,
    low: float,
    high: float,
) -> None:
    """Quotes beat numbers, and the strong model the weak one, as in the paper."""
    recipe = Recipe(
        (str(sample / "source"),),
        "ru",
        f"recorded:sample-{model}",
        translator="given",
        translation=str(sample / "gold"),
        cascade=(method,),
    )
    run(recipe, tmp_path / "run", Resources(store=sample / "responses.sqlite", replay=True))
    found = donor.score(donor.read(tmp_path / "run/dataset"), gold.values())
    assert low < found["spans"]["strict"]["f1"] < high
    assert found["texts_differ"] == 0


def test_weaker_model_translates_all_in_words_of_its_own(
    sample: Path, gold: dict[str, Document], tmp_path: Path
) -> None:
    recipe = Recipe((str(sample / "source"),), "ru", "recorded:sample-b", cascade=("quote",))
    run(recipe, tmp_path / "run", Resources(store=sample / "responses.sqlite", replay=True))
    targets = list(donor.read(tmp_path / "run/dataset", language="ru"))
    assert len(targets) == len(gold)
    assert not [target.id for target in targets if target.text == gold[target.id].text]


def test_demo_places_nearly_everything_as_gold_does(demo: Path, gold: dict[str, Document]) -> None:
    spans = RunFolder(demo).summary()["spans"]
    assert spans["placed"] + spans["unresolved"] == spans["source"] == 146
    assert spans["placed"] >= 0.97 * spans["source"]
    same = as_in_gold(demo, gold)
    assert same[True] >= 0.95 * same.total()


@pytest.mark.parametrize("cascade", [("tags", "quote"), ("quote",)])
def test_target_dataset_can_be_scored(
    sample: Path, gold: dict[str, Document], tmp_path: Path, cascade: tuple[str, ...]
) -> None:
    folder = replayed(tmp_path / "run", sample, sample / "responses.sqlite", cascade)
    found = donor.score(donor.read(folder / "dataset"), gold.values())
    assert found["texts_differ"] == 0
    assert found["spans"]["strict"]["f1"] >= 0.95
    assert found["relations"]["strict"]["f1"] >= 0.9


def test_spoilt_answer_lowers_the_score(
    sample: Path, gold: dict[str, Document], demo: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample / "source", tmp_path / "source")
    (tmp_path / "answers").mkdir()
    spoilt = tmp_path / "answers/sample-a.toml"
    text = (sample / "answers/sample-a.toml").read_text(encoding="utf-8")
    assert text.count("<s1>Фермент</s1> — это <s2>") == 1
    spoilt.write_text(text.replace("<s1>Фермент</s1> — это <s2>", "<s1>Фермент — это</s1> <s2>"))
    rebuild([spoilt], tmp_path / "spoilt.sqlite")
    folder = replayed(tmp_path / "run", sample, tmp_path / "spoilt.sqlite", ("tags", "quote"))
    assert as_in_gold(folder, gold)[True] == as_in_gold(demo, gold)[True] - 1
