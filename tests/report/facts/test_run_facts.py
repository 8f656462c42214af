"""The facts of a run: its ledger as it stands, counts that add up, and what stands out."""

import json
import os
from dataclasses import replace

import pytest
from tests.report.cases import collisions, placed, span, transfer, untranslated
from tests.report.runs import RECIPE, run_of

from donor.data import Check, Finding, Interval, TextLabel
from donor.errors import RunError
from donor.formats import read_sides, write
from donor.records import RunFolder
from donor.report.facts import judged, run_facts


def named(one, name):
    return replace(one, source=replace(one.source, id=name))


@pytest.fixture
def run(tmp_path):
    """Two documents of which one has no translation, and one finding."""
    found = (Finding(Check.LENGTH, "short", segment=0),)
    return run_of(
        tmp_path / "run", [replace(collisions(), findings=found), named(untranslated(), "b")]
    )


def test_the_ledger_is_that_of_show(run):
    facts = run_facts(run)
    assert facts["summary"] == run.summary()
    spans = facts["summary"]["spans"]
    for rows in (facts["by_label"], facts["by_length"]):
        assert sum(row["source"] for row in rows) == spans["source"]
        assert sum(row["placed"] for row in rows) == spans["placed"]
    assert {one["name"]: one["count"] for one in facts["reasons"]} == spans["by_reason"]
    assert {one["name"]: one["count"] for one in facts["findings"]} == facts["summary"]["findings"]
    assert sum(row["lost"] for row in facts["relations"]) == facts["summary"]["relations"]["lost"]
    assert sum(row["lost"] for row in facts["text_labels"]) == facts["summary"]["labels"]["lost"]
    assert facts["documents"]["all"] and facts["documents"]["of"] == 2


def test_what_stands_out_is_named_with_its_section(run):
    first = run_facts(run)["first"]
    assert first[0]["what"] == "1 document without a valid translation"
    assert {one["section"] for one in first} >= {"documents", "unresolved", "labels", "findings"}


def test_a_run_without_trouble_has_nothing_to_look_at(tmp_path):
    one = transfer(
        "ion", "ион", [(span("ion", "T1", "Term", "ion"), placed(span("ион", "T1", "Term", "ион")))]
    )
    facts = run_facts(run_of(tmp_path / "run", [one]))
    assert facts["first"] == []
    assert facts["rate"]["rate"] == 1


def test_a_run_without_documents_has_no_rates(tmp_path):
    facts = run_facts(run_of(tmp_path / "run", []))
    assert facts["rate"]["rate"] is None and facts["rate"]["interval"] is None
    assert facts["documents"]["listed"] == []
    assert facts["cost"]["per_document"]["usd"] is None


def test_cost_is_shared_by_documents_and_by_placed_spans(run):
    cost = run_facts(run)["cost"]
    usd = cost["total"]["usd"]
    assert usd == pytest.approx(0.5)
    assert cost["per_document"]["usd"] == usd / 2
    assert cost["per_placed_span"]["usd"] == usd / 3
    assert cost["total"]["requests"] == 4


def test_gold_says_which_places_are_wrong(run, tmp_path):
    target = next(run.transfers()).target
    moved = [replace(s, fragments=(Interval(0, 2),)) if s.id == "T3" else s for s in target.spans]
    gold = tmp_path / "gold.jsonl"
    write([replace(target, spans=tuple(moved))], gold, format="jsonl")
    facts = run_facts(run, gold=gold)
    assert facts["scores"]["spans"]["strict"]["true_positives"] == 2
    rows = {row["name"]: row for row in facts["by_label"]}
    assert rows["Term"]["gold"]["f1"] == 1.0 and rows["Referential-Term"]["gold"]["f1"] == 0.0
    spans = next(one for one in facts["documents"]["listed"] if one["id"] == "physics:1")["spans"]
    assert [s["exact"] for s in spans] == [True, True, False, None]


def test_text_labels_are_scored_under_the_names_that_they_have_in_the_target(run, tmp_path):
    run.write_label_names({"mechanics": "механика", "Term": "термин"})
    target = next(run.transfers()).target
    labels = (TextLabel("topic", "механика"),)
    spans = tuple(
        replace(one, label="термин" if one.label == "Term" else one.label) for one in target.spans
    )
    gold = tmp_path / "gold.jsonl"
    write([replace(target, spans=spans, labels=labels)], gold, format="jsonl")
    facts = run_facts(run, gold=gold)
    assert facts["scores"]["labels"]["topic"]["accuracy"]["score"] == 1
    assert facts["scores"]["spans"]["strict"]["f1"] == 1
    assert facts["scores"]["spans"]["projection_rate"] == 3 / 8
    assert facts["by_label"][0]["gold"]["f1"] == 1.0


