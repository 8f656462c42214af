"""The page on runs side by side, baselines and training says what their facts say."""

import json
import re

import pytest
from tests.report.cases import collisions
from tests.report.hostile import (
    ATTACKS,
    hostile_baselines,
    hostile_compared,
    hostile_trained,
)
from tests.report.measured import (
    baselines,
    compared,
    history,
    learning_curve,
    measured,
    row,
    run_compared,
    task,
    trained,
    without_gold,
)
from tests.report.page.reading import Page
from tests.report.runs import run_of

from donor.report.facts import run_facts
from donor.report.facts.given import Given
from donor.report.page import html_page


def page_of(tmp_path, *, models=(), **found):
    """The page of a run beside which these were given."""
    folder = run_of(tmp_path / "run", [collisions()])
    given = {}
    for name, one in found.items():
        given[name] = tmp_path / f"{name}.json"
        given[name].write_text(json.dumps(one))
    folders = []
    for n, one in enumerate(models):
        folders.append(tmp_path / f"model-{n}")
        folders[-1].mkdir()
        (folders[-1] / "scores.json").write_text(json.dumps(one))
    return html_page(run_facts(folder, given=Given(**given, trained=folders)))


def test_runs_stand_side_by_side_with_their_tests_and_costs(tmp_path):
    text = Page(page_of(tmp_path, compared=compared())).text
    assert "2 runs over 1 document (left out: 2 not in gold)" in text
    assert "This report's run is called run here." in text
    assert "run quote 90.0 85.0 to 95.0 93.0 98.0 4 2 – – 120 ollama:m" in text
    assert "other index 40.0 35.0 to 45.0" in text
    assert "run tone accuracy 50.0 40.0 to 60.0" in text
    assert "run BLEU 38.0 33.9 to 41.5 1" in text
    assert "spans run other +20.0 +15.0 to +25.0 0.010 0.020 run" in text
    assert "1 test found no difference at all." in text
    assert "run $1.00 $1.00 0.5 2 900 100 12.5" in text
    assert "Strict F1 against cost" in text and "other is cheaper than run from 900" in text
    assert "run 1,000 $1.00 $0.50 $2.00" in text


def test_a_run_that_was_not_compared_is_told(tmp_path):
    found = compared(a=run_compared("runs/a"), b=run_compared("runs/b"))
    text = Page(page_of(tmp_path, compared=found)).text
    assert "This report's run, as it is now, is not one of them." in text


def test_a_cost_that_is_not_known_is_not_drawn(tmp_path):
    found = compared(run=run_compared(), other=run_compared("runs/o", usd=None))
    text = Page(page_of(tmp_path / "a", compared=found)).text
    assert "Not drawn is other: its cost is not known." in text
    found = compared(run=run_compared(usd=None))
    assert "Strict F1 against cost" not in Page(page_of(tmp_path / "b", compared=found)).text


def test_a_comparison_without_gold_says_so(tmp_path):
    text = Page(page_of(tmp_path, compared=without_gold(compared()))).text
    assert "Without gold: agreement is between two systems." in text
    assert "run spans placed, % 75.00 70.00 to 80.00" in text
    assert "run and other BLEU 40 70.0 1 90.0" in text
    assert "Spans by model and method" not in text


def test_baselines_stand_with_their_tests_and_what_was_not_run(tmp_path):
    parsed = Page(page_of(tmp_path, baselines=baselines()))
    text = parsed.text
    assert "Scored on 29 documents of gold (gold)." in text
    assert (
        "translate-train 62.0 58.0 to 66.0 60.0, 64.0 59.0 55.0 to 63.0 81 silver"
        " Trained on the transferred dataset." in text
    )
    assert "linear:translate-train 55.0 51.0 to 59.0 53.0, 57.0 – – 81 silver" in text
    assert "TF-IDF + logistic regression" in text
    assert "translate-train zero-shot F1 +21.0 +10.0 to +30.0 < 0.001 0.001" in text
    assert "The 81 transferred sentences are worth about 40 gold sentences." in text
    assert "Not run: translate-test, since no translation of gold is given" in text
    assert "accepted-only: 20 spans left out" in text
    assert "zero-shot accuracy 90.0 86.0 to 94.0 90.0, 90.0" in text
    assert "None of these models" not in text
    assert "F1 of definition by the size of gold" in text
    assert "gold, 36 examples: 60.0 (56.0 to 64.0)." in text


