"""The splits of a dataset as its makers have made them: train, dev, test.

The name of the folder or file that a document stands in tells its split. A folder that is called
like a split counts first, the outermost before those inside it; then the words of the file's
name; then those of its folders. Where no file says anything, what the documents say of the file
that they come from counts, and where they say nothing either, all of them are train.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from donor.data import Document
from donor.errors import ConfigError, InputError
from donor.formats import DEFAULTS, InputFile, Options, find_files, format_named, format_of, read
from donor.formats.format import Refuse, Warn, ignore_warnings, raise_at_once
from donor.formats.hf.files import splits_said
from donor.formats.pairs import target_of
from donor.records import RunFolder
from donor.score import SEED
from donor.train.held_out import held_out
from donor.train.model_folder import ABOUT

__all__ = [
    "DEV",
    "TEST",
    "TRAIN",
    "Splits",
    "check_no_model",
    "documents_by_split",
    "read_splits",
    "split_of",
    "split_said",
]

TRAIN, DEV, TEST = "train", "dev", "test"
# What documents take in memory at least, for each byte of their files: 1.6 measured on DEFT, 6 on
# the same as JSONL, over 20 on short rows.
_TIMES = 1.5
_GIB = 2**30
_RECIPE = "recipe.toml"
# Their documents may come from files of other formats, and say so.
_BRING_NAMES = {"jsonl", "pairs"}


@dataclass(frozen=True, slots=True)
class Splits:
    """The documents to learn from and to be scored on.

    Args:
        train: to learn from.
        dev: to choose by: when to stop, which setting.
        test: to be scored on; None where there are none.
        notes: what the user is to know of how they came about, a sentence each.
    """

    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    test: tuple[Document, ...] | None
    notes: tuple[str, ...] = ()

    @property
    def scored_on(self) -> str:
        """The name of the split that scores are on: `test`, else `dev`."""
        return DEV if self.test is None else TEST

    @property
    def evaluation(self) -> tuple[Document, ...]:
        """The documents that scores are on."""
        return self.dev if self.test is None else self.test


@dataclass(frozen=True, slots=True)
class _Reading:
    """How datasets are read, for all that are read for one training."""

    format: str | None
    language: str | None
    options: Options
    warn: Warn
    refuse: Refuse


def read_splits(
    dataset: Path,
    dev: Path | None = None,
    test: Path | None = None,
    *,
    format: str | None = None,
    language: str | None = None,
    options: Options = DEFAULTS,
    seed: int = SEED,
    warn: Warn = ignore_warnings,
    refuse: Refuse = raise_at_once,
) -> Splits:
    """The documents of a dataset by its official splits; of pairs, those in the target language.

    Without a dev split a tenth of the documents of train is held out; see `held_out`.

    Args:
        dataset: a file, a folder, or a run's folder, which stands for its `dataset/`.
        dev: a dataset whose documents are dev; of one with several splits, its dev.
        test: the same for test.
        format: of all of them; guessed where None.
        language: of the texts that do not say theirs.
        options: how they are read.
        seed: of what is held out.
        warn: takes oddities of reading.
        refuse: takes what cannot be read.

    Raises:
        InputError: what cannot be read, has no train, or has an empty or an ambiguous split.
        RunError: a run's folder holds no finished run.
        ConfigError: the files are far larger than the memory.
    """
    reading = _Reading(format, language, options, warn, refuse)
    found, notes = _official(dataset, reading)
    for name, path in ((DEV, dev), (TEST, test)):
        if path is not None:
            if name in found:
                notes.append(f"{name} is {path}, in place of the dataset's own")
            found[name] = _given(path, name, reading, notes)
    train = found[TRAIN]
    if DEV not in found:
        whole = len(train)
        train, found[DEV] = held_out(train, str(dataset), seed)
        notes.append(
            f"no dev: {len(found[DEV]):,} of {whole:,} documents of train are held out,"
            f" by a hash of their text (seed {seed})"
        )
    if TEST not in found:
        notes.append("no test: scores are on dev, by which training is also stopped")
    last = tuple(found[TEST]) if TEST in found else None
    return Splits(tuple(train), tuple(found[DEV]), last, tuple(notes))


def documents_by_split(
    dataset: Path,
    *,
    format: str | None = None,
    options: Options = DEFAULTS,
    warn: Warn = ignore_warnings,
) -> dict[str | None, list[Document]]:
    """The documents of each split that a dataset says; None has those of files that say none.

    Raises:
        InputError: what cannot be read, or has an empty or an ambiguous split.
        RunError: a run's folder holds no finished run.
        ConfigError: the files are far larger than the memory.
    """
    return _by_split(dataset, _Reading(format, None, options, warn, raise_at_once))


def split_of(file: str) -> str | None:
    """The split that a path inside a dataset says; None where it says none.

    Raises:
        InputError: the file's name says several.

    >>> [split_of(f) for f in ("train/eval-1.txt", "data/testa.conll", "test-00000.parquet", "a.b")]
    ['train', 'dev', 'test', None]
    """
    path = PurePosixPath(file)
    for folder in path.parent.parts:
        said = splits_said(folder)
        if said and folder.isalnum():
            return _ours(said[0])
    said = splits_said(path.name)
    if len(said) > 1:
        what = f"its name says several splits: {' and '.join(map(_ours, said))}"
        raise InputError(file, what, "name it after one, or give it alone, with --dev and --test")
    said = said or splits_said(str(path.parent))
    return _ours(said[0]) if said else None


def _ours(split: str) -> str:
    return DEV if split == "validation" else split


def _official(dataset: Path, reading: _Reading) -> tuple[dict[str, list[Document]], list[str]]:
    """The documents of the splits that a dataset has, and what is to be known of them."""
    found = _by_split(dataset, reading)
    unsaid = found.pop(None, [])
    notes: list[str] = []
    splits = {name: own for name, own in found.items() if name is not None}
    if TRAIN not in splits and unsaid:
        splits[TRAIN] = unsaid
        if len(splits) > 1:
            notes.append(f"train is the {len(unsaid):,} documents whose files say no split")
    elif unsaid:
        files = sorted({str(document.metadata.get("file")) for document in unsaid})
        some = ", ".join(files[:3]) + (", …" if len(files) > 3 else "")
        notes.append(f"left out: {len(unsaid):,} documents whose files say no split ({some})")
    if TRAIN not in splits:
        there = " and ".join(f"{name} ({len(own):,} documents)" for name, own in splits.items())
        hint = "name a file or a folder train, or give the one to learn from by itself"
        raise InputError(str(dataset), f"no train, only {there}", hint)
    return splits, notes


def _given(path: Path, name: str, reading: _Reading, notes: list[str]) -> list[Document]:
    """The documents that the user gives for a split: all, or of several splits this one."""
    found = _by_split(path, reading)
    if len(found) == 1:
        return next(iter(found.values()))
    there = ", ".join(sorted(split or "files that say none" for split in found))
    if name not in found:
        what = f"holds several splits, and no {name}: {there}"
        raise InputError(str(path), what, "give the file or the folder of one")
    notes.append(f"{name} is the {name} of {path}, which holds several splits: {there}")
    return found[name]


def _by_split(path: Path, reading: _Reading) -> dict[str | None, list[Document]]:
    """The documents of each split that a dataset says; None has those of files that say none.

    Raises InputError where a file is there for a split, and no document, or the folder is a model.
    """
    check_no_model(path)
    if (path / _RECIPE).is_file():
        run = RunFolder(path)
        run.summary()
        path = run.dataset
    files = find_files([path], format=reading.format, options=reading.options)
    _check_memory(path, files)
    documents = _documents(path, files, reading)
    said = [split_said(document) for document in documents]
    if not any(said) and _BRING_NAMES & {format_of(file, reading.format) for file in files}:
        again = read(
            [path], format=reading.format, options=reading.options, refuse=lambda error: None
        )
        said = [split_said(document) for document in again]
    found: defaultdict[str | None, list[Document]] = defaultdict(list)
    for split, document in zip(said, documents, strict=True):
        found[split].append(document)
    _check_empty(files, {split for split in found if split}, reading)
    return dict(found)


def check_no_model(path: Path) -> None:
    """Nothing. Raises InputError where this is a model's folder, whose predictions are no data."""
    if (path / ABOUT).is_file():
        what = "is a model, not a dataset"
        hint = "--encoder takes a model to begin with; what it said of its test is in predictions/"
        raise InputError(str(path), what, hint)


