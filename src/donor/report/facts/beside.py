"""What stands beside a run's own files: confidence, calibration, acceptance, scores of the run."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from donor.data import Transfer
from donor.errors import InputError
from donor.records import RunFolder

__all__ = ["acceptance_of", "calibration_of", "scores_of", "with_confidences"]

_CONFIDENCE, _CALIBRATION = "confidence.jsonl", "calibration.json"
_ACCEPTANCE = "acceptance.json"


def with_confidences(folder: RunFolder) -> Iterator[tuple[Transfer, dict[str, float]]]:
    """Each transfer of a run with the confidence in its placed spans, by span id.

    There are none where `donor calibrate` has not been here since the run.
    """
    lines = _confidences(folder)
    ahead = next(lines, None)
    for transfer in folder.transfers():
        sure: dict[str, float] = {}
        if ahead is not None and ahead[0] == transfer.source.id:
            sure, ahead = ahead[1], next(lines, None)
        yield transfer, sure


def _confidences(folder: RunFolder) -> Iterator[tuple[str, dict[str, float]]]:
    """By document, in the order of the run."""
    file = folder.path / _CONFIDENCE
    if not _is_of(file, folder):
        return
    with file.open("rb") as lines:
        values = (orjson.loads(line) for line in lines)
        for document, group in groupby(values, key=lambda value: str(value["id"])):
            yield document, {value["span"]: value["confidence"] for value in group}


def calibration_of(folder: RunFolder) -> dict[str, Any] | None:
    """What `donor calibrate` has found of the run as it is; None if nothing."""
    return _read(folder.path / _CALIBRATION, folder)


def acceptance_of(folder: RunFolder) -> dict[str, Any] | None:
    """What `donor accept` has promised of the run as it is; None if nothing."""
    return _read(folder.path / _ACCEPTANCE, folder)


def scores_of(folder: RunFolder) -> dict[str, Any] | None:
    """The scores that need no reference, of the run as it is; None if there are none."""
    scores = (folder.scores() or {}).get("reference_free")
    return dict(scores) if isinstance(scores, Mapping) and scores else None


def _is_of(file: Path, folder: RunFolder) -> bool:
    """Whether the file is there and was made since the run has ended."""
    return file.exists() and file.stat().st_mtime >= folder.finished_at


def _read(file: Path, folder: RunFolder) -> dict[str, Any] | None:
    if not _is_of(file, folder):
        return None
    try:
        value: dict[str, Any] = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InputError(str(file), f"no JSON: {error}", "remove it, or make it anew") from None
    return value
