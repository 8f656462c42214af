"""The page says what the facts say, needs nothing from elsewhere, and lets no data be code."""

import re
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from tests.report.cases import TARGET, collisions, placed, span, transfer, untranslated
from tests.report.hostile import ATTACKS, hostile_run
from tests.report.layers import questions, reviews, with_gold
from tests.report.page.reading import Page
from tests.report.runs import consistency, run_of

from donor.data import Check, Finding
from donor.errors import MissingExtraError
from donor.report.facts import run_facts
from donor.report.facts.given import Given
from donor.report.page import html_page
from donor.report.palette import HUES, UNRESOLVED

ADDRESSES = ("src", "href", "xlink:href", "action", "data", "srcset", "poster")


def page_of(tmp_path, *transfers, **more):
    return html_page(run_facts(run_of(tmp_path / "run", list(transfers)), **more))


@pytest.fixture
def page(tmp_path):
    found = (Finding(Check.LENGTH, "far too short", segment=0),)
    failed = untranslated()
    failed = replace(failed, source=replace(failed.source, id="physics:2"))
    return page_of(tmp_path, replace(collisions(), findings=found), failed)


def test_every_count_of_the_ledger_is_on_the_page(page):
    text = Page(page).text
    assert "2 documents, 8 spans, 4 relations and 4 text labels were transferred" in text
    assert "3 spans (37.5 %) have a place in the target text, 5 have none" in text
    assert "Spans 8 3 5 no-translation 4, no-match 1" in text
    assert "Relations 4 1 3" in text and "Documents 2 1 1" in text


def test_reasons_checks_and_documents_are_told(page):
    text = Page(page).text
    for words in (
        "no-match",
        "0 places",
        "far too short",
        "2 segments, expected 1",
        Check.LENGTH.meaning[5:],
    ):
        assert words in text, words


def test_it_needs_nothing_from_elsewhere(page):
    for _, attributes in Page(page).elements:
        for name in ADDRESSES:
            assert (attributes.get(name) or "#").startswith(("#", "data:,")), attributes
    assert "@import" not in page and "url(http" not in page


def test_pictures_have_text_alternatives(page):
    parsed = Page(page)
    pictures = [one for one in parsed.all("svg") if one.get("role") == "img"]
    ids = [one["id"] for _, one in parsed.elements if "id" in one]
    assert len(pictures) >= 4
    for one in pictures:
        assert all(name in ids for name in one["aria-labelledby"].split())
    assert len(ids) == len(set(ids)), "an id stands twice"


