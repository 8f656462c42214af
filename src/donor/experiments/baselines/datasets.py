"""The datasets that baselines are trained and scored on, and by what their documents are known.

A document of one dataset belongs to one of another if it has its id, or the text of its source, or
its own text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from donor.data import Document, Transfer, with_label_names
from donor.errors import InputError
from donor.experiments.baselines.recipe import BaselinesRecipe
from donor.experiments.compare.runs import ComparedRun, opened
from donor.formats import read_sides
from donor.languages import language
from donor.records import RunFolder
from donor.train.splits import documents_by_split, split_said
from donor.trust import digest

__all__ = ["Datasets", "Kept", "Pool", "gathered", "known_again", "names_of"]

_ID, _TEXT = "id:", "text:"


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, the split that its file says, and what it is known by in other datasets."""

    document: Document
    split: str | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pool:
    """A dataset: what it is called, and its documents."""

    name: str
    documents: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Datasets:
    """All that the recipe names, read.

    Args:
        silver: in the target language.
        gold: by what they are for: `gold`, or `test`, `train`, `dev`.
        source: in the source language.
        run: the run that made the silver data.
        translated: of the test set, carried into the source language: each document behind what
            it was made from.
        language: the target language; None where nothing says it.
        source_language: likewise.
    """

    silver: Pool
    gold: dict[str, Pool]
    source: Pool | None
    run: ComparedRun | None
    translated: tuple[Transfer, ...] | None
    language: str | None
    source_language: str | None


def gathered(recipe: BaselinesRecipe) -> Datasets:
    """The datasets of a recipe.

    Raises:
        InputError: one cannot be read.
        RunError: a run is not finished.
        ConfigError: a language is none.
    """
    run = _run(recipe.run) if recipe.run else None
    target = _tag(recipe.language or (run.recipe.to if run else None))
    back = _run(recipe.translated_test) if recipe.translated_test else None
    source_language = recipe.source_language or (back.recipe.to if back else None)
    source = None
    if recipe.source:
        source = read_pool(recipe.source, _tag(source_language))
        source_language = source_language or _language(source.documents)
    if run:
        silver = _of_run(run, str(recipe.run), target)
    else:
        assert recipe.silver is not None, "the recipe names a run or silver data"
        silver = read_pool(recipe.silver, target)
    named = {
        "gold": recipe.gold,
        "test": recipe.gold_test,
        "train": recipe.gold_train,
        "dev": recipe.gold_dev,
    }
    return Datasets(
        silver=silver,
        gold={name: read_pool(path, target) for name, path in named.items() if path},
        source=source,
        run=run,
        translated=tuple(back.folder.transfers()) if back else None,
        language=target or _language(silver.documents),
        source_language=source_language and _tag(source_language),
    )


def read_pool(path: Path, target: str | None) -> Pool:
    """The documents of a dataset, said to be in that language; of pairs, their targets.

    Raises InputError where it cannot be read.
    """
    sources = {
        document.id: digest(source.text)
        for source, document in read_sides(_dataset(path))
        if source is not None
    }
    kept = []
    for split, documents in documents_by_split(path).items():
        for document in documents:
            names = names_of(document, sources.get(document.id))
            kept.append(Kept(_in(document, target), split, names))
    return Pool(str(path), tuple(kept))


def names_of(document: Document, source: str | None = None) -> frozenset[str]:
    """What a document is known by; `source` is the digest of its source's text."""
    texts = [digest(document.text)] if document.text.strip() else []
    texts += [source] if source else []
    return frozenset([_ID + document.id, *(_TEXT + one for one in texts)])


def known_again(names: frozenset[str], pools: Iterable[Pool]) -> frozenset[str]:
    """The names with all those of the documents in other datasets that have one of them.

    A gold document has its source's id; by the run that read this source, its text; and by this,
    whatever else was made of the same text.
    """
    for pool in pools:
        found = (one.names for one in pool.documents if one.names & names)
        names = names.union(*found)
    return names


def _run(path: Path) -> ComparedRun:
    """The run of a folder, by the name that the user gives it. Raises RunError."""
    return replace(opened([path])[0], folder=RunFolder(path))


def _of_run(run: ComparedRun, name: str, target: str | None) -> Pool:
    """The target documents of a run. Raises InputError where there is none."""
    kept = tuple(_targets(run, target))
    if not kept:
        raise InputError(name, "no document of the run has a translation", f"donor show {name}")
    return Pool(name, kept)


def _targets(run: ComparedRun, target: str | None) -> Iterator[Kept]:
    for transfer in run.folder.transfers():
        if transfer.target is not None:
            document = with_label_names(transfer.target, run.label_names)
            names = names_of(document, digest(transfer.source.text))
            yield Kept(_in(document, target), split_said(transfer.source), names)


def _in(document: Document, target: str | None) -> Document:
    return document if target is None else replace(document, language=target)


def _dataset(path: Path) -> Path:
    """Where the documents are: of a run's folder, its dataset."""
    return path / "dataset" if (path / "recipe.toml").is_file() else path


def _tag(said: str | None) -> Any:
    return None if said is None else language(said).tag


def _language(documents: Sequence[Kept]) -> str | None:
    return next((one.document.language for one in documents if one.document.language), None)
