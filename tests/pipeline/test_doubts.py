"""What looks wrong about a run: labels that no document has, and a target that is the source."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.small import recipe_for, write_small

from donor.data import Document, Interval
from donor.errors import ConfigError
from donor.pipeline import Resources, estimate, reproduce, run, transfer
from donor.recipe import Recipe

CSV = "text,label\nAn ion moves.,Positive\nA cell wall.,negative\n"
PAIR = {
    "source": {"lang": "en", "text": "An ion.", "spans": [{"start": 3, "end": 6, "label": "TERM"}]},
    "target": {"lang": "ru", "text": "Это ион", "spans": [{"start": 4, "end": 7, "label": "TERM"}]},
}
LABELS = {"Term": "a term", "Terms": "several", "definition": "what a term means"}


def told(tmp_path: Path, base_url: str, recipe: Recipe, **more: Any) -> list[tuple[str, str]]:
    """Where and what a run warns of."""
    found: list[tuple[str, str]] = []
    resources = Resources(store=tmp_path / "s.sqlite", base_url=base_url, **more)
    run(recipe, tmp_path / "run", resources, warn=lambda where, what: found.append((where, what)))
    return found


def test_labels_that_do_not_occur_are_named_with_the_nearest(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR))
    recipe = recipe_for(
        write_small(tmp_path / "in"), labels=LABELS, examples=str(tmp_path / "pairs.jsonl")
    )
    assert told(tmp_path, base_url, recipe) == [
        ("[labels]", "the label 'Terms' does not occur in the data; did you mean 'Term'?"),
        ("[labels]", "the label 'definition' does not occur in the data; it has 'Term'"),
        (
            str(tmp_path / "pairs.jsonl"),
            "the label 'TERM' does not occur in the data; did you mean 'Term'?",
        ),
    ]


def test_labels_of_texts_occur_too(tmp_path: Path, base_url: str) -> None:
    (tmp_path / "in.csv").write_text(CSV)
    labels = {"Positive": "good", "negative": "bad"}
    recipe = Recipe((str(tmp_path / "in.csv"),), "ru", "vllm:m", language="en", labels=labels)
    assert told(tmp_path, base_url, recipe) == []


def test_of_a_part_of_the_input_only_a_misspelt_label_is_named(
    tmp_path: Path, base_url: str
) -> None:
    recipe = recipe_for(write_small(tmp_path / "in"), labels=LABELS)
    [(_, what)] = told(tmp_path, base_url, recipe, limit=1)
    assert "'Terms'" in what


def test_a_dry_run_warns_too(tmp_path: Path) -> None:
    recipe = recipe_for(write_small(tmp_path / "in"), labels=LABELS)
    found: list[str] = []
    resources = Resources(store=tmp_path / "none.sqlite")
    estimate(recipe, resources, lambda where, what: found.append(where))
    assert found == ["[labels]", "[labels]"]


def test_the_target_language_is_no_source_unless_forced(tmp_path: Path, base_url: str) -> None:
    recipe = Recipe((str(write_small(tmp_path / "in")),), "en", "vllm:m", language="eng")
    with pytest.raises(ConfigError, match=r"a\.deft.*is in English \(en\), which is the target"):
        told(tmp_path, base_url, recipe)
    with pytest.raises(ConfigError, match="go on with --force"):
        estimate(recipe, Resources(store=tmp_path / "none.sqlite"))
    warned = told(tmp_path, base_url, recipe, force=True)
    assert warned == [("--force", "3 of the documents are in English, the target language")]
    assert reproduce(tmp_path / "run").equal


@pytest.mark.parametrize(("source", "to"), [("pt-PT", "pt-BR"), ("zh-Hans", "zh-Hant")])
def test_variants_of_a_language_are_languages(tmp_path: Path, source: str, to: str) -> None:
    recipe = Recipe((str(write_small(tmp_path / "in")),), to, "vllm:m", language=source)
    assert estimate(recipe, Resources(store=tmp_path / "none.sqlite"))["documents"] == 3


def test_documents_in_memory_are_refused_too(tmp_path: Path) -> None:
    document = Document("d", "ru", "Ион.", (Interval(0, 4),))
    store = tmp_path / "s.sqlite"
    with pytest.raises(ConfigError, match="document d: is in Russian"):
        next(transfer([document], to="ru", model="vllm:m", store=store))
