"""A calibrator: scikit-learn's numbers, a file that gives them back, refusals."""

import json
from dataclasses import replace

import numpy
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.trust.cases import MADE, judged

from donor.errors import ConfigError
from donor.trust import AUTO, ISOTONIC, LOGISTIC, Calibrator, Judged, brier, digest, fit

ROWS = judged(200)
NAMES = ("a", "b", "c")


def matrix(rows):
    return numpy.array([[row.figures[name] for name in NAMES] for row in rows])


def test_logistic_confidence_is_that_of_scikit_learn():
    calibrator = fit(ROWS, MADE, kind=LOGISTIC)
    regression = LogisticRegression(C=calibrator.fit.regularisation, max_iter=5_000)
    theirs = make_pipeline(StandardScaler(), regression)
    theirs.fit(matrix(ROWS), [row.exact for row in ROWS])
    wanted = theirs.predict_proba(matrix(ROWS))[:, 1]
    found = [calibrator.confidence(row.figures) for row in ROWS]
    assert numpy.allclose(found, wanted, atol=1e-6)


def test_isotonic_confidence_is_that_of_scikit_learn():
    calibrator = fit(ROWS, MADE, kind=ISOTONIC)
    assert calibrator.knots
    x, y = map(numpy.array, zip(*calibrator.knots, strict=True))
    theirs = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    plain = replace(calibrator, knots=None)
    odds = [plain.confidence(row.figures) for row in ROWS]
    scores = numpy.log(odds) - numpy.log1p(-numpy.array(odds))
    found = [calibrator.confidence(row.figures) for row in ROWS]
    assert numpy.allclose(found, theirs.predict(scores), atol=1e-9)
    assert 0 < min(found) <= max(found) < 1


def test_figures_that_tell_nothing_get_no_weight():
    weights = {one.name: abs(one.weight) for one in fit(ROWS, MADE, kind=LOGISTIC).features}
    assert set(weights) == {"a", "b", "c"}
    assert weights["a"] > weights["b"] > weights["c"]


def test_missing_figures_count_as_nothing_and_strange_ones_as_the_outermost():
    calibrator = fit(ROWS, MADE)
    assert calibrator.confidence({}) == calibrator.confidence({"a": 0.0, "b": 0.0, "c": 0.0})
    outermost = max(row.figures["a"] for row in ROWS)
    assert calibrator.confidence({"a": 1e9}) == calibrator.confidence({"a": outermost})


def test_few_spans_get_a_logistic_and_many_what_measures_better():
    assert fit(judged(100), MADE, kind=AUTO).kind == LOGISTIC
    assert LOGISTIC in fit(judged(100), MADE).fit.brier
    many = fit(judged(400, bend=-1.0), MADE, kind=AUTO)
    better = min(many.fit.brier, key=lambda kind: many.fit.brier[kind])
    assert many.kind == better
    assert set(many.fit.brier) == {LOGISTIC, ISOTONIC}


@pytest.mark.parametrize("kind", [LOGISTIC, ISOTONIC])
def test_a_calibrator_is_kept_as_json(kind):
    calibrator = fit(ROWS, MADE, kind=kind)
    content = json.dumps(calibrator.as_json()).encode()
    again = Calibrator.from_json(content, "c.json")
    assert again == calibrator
    assert [again.confidence(r.figures) for r in ROWS] == [
        calibrator.confidence(r.figures) for r in ROWS
    ]
    assert len(content) < 20_000


def test_it_says_what_it_was_fitted_on():
    found = fit(ROWS, MADE).fit
    assert (found.documents, found.spans, found.exact) == (200, 600, sum(r.exact for r in ROWS))
    assert set(found.versions) == {"donor", "scikit-learn"}


def test_equal_spans_and_seed_give_an_equal_calibrator():
    assert fit(ROWS, MADE, seed=3) == fit(ROWS, MADE, seed=3)


@pytest.mark.parametrize("content", [b"[]", b"no", b'{"format": 9}', b'{"format": 1}'])
def test_a_broken_file_is_named(content):
    with pytest.raises(ConfigError, match=r"^c\.json: "):
        Calibrator.from_json(content, "c.json")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(MADE, methods=("tags", "align")), "methods align, the run has tags,align"),
        (replace(MADE, target="es"), "languages en to ru, the run has en to es"),
        (replace(MADE, source="de"), "languages en to ru, the run has de to ru"),
    ],
)
def test_spans_that_were_made_otherwise_are_refused(other, told):
    with pytest.raises(ConfigError, match=told):
        fit(ROWS, MADE).check(other)


def test_another_model_is_not_refused():
    fit(ROWS, MADE).check(replace(MADE, model="openai:other"))


def test_nothing_is_learnt_from_spans_that_are_all_alike():
    for exact, told in ((True, "exact"), (False, "wrong")):
        rows = [replace(row, exact=exact) for row in ROWS]
        with pytest.raises(ConfigError, match=f"all 600 placed spans to learn from are {told}"):
            fit(rows, MADE)


def test_exceptions_in_a_single_document_teach_nothing():
    rows = [replace(row, exact=row.text != digest("d0")) for row in ROWS]
    with pytest.raises(ConfigError, match="stand in a single document"):
        fit(rows, MADE)


def test_without_any_figure_confidence_is_the_base_rate():
    rows = [Judged(digest(f"{n}"), "T", {"x": 1.0}, n % 4 > 0) for n in range(40)]
    assert abs(fit(rows, MADE).confidence({}) - 0.75) < 0.02


def test_confidence_on_other_documents_beats_the_base_rate():
    calibrator, others = fit(ROWS, MADE), judged(200, seed=2, name="e")
    truths = [row.exact for row in others]
    base = sum(truths) / len(truths)
    found = brier([calibrator.confidence(row.figures) for row in others], truths)
    assert found < 0.8 * base * (1 - base)
