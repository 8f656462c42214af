"""Whether gold has any of what was scored: spans, or relations."""

from collections.abc import Mapping
from typing import Any

__all__ = ["in_gold"]


def in_gold(scores: Mapping[str, Any] | None, section: str) -> Mapping[str, Any]:
    """The section of the scores; empty where gold has nothing of the kind, and all is wrong.

    Args:
        scores: in the shape of `donor score --json`; None without gold.
        section: `spans` or `relations`.
    """
    found: Mapping[str, Any] = (scores or {}).get(section) or {}
    strict = found.get("strict") or {}
    return found if strict.get("true_positives") or strict.get("false_negatives") else {}
