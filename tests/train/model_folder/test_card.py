"""The model card: a head that the hub reads, and what a reader wants to know."""

from typing import Any

import pytest
from huggingface_hub import ModelCard

from donor.train.model_folder.card import model_card

ABOUT: dict[str, Any] = {
    "task": "definition",
    "head": "labels",
    "labels": ["no", "yes"],
    "encoder": "BERT 2×128, from scratch, no pre-training, WordPiece of 8,000",
    "languages": ["ru"],
    "data": {
        "train": {"inputs": ["run/dataset"], "documents": 9, "examples": 1234, "kind": "silver"},
        "test": {"inputs": ["gold|test"], "documents": 3, "examples": 40, "kind": "gold"},
    },
    "training": {"learning_rate": 5e-5, "class_weights": False, "at_once": None,
                 "learning_rates": {0.001: 0.5, 0.0001: None}},
    "scores": {"f1": {"mean": 0.61239, "interval": [0.5, 0.7], "seeds": [0.6, 0.625]}},
    "versions": {"donor": "0.1.0"},
    "limits": ["It was trained on four topics."],
}  # fmt: skip


def card(**more: Any) -> str:
    said = ABOUT | more.pop("about", {})
    return model_card(said, **({"name": "definition-ru", "licence": "cc-by-4.0"} | more))


def test_the_hub_reads_its_head() -> None:
    data = ModelCard(card()).data
    assert (data.language, data.license, data.pipeline_tag) == (
        ["ru"], "cc-by-4.0", "text-classification",
    )  # fmt: skip
    assert data.library_name == "transformers"
    assert {"donor", "definition"} <= set(data.tags)
    (result,) = data.eval_results
    assert (result.metric_type, result.metric_value, result.dataset_split) == ("f1", 0.6124, "test")


@pytest.mark.parametrize(
    ("licence", "name", "found"),
    [
        ((), "", None),
        (("mit",), "", "mit"),
        (("mit", "gpl"), "", ["mit", "gpl"]),
        ("other", "Own terms", "other"),
    ],
)
def test_the_licence_is_that_of_the_data(licence: Any, name: str, found: Any) -> None:
    said = card(licence=licence, licence_name=name)
    assert ModelCard(said).data.license == found
    assert ("was not given" in said) == (not licence)
    assert name in said


def test_the_encoder_is_called_what_it_is() -> None:
    said = card()
    assert f"- encoder: {ABOUT['encoder']}" in said
    assert "base_model" not in said
    assert "not a model for use" in said


def test_a_pre_trained_encoder_is_the_base_model() -> None:
    hub = {"encoder": "owner/m (bert 12×768)", "base_model": "owner/m"}
    said = card(about=hub)
    assert ModelCard(said).data.base_model == "owner/m"
    assert "not a model for use" not in said


def test_scores_stand_with_interval_and_seeds() -> None:
    assert "| f1 | 0.6124 | 0.5000 to 0.7000 | 0.6000, 0.6250 |" in card()


def test_a_score_that_is_not_defined_is_no_number() -> None:
    none = {"scores": {"f1": {"mean": None, "interval": None, "seeds": [None]}}}
    said = card(about=none)
    assert "| f1 | – | – | – |" in said
    assert ModelCard(said).data.eval_results is None


def test_without_an_evaluation_that_is_told() -> None:
    assert "None: the model was not evaluated." in card(about={"scores": {}})


def test_data_and_settings_stand_in_it() -> None:
    said = card()
    assert "| train | run/dataset | 9 | 1,234 | silver |" in said
    assert "gold\\|test" in said
    assert "- learning rate: 5e-05" in said
    assert "- class weights: no" in said
    assert "- learning rates: 0.001 0.5000, 0.0001 –" in said
    assert "at once" not in said
    assert "With donor 0.1.0." in said


@pytest.mark.parametrize(
    ("about", "limit"),
    [
        ({}, "not checked by people; it repeats their errors"),
        ({}, "With 2 seeds, little is known of chance."),
        ({}, "It was trained on four topics."),
        ({"scored_on": "train"}, "The scores are against silver annotations"),
    ],
)
def test_limits_follow_from_how_it_was_made(about: dict[str, Any], limit: str) -> None:
    assert limit in card(about=about).partition("## Limits")[2]


@pytest.mark.parametrize(
    ("head", "task", "used"),
    [
        ("labels", "labels", 'pipeline("text-classification", model="definition-ru")'),
        ("tokens", "spans", 'pipeline("token-classification", model="definition-ru")'),
        ("answers", "qa", "AutoModelForQuestionAnswering"),
        ("relations", "relations", "spans in markers"),
    ],
)
def test_it_says_how_the_model_is_used(head: str, task: str, used: str) -> None:
    assert used in card(about={"head": head, "task": task})


def test_what_onnx_loses_stands_in_it() -> None:
    one = {"score": 0.6, "megabytes": 4.2, "sentences_per_second": 1500.0}
    export = {
        "examples": 40, "threads": 2, "torch": one,
        "int8": one | {"file": "onnx/m", "difference": 0.034, "agreement": 0.975},
    }  # fmt: skip
    said = card(export=export)
    assert "| torch | 0.6000 | 4.2 | 1,500 | – | – |" in said
    assert "| int8 | 0.6000 | 4.2 | 1,500 | 3.4e-02 | 0.9750 |" in said
    assert "over 40 examples on 2 threads" in said
    assert "## ONNX" not in card()


def test_copies_of_the_training_data_are_told_beside_the_scores() -> None:
    left = {"metric": "f1", "mean": 0.5, "interval": [0.4, 0.6], "seeds": [0.5]}
    found = card(about={"deduplicated": left | {"examples": 8, "of_examples": 81}})
    assert "**73 of the 81 scored examples stand in the training data too" in found
    assert "Without them: F1 0.5000, 95 % interval 0.4000 to 0.6000." in found
    assert "training data too" not in card(
        about={"deduplicated": left | {"examples": 8, "of_examples": 8}}
    )