def test_gold_that_names_no_language_is_of_the_language_of_the_run(tmp_path):
    rows = [(span("ion", "T1", "Term", "ion"), placed(span("离子", "T1", "Term", "离子")))]
    recipe = replace(RECIPE, to="zh")
    run = run_of(tmp_path / "run", [transfer("ion", "离子", rows, to="zh")], recipe=recipe)
    target = next(run.transfers()).target
    gold = tmp_path / "gold.jsonl"
    write([replace(target, language=None, text="粒子")], gold, format="jsonl")
    bleu = run_facts(run, gold=gold)["scores"]["translation"]["bleu"]
    assert "tok:13a" not in bleu["signature"]


def test_gold_without_spans_judges_none(run, tmp_path):
    gold = tmp_path / "gold.jsonl"
    write([replace(next(run.transfers()).target, spans=(), relations=())], gold, format="jsonl")
    facts = run_facts(run, gold=gold)
    assert facts["judged"] == {"exact": 0, "wrong": 0}
    assert all(row["gold"] is None for row in (*facts["by_label"], *facts["by_length"]))
    assert not any("not as in gold" in one["what"] for one in facts["first"])


def test_gold_is_read_once(run, tmp_path, monkeypatch):
    gold = tmp_path / "gold.jsonl"
    write([next(run.transfers()).target], gold, format="jsonl")
    opened = []
    monkeypatch.setattr(
        judged, "read_sides", lambda *a, **k: opened.append(a) or read_sides(*a, **k)
    )
    assert run_facts(run, gold=gold)["scores"]["documents"] == 1
    assert len(opened) == 1


def test_lengths_are_those_of_scores(tmp_path):
    words = "Li-ion 3.7 V"
    rows = [(span(words, "T1", "Term", words), placed(span(words, "T1", "Term", words)))]
    run = run_of(tmp_path / "run", [transfer(words, words, rows, to="en")])
    gold = tmp_path / "gold.jsonl"
    write([next(run.transfers()).target], gold, format="jsonl")
    (row,) = run_facts(run, gold=gold)["by_length"]
    assert (row["name"], row["gold"]["f1"]) == ("3-5", 1)


def test_confidence_of_the_run_is_taken_along_and_of_an_earlier_one_is_not(run):
    line = {"id": "physics:1", "span": "T1", "confidence": 0.25}
    file = run.path / "confidence.jsonl"
    file.write_text(json.dumps(line) + "\n")
    facts = run_facts(run)
    assert sum(facts["confidence"]["counts"]) == 1
    assert facts["documents"]["listed"][1]["spans"][0]["confidence"] == 0.25
    os.utime(file, (1, 1))
    assert run_facts(run)["confidence"] is None


def test_terms_with_one_rendering_are_not_listed(tmp_path):
    def one(name, words):
        rows = [(span("ion", "T1", "Term", "ion"), placed(span(words, "T1", "Term", words)))]
        return transfer("ion", words, rows, id=name)

    facts = run_facts(run_of(tmp_path / "run", [one("a", "ион"), one("b", "частица")]))
    assert facts["terms"]["several"] == 1
    assert facts["terms"]["listed"][0]["ways"] == 2
    facts = run_facts(run_of(tmp_path / "other", [one("a", "ион"), one("b", "ион")]))
    assert facts["terms"]["listed"] == []


def test_paths_of_the_machine_stay_out(tmp_path):
    provenance = {
        "directory": "/home/someone",
        "store": "/home/someone/store.sqlite",
        "inputs": [
            {"name": "in.jsonl", "path": "/home/someone/in.jsonl", "sha256": "1", "bytes": 2}
        ],
    }
    facts = run_facts(run_of(tmp_path / "run", [collisions()], provenance=provenance))
    assert "someone" not in json.dumps(facts)
    assert facts["provenance"]["store"] == "store.sqlite"


def test_no_run_is_an_error(tmp_path):
    with pytest.raises(RunError):
        run_facts(RunFolder(tmp_path))
