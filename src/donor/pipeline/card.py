"""The dataset card: what the target dataset is, where it comes from, how it was made."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from donor.languages import language
from donor.llm import NO_MODEL
from donor.pipeline.licence import Licence, hub_names
from donor.prompts import PROMPTS, prompt
from donor.recipe import Recipe
from donor.score.titles import title_of
from donor.translate import OFFLINE

__all__ = ["dataset_card"]

_NAMED = 5
_PLAIN = re.compile(r"[A-Za-z][\w.+|/-]*")
# What YAML takes for something else than these letters; "no" is Norwegian.
_NOT_PLAIN = {"no", "yes", "true", "false", "null", "on", "off", "y", "n"}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**6, "100K<n<1M"))
_QUESTIONS = "answer_start"


def dataset_card(
    recipe: Recipe,
    counts: Mapping[str, Any],
    provenance: Mapping[str, Any],
    *,
    licence: Licence,
    written: str = "",
    names: Mapping[str, str] | None = None,
    scores: Mapping[str, Any] | None = None,
) -> str:
    """The card as Markdown with a YAML head, in the way of the Hugging Face hub.

    Of the provenance it says what every replay of the answers says too.

    Args:
        recipe: how the dataset was made.
        counts: the ledger.
        provenance: what the run was made with and from.
        licence: of the source.
        written: the card that the output format has written, whose head says which file is which
            split and what the columns are.
        names: what the labels of the source are called in the target, where they are translated.
        scores: what was measured without a reference, by name.
    """
    target = language(recipe.to)
    parts = [
        _head(recipe, counts, licence, written),
        f"# {_title(recipe)}",
        _state(recipe, licence, counts),
        "## How much was carried over",
        _carried(counts),
        *_by_label(counts),
        *_scores(scores),
        *_findings(counts),
        *_names(names or {}),
        "## How it was made",
        f"- source: {', '.join(recipe.inputs)}\n"
        f"- target language: {target.name} ({target.tag})\n"
        + _model(recipe, counts, provenance)
        + f"- translator: {recipe.translator}; projection: {' → '.join(recipe.cascade)}\n"
        f"- recipe: sha256 {recipe.sha256}" + _prompts(recipe),
        "## What it was made from",
        "\n".join(_input(file) for file in provenance["inputs"]),
        "The run's `provenance.json` says more: versions, times, the server and its weights.",
    ]
    return "\n\n".join(parts) + "\n"


def _title(recipe: Recipe) -> str:
    """What the dataset is called: by its inputs and its language."""
    names = [Path(path).name.partition(".")[0] or path for path in recipe.inputs]
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return f"{', '.join(names[:_NAMED] + more)} in {language(recipe.to).name}"


def _head(recipe: Recipe, counts: Mapping[str, Any], licence: Licence, written: str) -> str:
    """The YAML that the hub reads; what the format said of files and columns stands last."""
    tag = language(recipe.to).tag
    known, own = hub_names(licence)
    named = [re.sub(r"[^\w.-]+", "-", Path(path).name) for path in recipe.inputs]
    values: dict[str, str | list[str]] = {
        "language": [tag.partition("-")[0]],
        "language_bcp47": [tag] if "-" in tag else [],
        "license": known[0] if len(known) == 1 else list(known),
        "license_name": own,
        "pretty_name": _title(recipe),
        "task_categories": list(_tasks(counts, written)),
        "source_datasets": [f"extended|other-{name}" for name in dict.fromkeys(named[:_NAMED])],
        "multilinguality": ["translation"],
        "language_creators": ["machine-generated"],
        "annotations_creators": ["machine-generated"],
        "size_categories": [_size(counts["documents"] - len(counts["failed"]))],
        "tags": ["donor", "annotation-projection", "cross-lingual-transfer", "synthetic"],
    }
    lines = [line for key, value in values.items() if value for line in _yaml(key, value)]
    return "\n".join(["---", *lines, *_said_by_format(written), "---"])


def _yaml(key: str, value: str | list[str]) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{key}: {_scalar(value)}"
        return
    yield f"{key}:"
    yield from (f"- {_scalar(item)}" for item in value)


def _scalar(text: str) -> str:
    """The text as YAML; in quotes, as JSON has them, where it might be read as something else."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN:
        return text
    return orjson.dumps(text).decode()


def _said_by_format(written: str) -> Iterable[str]:
    """The lines of the head that the output format has written."""
    lines = written.splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return []
    return lines[1 : lines.index("---", 1)]


def _tasks(counts: Mapping[str, Any], written: str) -> Iterator[str]:
    """What the dataset is for, by the hub's names."""
    if _QUESTIONS in written:
        yield "question-answering"
    elif counts["spans"]["source"]:
        yield "token-classification"
    if counts["labels"]["source"]:
        yield "text-classification"


