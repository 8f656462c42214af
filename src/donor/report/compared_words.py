"""What `donor compare` has found, in the words that a terminal and a page have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["LABELS", "factor_of", "free_title_of", "left_out", "remarks", "unit_of"]

LABELS = {"accuracy": "accuracy", "f1_macro": "macro F1", "mcc": "MCC"}
"""What the measures of text labels are called."""

_LEFT_OUT = {
    "not_in_all_runs": "not in all runs",
    "in_other_runs_alone": "not in the first run",
    "annotated_otherwise": "with other spans in another run",
    "not_in_gold": "not in gold",
    "in_gold_alone": "in gold alone",
    "shown_as_examples": "shown to the methods as examples",
    "beyond_the_limit": "beyond --limit",
}
_REFERENCE_FREE = {
    "projection_rate": "spans placed, %",
    "findings_per_document": "findings per document",
    "back_bleu": "back-translation BLEU",
    "back_chrf2": "back-translation chrF2",
    "copied": "texts copied, %",
    "other_language": "in another language, %",
    "length_outside": "of odd length, %",
    "in_target_language": "in the target language, %",
    "similarity": "similarity to the source, %",
}
# Those that are percentages already.
_PERCENT = ("bleu", "chrf2", "ter")
# Those that are no shares.
_NUMBERS = ("findings_per_document", "length_ratio")

Found = Mapping[str, Any]


def left_out(found: Found) -> str:
    """How many documents were not compared, and why; "" if all were."""
    said = ", ".join(
        f"{n:,} {_LEFT_OUT.get(why, why.replace('_', ' '))}" for why, n in found["left_out"].items()
    )
    return f"left out: {said}" if said else ""


def free_title_of(metric: str) -> str:
    """What a measure without a reference is called."""
    return _REFERENCE_FREE.get(metric, metric.replace("_", " "))


def factor_of(metric: str) -> float:
    """What makes a score a percentage, where it is one.

    >>> factor_of("spans"), factor_of("bleu"), factor_of("labels.tone.mcc")
    (100, 1, 1)
    """
    if metric.startswith("labels."):  # as fractions, like everywhere
        return 1
    return 1 if metric.rpartition("_")[2] in _PERCENT or metric in _NUMBERS else 100


def unit_of(metric: str) -> str:
    """What stands behind the title of a measure of translations: its unit, where it has one."""
    return "" if metric in _PERCENT else ", %"


def remarks(found: Found) -> Iterator[str]:
    """Break-even sizes, what no run beats, and what is to be known of each run."""
    for one in found["break_even"]:
        if one["documents"] is None:
            yield f"{one['self_hosted']} is never cheaper than {one['priced']}"
        else:
            told = f"{one['self_hosted']} is cheaper than {one['priced']} "
            if one["setup_usd"] is None:
                yield f"{told}for each document; --setup-usd tells from how many on it pays"
            else:
                yield f"{told}from {one['documents']:,} documents on"
    priced = [run for run in found["runs"].values() if run["cost"]["total"]["usd"] is not None]
    if found["front"] and len(priced) > 1:
        yield f"no run is both cheaper and better than: {', '.join(found['front'])}"
    for name, run in found["runs"].items():
        for note in (*run["cost"]["notes"], *run["notes"]):
            yield f"{name}: {note}"
