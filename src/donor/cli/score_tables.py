"""The scores of a dataset, and tests between two, as tables that fit a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from donor.score.titles import title_of

__all__ = ["between_of", "print_scores", "print_tests", "share_of"]

_SPANS = {
    "strict": "strict",
    "partial": "partial",
    "label_only": "label only",
    "boundary_only": "boundary only",
    "character": "characters",
    "token": "tokens",
    "repeated": "repeated words",
    "macro": "macro, strict",
    "macro_token": "macro, tokens",
}
# Those that are percentages already.
_OF_100 = ("bleu", "chrf2", "ter")
_RELATIONS = {"strict": "end to end", "given_gold_spans": "given gold's spans"}
_COUNTS = ("true_positives", "false_positives", "false_negatives")

Scores = Mapping[str, Any]


def print_scores(found: Scores, out: Console) -> None:
    """Prints every section that applies, and the notes."""
    for name, write in _SECTIONS.items():
        if found[name]:
            write(found[name], out)
            out.print()
    if found["documents"]:
        out.print(_documents(found))
    for note in found["notes"]:
        out.print(f"note: {note}")


def _documents(found: Scores) -> str:
    scored = f"{found['documents']:,} documents"
    signature = next(iter(_signatures(found)), "")
    return f"{scored}; intervals of 95 % over documents\n{signature}".rstrip()


def _signatures(found: Scores) -> Iterable[str]:
    """What all signatures of Donor's own metrics have in common, once."""
    for section in ("spans", "relations", "labels", "qa", "translation"):
        part = found[section]
        while isinstance(part, dict) and "signature" not in part:
            part = next((one for one in part.values() if isinstance(one, dict)), None)
        if part:
            yield "signature: " + "|".join(part["signature"].rsplit("|", 2)[1:])


def _print_spans(spans: Scores, out: Console) -> None:
    rate = share_of(spans["projection_rate"])
    table = _table("spans", "F1", "95 %", "precision", "recall", "placed")
    for key, name in _SPANS.items():
        part = spans[key]
        table.add_row(name, *_scores(part), rate)
    out.print(table)
    if spans["projection_rate"] is None:
        out.print("placed: the projection rate is known of the whole dataset/ of a run alone")
    else:
        out.print("placed: the projection rate of the whole run, placed ÷ source spans")
    left = spans["token"]["left_out"]
    if any(left.values()):
        said = f"{left['predicted']} predicted and {left['gold']} of gold"
        out.print(f"tokens: without the overlapping spans {said}")
    for key, name in (("by_label", "spans by label"), ("by_length", "spans by words")):
        if spans[key]:
            out.print()
            out.print(_strict_table(name, spans[key]))


def _strict_table(name: str, parts: Mapping[str, Scores]) -> Table:
    table = _table(name, "F1", "95 %", "precision", "recall", "right", "wrong", "missed")
    for label, part in parts.items():
        table.add_row(label, *_scores(part), *(f"{part[count]:,}" for count in _COUNTS))
    return table


def _print_relations(relations: Scores, out: Console) -> None:
    overall = {name: relations[key] for key, name in _RELATIONS.items()}
    out.print(_strict_table("relations", overall))
    if len(relations["by_label"]) > 1:
        out.print()
        out.print(_strict_table("relations by label", relations["by_label"]))


def _print_labels(labels: Mapping[str, Scores], out: Console) -> None:
    table = _table("text labels", "score", "95 %", "texts")
    for name, own in labels.items():
        for metric in ("accuracy", "f1_macro", "f1_micro", "mcc"):
            if own.get(metric):
                cells = share_of(own[metric]["score"]), between_of(own[metric]["interval"])
                table.add_row(f"{name} {metric.replace('_', ' ')}", *cells, f"{own['units']:,}")
        for value, one in own["by_value"].items():
            texts = f"{one['true_positives'] + one['false_negatives']:,}"
            cells = share_of(one["score"]), between_of(one["interval"])
            table.add_row(f"  F1 of {value}", *cells, texts)
    out.print(table)


def _print_answers(qa: Scores, out: Console) -> None:
    table = _table("answers", "exact match", "F1", "questions")
    parts = {"all": qa, "with an answer": qa["has_answer"], "without": qa["no_answer"]}
    for name, part in parts.items():
        if part["questions"]:
            cells = share_of(part["exact_match"]), share_of(part["f1"])
            table.add_row(name, *cells, f"{part['questions']:,}")
    out.print(table)
    exact, f1 = (between_of(qa["intervals"][name]) for name in ("exact_match", "f1"))
    out.print(f"95 %: exact match {exact}, F1 {f1}")
    if qa["missing"]:
        out.print(f"{qa['missing']:,} questions are not in the prediction, and count as wrong")


def _print_translation(translation: Mapping[str, Scores], out: Console) -> None:
    table = _table("translation", "score", "95 %")
    for name, one in translation.items():
        places = 1 if name in _OF_100 else 4
        table.add_row(
            title_of(name), share_of(one["score"], places), between_of(one["interval"], places)
        )
    out.print(table)
    for name, one in translation.items():
        out.print(f"{name}: {one['signature'].rsplit('|', 2)[0]}")


def _print_defteval(defteval: Mapping[str, Any], out: Console) -> None:
    table = _table("DeftEval", "score", "95 %")
    for name, one in defteval.items():
        if isinstance(one, dict):
            table.add_row(
                name.replace("_", " "), share_of(one["score"]), between_of(one["interval"])
            )
    out.print(table)
    out.print("subtask 3: as the official scorer counts it; corrected: docs/defteval.md")


_SECTIONS = {
    "spans": _print_spans,
    "relations": _print_relations,
    "labels": _print_labels,
    "qa": _print_answers,
    "translation": _print_translation,
    "defteval": _print_defteval,
}


def print_tests(
    tests: Sequence[Scores], names: tuple[str, str], other: Scores, out: Console
) -> None:
    """Prints the difference of each metric, its interval and its corrected p's."""
    out.print()
    table = _table("difference", "A", "B", "A − B", "95 %", "p", "p boot")
    for row in tests:
        name = f"{row['section']} {row['metric']}".replace("_", " ")
        places = 1 if row["metric"] in _OF_100 else 4
        numbers = (share_of(row[key], places) for key in ("a", "b", "difference"))
        ps = (share_of(row[key], 4) for key in ("p_holm", "p_bootstrap_holm"))
        table.add_row(name, *numbers, between_of(row["interval"], places), *ps)
    out.print(table)
    out.print(f"A is {names[0]}, B is {names[1]}; over the documents that both are scored on")
    out.print(
        "p: approximate randomisation; p boot: paired bootstrap; "
        "both two-sided, corrected by Holm over the rows that differ"
    )
    for note in other["notes"]:
        out.print(f"note on B: {note}")


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _scores(part: Scores) -> tuple[str, str, str, str]:
    precision, recall, f1 = (share_of(part[name]) for name in ("precision", "recall", "f1"))
    return f1, between_of(part["interval"]), precision, recall


def share_of(share: float | None, places: int = 4) -> str:
    """A score as tables have it; a dash where it is undefined."""
    # Adding 0 takes the sign off a zero.
    return "–" if share is None else f"{round(share, places) + 0:.{places}f}"


def between_of(interval: Sequence[float] | None, places: int = 4) -> str:
    """An interval as tables have it; a dash where there is none."""
    low, high = interval or (None, None)
    return "–" if low is None else f"{share_of(low, places)}…{share_of(high, places)}"
