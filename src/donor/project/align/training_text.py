"""Pairs of texts as numbers, which is how eflomal reads them."""

from collections.abc import Iterable, Sequence
from io import BufferedWriter
from pathlib import Path

from donor.project.align.units import units_of
from donor.project.align.words import Normaliser, normaliser

__all__ = ["written_text"]

_HEAD = 40


def written_text(
    pairs: Iterable[tuple[Sequence[str], Sequence[str]]],
    folder: Path,
    kind: str,
    tags: Sequence[str],
) -> int:
    """How many units there are; writes the files `source` and `target` into a new folder.

    Args:
        pairs: the words of each segment and of its translation.
        folder: where the files are written.
        kind: how words are made alike.
        tags: the source and the target language.
    """
    folder.mkdir()
    with (folder / "source").open("wb") as one, (folder / "target").open("wb") as other:
        sides = (
            _Numbered(one, normaliser(kind, tags[0])),
            _Numbered(other, normaliser(kind, tags[1])),
        )
        for words in pairs:
            for unit in units_of(*words):
                for side, texts, positions in zip(sides, words, unit, strict=True):
                    side.write([texts[at] for at in positions])
        for side in sides:
            side.close()
    return sides[0].count


class _Numbered:
    """Writes texts as numbers of words."""

    def __init__(self, file: BufferedWriter, normalise: Normaliser) -> None:
        self.count = 0
        self._file = file
        self._normalise = normalise
        self._numbers: dict[str, int] = {}
        file.write(b" " * _HEAD + b"\n")

    def write(self, words: Sequence[str]) -> None:
        """Nothing; writes a text."""
        numbers = self._numbers
        row = [numbers.setdefault(self._normalise(word), len(numbers)) for word in words]
        self._file.write(" ".join(map(str, [len(row), *row])).encode() + b"\n")
        self.count += 1

    def close(self) -> None:
        """Nothing; writes the head, which says how many texts and different words there are."""
        head = f"{self.count} {len(self._numbers)}".encode()
        self._file.seek(_HEAD - len(head))
        self._file.write(head)
