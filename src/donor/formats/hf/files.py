"""The files of a dataset folder: which hold rows, of which split and configuration."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import orjson

from donor.errors import FormatError, MissingExtraError
from donor.formats.files.placing import ended
from donor.formats.format import Source

__all__ = [
    "DataFile",
    "data_files",
    "head_of_card",
    "holds_dataset",
    "split_in",
    "splits_said",
    "written_path",
]

PARQUET, ARROW = ".parquet", ".arrow"
DEFAULT = "default"

# The words by which the library `datasets` tells splits from file names; CoNLL's two test sets.
_SPLITS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "dev", "val", "testa"),
    "test": ("test", "testing", "eval", "evaluation", "testb"),
}
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
_HEAD = re.compile(r"\A---\s*\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of rows.

    Attributes:
        path: its name in the input.
        split: the part of the dataset that it holds.
        config: the dataset's configuration that it belongs to.
    """

    path: str
    split: str
    config: str = DEFAULT

    @property
    def arrow(self) -> bool:
        """Whether it was written by `save_to_disk`."""
        return self.path.endswith(ARROW)


def holds_dataset(source: Source) -> bool:
    """Whether the input has files of rows."""
    return any(path.endswith(PARQUET) or _holds_rows(source, path) for path in source.files)


def data_files(source: Source) -> Iterator[DataFile]:
    """The files of rows, in order; caches beside them are none. Raises FormatError."""
    said = list(_said_in_card(source))
    for path in source.files:
        if path.endswith(PARQUET):
            fitting = (d for d in said if fnmatchcase(path, d.path) or path == d.path)
            known = next(fitting, None)
            if known:
                yield DataFile(path, known.split, known.config)
            else:
                yield DataFile(path, split_in(path))
        elif _holds_rows(source, path):
            yield DataFile(path, _split_of_arrow(source, path))


def split_in(path: str) -> str:
    """The split that the words of a path say; `train` where none does.

    >>> [split_in(p) for p in ("data/dev-00000-of-00001.parquet", "test/a.parquet", "x.parquet")]
    ['validation', 'test', 'train']
    """
    return next(iter(splits_said(path)), "train")


def splits_said(path: str) -> tuple[str, ...]:
    """All splits that the words of a path say, `train` before `validation` before `test`.

    >>> splits_said("dev-and-test.conll"), splits_said("biology.conll")
    (('validation', 'test'), ())
    """
    words = re.split(r"[\W\d_]+", path.casefold())
    return tuple(split for split, names in _SPLITS.items() if not set(words).isdisjoint(names))


def written_path(file: str, split: str | None) -> str:
    """The Parquet file in place of an input file; shards of `save_to_disk` go below `data/`.

    >>> written_path("train/data-00000-of-00002.arrow", "train")
    'data/train-00000-of-00002.parquet'
    >>> written_path("news/dev.conll", None)
    'news/dev.parquet'
    """
    path = PurePosixPath(file or "documents")
    shard = _SHARD.search(path.stem)
    if path.suffix == ARROW and shard:
        return f"data/{split or 'train'}{shard[0]}{PARQUET}"
    parts = [part for part in path.parts if part not in ("..", "/")]
    below = PurePosixPath(*parts) if parts else PurePosixPath("documents")
    return ended(str(below), PARQUET)


def head_of_card(text: str, where: str) -> dict[str, Any]:
    """The YAML head of a dataset card; empty where there is none. Raises FormatError."""
    head = _HEAD.search(text)
    if head is None:
        return {}
    try:
        import yaml
    except ImportError:
        raise MissingExtraError(where, "PyYAML", "hf") from None
    try:
        value = yaml.safe_load(head[1])
    except yaml.YAMLError as error:
        what = f"the head of the card is no YAML: {str(error).splitlines()[0]}"
        raise FormatError(where, what) from None
    return value if isinstance(value, dict) else {}


def _said_in_card(source: Source) -> Iterator[DataFile]:
    """The patterns of files that the card's `configs` name."""
    if "README.md" not in source.files:
        return
    with source.files["README.md"]() as card:
        head = head_of_card(card.read().decode("utf-8-sig", "replace"), "README.md")
    for config in _mappings(head.get("configs")):
        name, files = str(config.get("config_name", DEFAULT)), config.get("data_files")
        if isinstance(files, str):
            yield DataFile(files, "train", name)
            continue
        for part in _mappings(files):
            for pattern in _several(part.get("path")):
                path = str(PurePosixPath(str(config.get("data_dir") or "")) / pattern)
                yield DataFile(path.replace("**/", "*"), str(part.get("split", "train")), name)


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _several(value: object) -> Iterable[str]:
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _holds_rows(source: Source, path: str) -> bool:
    """Whether it is an Arrow file of a dataset, and not the cache of something done to it."""
    if not path.endswith(ARROW):
        return False
    name, state = PurePosixPath(path).name, _beside(path, "state.json")
    if state not in source.files:
        return not name.startswith("cache-")
    files = _mappings(_json_in(source, state).get("_data_files"))
    return name in {str(file.get("filename")) for file in files}


def _split_of_arrow(source: Source, path: str) -> str:
    """The folder's name in a dictionary of splits, else what the dataset says itself."""
    folder, state = PurePosixPath(path).parent, _beside(path, "state.json")
    if (folder.parent / "dataset_dict.json").as_posix() in source.files and folder.name:
        return folder.name
    if state not in source.files:
        return split_in(path)
    return str(_json_in(source, state).get("_split") or "train")


def _beside(path: str, name: str) -> str:
    return str(PurePosixPath(path).with_name(name))


def _json_in(source: Source, path: str) -> dict[str, Any]:
    with source.files[path]() as file:
        try:
            value = orjson.loads(file.read())
        except orjson.JSONDecodeError as error:
            raise FormatError(path, f"not JSON: {error.msg}") from None
    return value if isinstance(value, dict) else {}
