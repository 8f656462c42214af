"""What a run's models are trained on, the training, and what all of them together say."""

import hashlib
import itertools
import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from donor.languages import lemmatizer
from donor.project.align.eflomal import Program, Training, trained
from donor.project.align.links import Link, Links
from donor.project.align.pairs_file import PairsFile, line_of_words, words_in
from donor.project.align.training_text import written_text
from donor.project.align.units import units_of
from donor.project.align.words import NORMALISATIONS

__all__ = ["Learning"]

RUNS = 4
"""How many models are trained with each way of making words alike."""

ITERATIONS = 2_500
"""Of the last model, divided by the square root of the number of pairs."""

VERSION = 1
"""Of what is done with a text; a change makes older links unfit."""

PARALLEL = "parallel.txt"

_Words = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Learning:
    """What the links of a run are made of.

    Attributes:
        program: what trains.
        pairs: the segments of the run.
        folder: where the models are trained; it has the file of other pairs too.
        tags: the source and the target language.
        seed: what chance is made of.
    """

    program: Program
    pairs: PairsFile
    folder: Path
    tags: tuple[str, str]
    seed: int = 0

    def add(self, parallel: Iterable[tuple[str, str]]) -> None:
        """Nothing; takes other pairs of texts to learn from."""
        with (self.folder / PARALLEL).open("wb") as file:
            file.writelines(line_of_words(*pair) for pair in parallel)

    def count(self) -> int:
        """How many pairs there are to learn from."""
        return sum(len(units_of(*words)) for words in self._words())

    def about(self) -> dict[str, Any]:
        """All that decides the links; JSON values."""
        with (self.folder / PARALLEL).open("rb") as file:
            others = hashlib.file_digest(file, "sha256").hexdigest()
        return {
            "version": VERSION,
            "eflomal": self.program.version,
            "seeded": self.program.seeded,
            "seed": self.seed,
            "languages": list(self.tags),
            "lemmas": [lemmatizer(tag) is not None for tag in self.tags],
            "normalisations": list(NORMALISATIONS),
            "runs": RUNS,
            "iterations": ITERATIONS,
            "text": self.pairs.digest,
            "parallel": others,
        }

    def train(self, progress: Callable[[str, int, int | None], None]) -> None:
        """Nothing; trains the models, told how many are done."""
        trainings = []
        for kind in NORMALISATIONS:
            texts = self.folder / kind
            count = written_text(self._words(), texts, kind, self.tags)
            trainings += [
                Training(texts, self._model(kind, n), self.seed * RUNS + n, _iterations(count))
                for n in range(RUNS)
            ]
        progress("align", 0, len(trainings))
        processes = min(len(trainings), os.cpu_count() or 1)
        for done in trained(self.program, trainings, processes=processes):
            progress("align", done, len(trainings))

    def links(self) -> Iterator[Links]:
        """The links of each segment of the run: what the models say on average."""
        models = [self._model(kind, n) for kind in NORMALISATIONS for n in range(RUNS)]
        with ExitStack() as stack:
            ways = [
                [stack.enter_context((model / way).open(encoding="ascii")) for model in models]
                for way in ("forward", "backward")
            ]
            for words in self.pairs.lines():
                found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
                for source, target in units_of(*words):
                    for way, files in enumerate(ways):
                        for link in itertools.chain.from_iterable(
                            next(file).split() for file in files
                        ):
                            i, _, j = link.partition("-")
                            found[source[int(i)], target[int(j)]][way] += 1
                yield tuple(
                    Link(i, j, forward / len(models), backward / len(models))
                    for (i, j), (forward, backward) in sorted(found.items())
                )

    def _model(self, kind: str, number: int) -> Path:
        return self.folder / f"{kind}-{number}"

    def _words(self) -> Iterator[_Words]:
        yield from self.pairs.lines()
        yield from words_in(self.folder / PARALLEL)


def _iterations(count: int) -> tuple[int, int, int]:
    """Of the three models: as many as eflomal does by itself, and half of that."""
    last = max(2, round(ITERATIONS / math.sqrt(max(1, count))))
    return max(2, last // 4), max(1, last // 4), last
