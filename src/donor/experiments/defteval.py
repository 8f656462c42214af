"""Task files of DeftEval against gold's: the rows as formats read them, counted as scores do."""

from pathlib import Path
from typing import Any

from donor.errors import InputError
from donor.formats import InputFile
from donor.formats.defteval import DEFTEVAL, read_rows
from donor.score.defteval import Subtasks, score_rows
from donor.score.resampling import RESAMPLES, SEED

__all__ = ["measure_files", "score_files"]


def score_files(
    predicted: Path | str, gold: Path | str, *, seed: int = SEED, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """The scores of two folders of task files, or two files: exactly the official numbers.

    Subtasks of which a side has no file are None.

    Raises:
        InputError: there is nothing to score, or a row of the prediction is not gold's; names
            file and line.
    """
    return measure_files(predicted, gold).as_json(seed=seed, resamples=resamples)


def measure_files(predicted: Path | str, gold: Path | str) -> Subtasks:
    """The counts of the same, for tests between two predictions. Raises InputError."""
    both = []
    for path in (Path(predicted), Path(gold)):
        if not path.exists():
            raise InputError(str(path), "there is no such file or folder")
        source = InputFile(path, path.name).source(DEFTEVAL.suffixes)
        both.append(read_rows(source, within=str(path if path.is_dir() else path.parent)))
    return score_rows(*both)
