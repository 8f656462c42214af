"""COMET: what a model trained on people's judgements says of a translation (Rei et al. 2020, 2022).

It pins libraries that a current environment does not have together, and so lives in one of its
own: the command `comet-score` is run over files, and its scores are read back.
"""

import json
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from donor.errors import ConfigError
from donor.score.metric import Measurement, Metric, Row, share_of
from donor.score.translation import Texts, paired

__all__ = ["comet_measurement"]

_INSTALL = (
    "in an environment of its own: pip install unbabel-comet; then --comet .../bin/comet-score"
)


def comet_measurement(
    command: str, documents: Iterable[tuple[Texts, Texts, Texts | None]]
) -> Measurement:
    """The mean score over the segments of documents.

    A missing translation is given to COMET as an empty one.

    Args:
        command: `comet-score`, wherever it is, and what it is to be told, such as the model.
        documents: of each the segments of the source, of the translation and of the reference, in
            order; None as the reference for models that need none. Where the numbers of segments
            differ, each side is one text.

    Raises:
        ConfigError: the command cannot be run, fails, or does not score each segment.
    """
    rows = [_lines(*document) for document in documents]
    lines = [line for document in rows for line in document]
    scores = iter(_scores(command, lines) if lines else [])
    counted: list[Row] = []
    for document in rows:
        found = list(islice(scores, len(document)))
        counted.append((sum(found), len(found)))
    signature = f"command:{shlex.join(map(_named, _split(command)))}|unit:segment"
    return Measurement(Metric("comet", ("score", "segments"), share_of, signature), counted)


def _lines(source: Texts, translation: Texts, reference: Texts | None) -> list[tuple[str, ...]]:
    """A line for each segment, its sides without line breaks."""
    sides: list[Texts] = [source, *([] if reference is None else [reference])]
    if len({len(side) for side in (*sides, translation or source)}) > 1:
        sides = [[" ".join(side)] for side in sides]
        translation = [" ".join(translation)]
    translation, _ = paired(translation, sides[0])
    rows = zip(sides[0], translation, *sides[1:], strict=True)
    folded = (tuple(" ".join(text.split()) for text in row) for row in rows)
    return [row for row in folded if any(row)]


def _split(command: str) -> list[str]:
    """The words of a command. Raises ConfigError."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise ConfigError("COMET", f"{command!r} is no command: {error}") from None


def _scores(command: str, lines: Sequence[tuple[str, ...]]) -> list[float]:
    """The score of each line."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.json"
        arguments = _split(command)
        for flag, texts in zip(("-s", "-t", "-r"), zip(*lines, strict=True), strict=False):
            file = Path(folder) / f"texts{flag}.txt"
            file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
            arguments += [flag, str(file)]
        _run(command, [*arguments, "--quiet", "--to_json", str(out)])
        try:
            found = _read(json.loads(out.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, LookupError) as error:
            what = f"has not written scores as comet-score does: {error}"
            raise ConfigError(_where(command), what, _INSTALL) from error
    if len(found) != len(lines):
        what = f"has scored {len(found)} segments of {len(lines)}"
        raise ConfigError(_where(command), what, _INSTALL)
    return found


def _run(command: str, arguments: Sequence[str]) -> None:
    try:
        ended = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise ConfigError(_where(command), f"cannot be run: {error.strerror}", _INSTALL) from None
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        what = f"has failed with {ended.returncode}: {said[-1] if said else 'it says nothing'}"
        raise ConfigError(_where(command), what, _INSTALL)


def _read(value: Any) -> list[float]:
    """The scores of the one file of translations, as `comet-score --to_json` writes them."""
    [segments] = value.values()
    return [float(segment["COMET"]) for segment in segments]


def _where(command: str) -> str:
    return f"command {command!r}"


def _named(argument: str) -> str:
    """An argument without the folders of the machine that it was run on."""
    return Path(argument).name if argument.startswith("/") else argument
