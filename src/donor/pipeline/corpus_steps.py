"""What needs the whole corpus before a document can go on: the barriers of a run.

A translator or a projector that is an external program over all texts (`apertium`, `align`) runs
here; what it makes is an artefact of the run, and its half for each document is pure again.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from donor.data import Document
from donor.formats.files.spool import spooled
from donor.languages import Language, language
from donor.llm import Method
from donor.pipeline.journey import translated
from donor.pipeline.mending import Settled
from donor.pipeline.parallel import parallel_texts
from donor.pipeline.plan import Plan
from donor.pipeline.resources import Progress, no_progress
from donor.project.align import Alignments, DocumentLinks, align, align_corpus, given_alignment
from donor.recipe import Recipe
from donor.translate import Translator
from donor.translate.apertium import apertium, engine

__all__ = [
    "ALIGN",
    "ALIGNMENT",
    "APERTIUM",
    "NO_ALIGNMENT",
    "Alignment",
    "Texts",
    "aligned",
    "alignment_of",
    "at_the_barrier",
    "links_of",
    "offline",
]

ALIGN, APERTIUM = "align", "apertium"
ALIGNMENT = "alignment"
"""The artefact of `align`."""

T = TypeVar("T")

Facts = dict[str, Any]


class Drive(Protocol):
    """Brings methods to their end, in their order."""

    def __call__(self, ways: Iterator[Method[T]], /) -> Iterator[T]:
        """The values of the methods."""
        ...


Texts = Callable[[], Iterator[tuple[Document, Settled]]]
"""Gives documents with their translations, as often as it is called."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How words are linked.

    Args:
        links: a file of links that another aligner has made; None for eflomal.
        parallel: a file of sentence pairs to learn from too.
        force: whether too few pairs do.
        folder: where the links are kept, if not in that of a run.
    """

    links: Path | None = None
    parallel: Path | None = None
    force: bool = False
    folder: Path | None = None


NO_ALIGNMENT = Alignment()
"""By eflomal, from the texts alone."""


def alignment_of(recipe: Recipe, *, force: bool) -> Alignment:
    """How a recipe says that words are linked."""
    links, parallel = (Path(name) if name else None for name in (recipe.alignment, recipe.parallel))
    return Alignment(links, parallel, force)


def offline(
    plan: Plan, documents: Iterable[Document], folder: Path, progress: Progress
) -> tuple[Plan, Facts]:
    """The plan whose translator is Apertium, after that went over all documents; its versions.

    Raises ConfigError where the program is missing, or does not know a pair of languages.
    """
    facts: Facts = {}
    groups: dict[str, Translator] = {}
    with spooled(documents) as again:
        for tag in dict.fromkeys(plan.language_of(document).tag for document in again()):
            facts[tag] = engine(language(tag), plan.target).provenance()
            groups[tag] = apertium(
                (one for one in again() if plan.language_of(one).tag == tag),
                source=language(tag),
                target=plan.target,
                folder=_of_language(folder, tag),
                guidance=plan.guidance,
                progress=lambda done: progress(APERTIUM, done, None),
            )
    return replace(plan, translator=lambda task: groups[task.source.tag](task)), facts


@contextmanager
def at_the_barrier(documents: Iterable[Document], plan: Plan, drive: Drive) -> Iterator[Texts]:
    """All documents with their translations, which lie on disk meanwhile.

    Those whose translation waits, or was not reached before a stop, are not among them.
    """
    ways = (_with(document, translated(document, plan)) for document in documents)
    with spooled(drive(ways)) as texts:
        yield texts


def links_of(
    plan: Plan, texts: Texts, alignment: Alignment, folder: Path, progress: Progress = no_progress
) -> Alignments:
    """The links between the words of all documents and of their translations.

    Raises:
        ConfigError: eflomal is not installed.
        FormatError: the given links, or the sentence pairs, are not fit.
    """
    found: dict[str, Alignments] = {}
    tags = dict.fromkeys(plan.language_of(document).tag for document, _ in texts())
    for tag in tags:
        pairs = _pairs(plan, texts, tag)
        own = _of_language(folder, tag) if len(tags) > 1 else folder
        own.mkdir(parents=True, exist_ok=True)
        found[tag] = _links(pairs, alignment, language(tag), plan.target, own, progress)

    def links(source: Document, target: Document) -> DocumentLinks | str:
        return found[plan.language_of(source).tag](source, target)

    return links


def aligned(plan: Plan, links: Alignments) -> Plan:
    """The plan whose projector `align` has these links."""
    bound = align(links)
    cascade = [replace(s, projector=bound) if s.name == ALIGN else s for s in plan.cascade]
    return replace(plan, cascade=tuple(cascade))


def _links(
    pairs: Iterable[tuple[str, Document, Document]],
    alignment: Alignment,
    source: Language,
    target: Language,
    folder: Path,
    progress: Progress,
) -> Alignments:
    if alignment.links:
        return given_alignment(alignment.links, pairs, folder=folder)
    parallel = alignment.parallel
    return align_corpus(
        pairs,
        source=source,
        target=target,
        folder=folder,
        parallel=parallel_texts(parallel, source, target) if parallel else (),
        force=alignment.force,
        progress=progress,
    )


def _pairs(plan: Plan, texts: Texts, tag: str) -> Iterator[tuple[str, Document, Document]]:
    """The documents of a language that have a translation, with it."""
    for document, settled in texts():
        translation = settled.translated.translation
        if not translation.problem and plan.language_of(document).tag == tag:
            yield document.id, document, translation.document(document)


def _with(document: Document, method: Method[Settled]) -> Method[tuple[Document, Settled]]:
    return document, (yield from method)


def _of_language(folder: Path, tag: str) -> Path:
    return folder / tag
