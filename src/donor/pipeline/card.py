"""The dataset card: what the target dataset is, where it comes from, how it was made."""

from collections.abc import Mapping
from typing import Any

from donor.languages import language
from donor.prompts import PROMPTS, prompt
from donor.recipe import Recipe

__all__ = ["dataset_card"]


def dataset_card(recipe: Recipe, counts: Mapping[str, Any]) -> str:
    """The card as Markdown with a YAML head, in the way of the Hugging Face hub."""
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
        f"- translator: {recipe.translator}; projection: {' → '.join(recipe.cascade)}\n"
        f"- recipe: sha256 {recipe.sha256}\n"
        + "\n".join(f"- prompt `{name}`: sha256 {prompt(name).sha256}" for name in PROMPTS),
    ]
    return "\n\n".join(parts) + "\n"


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