def split_said(document: Document) -> str | None:
    """The split that a document says, by its rows or its file; None where it says none."""
    rows = document.metadata.get("hf")
    if isinstance(rows, dict) and rows.get("split"):
        said = splits_said(str(rows["split"]))
        return _ours(said[0]) if said else None
    return split_of(str(document.metadata.get("file") or ""))


def _documents(path: Path, files: Sequence[InputFile], reading: _Reading) -> list[Document]:
    """The documents, under the names of the files that were read; of pairs, their targets."""
    kinds = {file.name: format_of(file, reading.format) for file in files}
    pairs = {name for name, kind in kinds.items() if format_named(kind).parallel}
    documents = []
    for document in read(
        [path],
        format=reading.format,
        language=reading.language,
        options=reading.options,
        warn=reading.warn,
        refuse=reading.refuse,
        by_input_file=True,
    ):
        file = document.metadata.get("file")
        documents.append(_target(document, str(file)) if file in pairs else document)
    return documents


def _target(pair: Document, file: str) -> Document:
    target = target_of(pair)
    return replace(target, metadata={**target.metadata, "file": file})


def _check_empty(files: Sequence[InputFile], there: set[str], reading: _Reading) -> None:
    """Nothing. Raises InputError where a file says a split of which there is no document."""
    for file in files if there else ():
        endings = format_named(format_of(file, reading.format)).suffixes
        for name, place in file.files():
            split = split_of(name) if place.name.endswith(endings) else None
            if split is not None and split not in there:
                what = f"the split {split} holds no document"
                raise InputError(str(place), what, "fill it, or take the file away")


def _check_memory(path: Path, files: Sequence[InputFile]) -> None:
    """Nothing. Raises ConfigError where the documents cannot fit into this machine's memory."""
    size = sum(
        place.stat().st_size for file in files for _, place in file.files() if place.exists()
    )
    memory = _memory_bytes()
    if memory is not None and size * _TIMES > memory:
        what = (
            f"{size / _GIB:.1f} GiB of files take at least {size * _TIMES / _GIB:.0f} GiB"
            f" of memory, and this machine has {memory / _GIB:.0f}"
        )
        raise ConfigError(str(path), what, "train on a part of it: give some of its files")


def _memory_bytes() -> int | None:
    """The memory of this machine; None where it does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
