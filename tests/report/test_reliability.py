"""The reliability diagram in the terminal and as a picture."""

import xml.etree.ElementTree as ET
from random import Random

from rich.console import Console
from tests.trust.cases import MADE, judged

from donor.report.reliability import calibrator_lines, reliability_table
from donor.report.reliability_picture import reliability_picture
from donor.trust import Known, fit, reliability

CHANCE = Random(3)
SPANS = [Known(f"{n}", (c := CHANCE.random()), CHANCE.random() < c) for n in range(300)]
FOUND = reliability(SPANS)
SVG = "{http://www.w3.org/2000/svg}"


def printed(what):
    console = Console(width=100, no_color=True)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def test_table_shows_scores_coverage_and_a_bar_a_bin():
    table = printed(reliability_table(FOUND))
    assert f"{FOUND.brier:.4f}" in table
    assert f"the base rate alone {FOUND.brier_base:.4f}" in table
    assert f"{FOUND.ece:.4f}" in table
    assert "50.0 %" in table
    bars = [line for line in table.splitlines() if "|" in line]
    assert len(bars) == len(FOUND.bins)
    assert all(len(line) <= 100 for line in table.splitlines())


def test_bar_is_as_long_as_the_share_of_exact_spans():
    sure = reliability([Known(f"{n}", 0.5, True) for n in range(10)])
    (line,) = [line for line in printed(reliability_table(sure)).splitlines() if "|" in line]
    assert (line.count("█"), line.index("|") - line.index("█")) == (39, 20)


def test_calibrator_is_told_in_two_lines():
    told = list(calibrator_lines(fit(judged(60), MADE)))
    assert told[0].startswith("logistic calibrator of align, en to ru: fitted on 180 placed spans")
    assert told[1].startswith("weighs most: + a, − b")


def test_picture_is_well_formed_with_a_dot_a_bin_inside_its_frame():
    root = ET.fromstring(reliability_picture(FOUND, "align: en to ru"))
    dots = list(root.iter(f"{SVG}circle"))
    assert len(dots) == len(FOUND.bins)
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    assert all(0 < float(d.attrib["cx"]) < width for d in dots)
    assert all(0 < float(d.attrib["cy"]) < height for d in dots)
    assert "align: en to ru" in [element.text for element in root.iter()]
