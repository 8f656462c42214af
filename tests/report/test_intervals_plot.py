"""The picture of methods side by side says the same as the figures."""

from typing import Any
from xml.etree import ElementTree

import pytest

from donor.report.intervals_plot import intervals_plot

SVG = "{http://www.w3.org/2000/svg}"


def found(**f1: float | None) -> dict[str, Any]:
    methods = {
        name: {"strict": {"f1": value, "interval": value and [value - 0.02, min(1, value + 0.01)]}}
        for name, value in f1.items()
    }
    tests = [{"a": "quote", "b": "index", "difference": 0.25, "p": 0.0001}]
    return {"pairs": 1200, "methods": methods, "tests": tests if len(f1) > 1 else []}


def drawn(value: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(intervals_plot(value, title="quote against index"))


def words(picture: ElementTree.Element) -> list[str]:
    return [part.text or "" for part in picture.iter(f"{SVG}text")]


def test_each_method_has_a_point_and_its_figure() -> None:
    picture = drawn(found(quote=0.95, index=0.7))
    assert len(list(picture.iter(f"{SVG}circle"))) == 2
    assert {"quote", "index", "95.0", "70.0", "1,200 pairs"} <= set(words(picture))


def test_better_method_stands_further_right() -> None:
    picture = drawn(found(quote=0.95, index=0.7))
    first, second = (float(circle.attrib["cx"]) for circle in picture.iter(f"{SVG}circle"))
    assert first > second


def test_paired_test_is_told() -> None:
    told = words(drawn(found(quote=0.95, index=0.7)))
    assert any("quote against index: +25.0 points of F1, p < 0.001" in line for line in told)


@pytest.mark.parametrize("f1", [0.0, 0.005, 0.5, 0.999, 1.0])
def test_points_lie_on_the_axis(f1: float) -> None:
    picture = drawn(found(tags=f1))
    [circle] = picture.iter(f"{SVG}circle")
    assert 190 <= float(circle.attrib["cx"]) <= 650


def test_perfect_score_without_any_doubt_is_drawn() -> None:
    value = found(tags=1.0)
    value["methods"]["tags"]["strict"]["interval"] = [1.0, 1.0]
    [circle] = drawn(value).iter(f"{SVG}circle")
    assert float(circle.attrib["cx"]) == 650


def test_method_without_a_score_is_left_out() -> None:
    assert not list(drawn(found(tags=None)).iter(f"{SVG}circle"))
