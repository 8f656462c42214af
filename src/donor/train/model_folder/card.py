"""The model card: what a model is, what it has learnt from, how good it is, and what it is not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.languages import language
from donor.score.titles import title_of
from donor.train.encoders.heads import ANSWERS, HEADS, TOKENS, check_libraries

__all__ = ["MODEL_CARD", "model_card"]

MODEL_CARD = "README.md"
_PIPELINES = {TOKENS: "token-classification", ANSWERS: "question-answering"}
_ONE_OF_SEVERAL = "text-classification"
_SPLITS = ("train", "dev", "test")
_TAGS = ("donor", "cross-lingual-transfer")
_FOR_FEW_SEEDS = 3


def model_card(
    about: Mapping[str, Any],
    *,
    name: str,
    licence: str | Sequence[str] = (),
    licence_name: str = "",
    export: Mapping[str, Any] | None = None,
) -> str:
    """The card as Markdown with a YAML head, in the way of the Hugging Face hub.

    Args:
        about: as `donor.json` has it. Beside what every model says, used are `base_model`,
            `languages` (BCP 47), `data` (of `train`, `dev`, `test`: `inputs`, `documents`,
            `examples`, `kind`: gold, silver or as it may be), `training` (settings by name),
            `scores` (by metric: `mean`, `interval`, `seeds`, the score of each), `scored_on`,
            `deduplicated` (the main score without copies of the training data),
            `versions`, `findings` (sentences about the data), `limits` (sentences).
        name: what the model is called, as its folder is.
        licence: of the data: a name of the hub or several; empty where it is not known.
        licence_name: of one that the hub does not know.
        export: what `exported` has measured.
    """
    check_libraries("a model card", "huggingface_hub")
    parts = [
        _head(about, name, licence, licence_name),
        f"# {name}",
        _what(about),
        "## Scores",
        *_scores(about),
        "## Data",
        *_data(about, licence, licence_name),
        "## Training",
        *_training(about),
        *_onnx(export),
        "## Use",
        _use(about, name),
        "## Limits",
        "\n".join(f"- {one}" for one in _limits(about)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(
    about: Mapping[str, Any], name: str, licence: str | Sequence[str], licence_name: str
) -> str:
    """The YAML that the hub reads."""
    from huggingface_hub import ModelCardData

    tags = [language(tag).tag for tag in about.get("languages", ())]
    single = licence if isinstance(licence, str) or len(licence) != 1 else licence[0]
    data = ModelCardData(
        language=list(dict.fromkeys(tag.partition("-")[0] for tag in tags)) or None,
        license=single if isinstance(single, str) else list(single) or None,
        license_name=licence_name or None,
        library_name="transformers",
        base_model=about.get("base_model") or None,
        pipeline_tag=_pipeline(about),
        tags=[*_TAGS, about["task"]],
        model_name=name,
        eval_results=list(_results(about)) or None,
        ignore_metadata_errors=False,
    )
    return f"---\n{data.to_yaml()}\n---"


def _results(about: Mapping[str, Any]) -> Iterator[Any]:
    """The mean of each score, as the hub lists it."""
    from huggingface_hub import EvalResult

    split = about.get("scored_on", "test")
    inputs = about.get("data", {}).get(split, {}).get("inputs") or ["the dataset"]
    for metric, found in about.get("scores", {}).items():
        if found["mean"] is not None:
            yield EvalResult(
                task_type=_pipeline(about),
                dataset_type="other",
                dataset_name=", ".join(map(str, inputs)),
                dataset_split=split,
                metric_type=metric,
                metric_value=round(found["mean"], 4),
                metric_name=metric,
            )


def _pipeline(about: Mapping[str, Any]) -> str:
    return _PIPELINES.get(about["head"], _ONE_OF_SEVERAL)


def _what(about: Mapping[str, Any]) -> str:
    """The task, the encoder as what it is, the languages, the labels."""
    tags = [language(tag) for tag in about.get("languages", ())]
    lines = [f"- task: {about['task']}", f"- encoder: {about['encoder']}"]
    if tags:
        lines.append(f"- language: {', '.join(f'{one.name} ({one.tag})' for one in tags)}")
    if HEADS[about["head"]].labelled:
        lines.append(f"- labels: {', '.join(f'`{label}`' for label in about['labels'])}")
    return "\n".join(lines)


def _scores(about: Mapping[str, Any]) -> Iterator[str]:
    scores = about.get("scores", {})
    if not scores:
        yield "None: the model was not evaluated."
        return
    rows = [
        f"| {_cell(metric)} | {_number(found['mean'])} | {_interval(found.get('interval'))} "
        f"| {', '.join(_number(one) for one in _seeds(found))} |"
        for metric, found in scores.items()
    ]
    yield "\n".join(["| | mean | 95 % interval | of each seed |", "|---|---|---|---|", *rows])
    split = about.get("scored_on", "test")
    yield (
        f"On the {split} split, as fractions of 1. The interval tells what other documents would "
        "do to the score; the seeds what another start of the training does."
    )
    yield from _copies(about)


def _copies(about: Mapping[str, Any]) -> Iterator[str]:
    """What of the scored texts was learnt from too, and the score without it."""
    found = about.get("deduplicated") or {}
    copies = found.get("of_examples", 0) - found.get("examples", 0)
    if copies:
        yield (
            f"**{copies:,} of the {found['of_examples']:,} scored examples stand in the training "
            f"data too, equally or nearly.** Without them: {title_of(found['metric'])} "
            f"{_number(found['mean'])}, 95 % interval {_interval(found.get('interval'))}."
        )


def _data(
    about: Mapping[str, Any], licence: str | Sequence[str], licence_name: str
) -> Iterator[str]:
    data = about.get("data", {})
    rows = [
        f"| {split} | {_cell(', '.join(map(str, data[split].get('inputs', ()))))} "
        f"| {_count(data[split].get('documents'))} | {_count(data[split].get('examples'))} "
        f"| {_cell(data[split].get('kind') or 'not told')} |"
        for split in _SPLITS
        if split in data
    ]
    if rows:
        head = ["| | from | documents | examples | annotations |", "|---|---|---|---|---|"]
        yield "\n".join([*head, *rows])
    names = [licence] if isinstance(licence, str) else list(licence)
    said = ", ".join(one for one in (*names, licence_name) if one)
    yield (
        f"The licence of the data: {said}."
        if said
        else "The licence of the data was not given when this model was trained."
    )
    findings = about.get("findings", ())
    if findings:
        yield "\n".join(f"- {one}" for one in findings)


def _training(about: Mapping[str, Any]) -> Iterator[str]:
    settings = {key: value for key, value in about.get("training", {}).items() if _counts(value)}
    if settings:
        yield "\n".join(f"- {key.replace('_', ' ')}: {_said(v)}" for key, v in settings.items())
    versions = about.get("versions", {})
    if versions:
        yield f"With {', '.join(f'{key} {found}' for key, found in versions.items())}."


def _onnx(export: Mapping[str, Any] | None) -> Iterator[str]:
    """What the ONNX files lose; nothing where there are none."""
    if not export:
        return
    yield "## ONNX"
    rows = [
        f"| {name} | {_number(export[name]['score'])} | {export[name]['megabytes']:.1f} "
        f"| {export[name]['sentences_per_second']:,.0f} "
        f"| {_small(export[name].get('difference'))} | {_number(export[name].get('agreement'))} |"
        for name in export
        if isinstance(export[name], Mapping)
    ]
    head = "| | score | MB | examples/s | largest difference of a logit | same choices |"
    yield "\n".join([head, "|---|---|---|---|---|---|", *rows])
    threads = f"{export['threads']} thread" + ("s" if export["threads"] > 1 else "")
    yield (
        f"Measured over {export['examples']:,} examples on {threads}; `int8` has dynamically "
        "quantised weights and activations. Differences and choices are those from torch."
    )


def _use(about: Mapping[str, Any], name: str) -> str:
    """A few lines that work."""
    command = f"`donor predict {name} INPUT -o OUT` writes predictions in any format."
    pipeline = _pipeline(about)
    if about["head"] == ANSWERS:
        return (
            f"{command} In Python, load it with `AutoModelForQuestionAnswering`: its outputs are "
            "the logits of where an answer starts and ends; the first token stands for no answer."
        )
    if about["task"] == "relations":
        return (
            f"{command} In Python, a `text-classification` pipeline loads it; its text has the two "
            "spans in markers with their labels: `<tail:Term> an ion </tail> is "
            "<head:Definition> a charged atom </head>`."
        )
    several = ", top_k=None" if about["head"] == "multi-labels" else ""
    call = f'pipeline("{pipeline}", model="{name}"{several})'
    code = f"from transformers import pipeline\n\nsay = {call}"
    return f"{command} In Python:\n\n```python\n{code}\n```"


def _limits(about: Mapping[str, Any]) -> Iterator[str]:
    """What is not to be expected; first what follows from how it was made."""
    if "from scratch" in about["encoder"]:
        yield (
            "Its encoder knows no language but what stood in the training text: it is a measure "
            "for comparisons, not a model for use."
        )
    train = about.get("data", {}).get("train", {})
    if train.get("kind") == "silver":
        yield (
            "The annotations that it has learnt from were carried over by a machine and not "
            "checked by people; it repeats their errors."
        )
    scores = about.get("scores", {})
    fewest = min((len(_seeds(one)) for one in scores.values()), default=0)
    if 0 < fewest < _FOR_FEW_SEEDS:
        yield f"With {fewest} seed{'s' if fewest > 1 else ''}, little is known of chance."
    tested = about.get("data", {}).get(about.get("scored_on", "test"), {})
    if scores and tested.get("kind") == "silver":
        yield "The scores are against silver annotations: they tell how well these are repeated."
    if HEADS[about["head"]].labelled:
        yield "It knows no other labels, and was not evaluated on texts of another kind."
    else:
        yield "It was not evaluated on texts of another kind."
    yield from about.get("limits", ())


def _seeds(found: Mapping[str, Any]) -> list[Any]:
    seeds = found.get("seeds") or [found["mean"]]
    return list(seeds.values()) if isinstance(seeds, Mapping) else list(seeds)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _small(value: float | None) -> str:
    return "–" if value is None else f"{value:.1e}"


def _interval(value: Sequence[float] | None) -> str:
    return f"{_number(value[0])} to {_number(value[1])}" if value else "–"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_number(one)}" for key, one in value.items())
    return ", ".join(map(_said, value)) if isinstance(value, list) else str(value)


def _counts(value: Any) -> bool:
    """Whether a setting is one: not left open, and not a list without anything in it."""
    return value is not None and value not in ({}, [], "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
