"""A run as `donor calibrate` and `donor accept` see it, and the files that they put beside it."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from donor.errors import ConfigError, InputError
from donor.formats import read_sides
from donor.languages import language
from donor.recipe import Recipe, recipe_of
from donor.records import RunFolder, write_whole
from donor.trust import Calibrator, Gold, Made, confidences

__all__ = [
    "TrustedRun",
    "check_made",
    "confidence_lines",
    "confidences_of",
    "read_calibrator",
    "read_gold",
    "write_json",
    "write_lines",
]

_CONFIDENCE = "confidence.jsonl"
# So many documents tell the source languages, and whether the translator brings candidates.
_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class TrustedRun:
    """A finished run, its recipe, and the names of what is kept beside its own files."""

    folder: RunFolder
    recipe: Recipe

    @classmethod
    def at(cls, path: Path) -> "TrustedRun":
        """The run of a folder. Raises RunError where it holds no finished one."""
        folder = RunFolder(path)
        folder.summary()
        return cls(folder, recipe_of(tomllib.loads(folder.recipe.read_text(encoding="utf-8"))))

    @property
    def calibrator(self) -> Path:
        """The calibrator's file."""
        return self.folder.path / "calibrator.json"

    @property
    def calibration(self) -> Path:
        """The file of what the calibrator was measured with and on."""
        return self.folder.path / "calibration.json"

    @property
    def confidence(self) -> Path:
        """The file of the confidence in each placed span."""
        return self.folder.path / _CONFIDENCE

    @property
    def made(self) -> Made:
        """What its spans were made with."""
        sources: set[str] = set()
        methods: set[str] = set()
        for transfer in islice(self.folder.transfers(), _LOOKED_AT):
            sources.add(transfer.source.language or self.recipe.language or "und")
            methods.update(one.method for row in transfer.spans for one in row.attempts)
        before = (self.recipe.translator,) if self.recipe.translator in methods else ()
        return Made(
            methods=before + self.recipe.cascade,
            source="+".join(sorted(sources)),
            target=language(self.recipe.to).tag,
            model=self.recipe.model,
        )

    @property
    def label_names(self) -> Mapping[str, str]:
        """What labels are called in the target dataset, where they were renamed."""
        return self.folder.label_names()


def confidence_lines(trusted: TrustedRun, calibrator: Calibrator) -> Iterator[dict[str, Any]]:
    """The lines of `confidence.jsonl`: the confidence in each placed span of a run."""
    for transfer in trusted.folder.transfers():
        for span_id, confidence in confidences(transfer, calibrator):
            yield {"id": transfer.source.id, "span": span_id, "confidence": confidence}


def confidences_of(folder: RunFolder, document: str) -> dict[str, float]:
    """The confidence in each placed span of a document; none from before the run as it is."""
    file = folder.path / _CONFIDENCE
    if not file.exists() or file.stat().st_mtime < folder.finished_at:
        return {}
    with file.open("rb") as lines:
        values = (orjson.loads(line) for line in lines)
        return {value["span"]: value["confidence"] for value in values if value["id"] == document}


def read_gold(path: Path, format: str | None) -> Gold:
    """The gold of a dataset of any format, or of pairs. Raises InputError as reading does."""
    return Gold.of(read_sides(path, format=format))


def read_calibrator(path: Path) -> Calibrator:
    """The calibrator of a file. Raises ConfigError, InputError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    return Calibrator.from_json(content, str(path))


def check_made(calibrator: Calibrator, made: Made, *, force: bool) -> str:
    """What is to be told, if anything, where the calibrator was fitted on other spans.

    Raises:
        ConfigError: their method or languages are others, and it is not forced.
    """
    try:
        calibrator.check(made)
    except ConfigError as error:
        if not force:
            raise
        return f"--force: {error.what}"
    if calibrator.made.model != made.model:
        return f"the calibrator was fitted on the model {calibrator.made.model}"
    return ""


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Writes a JSON object in place of what is there. Raises InputError."""
    content = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    write_whole(path, [content])


def write_lines(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    """Writes a JSON object a line in place of what is there. Raises InputError."""
    write_whole(path, (orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE) for value in values))