def test_baselines_of_other_data_are_told(tmp_path):
    other = task(rows=[row("zero-shot", "What it is.", 0.5, train="other")], learning_curve=None)
    text = Page(page_of(tmp_path, baselines=baselines(definition=other))).text
    assert "None of these models was trained on this run's dataset." in text
    assert "learning curve in numbers" not in text


def test_a_learning_curve_counts_what_its_sentence_counts(tmp_path):
    curve = learning_curve()
    for point in curve["points"]:
        point["sentences"] = 2 * point["examples"]
    curve["worth"]["gold_sentences"] = 79
    found = baselines(definition=task(learning_curve=curve))
    text = Page(page_of(tmp_path, baselines=found)).text
    assert "gold, 72 sentences: 60.0" in text and "sentences of gold that were trained on" in text


@pytest.mark.parametrize("undefined", ["all", "silver", "one point"])
def test_a_learning_curve_without_some_scores_is_drawn_as_far_as_it_goes(tmp_path, undefined):
    curve = learning_curve()
    points = {"all": curve["points"], "silver": curve["points"][4:5], "one point": []}[undefined]
    for point in points:
        point |= measured(None)
    if undefined == "one point":
        curve = {"points": curve["points"][:1], "worth": None}
    found = baselines(definition=task(learning_curve=curve))
    text = Page(page_of(tmp_path, baselines=found)).text
    assert ("by the size of gold" in text) == (undefined != "all")


def test_training_is_drawn_for_each_model_and_told_seed_by_seed(tmp_path):
    page = page_of(tmp_path, baselines=baselines(), models=[trained()])
    text = Page(page).text
    assert page.count('<title id="curves-') == 7
    assert "Seed 1: score on dev 41.0 in epoch 3, the best of 4." in text
    assert "translate-train 1 4 3 62.0 0.700 0.175" in text
    assert "Model model-0 Task definition, encoder scratch:tiny, trained from nothing" in text
    assert "What it was trained on is not known." in text
    assert "F1 62.0 58.0 to 66.0 60.0, 64.0" in text
    assert "F1 59.0 (55.0 to 63.0) over the 27 of 29 documents" in text


@pytest.mark.parametrize(
    "curves",
    [
        [history(None, None)],
        [history(0.5)],
        [history(0.0, 0.0)],
        [[{"epoch": 1, "loss": None, "score": 0.5}]],
        [history(*[n / 100 for n in range(60)])],
    ],
    ids=["no score", "one epoch", "always nothing", "no loss", "many epochs"],
)
def test_any_training_can_be_drawn(tmp_path, curves):
    text = Page(page_of(tmp_path, models=[trained(curves=curves)])).text
    assert "Training of model-0" in text


def test_so_many_trainings_are_drawn_and_the_others_counted(tmp_path):
    rows = [row(f"row {n}", "What it is.", 0.5) for n in range(20)]
    found = baselines(**{name: task(rows=rows, tests=[]) for name in ("definition", "spans")})
    page = page_of(tmp_path, baselines=found)
    assert page.count('<title id="curves-') == 24
    text = Page(page).text
    assert "16 trainings more in report.json." in text and "6 rows more in the table." in text


def test_a_correlation_is_no_percentage(tmp_path):
    scores = {"mcc": measured(-0.25, -0.25)}
    own = task(metric="mcc", rows=[row("zero-shot", "What it is.", 0.5, scores=scores)])
    own["tests"] = [{"a": "a", "b": "b", "metric": "mcc", "difference": 0.125, "interval": None}]
    text = Page(page_of(tmp_path, baselines=baselines(labels=own))).text
    assert "zero-shot -0.250 -0.290 to -0.210 -0.250" in text and "MCC +0.125" in text


def test_hostile_names_stay_text(tmp_path):
    found = {"compared": hostile_compared(), "baselines": hostile_baselines()}
    page = page_of(tmp_path, **found, models=[hostile_trained()])
    parsed = Page(page)
    assert len(parsed.all("script")) == 1 and not parsed.all("img")
    for tag, attributes in parsed.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert not any(c in str(attributes) for c in "\u202e\u2066\x00\x07")
    assert "49{%" not in page and not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", page)
    for attack in ATTACKS[:8]:
        assert attack in parsed.text, attack
