"""What is made small, and how much each class counts."""

from types import SimpleNamespace

import pytest
import torch

from donor.train.examples import Feature
from donor.train.fitting.losses import class_weights, loss_of


@pytest.mark.parametrize(
    ("targets", "head", "expected"),
    [
        ([0, 0, 0, 1], "labels", [4 / 6, 2.0]),
        ([[0, 0, 1, -100], [-100, 0]], "tokens", [4 / 6, 2.0]),
        ([(1, 0), (1, 0), (1, 1), (0, 0)], "multi-labels", [1 / 3, 3.0]),
        ([0, 0], "labels", [0.5, 1.0]),
    ],
)
def test_classes_weigh_the_same_together(
    targets: list[object], head: str, expected: list[float]
) -> None:
    features = [Feature(n, {"input_ids": [1]}, target) for n, target in enumerate(targets)]
    assert class_weights(features, 2, head) == pytest.approx(expected)


def test_loss_is_the_mean_of_those_that_count() -> None:
    said = SimpleNamespace(logits=torch.tensor([[2.0, 0.0], [0.0, 3.0], [5.0, 0.0]]))
    batch = {"labels": torch.tensor([0, 1, 1]), "weights": torch.tensor([1.0, 3.0, 0.0])}
    each = torch.nn.functional.cross_entropy(said.logits, batch["labels"], reduction="none")
    expected = (each[0] + 3 * each[1]) / 4
    assert loss_of("labels", said, batch, None) == pytest.approx(float(expected))


def test_tokens_that_count_for_nothing_have_no_loss() -> None:
    logits = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[1, -100, -100], [-100, -100, -100]])
    batch = {"labels": labels, "weights": torch.ones(2)}
    first = torch.nn.functional.cross_entropy(logits[0, :1], labels[0, :1])
    said = SimpleNamespace(logits=logits)
    assert loss_of("tokens", said, batch, None) == pytest.approx(float(first) / 2)


def test_answers_have_the_mean_of_two_losses() -> None:
    starts, ends = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])
    said = SimpleNamespace(start_logits=starts, end_logits=ends)
    batch = {"labels": torch.tensor([[0, 1]]), "weights": torch.ones(1)}
    apart = [
        torch.nn.functional.cross_entropy(starts, torch.tensor([0])),
        torch.nn.functional.cross_entropy(ends, torch.tensor([1])),
    ]
    assert loss_of("answers", said, batch, None) == pytest.approx(float(sum(apart)) / 2)


def test_several_labels_are_a_mean_over_labels() -> None:
    said = SimpleNamespace(logits=torch.tensor([[0.0, 0.0]]))
    batch = {"labels": torch.tensor([[1, 0]]), "weights": torch.ones(1)}
    assert loss_of("multi-labels", said, batch, None) == pytest.approx(0.6931472)
