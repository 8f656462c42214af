"""What a response store holds, counted: by model, and by what was asked."""

from collections.abc import Callable
from typing import Any

__all__ = ["counts_by_model", "counts_by_task"]

Select = Callable[..., list[tuple[Any, ...]]]
"""Takes a query and its values, returns its rows."""

_COUNTED = ("answers", "uncounted", "prompt_tokens", "completion_tokens", "cached_tokens")
_BY_MODEL = """
SELECT json_extract(logical, '$.model') AS model, count(*), sum(prompt_tokens IS NULL),
       coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0),
       coalesce(sum(cached_tokens), 0)
FROM responses GROUP BY model ORDER BY model
"""
# A request does not say its task; the shape of its data and the words of its prompt show it.
_BY_TASK = """
WITH asked AS (
    SELECT json_extract(logical, '$.messages[0].content') AS prompt,
           json_extract(logical, '$.messages[1].content') AS data,
           json_extract(logical, '$.attempt') AS attempt
    FROM responses
), shaped AS (
    SELECT attempt, prompt, CASE WHEN json_valid(data) THEN data ELSE 'null' END AS data FROM asked
)
SELECT CASE
    WHEN json_type(data) IS NOT 'object' THEN 'other'
    WHEN json_type(data, '$.spans') = 'object' THEN CASE
        WHEN instr(prompt, '"occurrence"') THEN 'quote'
        WHEN instr(prompt, '"first"') THEN 'index-words'
        WHEN instr(prompt, '"start"') THEN 'index-characters'
        ELSE 'other' END
    WHEN json_type(data, '$.source') = 'object' THEN CASE
        WHEN json_type(data, '$.translation') = 'object' THEN 'tags' ELSE 'joint' END
    WHEN json_type(data, '$."1"') = 'text' OR prompt LIKE 'You translate%' THEN 'translate'
    ELSE 'other' END AS task,
    count(*), sum(attempt > 0)
FROM shaped GROUP BY task ORDER BY count(*) DESC, task
"""


def counts_by_model(select: Select) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """The counts of all answers, and the same for each model.

    `uncounted` are answers whose tokens the server did not tell: the sums lack them.
    """
    models = {
        model: dict(zip(_COUNTED, numbers, strict=True)) for model, *numbers in select(_BY_MODEL)
    }
    totals = {name: sum(model[name] for model in models.values()) for name in _COUNTED}
    return totals, models


def counts_by_task(select: Select) -> dict[str, dict[str, int]]:
    """How many answers there are to each kind of request, and how many of them to a correction."""
    return {
        task: {"answers": answers, "corrections": corrections}
        for task, answers, corrections in select(_BY_TASK)
    }
