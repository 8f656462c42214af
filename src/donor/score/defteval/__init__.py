"""DeftEval (SemEval-2020 Task 6): does a sentence define, which tags, which relations.

Subtasks 1 to 3 are counted as the official scorer counts them. Beside its subtask 3, which pools
the relations of all files, stands the corrected one, which keeps files apart.

- `score_rows` takes the rows of task files: exactly the official numbers.
- `defteval` takes documents, in which the repeated sentences of DEFT are merged.
"""

from collections.abc import Sequence
from typing import Any

from donor.data import Document
from donor.score.defteval.documents import score_pairs
from donor.score.defteval.measures import (
    SUBTASK_1,
    SUBTASK_2,
    SUBTASK_3,
    Subtasks,
    class_counts,
)
from donor.score.defteval.rows import score_rows
from donor.score.matched import matched
from donor.score.resampling import RESAMPLES, SEED

__all__ = [
    "SUBTASK_1",
    "SUBTASK_2",
    "SUBTASK_3",
    "Subtasks",
    "class_counts",
    "defteval",
    "score_pairs",
    "score_rows",
]


def defteval(
    predicted: Sequence[Document],
    gold: Sequence[Document],
    *,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """The scores, tables and intervals of all subtasks, over documents of any format.

    Documents match as for `donor.score.scored`. One that the prediction lacks counts as if
    nothing was found in it; one whose text differs from gold's is left out and counted in
    `texts_differ`.

    Raises:
        InputError: gold is empty, or no document is in both.
    """
    found = matched(predicted, gold)
    subtasks = score_pairs(pair for _, pair in found.over_gold)
    return subtasks.as_json(seed=seed, resamples=resamples) | {
        "documents": len(found.pairs),
        "missing": len(found.missing),
        "texts_differ": found.texts_differ,
    }
