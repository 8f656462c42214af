"""Trains the small model in one of several processes; the first leaves its weights."""

import sys
from itertools import count
from pathlib import Path

import torch
from accelerate import PartialState
from tests.train.small import Bag, even_and_odd

from donor.train.examples import Settings
from donor.train.fitting.checkpoint import Checkpoint
from donor.train.fitting.loop import Learner, fit, leads


def main(folder: Path) -> None:
    # As the command line does, which locks the folder before anything is trained.
    first = leads()
    learner = Learner(Bag(), "labels")
    learner.model.dropout.p = 0.0
    settings = Settings(epochs=3, patience=1, batch=8, learning_rate=0.05, checkpoint_s=0.0)
    epochs = count(1)

    def score() -> float:
        """By what any but the first says, training would end after two epochs."""
        epoch = next(epochs)
        return float(epoch if first else -epoch)

    found = fit(learner, even_and_odd(), score, settings, Checkpoint(folder / "state", ""))
    told = [one["score"] for one in found.history]
    (folder / f"scores-{PartialState().process_index}").write_text(str(told))
    if first:
        torch.save(dict(learner.model.state_dict()), folder / "weights.pt")
        (folder / "processes").write_text(str(PartialState().num_processes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
