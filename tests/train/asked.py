"""A model that says what it should: the logits of the true targets, and how that is asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from donor.data import Document
from donor.train.examples import Feature, Settings
from donor.train.fitting.batches import IGNORED
from donor.train.tasks.task import Task

__all__ = ["oracle", "oracle_logits"]


def oracle(
    task: Task,
    documents: Sequence[Document],
    tokenizer: Any,
    settings: Settings,
    labels: Sequence[str] | None = None,
) -> list[Document]:
    """The documents as a model would annotate them that says the true target of each feature."""
    names = task.labels(documents) if labels is None else labels
    examples = task.examples(documents, learning=False)
    sure = [replace(one, target=names[0]) if one.target is None else one for one in examples]
    known = task.features(sure, names, tokenizer, settings, learning=True)
    features = task.features(examples, names, tokenizer, settings, learning=False)
    assert all(feature.target is None for feature in features)
    logits = oracle_logits(known, len(names), task.head(documents))
    said = task.said(examples, features, logits, names)
    return task.predicted(documents, examples, said)


def oracle_logits(features: Sequence[Feature], classes: int, head: str) -> list[Any]:
    """For each feature logits that are high where its target is, and by chance elsewhere."""
    chance = np.random.default_rng(1)
    found: list[Any] = []
    for feature in features:
        target = feature.target
        if head == "answers":
            both = chance.normal(size=(2, len(feature)))
            both[[0, 1], list(target)] = 9.0
            found.append(tuple(both))
        elif head == "tokens":
            logits = chance.normal(size=(len(feature), classes))
            rows = [n for n, one in enumerate(target) if one != IGNORED]
            logits[rows, [target[n] for n in rows]] = 9.0
            found.append(logits)
        elif head == "multi-labels":
            found.append(np.array(target) * 18.0 - 9.0)
        else:
            found.append(np.eye(classes)[target] * 9.0)
    return found
