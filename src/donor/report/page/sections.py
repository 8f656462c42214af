"""What the page says in each of its sections, out of the facts of a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from donor.report.in_gold import in_gold
from donor.report.page.baselines import baseline_parts
from donor.report.page.calibration import confidence_picture
from donor.report.page.compared import compared_parts
from donor.report.page.consistency import consistency_parts
from donor.report.page.flow import flow_pictures
from donor.report.page.numbers import amount, counted, money, percent, range_of, share, whole
from donor.report.page.provenance import provenance_parts
from donor.report.page.ranges import Row, range_pictures
from donor.report.page.scores import label_cells, metric_cells, score_parts
from donor.report.page.training import curve_parts, trained_parts

__all__ = ["page_parts"]

# What tells most of a translation without a reference, the best first: one of them is a headline.
_TELLING = ("similarity", "back_chrf2", "length_ratio")
_MOST_ROWS, _MOST_LABELS = 60, 2

Facts = Mapping[str, Any]
Parts = dict[str, Any]


def page_parts(facts: Facts, *, shown: int, beside: str) -> Parts:
    """All that the page's template takes, but for style, script and the documents themselves.

    Args:
        facts: of `run_facts`.
        shown: how many documents stand on the page.
        beside: the name of the file with all facts.
    """
    made, summary, confidence = facts["made"], facts["summary"], facts["confidence"]
    reliability = ((confidence or {}).get("calibration") or {}).get("reliability")
    parts: Parts = {
        "made": made,
        "title": f"{_names(made['from'])} → {made['to']['name']}",
        "maker": _maker(made),
        "lede": _lede(facts),
        "summary": summary,
        "spans": summary["spans"]["source"],
        "headlines": list(_headlines(facts)),
        "flow": flow_pictures(summary["spans"]),
        "ledger": list(_ledger(summary)),
        "first": [one | {"section": one["section"]} for one in facts["first"]],
        "cost": _cost(facts["cost"]),
        "cost_note": _cost_note(facts),
        "kinds": _kinds(facts),
        "relations": facts["relations"],
        "text_labels": facts["text_labels"],
        "most_rows": _MOST_ROWS,
        "reasons": facts["reasons"],
        "gold": facts["gold"],
        "scores": facts["scores"],
        "reference_free": facts["reference_free"],
        "with_gold": bool(in_gold(facts["scores"], "spans")),
        **score_parts(facts),
        "findings": facts["findings"],
        "confidence": confidence,
        "acceptance": (confidence or {}).get("acceptance"),
        "reliability": reliability,
        "reliability_rows": list(_reliability(reliability)),
        "confidence_rows": list(_confidences((confidence or {}).get("counts", ()))),
        "confidence_picture": confidence_picture((confidence or {}).get("counts", ()), reliability),
        "consistency": consistency_parts(facts["consistency"]),
        "compared": compared_parts(facts["compared"]),
        "baselines": baseline_parts(facts["baselines"]),
        "trained": trained_parts(facts["trained"]),
        "curves": curve_parts(facts["baselines"], facts["trained"]),
        "terms": facts["terms"],
        "documents_told": _documents_told(facts["documents"], shown),
        "missing": list(_missing(facts)),
        **provenance_parts(facts["provenance"], beside),
    }
    return {**parts, "sections": list(_sections(parts))}


def _names(languages: Sequence[Facts]) -> str:
    names = [one["name"] for one in languages]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "") if names else "No documents"


def _maker(made: Facts) -> str:
    how = made["model"] if made["translator"] in ("llm", "joint") else made["translator"]
    return f"{how or made['translator']}, spans by {', '.join(made['methods'])}"


def _lede(facts: Facts) -> str:
    """The run in three sentences: what went in, what came out, what the checks say."""
    summary = facts["summary"]
    spans, relations = summary["spans"], summary["relations"]
    said = [counted(summary["documents"], "document")]
    if spans["source"] or not summary["labels"]["source"]:
        said.append(counted(spans["source"], "span"))
    if relations["source"]:
        said.append(counted(relations["source"], "relation"))
    if summary["labels"]["source"]:
        said.append(counted(summary["labels"]["source"], "text label"))
    first = ", ".join(said[:-1]) + f" and {said[-1]} were transferred."
    if spans["source"]:
        rate = percent(spans["placed"] / spans["source"])
        first += f" {whole(spans['placed'])} spans ({rate}) have a place in the target text"
        left = spans["unresolved"]
        first += f", {whole(left)} {'has' if left == 1 else 'have'} none." if left else "."
    failed, found = len(summary["failed"]), summary["documents_with_findings"]
    if failed:
        first += f" {counted(failed, 'document')} got no valid translation."
    checked = f"found something in {counted(found, 'document')}" if found else "found nothing"
    return f"{first} The checks {checked}."


def _headlines(facts: Facts) -> Iterator[Parts]:
    rate = facts["rate"]
    if rate["rate"] is not None:
        note = f"{whole(rate['placed'])} of {counted(rate['source'], 'span')} placed"
        note = _and(range_of(rate["interval"]), note)
        yield _headline("Projection rate", percent(rate["rate"]), note, rate["rate"], rate)
    if rate["rate"] is None and facts["summary"]["labels"]["source"]:
        yield _carried(facts["summary"]["labels"])
    yield from _against_gold(facts["scores"] or {})
    against = (facts["scores"] or {}).get("translation") or {}
    free = facts["reference_free"] or {}
    telling = [name for name in _TELLING if name in free]
    for found, names, kind in (
        (against, list(against)[:3], "against gold"),
        (free, telling[:1], "reference-free"),
    ):
        for name in names:
            one = found[name]
            if isinstance(one, Mapping) and isinstance(one.get("score"), int | float):
                row = metric_cells(name, one)
                note = _and(row["interval"], kind)
                yield _headline(row["name"], row["score"], note, None, {})
    findings = facts["summary"]["documents_with_findings"]
    of = facts["summary"]["documents"]
    if of:
        note = f"of {counted(of, 'document')}"
        yield _headline("Documents with findings", whole(findings), note, findings / of, {})


def _carried(labels: Facts) -> Parts:
    """The headline of a run that has text labels and no span."""
    kept = labels["carried"] / labels["source"]
    note = f"{whole(labels['carried'])} of {counted(labels['source'], 'text label')}"
    return _headline("Text labels carried over", percent(kept), note, kept, {})


def _against_gold(scores: Facts) -> Iterator[Parts]:
    """The chief score of each layer that gold has."""
    for section, name in (("spans", "Spans: strict F1"), ("relations", "Relations: strict F1")):
        strict = in_gold(scores, section).get("strict") or {}
        if strict.get("f1") is not None:
            note = _and(range_of(strict.get("interval")), "against gold")
            yield _headline(name, share(strict["f1"]), note, strict["f1"], strict)
    for name, own in list((scores.get("labels") or {}).items())[:_MOST_LABELS]:
        for key, told in (("accuracy", "accuracy"), ("f1_macro", "macro F1")):
            one = own.get(key) or {}
            if one.get("score") is not None:
                cells = label_cells(key, one)
                note = _and(cells["interval"], "against gold")
                yield _headline(f"{name}: {told}", cells["score"], note, one["score"], one)
    qa = scores.get("qa") or {}
    for key, told in (("exact_match", "exact match"), ("f1", "F1")):
        if qa.get(key) is not None:
            between = qa["intervals"][key]
            note = _and(range_of(between), "against gold")
            found = {"interval": between}
            yield _headline(f"Answers: {told}", share(qa[key]), note, qa[key], found)


def _and(interval: str, note: str) -> str:
    """The interval, if there is one, and what else is said of a figure."""
    return note if interval == "–" else f"{interval} · {note}"


def _headline(name: str, figure: str, note: str, at: float | None, found: Facts) -> Parts:
    return {
        "name": name,
        "figure": figure,
        "note": note,
        "track": at,
        "interval": found.get("interval"),
    }


def _ledger(summary: Facts) -> Iterator[Parts]:
    spans, relations, labels = summary["spans"], summary["relations"], summary["labels"]
    if spans["source"] or not labels["source"]:
        why = spans["by_reason"]
        yield _row("Spans", spans["source"], spans["placed"], spans["unresolved"], why)
    if relations["source"]:
        why = relations.get("by_reason", {})
        yield _row("Relations", relations["source"], relations["placed"], relations["lost"], why)
    if labels["source"]:
        yield _row("Text labels", labels["source"], labels["carried"], labels["lost"], {})
    failed = len(summary["failed"])
    done = summary["documents"] - failed
    why = {"no valid translation": failed} if failed else {}
    yield _row("Documents", summary["documents"], done, failed, why)


def _row(name: str, source: int, kept: int, lost: int, why: Mapping[str, int]) -> Parts:
    ordered = sorted(why.items(), key=lambda item: (-item[1], item[0]))
    return {"name": name, "source": source, "kept": kept, "lost": lost, "why": ordered}


def _cost(cost: Facts) -> list[Parts]:
    names = {
        "requests": "Requests",
        "prompt_tokens": "Prompt tokens",
        "cached_tokens": "… of them cached",
        "completion_tokens": "Output tokens",
        "usd": "US dollars",
        "seconds": "Seconds",
    }
    if not cost["total"]["requests"]:  # of no model there is nothing to tell but the time
        names = {"seconds": "Seconds"}
    rows = []
    for key, name in names.items():
        said = money if key == "usd" else amount
        if key == "cached_tokens" and not cost["total"][key]:
            continue
        parts = ("total", "per_document", "per_placed_span")
        rows.append({"name": name} | {part: said(cost[part][key]) for part in parts})
    return rows


def _cost_note(facts: Facts) -> str:
    requests, usage = facts["summary"]["requests"], facts["summary"]["usage"]
    said = []
    if requests.get("from_store"):
        stored, sent = counted(requests["from_store"], "answer"), whole(requests["sent"])
        said.append(f"{stored} taken from the store, {sent} asked for")
    if usage.get("usd") is not None and usage["usd"] != facts["cost"]["total"]["usd"]:
        said.append(f"this run itself paid {money(usage['usd'])} US dollars")
    if (usage.get("prices") or {}).get("date"):
        said.append(f"prices of {usage['prices']['date']}")
    said += facts["cost"]["notes"]
    return "; ".join(said)[:1].upper() + "; ".join(said)[1:] + "." if said else ""


def _kinds(facts: Facts) -> list[Parts]:
    """The tables by label and by length, each with its picture."""
    with_gold = bool(in_gold(facts["scores"], "spans"))
    series = ["projection rate, %", *(["strict F1"] if with_gold else [])]
    found = []
    for key, name, column, told in (
        ("by_label", "By label", "Label", "Source spans by label, the most frequent first"),
        ("by_length", "By length", "Words", "Source spans by their number of words"),
    ):
        rows = facts[key]
        drawn = [_drawn(row, " words" if key == "by_length" else "") for row in rows]
        if key == "by_length" and with_gold:
            told += "; F1 by the length in the target"
        title = f"Projection rate {name.lower()}"
        picture = range_pictures(drawn, title, series, key=key) if len(rows) > 1 else ""
        hues = key == "by_label"
        found.append(
            {"name": name, "column": column, "told": told, "rows": rows, "hues": hues}
            | {"picture": picture}
        )
    return found


def _drawn(row: Facts, unit: str) -> Row:
    gold = row["gold"] or {}
    name = row["name"] + (unit[:-1] if row["name"] == "1" else unit)
    return Row(name, row["rate"], row["interval"], gold.get("f1"), gold.get("interval"))


def _reliability(found: Facts | None) -> Iterator[Parts]:
    if not found:
        return
    low, high = found["brier_interval"]
    note = f"{low:.4f} to {high:.4f}; the base rate alone {found['brier_base']:.4f}"
    yield {"name": "Brier score", "value": f"{found['brier']:.4f}", "note": note}
    low, high = found["ece_interval"]
    note = f"{low:.4f} to {high:.4f}; true confidences would have {found['ece_by_chance']:.4f}"
    yield {"name": "Calibration error", "value": f"{found['ece']:.4f}", "note": note}
    yield {"name": "Exact", "value": percent(found["base_rate"]), "note": "of these spans"}


def _confidences(counts: Sequence[int]) -> Iterator[Parts]:
    for n, count in enumerate(counts):
        if count:
            low, high = n / len(counts), (n + 1) / len(counts)
            yield {"name": f"{low:.2f} to {high:.2f}", "count": count}


def _documents_told(documents: Facts, shown: int) -> str:
    of = documents["of"]
    if shown == of:
        return f"All {counted(of, 'document')}, those with most to look at first."
    worst = min(shown, documents["worst"])
    drawn = shown - worst
    told = f"{whole(shown)} of {counted(of, 'document')}: the {whole(worst)} with most to look at"
    if drawn:
        return f"{told}, then a random sample of {whole(drawn)} of the others."
    return told + "."


def _missing(facts: Facts) -> Iterator[tuple[str, str]]:
    """What was not measured, and how it would be."""
    run = "RUN"
    if facts["scores"] is None:
        yield "Scores against gold", f"donor report {run} --gold FILE"
    if facts["reference_free"] is None:
        yield "Reference-free scores", f"no scores.json is in the run folder of {run}"
    if facts["confidence"] is None:
        yield "Confidence and calibration", f"donor calibrate {run} --gold FILE"
    if facts["consistency"] is None:
        yield "Consistency", f"donor report {run} --consistency FILE, by donor consistency"
    if facts["compared"] is None:
        yield "Runs side by side", f"donor report {run} --compared FILE, by donor compare --json"
    if facts["baselines"] is None:
        yield "Baselines", f"donor report {run} --baselines FILE, by donor baselines --json"


def _sections(parts: Parts) -> Iterator[dict[str, str]]:
    known = {
        "labels": ("Labels", True),
        "unresolved": ("Unresolved", parts["reasons"]),
        "scores": ("Scores", parts["scores"] or parts["reference_free"]),
        "findings": ("Findings", parts["findings"]),
        "confidence": ("Confidence", parts["confidence"]),
        "consistency": ("Consistency", parts["consistency"]),
        "compared": ("Compared", parts["compared"]),
        "baselines": ("Baselines", parts["baselines"]),
        "training": ("Training", parts["trained"] or parts["curves"]),
        "terms": ("Terms", parts["terms"]["listed"]),
        "documents": ("Documents", True),
        "provenance": ("Provenance", True),
    }
    for key, (name, there) in known.items():
        if there:
            yield {"id": key, "name": name}
