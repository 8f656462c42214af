"""The recipe that the flags of `donor transfer` say, over those of a recipe file."""

from pathlib import Path
from typing import Any

import click

from donor.cli.options import fields_of
from donor.languages import language
from donor.llm import NO_MODEL, Prices, Unpriced, prices_of, read_prices, split_model
from donor.pipeline import asks_for_model
from donor.pipeline.corpus_steps import ALIGN
from donor.recipe import Recipe, read_recipe

__all__ = ["recipe_of_flags"]

_UNSAID: dict[str, Any] = dict.fromkeys(
    (
        *("to", "language", "format", "scheme", "on_error", "text_field", "spans_field"),
        *("label_field", "id_field", "out_format", "out_scheme", "flatten", "snap", "model"),
        *("method", "translator", "translation", "glossary", "keep", "instructions", "examples"),
        *("parallel", "alignment", "samples", "vote", "repair", "back_translate", "judge"),
        *("label_names", "license_", "force", "recipe", "prices", "base_url"),
    )
) | {"inputs": (), "more_fields": ()}


def recipe_of_flags(flags: dict[str, Any]) -> tuple[Recipe, Prices | Unpriced]:
    """The recipe file with the flags over it, and what the model costs.

    Flags that a verb does not have may be left out.
    """
    flags = _UNSAID | flags
    sections = read_recipe(flags["recipe"]) if flags["recipe"] else {}
    read, write = sections.get("read", {}), sections.get("write", {})
    translate, model = sections.get("translate", {}), sections.get("model", {})
    project, verify = sections.get("project", {}), sections.get("verify", {})
    cascade = project.get("cascade")
    if flags["method"] is not None:
        cascade = [name.strip() for name in flags["method"].split(",") if name.strip()]
    translation = flags["translation"] or translate.get("translation")
    said: dict[str, Any] = {
        "inputs": tuple(str(path) for path in flags["inputs"]) or tuple(read.get("inputs", ())),
        "to": flags["to"] or translate.get("to"),
        "model": flags["model"] or model.get("name"),
        "language": flags["language"] or read.get("language"),
        "format": flags["format"] or read.get("format"),
        "fields": {**read.get("fields", {}), **fields_of(flags)},
        **{name: flags[name] or read.get(name) for name in ("scheme", "on_error")},
        "translator": flags["translator"]
        or _implied(flags["translation"])
        or translate.get("translator")
        or _implied(translation),
        "translation": str(translation) if translation else None,
        "parameters": model.get("parameters"),
        "cascade": None if cascade is None else tuple(cascade),
        "out_format": flags["out_format"] or write.get("format"),
        "out_scheme": flags["out_scheme"] or write.get("scheme"),
        **{name: flags[name] or write.get(name) for name in ("flatten", "snap")},
        "label_names": flags["label_names"] or write.get("label_names"),
        "license": flags["license_"] or write.get("license"),
        **{name: _named(flags[name], project.get(name)) for name in ("alignment", "parallel")},
        "few_pairs": (flags["force"] and ALIGN in (cascade or ())) or project.get("few_pairs"),
        "samples": flags["samples"] or project.get("samples"),
        "sample_temperature": project.get("sample_temperature"),
        "vote": flags["vote"] or project.get("vote"),
        "repair": verify.get("repair") if flags["repair"] is None else flags["repair"],
        "back_translate": flags["back_translate"] or verify.get("back_translate"),
        "judge": flags["judge"] or verify.get("judge"),
        "glossary": _named(flags["glossary"], translate.get("glossary")),
        "keep": _named(flags["keep"], translate.get("keep")),
        "instructions": _named(flags["instructions"], project.get("instructions")),
        "examples": _named(flags["examples"], project.get("examples")),
        "labels": sections.get("labels"),
        "files": sections.get("files"),
        **{name: model.get(name) for name in ("chunk_characters", "repetition")},
    }
    for name, flag in (("inputs", "INPUT"), ("to", "--to")):
        if not said[name]:
            raise click.UsageError(f"Missing {flag}.")
    for name in ("to", "language"):
        said[name] = language(said[name]).tag if said[name] else None
    given = {name: value for name, value in said.items() if value is not None}
    recipe = Recipe(**{"model": NO_MODEL, **given})
    if recipe.model == NO_MODEL and (asking := asks_for_model(recipe)):
        raise click.UsageError(f"Missing --model: {asking} asks one.")
    return recipe, _prices(flags, recipe.model, sections.get("prices"))


def _named(flag: Path | None, said: str | None) -> str | None:
    return str(flag) if flag else said


def _implied(translation: object) -> str | None:
    """The translator that a given translation stands for."""
    return "given" if translation else None


def _prices(flags: dict[str, Any], model: str, section: dict[str, Any] | None) -> Prices | Unpriced:
    """By the file of --prices where it names the model, by the recipe, by Donor's table."""
    own = dict(read_prices(flags["prices"])) if flags["prices"] else {}
    if section:
        name = split_model(model)
        own.setdefault(f"{name.provider}:{name.name}", Prices(**section, source="the recipe"))
    return prices_of(model, own=own, base_url=flags["base_url"])
