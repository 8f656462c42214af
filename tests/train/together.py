"""Trains the small model in one of several processes; each tells what it was told."""

import json
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import torch
from accelerate import PartialState
from tests.train.small import Bag, even_and_odd

from donor.train.examples import Settings
from donor.train.fitting.checkpoint import Checkpoint
from donor.train.fitting.loop import Learner, fit, leads

_WEIGHTS = (1.0, 0.5, 0.1)


def main(folder: Path, examples: int, at_once: int | None) -> None:
    # As the command line does, which locks the folder before anything is trained.
    first = leads()
    learner = Learner(Bag(), "labels")
    learner.model.dropout.p = 0.0
    features = [
        replace(one, weight=_WEIGHTS[n % 3]) for n, one in enumerate(even_and_odd(examples))
    ]
    settings = Settings(
        epochs=3, patience=1, batch=8, at_once=at_once, learning_rate=0.05, checkpoint_s=0.0
    )
    epochs = count(1)

    def score() -> float:
        """By what any but the first says, training would end after two epochs."""
        epoch = next(epochs)
        return float(epoch if first else -epoch)

    found = fit(learner, features, score, settings, Checkpoint(folder / "state", ""))
    told = [[one["score"], one["loss"]] for one in found.history]
    (folder / f"told-{PartialState().process_index}.json").write_text(json.dumps(told))
    if first:
        torch.save(dict(learner.model.state_dict()), folder / "weights.pt")
        (folder / "processes").write_text(str(PartialState().num_processes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) or None)
