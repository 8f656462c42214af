"""Sentence pairs of the user's own, from which an alignment learns."""

from collections.abc import Iterator
from pathlib import Path

from donor.errors import FormatError, InputError
from donor.formats import read
from donor.formats.pairs import target_of
from donor.languages import Language
from donor.languages.codes import primary
from donor.pipeline.given_lines import holds_lines, lines_in

__all__ = ["parallel_texts"]


def parallel_texts(path: Path, source: Language, target: Language) -> Iterator[tuple[str, str]]:
    """The source and target text of each pair of a file: pairs, or lines source<TAB>target.

    Raises:
        InputError: the file cannot be read, or holds no pair.
        FormatError: a pair is in other languages, or a line has not two columns.
    """
    if not path.exists():
        raise InputError(str(path), "no such file", "pairs, or lines source<TAB>target")
    count = 0
    for before, after in _lines(path) if holds_lines(path) else _pairs(path, source, target):
        count += 1
        yield before, after
    if not count:
        raise InputError(str(path), "holds no pair", "pairs, or lines source<TAB>target")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig") as lines:
        if lines.readline().partition("\t")[0].strip().casefold() == "id":
            what = "has a column of ids, where source texts are expected"
            raise FormatError(f"{path}:1", what, "write source<TAB>target")
    return ((line.key, " ".join(line.texts)) for line in lines_in(path))


def _pairs(path: Path, source: Language, target: Language) -> Iterator[tuple[str, str]]:
    for pair in read([path], format="pairs"):
        translation = target_of(pair)
        for side, wanted in ((pair, source), (translation, target)):
            if side.language and primary(side.language) != primary(wanted.tag):
                what = f"a text in {side.language}, where {wanted.tag} is expected"
                raise FormatError(f"{path}: pair {pair.id}", what, "leave out other languages")
        yield pair.text, translation.text
