"""Pairs of texts as numbers, which is how eflomal reads them."""

from collections.abc import Iterable, Mapping, Sequence
from io import BufferedWriter
from pathlib import Path

from donor.project.align.likeness import alike
from donor.project.align.units import units_of
from donor.project.align.words import Normaliser, normaliser

__all__ = ["written_text"]

_HEAD = 40


def written_text(
    pairs: Iterable[tuple[Sequence[str], Sequence[str]]],
    folder: Path,
    kind: str,
    tags: tuple[str, str],
) -> int:
    """How many units there are; writes the files `source`, `target`, `priors` into a new folder.

    Args:
        pairs: the words of each segment and of its translation.
        folder: where the files are written.
        kind: how words are made alike.
        tags: the source and the target language.
    """
    folder.mkdir()
    similar = alike(tags)
    seen: dict[tuple[int, int], float] = {}
    with (folder / "source").open("wb") as one, (folder / "target").open("wb") as other:
        sides = (
            _Numbered(one, normaliser(kind, tags[0])),
            _Numbered(other, normaliser(kind, tags[1])),
        )
        for words in pairs:
            for unit in units_of(*words):
                texts = [
                    [text[at] for at in positions]
                    for text, positions in zip(words, unit, strict=True)
                ]
                rows = [side.write(text) for side, text in zip(sides, texts, strict=True)]
                for i, j, times in similar(*texts):
                    key = rows[0][i], rows[1][j]
                    seen[key] = max(times, seen.get(key, 0.0))
        for side in sides:
            side.close()
    _write_priors(folder / "priors", seen, [side.words + 1 for side in sides])
    return sides[0].count


def _write_priors(path: Path, seen: Mapping[tuple[int, int], float], words: Sequence[int]) -> None:
    """Nothing; writes what the aligner has seen of words, and nothing of the other four kinds."""
    with path.open("w", encoding="ascii") as file:
        file.write(f"{words[0]} {words[1]} {len(seen)} 0 0 0 0\n")
        # Number 0 is the word to which unlinked words belong.
        file.writelines(f"{i + 1} {j + 1} {times:g}\n" for (i, j), times in sorted(seen.items()))


class _Numbered:
    """Writes texts as numbers of words."""

    def __init__(self, file: BufferedWriter, normalise: Normaliser) -> None:
        self.count = 0
        self._file = file
        self._normalise = normalise
        self._numbers: dict[str, int] = {}
        file.write(b" " * _HEAD + b"\n")

    @property
    def words(self) -> int:
        """How many different words there are."""
        return len(self._numbers)

    def write(self, words: Sequence[str]) -> list[int]:
        """The numbers of the words of a text, as they are written."""
        numbers = self._numbers
        row = [numbers.setdefault(self._normalise(word), len(numbers)) for word in words]
        self._file.write(" ".join(map(str, [len(row), *row])).encode() + b"\n")
        self.count += 1
        return row

    def close(self) -> None:
        """Nothing; writes the head, which says how many texts and different words there are."""
        head = f"{self.count} {len(self._numbers)}".encode()
        self._file.seek(_HEAD - len(head))
        self._file.write(head)
