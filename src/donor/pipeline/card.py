"""The dataset card: what the target dataset is, where it comes from, how it was made."""

from collections.abc import Mapping
from typing import Any

import orjson

from donor.languages import language
from donor.prompts import PROMPTS, prompt
from donor.recipe import Recipe

__all__ = ["dataset_card"]

_NAMED = 5


def dataset_card(recipe: Recipe, counts: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """The card as Markdown with a YAML head, in the way of the Hugging Face hub.

    Of the provenance it says what every replay of the answers says too.
    """
    target = language(recipe.to)
    spans, relations = counts["spans"], counts["relations"]
    license_ = recipe.license or "unknown"
    parts = [
        f"---\nlanguage:\n- {target.tag}\nlicense: {license_}\n---",
        f"# A dataset carried over into {target.name}",
        _state(recipe, counts),
        "| | source | carried over |\n|---|---|---|\n"
        f"| documents | {counts['documents']} | {counts['documents'] - len(counts['failed'])} |\n"
        f"| spans | {spans['source']} | {spans['placed']} |\n"
        f"| relations | {relations['source']} | {relations['placed']} |",
        "## How it was made",
        f"- source: {', '.join(recipe.inputs)}\n"
        f"- model: {recipe.model}\n"
        + _served(counts, provenance["served"])
        + f"- parameters: {_parameters(recipe)}\n"
        f"- translator: {recipe.translator}; projection: {' → '.join(recipe.cascade)}\n"
        f"- recipe: sha256 {recipe.sha256}\n"
        + "\n".join(f"- prompt `{name}`: sha256 {prompt(name).sha256}" for name in PROMPTS),
        "## What it was made from",
        "\n".join(
            f"- `{file['name']}`: {file['bytes']} bytes, sha256 {file['sha256']}"
            for file in provenance["inputs"]
        ),
        "The run's `provenance.json` says more: versions, times, the server and its weights.",
    ]
    return "\n\n".join(parts) + "\n"


def _served(counts: Mapping[str, Any], served: Mapping[str, Any]) -> str:
    """Who answered; nothing for a partial run, whose replay asks for fewer answers than came."""
    if counts["partial"]:
        return ""
    models, fingerprints = _named(served["models"]), _named(served["fingerprints"])
    return f"- served as: {models}\n- fingerprint: {fingerprints}\n"


def _named(found: Mapping[str, int]) -> str:
    """The names, a few of them where there are many."""
    names = sorted(found) or ["nobody was asked"]
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return ", ".join(names[:_NAMED] + more)


def _parameters(recipe: Recipe) -> str:
    """The sampling parameters in one line."""
    return orjson.dumps(dict(recipe.parameters), option=orjson.OPT_SORT_KEYS).decode()


def _state(recipe: Recipe, counts: Mapping[str, Any]) -> str:
    text = (
        "Text and annotations were translated and projected by a language model; nobody has "
        "checked them. The licence of the source holds for its translation too."
    )
    if recipe.license is None:
        text += " It was not given when this dataset was made."
    if counts["partial"]:
        text += "\n\n**Partial:** the run stopped before the end of the source."
    return text