def _size(documents: int) -> str:
    return next((name for bound, name in _SIZES if documents < bound), "1M<n<10M")


def _carried(counts: Mapping[str, Any]) -> str:
    """The ledger as tables: how much has come over, and why the rest has not."""
    spans, relations, labels = counts["spans"], counts["relations"], counts["labels"]
    rows = [
        ("documents", counts["documents"], counts["documents"] - len(counts["failed"])),
        ("spans", spans["source"], spans["placed"]),
        ("relations", relations["source"], relations["placed"]),
        ("text labels", labels["source"], labels["carried"]),
    ]
    table = "| | source | carried over |\n|---|---|---|\n"
    table += "\n".join(f"| {name} | {there} | {here} |" for name, there, here in rows)
    if spans["source"]:
        table += f"\n\nProjection rate: {spans['placed'] / spans['source']:.4f}"
    reasons = [f"{reason}: {n}" for reason, n in spans["by_reason"].items()]
    methods = [f"{method}: {n}" for method, n in spans["by_method"].items()]
    table += f"\nSpans placed by method: {', '.join(methods)}" if methods else ""
    return table + (f"\nSpans without a place: {', '.join(reasons)}" if reasons else "")


def _by_label(counts: Mapping[str, Any]) -> list[str]:
    """How many spans of each label have come over."""
    rows = [
        f"| {_cell(label)} | {one['source']} | {one['placed']} |"
        for label, one in counts["spans"].get("by_label", {}).items()
    ]
    return ["\n".join(["| label | spans | carried over |", "|---|---|---|", *rows])] if rows else []


def _scores(scores: Mapping[str, Any] | None) -> list[str]:
    """What was measured of the translation without a reference."""
    rows = [
        f"| {title_of(name)} | {one['score']:.4f} | {_between(one['interval'])} |"
        for name, one in (scores or {}).items()
        if one["score"] is not None
    ]
    if not rows:
        return []
    said = "Without a reference these say whether something went wrong, not how good it is."
    table = "\n".join(["| measure | score | 95 % |", "|---|---|---|", *rows])
    return ["## The translation, measured without a reference", said, table]


def _between(interval: Sequence[float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.4f} to {interval[1]:.4f}"


def _findings(counts: Mapping[str, Any]) -> list[str]:
    """What the checks of the translation and the annotations say; nothing where all is well."""
    found = counts["findings"]
    if not found:
        return []
    lines = [f"- {check}: {n}" for check, n in found.items()]
    some = counts["documents_with_findings"]
    have = "1 document has" if some == 1 else f"{some} documents have"
    said = f"{have} findings of the checks:"
    return ["## Findings", "\n".join([said, "", *lines])]


def _made(recipe: Recipe) -> str:
    """By whom text and annotations were made."""
    if recipe.model != NO_MODEL and recipe.translator not in OFFLINE:
        return "Text and annotations were translated and projected by a language model"
    by = "by a language model" if recipe.model != NO_MODEL else "by word alignment"
    if recipe.translator == "given":
        return f"The translation was given; the annotations were projected {by}"
    return f"The text was translated by Apertium; the annotations were projected by it and {by}"


def _names(names: Mapping[str, str]) -> list[str]:
    """What the labels of the source are called here."""
    if not names:
        return []
    rows = [f"| {_cell(source)} | {_cell(target)} |" for source, target in names.items()]
    return ["## Names of labels", "\n".join(["| source | here |", "|---|---|", *rows])]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _input(file: Mapping[str, Any]) -> str:
    """An input, and what tells whether it is still the same."""
    if "revision" in file:
        return f"- `{file['name']}`: of the Hugging Face hub, revision {file['revision']}"
    return f"- `{file['name']}`: {file['bytes']} bytes, sha256 {file['sha256']}"


def _model(recipe: Recipe, counts: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """The model and what it was asked with; nothing where none was asked."""
    if recipe.model == NO_MODEL:
        return ""
    served = _served(counts, provenance["served"])
    return f"- model: {recipe.model}\n{served}- parameters: {_parameters(recipe)}\n"


def _prompts(recipe: Recipe) -> str:
    if recipe.model == NO_MODEL:
        return ""
    return "".join(f"\n- prompt `{name}`: sha256 {prompt(name).sha256}" for name in PROMPTS)


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


def _state(recipe: Recipe, licence: Licence, counts: Mapping[str, Any]) -> str:
    text = (
        f"{_made(recipe)}; nobody has checked them. The licence of the source holds for its "
        "translation too."
    )
    if not licence.names:
        text += " It was not given when this dataset was made."
    if licence.said_in:
        text += f" It is said in the source's `{Path(licence.said_in).name}`."
    if counts["partial"]:
        text += "\n\n**Partial:** the run stopped before the end of the source."
    return text
