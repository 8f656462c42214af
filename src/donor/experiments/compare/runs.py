"""The runs that are compared: opened, named, and found fit to stand beside each other."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from donor.data import Guidance
from donor.errors import ConfigError, RunError
from donor.pipeline import guidance_of
from donor.pipeline.reproduce import directory_of
from donor.recipe import Recipe, read_recipe, recipe_of, with_digests
from donor.records import RunFolder

__all__ = ["ComparedRun", "opened"]


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A finished run.

    Args:
        name: what it is called beside the others.
        folder: its files.
        recipe: what it was made by.
        summary: the shape of `donor show --json`.
        provenance: what it was made with and from; empty for a run of an older Donor.
    """

    name: str
    folder: RunFolder
    recipe: Recipe
    summary: Mapping[str, Any]
    provenance: Mapping[str, Any]

    @property
    def directory(self) -> contextlib.AbstractContextManager[None]:
        """The working directory of the run: the paths of its recipe count from it."""
        return directory_of(self.provenance)

    @property
    def label_names(self) -> Mapping[str, str]:
        """What labels are called in its target dataset, where they were renamed."""
        return self.folder.label_names()

    def guidance(self) -> Guidance:
        """What its methods are told. Raises ConfigError where a file has changed since."""
        with self.directory:
            return guidance_of(with_digests(self.recipe))


def opened(paths: Sequence[Path]) -> list[ComparedRun]:
    """The runs of the folders, by the names of these, or by their paths where names are equal.

    Raises:
        RunError: a folder holds no finished run, or one that was stopped.
        ConfigError: a run stands there twice, or they go into different languages.
    """
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise ConfigError(str(path), "the run stands there twice", "name each run once")
        seen.add(path.resolve())
    names = [path.resolve().name for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    runs = [_opened(name, path.absolute()) for name, path in zip(names, paths, strict=True)]
    for run in runs[1:]:
        if run.recipe.to != runs[0].recipe.to:
            what = f"goes into {run.recipe.to}, and {runs[0].name} into {runs[0].recipe.to}"
            raise ConfigError(run.name, what, "compare runs into one language")
    return runs


def _opened(name: str, path: Path) -> ComparedRun:
    folder = RunFolder(path)
    summary, provenance = folder.summary(), folder.provenance() or {}
    if summary.get("partial") and not _as_asked(summary["documents"], provenance):
        what = f"the run was stopped after {summary['documents']:,} documents"
        raise RunError(name, what, "the same donor transfer command goes on from there")
    return ComparedRun(name, folder, recipe_of(read_recipe(folder.recipe)), summary, provenance)


def _as_asked(documents: int, provenance: Mapping[str, Any]) -> bool:
    """Whether a part of the input is all that the run was to be made of."""
    sample = provenance.get("sample") or {}
    wanted = sample.get("size") or provenance.get("limit")
    return wanted is not None and documents >= wanted
