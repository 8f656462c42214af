"""What the page says of runs side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.report.compared_words import (
    LABELS,
    factor_of,
    free_title_of,
    left_out,
    remarks,
)
from donor.report.cost_axes import points_of
from donor.report.page.cost import cost_pictures
from donor.report.page.numbers import amount, counted, money, p_value, range_of, share, whole
from donor.report.page.plain import begun
from donor.report.page.ranges import MOST_ROWS, Row, range_pictures
from donor.report.page.scores import label_cells, metric_cells
from donor.score.titles import title_of

__all__ = ["compared_parts"]

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def compared_parts(found: Facts | None) -> Parts | None:
    """The parts for the template of the section; None without a comparison.

    Args:
        found: `compared` of `run_facts`.
    """
    if found is None:
        return None
    spans = list(_spans(found))
    points, missing = points_of(found)
    free = found["reference_free"]
    return {
        "told": _told(found),
        "picture": _picture(spans),
        "more": max(0, len(spans) - MOST_ROWS),
        "spans": [row["cells"] for row in spans],
        "labels": list(_labels(found)),
        "translation": list(_translation(found["runs"])),
        "tests": _tests(found["tests"] if free is None else free["tests"]),
        "costs": [_cost(name, run["cost"]) for name, run in found["runs"].items()],
        "people": any(run["cost"].get("people") for run in found["runs"].values()),
        "corpus": _corpus(found["runs"]),
        "plot": {
            "picture": cost_pictures(points),
            "methods": ", ".join(dict.fromkeys(run["method"] for run in found["runs"].values())),
            "not_drawn": [f"{name}: {why}" for name, why in missing.items()],
        },
        "free": list(_free(free)),
        "free_told": begun(free["what"]) if free else "",
        "agreement": list(_agreement(free["agreement"] if free else ())),
        "remarks": list(remarks(found)),
    }


def _told(found: Facts) -> str:
    """How many documents, and which of the runs is that of the page."""
    runs = counted(len(found["runs"]), "run")
    said = f"{runs} over {counted(found['documents'], 'document')}"
    without = left_out(found)
    said += f" ({without})." if without else "."
    if found["of_run"] is None:
        return f"{said} This report's run, as it is now, is not one of them."
    return f"{said} This report's run is called {found['of_run']} here."


def _spans(found: Facts) -> Iterator[Parts]:
    """Each run by each method, with what is drawn of it."""
    for run, one in found["runs"].items():
        for method, of in (one["methods"] or {one["method"]: one}).items():
            spans, relations = of["spans"], of["relations"]
            if not spans:
                continue
            related = (relations or {}).get("strict") or {}
            strict, partial = spans["strict"], spans["partial"]
            cells = {
                "run": run,
                "model": one["model"],
                "method": method,
                "f1": share(strict["f1"]),
                "interval": range_of(strict.get("interval")),
                "partial": share(partial["f1"]),
                "placed": share(spans["projection_rate"]),
                "wrong": whole(spans["wrong"]),
                "no_place": whole(sum(n or 0 for n in spans["unresolved"].values())),
                "tokens": whole(spans["tokens_per_span"]),
                "relations": share(related.get("f1")),
                "relations_interval": range_of(related.get("interval")),
            }
            sides = (strict["f1"], strict.get("interval"), partial["f1"], partial.get("interval"))
            yield {"cells": cells, "drawn": Row(f"{run} · {method}", *sides)}


def _picture(spans: Sequence[Parts]) -> str:
    rows = [row["drawn"] for row in spans]
    title = "Spans of each run by each method"
    return range_pictures(rows, title, ["strict F1, %", "partial F1"], key="compared")


def _labels(found: Facts) -> Iterator[Parts]:
    """The measures of each text label of each run."""
    for run, one in found["runs"].items():
        for label, own in (one["labels"]["by_name"] or {}).items():
            for key, title in LABELS.items():
                score = own.get(key) or {}
                if score.get("score") is not None:
                    cells = label_cells(key, {"interval": None, **score})
                    yield {"run": run, "label": label, "measure": title, **cells}


def _translation(runs: Mapping[str, Facts]) -> Iterator[Parts]:
    """Each metric of each run's own translation."""
    for run, one in runs.items():
        for metric, found in (one["translation"] or {}).items():
            differ = whole(one["texts_differ"])
            yield {"run": run, "differ": differ, **metric_cells(metric, found)}