def test_headings_are_in_order_and_there_is_one_of_the_first(page):
    levels = [int(tag[1]) for tag, _ in Page(page).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_sections_without_facts_are_left_out_and_how_to_get_them_is_told(page):
    parsed = Page(page)
    ids = {one.get("id") for one in parsed.all("section")}
    assert "confidence" not in ids and "consistency" not in ids
    assert "donor calibrate RUN --gold FILE" in parsed.text


def test_every_link_leads_somewhere(page):
    parsed = Page(page)
    ids = {one.get("id") for _, one in parsed.elements}
    assert all(one["href"][1:] in ids for one in parsed.all("a"))


def test_hostile_data_stays_text(tmp_path):
    folder = hostile_run(tmp_path)
    page = html_page(run_facts(folder, given=Given(consistency=folder.path / "consistency.json")))
    parsed = Page(page)
    assert len(parsed.all("script")) == 1 and not parsed.all("img")
    for tag, attributes in parsed.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "javascript:" not in str(attributes.get("href"))
        assert not any(c in str(attributes) for c in "\u202e\u2066\x00\x07")
    assert "49{%" not in page and not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", page)
    for attack in ATTACKS[:8]:
        assert attack in parsed.text, attack


def test_a_dollar_sign_is_no_formula(tmp_path):
    rows = [
        (span("ion", "T1", "$a_1$ 100$", "ion"), placed(span("ион", "T1", "$a_1$ 100$", "ион")))
    ]
    assert "$a_1$ 100$" in Page(page_of(tmp_path, transfer("ion", "ион", rows))).text


def test_a_label_like_a_picture_s_own_code_is_drawn_as_it_is(tmp_path):
    label = 'href="#x #010101'
    rows = [(span("ion", f"T{n}", name, "ion"), placed(span("ион", f"T{n}", name, "ион")))
            for n, name in enumerate((label, " font-family: x;"))]  # fmt: skip
    page = page_of(tmp_path, transfer("ion", "ион", rows))
    drawn = re.findall(r"<text[^>]*>(.*?)</text>", page)
    assert label in drawn and " font-family: x;" in drawn
    assert "color: var(--ink)" in page or "fill: var(--ink)" in page
    assert not re.search("<[^>]*#01010[0-9]", page)


def test_letters_that_the_plotting_font_lacks_are_drawn(tmp_path):
    rows = [(span("ion", "T1", "術語", "ion"), placed(span("ион", "T1", "術語", "ион")))]
    assert "術語" in Page(page_of(tmp_path, transfer("ion", "ион", rows))).text


def test_text_labels_and_answers_are_on_the_page_with_what_is_to_be_known(tmp_path):
    folder, gold = reviews(tmp_path / "reviews")
    text = Page(html_page(run_facts(folder, gold=gold))).text
    assert "9 documents and 9 text labels were transferred" in text
    assert "Text labels carried over100" in text and "tone: accuracy88.9" in text
    assert "tone MCC 0.849" in text
    assert "tone F1 of good 85.7" in text
    assert "Strict F1" not in text and "0 spans" not in text
    folder, gold = questions(tmp_path / "questions")
    text = Page(html_page(run_facts(folder, gold=gold))).text
    assert "Answers: exact match33.3" in text
    assert "All 6 33.3 0.0 to 66.7 66.7 38.9 to 88.9" in text
    assert "With an answer in gold 5 40.0 80.0" in text


def test_the_projection_rate_stands_beside_f1_and_notes_are_told(tmp_path):
    folder, gold = with_gold(
        tmp_path, [collisions()], lambda _, one: replace(one, id="other", spans=one.spans[1:])
    )
    gold.write_text(gold.read_text() + OTHER)
    facts = run_facts(folder, gold=gold)
    text = Page(html_page(facts)).text
    assert "Spans, strict 66.7 100.0 80.0 – 75.0" in text
    for note in facts["scores"]["notes"]:
        assert note in text
    assert "Documents of gold that the run lacks missing:1" in text
    assert "Only the run has" not in text


def test_measures_of_translations_have_their_names_and_places(tmp_path):
    folder, gold = with_gold(tmp_path, [collisions()], lambda _, one: replace(one, text=OTHER_TEXT))
    text = Page(html_page(run_facts(folder, gold=gold))).text
    assert re.search(r"TER \(less is better\) \d+\.\d – ", text) and " chrF2 " in text


OTHER_TEXT = TARGET.replace("Упругие", "Другие ")


OTHER = '{"id": "missing:1", "text": "", "segments": []}\n'


def test_gold_without_spans_gives_no_table_of_zeros(tmp_path):
    folder, gold = with_gold(
        tmp_path, [collisions()], lambda _, one: replace(one, spans=(), relations=())
    )
    text = Page(html_page(run_facts(folder, gold=gold))).text
    assert "Strict F1" not in text and "Spans, strict" not in text and "strict F1" not in text
    assert "Gold has no span" in text and "topic accuracy 100.0" in text


def test_subtasks_of_defteval_are_on_the_page(tmp_path):
    folder, gold = with_gold(
        tmp_path, [collisions()], lambda _, one: replace(one, metadata={"deft": {}})
    )
    facts = run_facts(folder, gold=gold)
    assert facts["scores"]["defteval"]["subtask_2"]["score"] is not None
    text = Page(html_page(facts)).text
    assert "Subtask 2, tags" in text and "Subtask 3, relations, files kept apart" in text


def test_an_empty_run_is_a_page(tmp_path):
    assert "0 documents" in Page(page_of(tmp_path)).text


def test_documents_end_where_the_page_would_be_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("donor.report.page._MOST_BYTES", 20_000)
    many = [
        replace(collisions(), source=replace(collisions().source, id=f"d{n}")) for n in range(9)
    ]
    parsed = Page(page_of(tmp_path, *many))
    shown = sum(one.get("class") == "doc" for one in parsed.all("details"))
    assert 0 < shown < 9
    assert f"{shown} of 9 documents: the {shown} with most to look at." in parsed.text


def test_the_page_is_the_same_each_time(tmp_path):
    facts = run_facts(run_of(tmp_path / "run", [collisions()]))
    assert html_page(facts) == html_page(facts)


def test_of_many_inputs_the_first_are_listed(tmp_path):
    inputs = [{"name": f"part-{n}.jsonl", "sha256": "0", "bytes": 1} for n in range(50)]
    folder = run_of(tmp_path / "run", [collisions()], provenance={"inputs": inputs})
    text = Page(html_page(run_facts(folder))).text
    assert "part-39.jsonl" in text and "part-40.jsonl" not in text and "and 10 more" in text


@pytest.mark.parametrize("library", ["jinja2", "matplotlib.figure"])
def test_a_missing_extra_is_named(tmp_path, monkeypatch, library):
    facts = run_facts(run_of(tmp_path / "run", [collisions()]))
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"donor\[report\]"):
        html_page(facts)


def test_consistency_stands_by_temperature_with_its_verdict(tmp_path):
    facts = run_facts(run_of(tmp_path / "run", [collisions()]))
    found = {"0": (0.99, "physics:1"), "0.7": (0.9, "physics:2")}
    told = consistency(found, verdict="at temperature 0 nearly the same")
    facts["consistency"] = told | {"same_recipe": False}
    text = Page(html_page(facts)).text
    assert "0 0.990 0.980 to 0.990 – – physics:1" in text
    assert "at temperature 0 nearly the same" in text
    assert "the recipe another one" in text


@pytest.mark.parametrize("hue", [*HUES, UNRESOLVED], ids=lambda hue: hue.line)
def test_inks_are_read_on_their_fill_and_on_the_page(hue):
    assert contrast(hue.ink, "#ffffff") >= 4.5 and contrast(hue.ink, hue.fill) >= 4.5
    assert contrast(hue.dark.ink, "#15181c") >= 4.5 and contrast(hue.dark.ink, hue.dark.fill) >= 4.5
    assert contrast("#1b1f24", hue.fill) >= 7 and contrast("#e8eaed", hue.dark.fill) >= 7


def contrast(one, other):
    """The ratio of WCAG 2."""
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
