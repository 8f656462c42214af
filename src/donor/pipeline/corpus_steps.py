"""What needs the whole corpus before a document can go on: the barriers of a run.

A translator or a projector that is an external program over all texts (`apertium`, `align`) runs
here; what it makes is an artefact of the run, and its half for each document is pure again.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from donor.data import Document, Transfer
from donor.errors import FormatError
from donor.formats.files.spool import spooled
from donor.formats.format import Warn
from donor.languages import Language, language
from donor.llm import BatchRound, Method, asking
from donor.pipeline.clients import Asker
from donor.pipeline.journey import journey, translated
from donor.pipeline.mending import Settled
from donor.pipeline.parallel import parallel_texts
from donor.pipeline.plan import Plan
from donor.pipeline.resources import Progress, no_progress, watched
from donor.project.align import (
    PAIRS,
    Alignments,
    DocumentLinks,
    align,
    align_corpus,
    given_alignment,
)
from donor.recipe import Recipe
from donor.records import RunFolder
from donor.translate import Translator
from donor.translate.apertium import apertium, engine

__all__ = [
    "ALIGN",
    "ALIGNMENT",
    "APERTIUM",
    "NO_ALIGNMENT",
    "Alignment",
    "CorpusSteps",
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


Drive = Callable[[Iterable[Method[tuple[Document, Settled]]]], Iterable[tuple[Document, Settled]]]
"""Brings methods to their end, in their order."""

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


@dataclass(frozen=True, slots=True)
class CorpusSteps:
    """What is done for all documents of a run together.

    Args:
        recipe: which steps there are.
        files: the folder in which the run works.
        earlier: the folder of the run, which may hold what an earlier one has made.
        progress: told how far the steps are.
        warn: told where a step does nothing.
        programs: gets what was run, and in which version.
    """

    recipe: Recipe
    files: RunFolder
    earlier: RunFolder
    progress: Progress
    warn: Warn
    programs: Facts = field(default_factory=dict)

    @contextmanager
    def journeys(
        self, plan: Plan, documents: Callable[[], Iterator[Document]], client: Asker
    ) -> Iterator[Iterator[Method[Transfer]]]:
        """The journeys of all documents, after what has to be done for all of them together.

        Where a batch has to answer first, there are requests for it and no journeys.
        """
        if self.recipe.translator == APERTIUM:
            folder = self.files.artefact(APERTIUM, self.earlier)
            plan, self.programs[APERTIUM] = offline(plan, documents(), folder, self.progress)
        if ALIGN not in self.recipe.cascade:
            yield (self._asked(journey(document, plan)) for document in documents())
            return
        with at_the_barrier(documents(), plan, partial(self._driven, client)) as texts:
            if isinstance(client, BatchRound) and client.requests:
                yield iter(())
                return
            folder = self.files.artefact(ALIGNMENT, self.earlier)
            declines = partial(self.warn, ALIGN)
            how = alignment_of(self.recipe)
            links = links_of(plan, texts, how, folder, self.progress, declines)
            plan = aligned(plan, links)
            yield (self._asked(journey(document, plan, text)) for document, text in texts())

    def _asked(self, method: Method[T]) -> Method[T]:
        recipe = self.recipe
        return asking(method, recipe.model, recipe.parameters, recipe.first_sample)

    def _driven(self, client: Asker, ways: Iterable[Method[T]]) -> Iterator[T]:
        with closing(client.drive(map(self._asked, ways))) as driven:
            yield from watched(driven, "translation", None, self.progress)


def alignment_of(recipe: Recipe) -> Alignment:
    """How a recipe says that words are linked."""
    links, parallel = (Path(name) if name else None for name in (recipe.alignment, recipe.parallel))
    return Alignment(links, parallel, recipe.few_pairs)


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
    plan: Plan,
    texts: Texts,
    alignment: Alignment,
    folder: Path,
    progress: Progress = no_progress,
    declines: Callable[[str], None] = lambda why: None,
) -> Alignments:
    """The links between the words of all documents and of their translations.

    `declines` is told why there are none, if they are too few to learn from.

    Raises:
        ConfigError: eflomal is not installed.
        FormatError: the given links, or the sentence pairs, are not fit.
    """
    if alignment.links:
        return _given(alignment.links, _pairs(plan, texts), folder)
    found: dict[str, Alignments] = {}
    tags = dict.fromkeys(plan.language_of(document).tag for document, _ in texts())
    for tag in tags:
        pairs = _pairs(plan, texts, tag)
        own = _of_language(folder, tag) if len(tags) > 1 else folder
        own.mkdir(parents=True, exist_ok=True)
        languages = language(tag), plan.target
        found[tag] = _links(pairs, alignment, languages, own, progress, declines)

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
    languages: tuple[Language, Language],
    folder: Path,
    progress: Progress,
    declines: Callable[[str], None],
) -> Alignments:
    parallel, (source, target) = alignment.parallel, languages
    return align_corpus(
        pairs,
        source=source,
        target=target,
        folder=folder,
        parallel=parallel_texts(parallel, source, target) if parallel else (),
        force=alignment.force,
        progress=progress,
        declines=declines,
    )


def _given(
    links: Path, pairs: Iterable[tuple[str, Document, Document]], folder: Path
) -> Alignments:
    """The given links. Where they do not fit, the words to align are put beside them."""
    try:
        return given_alignment(links, pairs, folder=folder)
    except FormatError as error:
        words = links.with_name(f"{links.name}.pairs")
        shutil.copyfile(folder / PAIRS, words)
        hint = f"align the words in {words}, line by line"
        raise FormatError(error.where, error.what, hint) from None


def _pairs(
    plan: Plan, texts: Texts, tag: str | None = None
) -> Iterator[tuple[str, Document, Document]]:
    """The documents, of one language or of all, that have a translation, with it."""
    for document, settled in texts():
        translation = settled.translated.translation
        if not translation.problem and tag in (None, plan.language_of(document).tag):
            yield document.id, document, translation.document(document)


def _with(document: Document, method: Method[Settled]) -> Method[tuple[Document, Settled]]:
    return document, (yield from method)


def _of_language(folder: Path, tag: str) -> Path:
    return folder / tag
