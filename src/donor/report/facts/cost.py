"""What a run has cost, in all, for each document, and for each span that has a place."""

from collections.abc import Mapping
from typing import Any

__all__ = ["cost_facts"]


def cost_facts(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Requests, tokens, money and seconds, each in all, by document and by placed span.

    Tokens are those of all answers, asked for now or taken from the store; money is what this
    run paid. What is not known is None.

    Args:
        summary: the shape of `donor show --json`.
    """
    requests, usage = summary.get("requests", {}), summary.get("usage", {})
    answers = requests.get("sent", 0) + requests.get("from_store", 0)
    prompt, completion = (_tokens(usage, kind) for kind in ("prompt", "completion"))
    documents, placed = summary["documents"], summary["spans"]["placed"]

    def shared(total: float | None) -> dict[str, float | None]:
        return {
            "total": total,
            "by_document": _quotient(total, documents),
            "by_placed_span": _quotient(total, placed),
        }

    return {
        "answers": shared(answers),
        "prompt_tokens": shared(prompt if prompt or not answers else None),
        "completion_tokens": shared(completion if completion or not answers else None),
        "usd": shared(usage.get("usd")),
        "seconds": shared(summary.get("seconds")),
        "unpriced": usage.get("unpriced"),
        "prices": usage.get("prices"),
    }


def _tokens(usage: Mapping[str, Any], kind: str) -> int:
    now, before = usage.get(f"{kind}_tokens") or 0, usage.get(f"stored_{kind}_tokens") or 0
    return int(now + before)


def _quotient(total: float | None, number: int) -> float | None:
    return None if total is None or not number else total / number
