"""Files written below an output folder, each whole or not there."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path

__all__ = ["below", "ended", "write_lines", "write_pieces"]

# Endings that say a split and no format, as of eng.testa.
_SPLITS = (".train", ".dev", ".devel", ".valid", ".test", ".testa", ".testb")


@lru_cache(maxsize=1024)  # documents of one file stand together
def below(said: str, suffixes: tuple[str, ...] = (), known: tuple[str, ...] = ()) -> str:
    """The file's name below the output folder, whatever was said, with one of the endings.

    What is not a `known` ending is part of the name: `eng.testa` is not `eng.testb`.

    >>> below("../train/a.deft", (".jsonl",), (".deft",))
    'train/a.jsonl'
    >>> below("eng.testa", (".jsonl",), (".deft",))
    'eng.testa.jsonl'
    """
    path = Path(said)
    parts = [part for part in path.parts if part not in (path.anchor, "..")]
    name = Path(*parts) if parts else Path("documents")
    if suffixes and not name.name.endswith(suffixes):
        stem = name.stem if name.name.endswith(known) else name.name
        name = name.with_name(stem + suffixes[0])
    return name.as_posix()


def ended(name: str, ending: str) -> str:
    """The path with the ending in place of its own, or behind one that says a split.

    >>> ended("news/dev.conll", ".spacy"), ended("eng.testa", ".spacy")
    ('news/dev.spacy', 'eng.testa.spacy')
    """
    path = Path(name)
    stem = path.name if path.name.endswith(_SPLITS) else path.stem
    return path.with_name(stem + ending).as_posix()


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Writes under another name first, so that what carries the name is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        _all_or_nothing() as partials,
        _partial(path, partials).open("w", encoding="utf-8", newline="\n") as out,
    ):
        out.writelines(lines)


def write_pieces(folder: Path, pieces: Iterable[tuple[str, bytes]]) -> None:
    """Writes the named files below the folder, all of them or none; pieces may take turns."""
    with _all_or_nothing() as partials:
        for path, own in _runs(folder, pieces):
            path.parent.mkdir(parents=True, exist_ok=True)
            again = path in partials
            with _partial(path, partials).open("ab" if again else "wb") as out:
                out.writelines(own)


def _runs(
    folder: Path, pieces: Iterable[tuple[str, bytes]]
) -> Iterator[tuple[Path, Iterator[bytes]]]:
    """Each file with its next pieces, as they come."""
    for name, group in groupby(pieces, key=lambda piece: below(piece[0])):
        yield folder / name, (piece for _, piece in group)


@contextmanager
def _all_or_nothing() -> Iterator[dict[Path, Path]]:
    """Takes files with the names under which they are written; puts them in place at the end."""
    partials: dict[Path, Path] = {}
    try:
        yield partials
        for path, partial in partials.items():
            partial.replace(path)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)


def _partial(path: Path, partials: dict[Path, Path]) -> Path:
    return partials.setdefault(path, path.with_name(path.name + ".partial"))
