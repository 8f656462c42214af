"""What a path has to do with a run: which run wrote it, and in which language."""

from pathlib import Path

from donor.languages import language
from donor.recipe import read_recipe, recipe_of
from donor.records import RunFolder

__all__ = ["language_of", "run_of"]

_LEDGER, _DATASET = "ledger.json", "dataset"


def run_of(path: Path) -> Path | None:
    """The run whose `dataset/` this is, or lies in; None where there is none."""
    for folder in (path.absolute(), *path.absolute().parents):
        if folder.name == _DATASET and (folder.parent / _LEDGER).is_file():
            return folder.parent
    return None


def language_of(said: str | None, path: Path) -> str | None:
    """The language of texts that do not say theirs: as said, or that of the run that wrote them.

    Raises ConfigError where there is no such language.
    """
    run = path if (path / _LEDGER).is_file() else run_of(path)
    if said is None and run is not None and RunFolder(run).recipe.exists():
        said = recipe_of(read_recipe(RunFolder(run).recipe)).to
    return None if said is None else language(said).tag
