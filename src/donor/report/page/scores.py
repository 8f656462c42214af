"""What the page says of a run against gold, and of its translations without a reference."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.report.in_gold import in_gold
from donor.report.page.numbers import range_of, share, whole
from donor.score.titles import title_of

__all__ = ["label_cells", "metric_cells", "score_parts"]

_SPANS = {
    "strict": "strict",
    "partial": "partial",
    "label_only": "label only",
    "boundary_only": "boundary only",
    "character": "characters",
    "token": "tokens",
    "repeated": "words that stand in the text several times, strict",
    "macro": "mean over labels, strict",
    "macro_token": "mean over labels, tokens",
}
_RELATIONS = {"strict": "end to end", "given_gold_spans": "between gold's spans"}
_LABELS = {"accuracy": "accuracy", "f1_macro": "macro F1", "f1_micro": "micro F1", "mcc": "MCC"}
_SUBTASKS = {
    "subtask_1": "Subtask 1, sentences",
    "subtask_2": "Subtask 2, tags",
    "subtask_3": "Subtask 3, relations, as the official scorer counts",
    "subtask_3_corrected": "Subtask 3, relations, files kept apart",
}
_ONE_SIDED = {
    "missing": "Documents of gold that the run lacks",
    "extra": "Documents of the run that gold lacks",
}
_ONE_SIDED_LABELS = {
    "labels_only_predicted": "Only the run has the {kind}",
    "labels_only_gold": "Only gold has the {kind}",
}
_KINDS = {"spans": "span labels", "relations": "relation labels", "labels": "text labels"}
_MOST_NAMES = 40
# Those that are percentages already.
_OF_100 = ("bleu", "chrf2", "ter")

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def score_parts(facts: Facts) -> Parts:
    """The parts for the template of the section on scores.

    Args:
        facts: of `run_facts`.
    """
    scores: Facts = facts["scores"] or {}
    return {
        "gold_rows": list(_gold_rows(scores, facts["summary"]["relations"])),
        "label_rows": list(_label_rows(scores.get("labels") or {})),
        "answer_rows": list(_answer_rows(scores.get("qa"))),
        "subtask_rows": list(_subtask_rows(scores.get("defteval") or {})),
        "score_notes": scores.get("notes", []),
        "one_sided": list(_one_sided(scores)),
        "metric_parts": list(_metric_parts(facts)),
    }


def _gold_rows(scores: Facts, relations: Facts) -> Iterator[Parts]:
    """Precision, recall and F1 in every way in which they are counted, beside what was placed."""
    spans = in_gold(scores, "spans")
    of_relations = relations["placed"] / relations["source"] if relations["source"] else None
    for name, section, ways, found, placed in (
        ("Spans", "spans", _SPANS, spans, spans.get("projection_rate")),
        ("Relations", "relations", _RELATIONS, in_gold(scores, "relations"), of_relations),
    ):
        for way, told in ways.items():
            one = found.get(way) or {}
            if one.get("f1") is not None:
                yield {"name": f"{name}, {told}", "section": section, "placed": share(placed)} | {
                    **{key: share(one[key]) for key in ("precision", "recall", "f1")},
                    "interval": range_of(one.get("interval")),
                }


def _label_rows(labels: Mapping[str, Facts]) -> Iterator[Parts]:
    """Of each text label its measures, then the F1 of each value."""
    for label, own in labels.items():
        for key, name in _LABELS.items():
            if (own.get(key) or {}).get("score") is not None:
                yield {"label": label, "name": name, "texts": whole(own["units"])} | label_cells(
                    key, own[key]
                )
        for value, one in own["by_value"].items():
            texts = whole(one["true_positives"] + one["false_negatives"])
            yield {"label": label, "name": f"F1 of {value}", "texts": texts} | label_cells(
                "f1", one
            )


def label_cells(key: str, one: Facts) -> Parts:
    """A measure of text labels with its interval: times 100, but for a correlation."""
    if key != "mcc":
        return {"score": share(one["score"]), "interval": range_of(one["interval"])}
    return {"score": f"{one['score']:.3f}", "interval": _between(one["interval"], 3)}


def _between(interval: Sequence[float] | None, digits: int) -> str:
    """From where to where an interval goes; nothing where all documents agree."""
    low, high = interval or (0, 0)
    return "–" if low == high else f"{low:.{digits}f} to {high:.{digits}f}"


def _answer_rows(qa: Facts | None) -> Iterator[Parts]:
    """Exact match and F1 of all questions, of those with an answer, of the others."""
    if not qa:
        return
    parts = {"All": qa, "With an answer in gold": qa["has_answer"], "Without": qa["no_answer"]}
    for name, part in parts.items():
        if part["questions"]:
            between = qa["intervals"] if part is qa else {}
            yield {
                "name": name,
                "questions": whole(part["questions"]),
                "exact_match": share(part["exact_match"]),
                "exact_match_interval": range_of(between["exact_match"]) if between else "",
                "f1": share(part["f1"]),
                "f1_interval": range_of(between["f1"]) if between else "",
            }


def _subtask_rows(defteval: Facts) -> Iterator[Parts]:
    for key, name in _SUBTASKS.items():
        one = defteval.get(key)
        if one:
            notes = dict.fromkeys(note["what"] for note in one["notes"])
            cells = {"score": share(one["score"]), "interval": range_of(one["interval"])}
            yield {"name": name, "note": " ".join(list(notes)[:3])} | cells


def _one_sided(scores: Facts) -> Iterator[Parts]:
    """The documents and the labels that one side alone has, by name."""
    for key, title in _ONE_SIDED.items():
        if scores.get(key):
            yield _named(title, scores[key])
    for key, title in _ONE_SIDED_LABELS.items():
        for kind, names in (scores.get(key) or {}).items():
            if names:
                yield _named(title.format(kind=_KINDS.get(kind, kind)), names)


def _named(title: str, names: Sequence[str]) -> Parts:
    return {"title": title, "names": names[:_MOST_NAMES], "more": len(names[_MOST_NAMES:])}


def _metric_parts(facts: Facts) -> Iterator[Parts]:
    scores = facts["scores"] or {}
    free = "No reference was used: these say whether to look, not how good a translation is."
    for name, found, note in (
        ("Translation against gold", scores.get("translation"), ""),
        ("Reference-free", facts["reference_free"], free),
    ):
        measured = found if isinstance(found, Mapping) else {}
        rows = [
            metric_cells(key, one)
            for key, one in measured.items()
            if isinstance(one, Mapping) and "score" in one
        ]
        yield {"name": name, "rows": rows, "note": note if rows else ""}


def metric_cells(key: str, one: Facts) -> Parts:
    """A measure of translations: its title, score, interval and signature."""
    title = title_of(key)
    first = title.partition(" ")[0]
    name = title[:1].upper() + title[1:] if first.islower() else title
    score, interval = one.get("score"), one.get("interval")
    digits = 1 if key.removeprefix("back_") in _OF_100 else 3
    between = _between(interval, digits)
    said = f"{score:.{digits}f}" if isinstance(score, int | float) else "–"
    signature = one.get("signature") or ""
    return {"name": name, "score": said, "interval": between, "signature": signature}
