"""Where to look first: the few things of a run that stand out, each with its section."""

from collections.abc import Iterator, Mapping
from typing import Any

from donor.data import Check, Reason

__all__ = ["look_first"]

_ENOUGH = 5
_MOST = 8

Facts = Mapping[str, Any]


def look_first(facts: Facts) -> list[dict[str, str]]:
    """What to look at, the gravest first: `what` it is, `why`, and the `section` with more.

    Nothing stands in it that goes well, so that it may be empty.
    """
    parts = (
        _partial,
        _failed,
        _reason,
        _label,
        _wrong,
        _score,
        _relations,
        _check,
        _doubt,
        _others,
    )
    return [one for part in parts for one in part(facts)][:_MOST]


def _one(section: str, what: str, why: str, document: str = "") -> dict[str, str]:
    return {"what": what, "why": why, "section": section, "document": document}


def _partial(facts: Facts) -> Iterator[dict[str, str]]:
    if facts["summary"].get("partial"):
        yield _one("made", "The run is partial", "not all documents of the input are in it")
    failed = facts["summary"].get("requests", {}).get("failed", 0)
    if failed:
        yield _one("cost", f"{_count(failed, 'request')} failed", "the model gave no answer")


def _failed(facts: Facts) -> Iterator[dict[str, str]]:
    failed = facts["summary"].get("failed", [])
    if failed:
        what = f"{_count(len(failed), 'document')} without a valid translation"
        first = failed[0]
        yield _one("documents", what, f"first {first['document']}: {first['problem']}")


def _reason(facts: Facts) -> Iterator[dict[str, str]]:
    reasons = facts["reasons"]
    if reasons:
        worst = reasons[0]
        unresolved = facts["summary"]["spans"]["unresolved"]
        what = f"{_count(unresolved, 'span')} unresolved"
        why = f"mostly {worst['name']}: {Reason(worst['name']).meaning}"
        if worst["count"] == unresolved:
            why = why.removeprefix("mostly ")
        yield _one("unresolved", what, why)


def _label(facts: Facts) -> Iterator[dict[str, str]]:
    """The label whose spans have a place least often."""
    rows = [one for one in facts["by_label"] if one["source"] >= _ENOUGH and one["unresolved"]]
    if rows and len(facts["by_label"]) > 1:
        worst = min(rows, key=lambda one: one["rate"])
        what = f"{worst['name']}: {100 * worst['rate']:.1f} % placed"
        why = f"the lowest of all labels, {worst['unresolved']:,} of {worst['source']:,} unresolved"
        yield _one("labels", what, why)


def _wrong(facts: Facts) -> Iterator[dict[str, str]]:
    judged = facts["judged"] or {}
    if judged.get("wrong"):
        what = f"{_count(judged['wrong'], 'placed span')} not as in gold"
        of = judged["wrong"] + judged["exact"]
        yield _one("documents", what, f"of {of:,} in documents whose text is gold's; dotted there")


def _score(facts: Facts) -> Iterator[dict[str, str]]:
    """The label with the lowest F1 against gold, and documents that could not be scored."""
    scored = facts["scores"] or {}
    if scored.get("texts_differ") and facts["by_label"]:
        of = scored.get("documents", 0)
        what = f"Spans of {scored['texts_differ']:,} of {_count(of, 'gold document')} not compared"
        yield _one("scores", what, "their text is not gold's, so offsets say nothing")
    rows = [
        (one["gold"]["f1"], one)
        for one in facts["by_label"]
        if one.get("gold") and one["gold"].get("f1") is not None and one["source"] >= _ENOUGH
    ]
    if len(rows) > 1:
        f1, worst = min(rows, key=lambda row: row[0])
        if f1 < 1:
            yield _one("labels", f"{worst['name']}: strict F1 {100 * f1:.1f}", "the lowest of all")
    for name, own in (scored.get("labels") or {}).items():
        yield from _value(name, own["by_value"])


def _value(name: str, values: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The value of a text label with the lowest F1, of those that gold has often enough."""
    rows = [
        (one["score"], value)
        for value, one in values.items()
        if one["true_positives"] + one["false_negatives"] >= _ENOUGH
    ]
    if len(rows) > 1 and min(rows)[0] < 1:
        f1, value = min(rows)
        yield _one("scores", f"{name}, {value}: F1 {100 * f1:.1f}", "the lowest of its values")


def _relations(facts: Facts) -> Iterator[dict[str, str]]:
    relations = facts["summary"].get("relations", {})
    if relations.get("lost"):
        what = f"{relations['lost']:,} of {_count(relations['source'], 'relation')} lost"
        reasons = relations.get("by_reason", {})
        why = max(reasons, key=lambda name: reasons[name]) if reasons else ""
        yield _one("labels", what, f"mostly {why}" if len(reasons) > 1 else why)


def _check(facts: Facts) -> Iterator[dict[str, str]]:
    if facts["findings"]:
        most = facts["findings"][0]
        what = f"{_count(most['count'], 'finding')} of {most['name']}"
        yield _one("findings", what, Check(most["name"]).meaning)


def _doubt(facts: Facts) -> Iterator[dict[str, str]]:
    """Confidences that are not what they say."""
    found = facts["confidence"] and (facts["confidence"]["calibration"] or {}).get("reliability")
    if found and found["ece_interval"][0] > found["ece_by_chance"]:
        what = f"Confidence is off by {found['ece']:.3f} on average"
        yield _one("confidence", what, "more than chance alone would make it")


def _others(facts: Facts) -> Iterator[dict[str, str]]:
    terms = facts["terms"]["listed"]
    if terms:
        most = terms[0]
        what = f"“{most['source']}” is rendered in {most['ways']} ways"
        yield _one("terms", what, f"{most['total']:,} places; {most['label']}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
