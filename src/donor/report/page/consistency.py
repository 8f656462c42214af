"""What the page says of how far repeated runs agree."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["consistency_parts"]

_VARYING = 6

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def consistency_parts(found: Facts | None) -> Parts | None:
    """How far repeated runs agree, a row for each temperature."""
    if found is None:
        return None
    rows = []
    for temperature, one in found["temperatures"].items():
        alpha, f1 = one["translation"]["alpha"], one["spans"]["strict_f1"]
        varying = [each["id"] for each in one["varying"]]
        rows.append(
            {
                "temperature": temperature,
                "alpha": _three(alpha["score"]),
                "alpha_interval": _interval(alpha["interval"]),
                "strict_f1": _three(f1["score"]),
                "strict_f1_interval": _interval(f1["interval"]),
                "varying": varying[:_VARYING],
                "more": max(0, len(varying) - _VARYING),
            }
        )
    return {
        "samples": found["samples"],
        "documents": found["documents"],
        "verdict": found["verdict"],
        "same_recipe": found["same_recipe"],
        "rows": rows,
    }


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(ends: Sequence[float] | None) -> str:
    return "–" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"
