"""What is done to each document of a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from donor import project, translate
from donor.data import NO_GUIDANCE, Document, Guidance
from donor.errors import ConfigError
from donor.languages import Language, language
from donor.llm import Method, split_model
from donor.pipeline.cut import cut_long
from donor.pipeline.given_check import check_given
from donor.pipeline.given_file import GivenFile, given_file
from donor.pipeline.guidance import guidance_of
from donor.pipeline.input import input_formats
from donor.project import PROJECTORS, Projector, projector_named
from donor.recipe import SAME, TRANSLATE, Recipe
from donor.translate import TRANSLATORS, TranslationTask, Translator, translator_named
from donor.translate.given import Translations, given
from donor.translate.llm import translate_again

TranslatesAgain = Callable[[TranslationTask, Mapping[int, tuple[str, str]]], Method[dict[int, str]]]
"""Takes a document, and its doubtful segments each with their translation and the finding."""

__all__ = ["Judge", "Plan", "Step", "asks_for_model", "plan_for", "plan_of"]


@dataclass(frozen=True, slots=True)
class Step:
    """A projector of a cascade; `asks` says whether it may ask a model."""

    name: str
    projector: Projector
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Judge:
    """A model as a judge; without a name it is the one that is judged."""

    model: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to each document.

    Args:
        target: the target language.
        translator: makes the translation.
        cascade: the projectors; what one leaves unresolved goes to the next.
        translate_again: translates segments anew for what a check found; None if nothing can.
        source: the language of documents that do not say theirs.
        guidance: what the methods are told beyond the documents.
        longest_segment: segments with more characters are cut; None for those of a given
            translation, which has its own.
        same_language: whether documents may be in the target language already.
        repair: how often what fails a check is asked for again, at most.
        samples: how many answers to each question of a projector vote for a place.
        sample_parameters: those of all samples but the first.
        vote: whether all projectors are asked for all spans, and vote.
        back_translate: whether translations are translated back and compared.
        judge: who judges the transfers, if anybody does.
        label_values: the values that each text label has in the dataset, for the judge.
    """

    target: Language
    translator: Translator
    cascade: tuple[Step, ...]
    source: Language | None = None
    guidance: Guidance = NO_GUIDANCE
    longest_segment: int | None = None
    same_language: bool = False
    translate_again: TranslatesAgain | None = None
    repair: int = 0
    samples: int = 1
    sample_parameters: Mapping[str, Any] = field(default_factory=dict)
    vote: bool = False
    back_translate: bool = False
    judge: Judge | None = None
    label_values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def cut(self, document: Document) -> Document:
        """The document with segments that a request can hold."""
        limit = self.longest_segment
        return document if limit is None else cut_long(document, limit)

    def language_of(self, document: Document) -> Language:
        """The document's language, else the plan's.

        Raises:
            ConfigError: neither is known, or it is the target language.
        """
        found = language(document.language) if document.language else self.source
        where = f"document {document.id}"
        if found is None:
            raise ConfigError(where, "its language is not known", "give --from")
        if found.tag == self.target.tag and not self.same_language:
            what = f"is in {found.name} ({found.tag}), which is the target language"
            raise ConfigError(where, what, "give another --to or --from, or go on with --force")
        return found


def asks_for_model(recipe: Recipe) -> str | None:
    """What of a recipe asks a model, by its name; None if nothing does, as far as is known."""
    if recipe.translator in TRANSLATORS and recipe.translator not in translate.OFFLINE:
        return f"the translator {recipe.translator}"
    for name in recipe.cascade:
        if name in PROJECTORS and name not in project.OFFLINE:
            return f"the method {name}"
    options = {
        "--judge": recipe.judge,
        "--back-translate": recipe.back_translate,
        "--label-names": recipe.label_names == TRANSLATE,
    }
    return next((name for name, asks in options.items() if asks), None)


def plan_of(
    *,
    to: str,
    cascade: Sequence[str],
    translator: str = "llm",
    translations: Translations | None = None,
    source: str | None = None,
    guidance: Guidance = NO_GUIDANCE,
    same_language: bool = False,
) -> Plan:
    """The plan in names; `translations` finds what the translator `given` gives.

    Raises:
        ConfigError: a name is not known, or there are translations for another translator.
    """
    if not cascade:
        raise ConfigError("the cascade", "names no projection method", "for example tags,quote")
    return Plan(
        target=language(to),
        translator=_translator(translator, translations),
        cascade=tuple(
            Step(name, projector_named(name), name not in project.OFFLINE) for name in cascade
        ),
        translate_again=translate_again if translator == "llm" else None,
        source=language(source) if source else None,
        guidance=guidance,
        longest_segment=None if translator in translate.OFFLINE else guidance.chunk_characters,
        same_language=same_language,
    )


def plan_for(
    recipe: Recipe,
    *,
    same_language: bool = False,
    on_read: Callable[[int], None] = lambda count: None,
) -> Plan:
    """The plan of a recipe, the files that it names read. Raises ConfigError, FormatError.

    `on_read` takes the number of given translations read so far.
    """
    translations = _given(recipe, on_read) if recipe.translation else None
    plan = plan_of(
        to=recipe.to,
        cascade=recipe.cascade,
        translator=recipe.translator,
        translations=translations,
        source=recipe.language,
        guidance=guidance_of(recipe),
        same_language=same_language,
    )
    return replace(
        plan,
        repair=recipe.repair,
        samples=recipe.samples,
        sample_parameters={"temperature": recipe.sample_temperature},
        vote=recipe.vote,
        back_translate=recipe.back_translate,
        judge=_judge(recipe),
    )


def _judge(recipe: Recipe) -> Judge | None:
    """The judge that a recipe names. Raises ConfigError where the run's server cannot have it."""
    if recipe.judge is None:
        return None
    if recipe.judge == SAME:
        return Judge()
    judge, own = split_model(recipe.judge), split_model(recipe.model)
    if judge.provider != own.provider:
        what = f"{judge.provider} is another provider than {own.provider}, which the run asks"
        raise ConfigError("--judge", what, f"name a model of {own.provider}, or {SAME}")
    return Judge(recipe.judge)


def _given(recipe: Recipe, on_read: Callable[[int], None]) -> GivenFile:
    """The translations of the file that the recipe names, which may be some of the input's."""
    kinds = input_formats(recipe)
    found = given_file(
        Path(str(recipe.translation)),
        language=language(recipe.to).tag,
        format=kinds[0] if len(kinds) == 1 else None,
        options=recipe.reading,
        on_read=on_read,
    )
    check_given(recipe, found)
    return found


def _translator(name: str, translations: Translations | None) -> Translator:
    if translations is None:
        return translator_named(name)
    if name != "given":
        what = f"a translation is given, which the translator {name!r} does not use"
        raise ConfigError("the translation", what, "the translator given does")
    return given(translations)
