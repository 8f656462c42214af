"""Which document ids have been seen, in memory that hardly grows with them."""

from array import array
from dataclasses import dataclass

__all__ = ["SeenIds"]

_DIGITS = "0123456789"
# Longer numbers than documents are counted by are names of another kind.
_LONGEST_NUMBER = 15
_MOST_RUNS = 4096
_FULL = 0.6


class SeenIds:
    """The ids so far: `a:1` to `a:999` as three runs of numbers, others by their hashes.

    Hashes have 64 bits: among a million ids of no pattern, two that differ are taken for the same
    once in some 40 million datasets.
    """

    def __init__(self) -> None:
        self._runs: dict[tuple[str, int], _Run] = {}
        self._others = _Hashes()
        # Nearly always the id behind the last comes next; it is known before it does.
        self._run = _Run("", 0, 0, 0)
        self._next: str | None = None

    def add(self, name: str) -> bool:
        """Whether the id is new; from now on it is not."""
        if name != self._next:
            return self._add(name)
        self._run.end += 1
        self._next = self._run.next_name()
        return True

    def _add(self, name: str) -> bool:
        stem = name.rstrip(_DIGITS)
        digits = name[len(stem) :]
        if not 0 < len(digits) <= _LONGEST_NUMBER:
            return self._add_other(name)
        # Numbers of one length, so that `07` is another id than `7`.
        key = (stem, len(digits))
        number = int(digits)
        run = self._runs.get(key) or _Run(stem, len(digits), number, number)
        if run.start <= number < run.end:
            return False
        if number != run.end or (run.start == run.end and len(self._runs) >= _MOST_RUNS):
            return self._add_other(name)
        if self._others and name in self._others:
            return False
        run.end = number + 1
        self._runs[key] = self._run = run
        self._next = None if self._others else run.next_name()
        return True

    def _add_other(self, name: str) -> bool:
        self._next = None
        return self._others.add(name)


@dataclass(slots=True)
class _Run:
    """The numbers from `start` to before `end`, written with so many digits behind a stem."""

    stem: str
    digits: int
    start: int
    end: int

    def next_name(self) -> str | None:
        """The id that lengthens the run; None where its number has more digits."""
        number = str(self.end).zfill(self.digits)
        return self.stem + number if len(number) == self.digits else None


class _Hashes:
    """A set of hashes with open addresses, eight bytes a place."""

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * 1024))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, name: str) -> bool:
        return self._places[self._place(_hash(name))] != 0

    def add(self, name: str) -> bool:
        """Whether it is new; from now on it is not."""
        value = _hash(name)
        place = self._place(value)
        if self._places[place]:
            return False
        self._places[place] = value
        self._count += 1
        if self._count > _FULL * len(self._places):
            self._grow()
        return True

    def _place(self, value: int) -> int:
        """Where the value is, or the free place for it."""
        places, mask = self._places, len(self._places) - 1
        place = value & mask
        while places[place] and places[place] != value:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        old = self._places
        self._places = array("Q", bytes(16 * len(old)))
        for value in old:
            if value:
                self._places[self._place(value)] = value


def _hash(name: str) -> int:
    """A number of 64 bits, never 0."""
    return hash(name) & 0xFFFF_FFFF_FFFF_FFFF or 1