def _tests(tests: Sequence[Facts]) -> Parts:
    """The differences that there are, the surest first, and how many are none."""
    told = [test for test in tests if test["difference"]]
    told.sort(key=lambda test: 2.0 if test.get("p_holm") is None else test["p_holm"])
    return {
        "rows": [_test(test) for test in told],
        "judged": any("better" in test for test in tests),
        "equal": len(tests) - len(told),
    }


def _test(test: Facts) -> Parts:
    name = test["metric"]
    times = factor_of(name)
    digits = 1 if times == 100 or name in ("bleu", "chrf2", "ter") else 3
    between = test["interval"] or ()
    edges = " to ".join(f"{times * edge:+.{digits}f}" for edge in between)
    title = title_of(name.replace(".", " ")) if name in ("bleu", "chrf2", "ter") else name
    return {
        "metric": title,
        "a": test["a"],
        "b": test["b"],
        "difference": f"{times * test['difference']:+.{digits}f}",
        "interval": edges or "–",
        "p": p_value(test.get("p")),
        "p_holm": p_value(test.get("p_holm")),
        "better": test.get("better") or "–",
    }


def _cost(run: str, cost: Facts) -> Parts:
    each, span, people = cost["per_document"], cost["per_placed_span"], cost.get("people")
    return {
        "run": run,
        "usd": _thousand(each["usd"]),
        "usd_span": _thousand(span["usd"]),
        "seconds": amount(each["seconds"]),
        "requests": amount(each["requests"]),
        "prompt": amount(each["prompt_tokens"]),
        "completion": amount(each["completion_tokens"]),
        "people": amount(people["ratio"]) if people else "–",
    }


def _thousand(usd: float | None) -> str:
    return "–" if usd is None else money(1_000 * usd)


def _corpus(runs: Mapping[str, Facts]) -> list[Parts]:
    """What a corpus would cost, where that was asked for."""
    rows = []
    for run, one in runs.items():
        corpus = one["cost"].get("corpus")
        if corpus:
            usd = corpus["usd"] or {}
            said = {key: usd.get(key) for key in ("estimate", "low", "high")}
            cells = {key: "–" if value is None else money(value) for key, value in said.items()}
            rows.append({"run": run, "documents": whole(corpus["documents"]), **cells})
    return rows


def _free(free: Facts | None) -> Iterator[Parts]:
    """Each measure without a reference of each run."""
    for run, measured in (free["runs"] if free else {}).items():
        for metric, one in measured.items():
            score, times = one["score"], factor_of(metric)
            said = "–" if score is None else f"{times * score:,.2f}"
            between = one.get("interval")
            edges = " to ".join(f"{times * edge:,.2f}" for edge in between or ())
            title = free_title_of(metric)
            yield {"run": run, "metric": title, "score": said, "interval": edges or "–"}


def _agreement(pairs: Sequence[Facts]) -> Iterator[Parts]:
    """How alike each two are."""
    for pair in pairs:
        texts = ", ".join(
            f"{title_of(name)} {amount(one['score'])}" for name, one in pair["translation"].items()
        )
        yield {
            "sides": f"{pair['a']} and {pair['b']}",
            "texts": texts,
            "both_placed": share(pair["both_placed"]),
            "equal_texts": whole(pair["equal_texts"]),
            "places": share(pair["spans"]["f1"]) if pair["equal_texts"] else "–",
        }
