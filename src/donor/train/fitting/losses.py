"""What is made small in training, by the head of the model."""

from collections.abc import Sequence
from typing import Any

from donor.train.examples import Feature
from donor.train.fitting.batches import IGNORED

__all__ = ["class_weights", "loss_of"]


def class_weights(features: Sequence[Feature], classes: int, head: str) -> list[float]:
    """A weight for each class, so that all weigh the same together; 1 for those never seen."""
    counts = [0] * classes
    for feature in features:
        target = feature.target
        if head == "multi-labels":
            for number, there in enumerate(target):
                counts[number] += there
        else:
            for number in target if isinstance(target, list) else (target,):
                if number != IGNORED:
                    counts[number] += 1
    total = sum(counts)
    if head == "multi-labels":
        return [(len(features) - n) / n if n else 1.0 for n in counts]
    return [total / (classes * n) if n else 1.0 for n in counts]


def loss_of(head: str, outputs: Any, batch: dict[str, Any], class_weights: Any | None) -> Any:
    """The mean loss of a batch, each feature by its weight.

    Args:
        head: "labels", "relations", "multi-labels", "tokens" or "answers".
        outputs: what the model says.
        batch: what `padded` has made, with labels.
        class_weights: a tensor of one number for each class, or None.
    """
    weights = batch["weights"]
    losses = _LOSSES[head](outputs, batch["labels"], class_weights)
    return (losses * weights).sum() / weights.sum().clamp(min=1e-8)


def _of_class(outputs: Any, labels: Any, class_weights: Any | None) -> Any:
    from torch.nn.functional import cross_entropy

    return cross_entropy(outputs.logits, labels, weight=class_weights, reduction="none")


def _of_classes(outputs: Any, labels: Any, class_weights: Any | None) -> Any:
    from torch.nn.functional import binary_cross_entropy_with_logits

    each = binary_cross_entropy_with_logits(
        outputs.logits, labels.float(), pos_weight=class_weights, reduction="none"
    )
    return each.mean(dim=1)


def _of_tokens(outputs: Any, labels: Any, class_weights: Any | None) -> Any:
    """The mean over the tokens that count; a feature without any counts for nothing."""
    from torch.nn.functional import cross_entropy

    each = cross_entropy(
        outputs.logits.transpose(1, 2),
        labels,
        weight=class_weights,
        ignore_index=IGNORED,
        reduction="none",
    )
    return each.sum(dim=1) / (labels != IGNORED).sum(dim=1).clamp(min=1)


def _of_answers(outputs: Any, labels: Any, class_weights: Any | None) -> Any:
    from torch.nn.functional import cross_entropy

    starts = cross_entropy(outputs.start_logits, labels[:, 0], reduction="none")
    ends = cross_entropy(outputs.end_logits, labels[:, 1], reduction="none")
    return (starts + ends) / 2


_LOSSES = {
    "labels": _of_class,
    "relations": _of_class,
    "multi-labels": _of_classes,
    "tokens": _of_tokens,
    "answers": _of_answers,
}
