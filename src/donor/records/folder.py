"""A run folder: the recipe, one JSONL file a step, the ledger, the target dataset.

Each line holds only what its step adds, and nothing that differs between two runs over the
same answers: a replay writes the same bytes. A run works in `unfinished/` and puts its files
into place when it has ended, so whatever stands in the folder itself is whole. A run that waits for
the answers of a batch leaves the batch's files and its recipe there, and nothing else.
"""

import difflib
import filecmp
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from donor.data import Document, Finding, Transfer
from donor.errors import RunError
from donor.formats import DEFAULTS, Options, format_named, of_transfer, write
from donor.formats.jsonl import decode, encode
from donor.records.alone import LOCK, alone_in
from donor.records.interrupts import interrupts_held
from donor.records.lines import (
    decode_transfer,
    encode_findings,
    encode_rows,
    encode_translation,
    to_line,
    with_findings,
)

__all__ = ["RunFolder"]

_RECIPE, _LEDGER, _USAGE, _DATASET = "recipe.toml", "ledger.json", "usage.json", "dataset"
_READ, _TRANSLATED = "1-read.jsonl", "2-translated.jsonl"
_PLACED, _VERIFIED = "3-placed.jsonl", "4-verified.jsonl"
_PROVENANCE, _SCORES = "provenance.json", "scores.json"
_CARD, _NAMES = "README.md", "label-names.json"
_STEPS = (_READ, _TRANSLATED, _PLACED, _VERIFIED)
_FILES = (_RECIPE, *_STEPS, _DATASET, _USAGE, _PROVENANCE, _LEDGER)
_ARTEFACTS = ("alignment", "apertium")
_UNFINISHED, _BATCH = "unfinished", "batch"
_REQUESTS = "requests-*.jsonl"
# Of the lines of the documents that are kept in memory; what they are made into takes some ten
# times as much.
_KEPT_BYTES = 4 * 2**20
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @property
    def dataset(self) -> Path:
        """Where the target dataset is."""
        return self.path / _DATASET

    @property
    def finished_at(self) -> float:
        """When the run was finished, in seconds since the epoch. Raises RunError if it is not."""
        try:
            return (self.path / _LEDGER).stat().st_mtime
        except OSError:
            raise self._unfinished() from None

    @property
    def batch(self) -> Path:
        """Where the requests are that wait for the answers of a batch."""
        return self.path / _BATCH

    @property
    def unfinished(self) -> "RunFolder":
        """The folder inside this one in which a run works."""
        return RunFolder(self.path / _UNFINISHED)

    def artefact(self, name: str, earlier: "RunFolder") -> Path:
        """The folder of what a step over the whole corpus makes; it holds what an earlier run made.

        Args:
            name: of the step.
            earlier: the folder of the run, in which this one works.
        """
        assert name in _ARTEFACTS, name
        here, there = self.path / name, earlier.path / name
        if there.is_dir() and not here.exists():
            shutil.copytree(there, here)
        here.mkdir(exist_ok=True)
        return here

    @contextmanager
    def opened(self, recipe: str) -> Iterator["RunFolder"]:
        """A working folder inside this one; when the block ends well, its files are put here.

        If the block has written a batch, that alone is put here, with the recipe.

        Args:
            recipe: the resolved recipe, as TOML.

        Raises:
            RunError: the folder cannot be written, another process works in it, it holds files
                that are not a run's, or the run of another recipe (the error shows the
                difference), or a longer run than the one that has ended.
        """
        made = not self.path.exists()
        self._check_ours()
        with alone_in(self.path, RunError, hint="choose a folder that you may write: -o RUN"):
            self._check_recipe(recipe)
            work = self.unfinished
            shutil.rmtree(work.path, ignore_errors=True)
            work.path.mkdir()
            try:
                yield work
                waits = work.batch.exists()
                if not waits:
                    self._check_longer(work)
                (work.path / _RECIPE).write_text(recipe, encoding="utf-8")
                with interrupts_held():
                    self._take_batch(work)
                    if not waits:
                        self._take_over(work)
                    shutil.rmtree(work.path)
            except BaseException:
                shutil.rmtree(work.path, ignore_errors=True)
                if made:
                    self._remove_if_empty()
                raise

    def _check_ours(self) -> None:
        """Raises RunError for a folder of somebody's files, which a run would replace."""
        if not self.path.is_dir():
            return
        there = {file.name for file in self.path.iterdir()}
        if there and not {LOCK, _RECIPE} & there:
            what = f"the folder holds files that are no run's: {', '.join(sorted(there)[:3])}"
            raise RunError(str(self.path), what, "choose a new folder with -o")

    def _check_longer(self, work: "RunFolder") -> None:
        """Raises RunError if a partial run would take the place of a longer one."""
        new = orjson.loads(work._whole(_LEDGER))
        if not new.get("partial") or not (self.path / _LEDGER).exists():
            return
        old = orjson.loads(self._whole(_LEDGER))
        if old["documents"] > new["documents"]:
            what = (
                f"the folder holds a run of {old['documents']} documents, which is kept; this "
                f"one ended after {new['documents']}"
            )
            hint = "its answers are in the store: the same command without --limit goes on"
            raise RunError(str(self.path), what, hint)

    def _check_recipe(self, recipe: str) -> None:
        file = self.path / _RECIPE
        if not file.exists():
            return
        lines = difflib.ndiff(file.read_text("utf-8").splitlines(), recipe.splitlines())
        differing = [line for line in lines if line[0] in "+-"]
        if differing:
            what = "\n".join(["the folder holds the run of another recipe:", *differing, ""])
            raise RunError(str(self.path), what, "choose another folder with -o")

    def _take_batch(self, work: "RunFolder") -> None:
        """Puts the requests that wait, and the recipe, here in place of those of the last round.

        Other files beside them stay: they may be results.
        """
        for file in self.batch.glob(_REQUESTS):
            file.unlink()
        if work.batch.exists():
            self.batch.mkdir(exist_ok=True)
            for file in work.batch.iterdir():
                file.replace(self.batch / file.name)
            (work.path / _RECIPE).replace(self.path / _RECIPE)
        elif self.batch.is_dir() and not any(self.batch.iterdir()):
            self.batch.rmdir()

    def asks_again(self, work: "RunFolder") -> bool:
        """Whether the batch of the working folder is the one that stands here already."""
        new = sorted(file.name for file in work.batch.glob(_REQUESTS))
        old = sorted(file.name for file in self.batch.glob(_REQUESTS))
        if not new or new != old:
            return False
        return all(filecmp.cmp(work.batch / name, self.batch / name, shallow=False) for name in new)

    def _take_over(self, work: "RunFolder") -> None:
        """Puts the files of a finished run here; the ledger, which says so, comes last."""
        (self.path / _LEDGER).unlink(missing_ok=True)
        if self.dataset.exists():
            # Out of the way in one step; it goes with the working folder.
            self.dataset.replace(work.path / "replaced")
        for name in (_NAMES, _SCORES, *_ARTEFACTS):
            if (work.path / name).exists():
                if (self.path / name).is_dir():
                    shutil.rmtree(self.path / name)
                (work.path / name).replace(self.path / name)
        for name in _FILES:
            (work.path / name).replace(self.path / name)

    def _remove_if_empty(self) -> None:
        if [file.name for file in self.path.iterdir()] == [LOCK]:
            shutil.rmtree(self.path)

    def write_read(self, documents: Iterable[Document]) -> tuple[int, list[Document]]:
        """How many documents were written to the first file, and the first ones of them.

        Those are as many as do not weigh on memory, however many there are; see `read_documents`.
        """
        count, written, first = 0, 0, []
        with (self.path / _READ).open("wb") as out:
            for document in documents:
                written += out.write(to_line(encode(document)))
                count += 1
                if written < _KEPT_BYTES:
                    first.append(document)
        return count, first

    def read_documents(self, first: Sequence[Document] = ()) -> Iterator[Document]:
        """The source documents, as they were read; the first ones need not be read again."""
        yield from first
        for line in islice(self._lines(_READ), len(first), None):
            yield decode(orjson.loads(line))

    def write_transfers(
        self,
        transfers: Iterable[Transfer],
        *,
        format: str,
        options: Options = DEFAULTS,
        finished: Callable[[Document], Document] = lambda target: target,
    ) -> Mapping[str, int]:
        """What the format could not say, counted, after all is written as it came.

        Transfers come in the order of the documents. Each goes into the files of its steps and
        into `dataset/`, its target as `finished` returns it.
        """
        self.dataset.mkdir()
        known = format_named(format)
        with (
            (self.path / _TRANSLATED).open("wb") as translated,
            (self.path / _PLACED).open("wb") as placed,
            (self.path / _VERIFIED).open("wb") as verified,
        ):

            def targets() -> Iterator[Document]:
                for transfer in transfers:
                    translated.write(to_line(encode_translation(transfer)))
                    placed.write(to_line(encode_rows(transfer)))
                    verified.write(to_line(encode_findings(transfer)))
                    target = transfer.target
                    if target is not None:
                        yield of_transfer(transfer.source, finished(target), known)

            return write(targets(), self.dataset, format=format, options=options)

    def transfers(self) -> Iterator[Transfer]:
        """The transfers of the run, in the order of the documents; all of a prefix of them."""
        steps = zip(*map(self._lines, (_TRANSLATED, _PLACED, _VERIFIED)), strict=True)
        done = 0
        try:
            for lines, document in zip(steps, self.read_documents(), strict=False):
                yield decode_transfer(document, *map(orjson.loads, lines))
                done += 1
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            where = f"{self.path}: line {done + 1} of a numbered file"
            raise self._damaged(where, error) from None

    def add_findings(self, found: Mapping[int, Sequence[Finding]]) -> None:
        """Nothing; adds findings to those of the documents with these numbers, counted from 0."""
        if not found:
            return
        whole = self.path / _VERIFIED
        new = whole.with_suffix(".new")
        with new.open("wb") as out:
            for number, line in enumerate(self._lines(_VERIFIED)):
                out.write(with_findings(line, found[number]) if number in found else line)
        new.replace(whole)

    def written_card(self) -> str:
        """The `README.md` that the output format has put into `dataset/`; "" without one."""
        card = self.dataset / _CARD
        return card.read_text(encoding="utf-8") if card.exists() else ""

    def write_label_names(self, names: Mapping[str, str]) -> None:
        """Writes `label-names.json`: what each label of the source is called in the target."""
        (self.path / _NAMES).write_bytes(orjson.dumps(dict(names), option=_JSON))

    def label_names(self) -> dict[str, str]:
        """What each label of the source is called in the target; empty where they were kept."""
        return self._optional(_NAMES) or {}

    def write_card(self, card: str) -> None:
        """Writes the dataset card, `README.md`, into `dataset/`."""
        (self.dataset / _CARD).write_text(card, encoding="utf-8")

    def write_ledger(self, counts: Mapping[str, Any]) -> None:
        """Writes `ledger.json`, which says that the run is whole."""
        (self.path / _LEDGER).write_bytes(orjson.dumps(counts, option=_JSON))

    def write_usage(self, usage: Mapping[str, Any]) -> None:
        """Writes `usage.json`: requests, tokens, money, seconds."""
        (self.path / _USAGE).write_bytes(orjson.dumps(usage, option=_JSON))

    def write_scores(self, scores: Mapping[str, Any]) -> None:
        """Writes `scores.json`: what can be measured of the translations without a reference."""
        (self.path / _SCORES).write_bytes(orjson.dumps(scores, option=_JSON))

    def scores(self) -> dict[str, Any] | None:
        """What was measured without a reference; None for a run of an older Donor."""
        return self._optional(_SCORES)

    def write_provenance(self, provenance: Mapping[str, Any]) -> None:
        """Writes `provenance.json`: what the run was made with and from."""
        (self.path / _PROVENANCE).write_bytes(orjson.dumps(provenance, option=_JSON))

    def provenance(self) -> dict[str, Any] | None:
        """What the run was made with and from; None for a run of an older Donor."""
        return self._optional(_PROVENANCE)

    @property
    def recipe(self) -> Path:
        """The file of the resolved recipe."""
        return self.path / _RECIPE

    def replayable(self) -> list[str]:
        """The files, by their paths in the folder, of which a replay must write the same bytes.

        Raises RunError where the folder holds no finished run.
        """
        self._whole(_LEDGER)
        names = {name for name in (*_STEPS, _LEDGER, _NAMES) if (self.path / name).exists()}
        inside = (path for path in self.dataset.rglob("*") if path.is_file())
        return sorted(names | {path.relative_to(self.path).as_posix() for path in inside})

    def summary(self) -> dict[str, Any]:
        """The ledger and the usage in one, the shape of `donor show --json`."""
        return self.ledger() | self._json(_USAGE)

    def ledger(self) -> dict[str, Any]:
        """The counts of `ledger.json`. Raises RunError where the run is not finished."""
        return self._json(_LEDGER, "documents")

    def _json(self, name: str, key: str = "") -> dict[str, Any]:
        """The JSON object of a file that has this key. Raises RunError where it has not."""
        try:
            value: dict[str, Any] = orjson.loads(self._whole(name))
            if not isinstance(value, dict) or (key and key not in value):
                raise ValueError(f"it is no object with {key!r}")
        except ValueError as error:
            raise self._damaged(str(self.path / name), error) from None
        return value

    def _optional(self, name: str) -> dict[str, Any] | None:
        if not (self.path / name).exists():
            return None
        return self._json(name)

    def _damaged(self, where: str, error: Exception) -> RunError:
        what = f"is damaged: {type(error).__name__}: {error}"
        hint = "the same donor transfer command makes it anew; its answers are in the store"
        return RunError(where, what, hint)

    def _whole(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError:
            raise self._unfinished() from None

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with (self.path / name).open("rb") as lines:
                yield from lines
        except OSError:
            raise self._unfinished() from None

    def _unfinished(self) -> RunError:
        if not self.path.is_dir():
            return RunError(str(self.path), "there is no such folder")
        if any(self.batch.glob(_REQUESTS)):
            hint = "donor store import RESULTS, then the same donor transfer --batch command"
            return RunError(str(self.path), "the run waits for the answers of a batch", hint)
        hint = "the same donor transfer command goes on where it stopped"
        return RunError(str(self.path), "the folder holds no finished run", hint)
