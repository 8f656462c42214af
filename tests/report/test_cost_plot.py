"""The picture of quality against cost says the same as the figures."""

from typing import Any
from xml.etree import ElementTree

import pytest

from donor.report.cost_axes import Point, points_of
from donor.report.cost_plot import cost_plot

SVG = "{http://www.w3.org/2000/svg}"
CHEAP = Point("small", 1.0, 0.8, (0.75, 0.85))
GOOD = Point("large", 9.0, 0.9, (0.88, 0.92))
BEATEN = Point("dear", 9.5, 0.7, (0.65, 0.75))


def drawn(*points: Point, **more: Any) -> ElementTree.Element:
    return ElementTree.fromstring(cost_plot(points, title="gold.jsonl", **more))


def circles(picture: ElementTree.Element) -> list[tuple[float, float, str]]:
    return [
        (float(c.attrib["cx"]), float(c.attrib["cy"]), c.attrib["fill"])
        for c in picture.iter(f"{SVG}circle")
    ]


def words(picture: ElementTree.Element) -> list[str]:
    return [part.text or "" for part in picture.iter(f"{SVG}text")]


def test_dearer_stands_further_right_and_better_higher() -> None:
    small, large, _ = circles(drawn(CHEAP, GOOD, BEATEN))
    assert small[0] < large[0] and small[1] > large[1]


def test_what_no_other_beats_is_filled() -> None:
    fills = [fill for _, _, fill in circles(drawn(CHEAP, GOOD, BEATEN))]
    assert fills[2] == "#ffffff" and "#ffffff" not in fills[:2]


def test_all_of_it_is_said_in_words() -> None:
    picture = drawn(CHEAP, GOOD, BEATEN, missing={"other": "its cost is not known"})
    described = picture.findtext(f"{SVG}desc") or ""
    assert "small: F1 80.0, between 75.0 and 85.0, USD 1 for 1,000, on the front" in described
    assert "dear: F1 70.0, between 65.0 and 75.0, USD 9.5 for 1,000;" in described
    assert "other is not drawn: its cost is not known" in words(picture)
    assert picture.attrib["role"] == "img"


def test_far_costs_stand_on_tenfold_steps() -> None:
    told = words(drawn(CHEAP, Point("huge", 500.0, 0.95)))
    assert any("tenfold" in line for line in told)
    assert not any("tenfold" in line for line in words(drawn(CHEAP, GOOD)))


@pytest.mark.parametrize(
    "points",
    [
        [CHEAP],
        [Point("free", 0.0, 0.5)],
        [Point("free", 0.0, 0.0), Point("all", 5.0, 1.0)],
        [Point("a", 3.0, 1.0, (1.0, 1.0)), Point("b", 3.0, 1.0, (1.0, 1.0))],
        [Point("a", 0.00001, 0.3), Point("b", 10_000, 0.31)],
    ],
)
def test_points_lie_on_the_picture(points: list[Point]) -> None:
    for x, y, _ in circles(drawn(*points)):
        assert 60 <= x <= 700 and 60 <= y <= 403


def test_names_of_equal_points_do_not_cover_each_other() -> None:
    picture = drawn(Point("a", 3.0, 0.9), Point("b", 3.0, 0.9))
    places = [part.attrib["y"] for part in picture.iter(f"{SVG}text") if part.text in ("a", "b")]
    assert len(set(places)) == 2


def test_names_are_escaped() -> None:
    assert "<b>" not in cost_plot([Point("<b>", 1.0, 0.5)], title="<i>")


def test_runs_without_score_or_price_are_named() -> None:
    def run(f1: float | None, usd: float | None) -> dict[str, Any]:
        spans = None if f1 is None else {"strict": {"f1": f1, "interval": [f1, f1]}}
        return {"spans": spans, "cost": {"per_document": {"usd": usd}}}

    found = {"runs": {"a": run(0.5, 0.002), "b": run(0.5, None), "c": run(None, 1.0)}}
    points, missing = points_of(found)
    assert points == [Point("a", 2.0, 0.5, (0.5, 0.5))]
    assert missing == {"b": "its cost is not known", "c": "no span score"}
