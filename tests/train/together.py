"""Trains the small model in one of several processes; the first leaves its weights."""

import sys
from pathlib import Path

import torch
from accelerate import PartialState
from tests.train.small import Bag, even_and_odd

from donor.train.examples import Settings
from donor.train.fitting.checkpoint import Checkpoint
from donor.train.fitting.loop import Learner, fit, leads


def main(folder: Path) -> None:
    learner = Learner(Bag(), "labels")
    learner.model.dropout.p = 0.0
    settings = Settings(epochs=3, batch=8, learning_rate=0.05, checkpoint_s=0.0)
    fit(learner, even_and_odd(), lambda: 1.0, settings, Checkpoint(folder / "state", ""))
    if leads():
        torch.save(dict(learner.model.state_dict()), folder / "weights.pt")
        (folder / "processes").write_text(str(PartialState().num_processes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
