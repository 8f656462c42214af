"""A run in which everything that comes from data tries to be code."""

import json
from dataclasses import replace

from tests.report.cases import placed, span, transfer, unresolved
from tests.report.measured import baselines, compared, measured, row, run_compared, task, trained
from tests.report.runs import consistency, run_of

from donor.data import Check, Finding, Reason, Relation, SideText, TextLabel
from donor.recipe import Recipe

ATTACKS = (
    "<script>window.hacked=1</script>",
    "</style><script>window.hacked=2</script>",
    "</script><script>window.hacked=3</script>",
    "\"><img src=x onerror='window.hacked=4'>",
    "' onmouseover='window.hacked=5' x='",
    "javascript:window.hacked=6",
    "</title><svg onload=window.hacked=7>",
    "]]><script>window.hacked=8</script>",
    "{{ 7 * 7 }}{% raw %}${hacked}",
    "\u202e\u2066evil\u0000\u0007\u2028",
    "$\\frac{1}{0}$ <!-- ",
)
ALL = " ".join(ATTACKS)


def hostile_run(path):
    """A finished run, with all that can stand beside it."""
    transfers = [_transfer(n, one) for n, one in enumerate(ATTACKS)]
    recipe = Recipe((ALL,), "ru", "ollama:" + ATTACKS[0], language="en", license=ATTACKS[1])
    provenance = {
        "model": ALL,
        "ended_at": ALL,
        "started_at": ALL,
        "store": "/" + ATTACKS[3],
        "server": {"unknown": ALL},
        "served": {"models": {ALL: 1}, "fingerprints": {ALL: 1}},
        "parameters": {ALL: ALL},
        "versions": {"donor": ALL, ALL: ALL},
        "prompts": {ALL: ALL},
        "files": {ALL: ALL},
        "inputs": [{"name": ALL, "path": ALL, "sha256": ALL, "bytes": 1}],
    }
    folder = run_of(path / "<b>run", transfers, recipe=recipe, provenance=provenance)
    lines = [{"id": one.source.id, "span": "T1", "confidence": 0.5} for one in transfers]
    confidence = folder.path / "confidence.jsonl"
    confidence.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder.path / "acceptance.json").write_text(json.dumps({"statement": ALL}))
    scores = {"reference_free": {ALL: {"score": 0.5, "interval": None, "signature": ALL}}}
    (folder.path / "scores.json").write_text(json.dumps(scores))
    found = consistency({ALL: (0.5, ALL)}, verdict=ALL, recipe=recipe)
    (folder.path / "consistency.json").write_text(json.dumps(found))
    return folder


def _transfer(number, attack):
    text = f"{attack} {ALL} end"
    rows = [
        (span(text, "T1", attack, attack), placed(span(text, "T1", attack, attack))),
        (span(text, attack, ALL, "end"), unresolved(attack, Reason.NO_MATCH, ALL)),
        (span(text, "T3", attack, ALL), placed(span(text, "T3", attack, ALL), ALL)),
    ]
    one = transfer(
        text,
        text,
        rows,
        id=f"{number}{attack}",
        labels=(TextLabel(ALL, attack),),
        sides=[(SideText(ALL, ALL), ALL)],
        relations=[(Relation(ALL, "T1", "T3"), None), (Relation(attack, ALL, "T1"), None)],
    )
    source = replace(one.source, metadata={"file": ATTACKS[3] + ".jsonl"})
    checks = list(Check)
    findings = (
        Finding(checks[number], ALL, 0, None),
        Finding(Check.SPAN_ASTRAY, attack, None, "T1"),
    )
    return replace(one, source=source, findings=findings)


def hostile_compared():
    """A comparison in which every name tries to be code."""
    runs = {
        ALL + str(n): run_compared(ALL, model=ALL, method=ALL, notes=[ALL],
                                   methods={ALL: {"spans": None, "relations": None}})
        for n in range(2)
    }  # fmt: skip
    found = compared(**runs)
    names = list(runs)
    for one in runs.values():
        one["methods"] = {ALL: {"spans": one["spans"], "relations": None}}
        one["labels"] = {"by_name": {ALL: {"accuracy": {"score": 0.5}}}}
        one["translation"] = {ALL: {"score": 0.5, "interval": None, "signature": ALL}}
    found["tests"] = [
        {"metric": ALL, "a": names[0], "b": names[1], "difference": 0.1, "interval": None}
        | {"better": ALL}
    ]
    found["left_out"] = {ALL: 1}
    return found


def hostile_baselines():
    """Baselines in which every name tries to be code."""
    own = task(
        scored_on={"inputs": [ALL], "documents": 1, "kind": ALL},
        rows=[row(ALL, ALL, 0.5, train=ALL, kind=ALL, encoder=ALL, notes=[ALL])],
        tests=[{"a": ALL, "b": ALL, "metric": ALL, "difference": 0.1}],
        not_run=[{"name": ALL, "why": ALL}],
    )
    own["learning_curve"]["worth"]["what"] = ALL
    own["learning_curve"]["how"] = ALL
    return {**baselines(**{ALL: own}), "recipe": ALL, "notes": [ALL]}


def hostile_trained():
    """A model of which every name tries to be code."""
    scores = {ALL: measured(0.5)}
    return trained(task=ALL, encoder=ALL, notes=[ALL], scored_on=ALL, scores=scores)


def hostile_given(path):
    """Files of all of them, under hostile names."""
    found = {"compared": hostile_compared(), "baselines": hostile_baselines()}
    files = {name: path / f"{name}<b>.json" for name in found}
    for name, file in files.items():
        file.write_text(json.dumps(found[name]))
    model = path / "<b>model"
    model.mkdir()
    (model / "scores.json").write_text(json.dumps(hostile_trained()))
    return {**files, "trained": [model]}
