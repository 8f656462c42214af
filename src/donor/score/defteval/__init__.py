"""DeftEval (SemEval-2020 Task 6): does a sentence define, which tags, which relations.

Subtasks 1 to 3 are counted as the official scorer counts them. Beside its subtask 3, which pools
the relations of all files, stands the corrected one, which keeps files apart.

- `score_rows` takes the rows of task files: exactly the official numbers.
- `defteval` takes documents, in which the repeated sentences of DEFT are merged.
"""

from collections.abc import Sequence
from typing import Any

from donor.data import Document
from donor.errors import InputError
from donor.score.defteval.documents import score_pairs
from donor.score.defteval.measures import SUBTASK_1, SUBTASK_2, SUBTASK_3, Subtasks
from donor.score.defteval.rows import score_rows
from donor.score.resampling import RESAMPLES, SEED

__all__ = [
    "SUBTASK_1",
    "SUBTASK_2",
    "SUBTASK_3",
    "Subtasks",
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

    Documents match by id, else by text. One that the prediction lacks counts as if nothing was
    found in it; one whose text differs from gold's is left out and counted in `texts_differ`.

    Raises:
        InputError: gold is empty, or no document is in both.
    """
    # The package of scores may name this module itself.
    from donor.score import over_text_of

    partners = _partners(predicted, gold)
    pairs: list[tuple[Document | None, Document]] = []
    for one, other in zip(partners, gold, strict=True):
        over = over_text_of(one, other) if one is not None else None
        if one is None or over is not None:
            pairs.append((over, other))
    return score_pairs(pairs).as_json(seed=seed, resamples=resamples) | {
        "documents": len(gold),
        "missing": sum(one is None for one in partners),
        "texts_differ": len(gold) - len(pairs),
    }


def _partners(predicted: Sequence[Document], gold: Sequence[Document]) -> list[Document | None]:
    """For each document of gold the predicted one of its id, else the next of its text."""
    if not gold:
        raise InputError("gold", "holds no document", "there is nothing to score against")
    ids = {document.id for document in gold}
    by_id: dict[str, Document] = {}
    by_text: dict[str, list[Document]] = {}
    for document in predicted:
        if document.id in ids:
            by_id.setdefault(document.id, document)
        else:
            by_text.setdefault(document.text.strip(), []).append(document)

    def partner(document: Document) -> Document | None:
        same = by_text.get(document.text.strip())
        return by_id.get(document.id) or (same.pop(0) if same else None)

    found = [partner(document) for document in gold]
    if not any(found):
        hint = "documents match by id, else by text"
        raise InputError("the prediction", "has no document in common with gold", hint)
    return found
