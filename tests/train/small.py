"""A model that is trained in a moment: a bag of tokens, and a layer over it."""

from types import SimpleNamespace
from typing import Any

import torch

from donor.train.examples import Feature

torch.set_num_threads(1)


class Bag(torch.nn.Module):
    """Says a class by the mean of its tokens; with dropout, so that chance matters."""

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embedding = torch.nn.Embedding(20, 8)
        self.dropout = torch.nn.Dropout(0.1)
        self.layer = torch.nn.Linear(8, classes)

    def forward(self, input_ids: Any) -> Any:
        return SimpleNamespace(logits=self.layer(self.dropout(self.embedding(input_ids)).mean(1)))


def even_and_odd(count: int = 60) -> list[Feature]:
    """Features of even numbers, of class 0, and of odd ones, of class 1."""
    return [Feature(n, {"input_ids": [n % 2 + 2 * (n % 5)] * 3}, n % 2) for n in range(count)]
