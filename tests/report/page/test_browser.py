"""The page in headless Chromium: it fits, can be read by all, finds things, and runs no data."""

import json
import shutil
from dataclasses import replace

import pytest
from tests.report.cases import collisions, untranslated
from tests.report.hostile import ALL, hostile_given, hostile_run
from tests.report.layers import reviews, with_gold
from tests.report.measured import baselines, compared, run_compared, task, trained
from tests.report.runs import run_of

from donor.data import TextLabel
from donor.formats import write
from donor.report.facts.given import Given
from donor.report.written import write_report

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
]  # fmt: skip
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs chromium: .ci/install-chromium brings it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with gold: some places, labels and texts are others there, one is not there."""
    transfers = [collisions(), *_failed(), *_many(4)]
    folder, gold = with_gold(tmp_path_factory.mktemp("report"), transfers, _other)
    return write_report(folder, gold=gold).page


def _other(number, target):
    if number == 0:
        return replace(target, spans=target.spans[1:], metadata={"deft": {}})
    label = TextLabel("topic", "optics")
    text = target.text[:-1] + "!" if number == 1 else target.text
    return replace(target, text=text, labels=(label, *target.labels[1:]), metadata={"deft": {}})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report of everything that comes from data, gold too, trying to be code."""
    folder = hostile_run(tmp_path_factory.mktemp("hostile"))
    gold = folder.path.parent / "gold<b>.jsonl"
    targets = (one.target for one in folder.transfers() if one.target)
    write([replace(one, labels=(TextLabel(ALL, ALL),)) for one in targets], gold, format="jsonl")
    consistency = folder.path / "consistency.json"
    given = Given(consistency=consistency, **hostile_given(folder.path.parent))
    return write_report(folder, gold=gold, given=given).page


@pytest.fixture(scope="module")
def experiments(tmp_path_factory):
    """A report beside runs with long names, baselines of two tasks, and a model."""
    path = tmp_path_factory.mktemp("experiments")
    folder = run_of(path / "run", [collisions()])
    runs = {name: run_compared(name, f1) for name, f1 in (("run", 0.9), ("W" * 130, 0.6))}
    (path / "compared.json").write_text(json.dumps(compared(**runs)))
    tasks = {name: task() for name in ("definition", "spans")}
    (path / "baselines.json").write_text(json.dumps(baselines(**tasks)))
    (path / "scores.json").write_text(json.dumps(trained()))
    given = Given(
        compared=path / "compared.json", baselines=path / "baselines.json", trained=[path]
    )
    return write_report(folder, given=given).page


def _failed():
    one = untranslated()
    return [replace(one, source=replace(one.source, id="physics:failed"))]


def _many(number):
    one = collisions()
    return [replace(one, source=replace(one.source, id=f"physics:{n + 2}")) for n in range(number)]


@pytest.fixture
def opened(browser):
    """A function that opens a page, and what went wrong or was asked for meanwhile."""
    contexts = []

    def open_(file, *, width=1280, scheme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on("console", lambda message: page.trouble.append(message.text))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("request", lambda request: page.trouble.append(request.url))
        page.goto(file.as_uri(), wait_until="domcontentloaded")
        page.trouble.remove(file.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["report", "experiments", "hostile"])
def test_it_fits_and_asks_for_nothing(opened, request, which, width):
    page = opened(request.getfixturevalue(which), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.trouble == []


def test_it_is_accessible_in_the_dark_on_a_phone(opened, report):
    page = opened(report, width=390, scheme="dark")
    assert page.locator("#scores table").count() >= 4
    assert grave(page) == {}


def test_it_is_accessible_with_all_documents_open(opened, report):
    page = opened(report)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert grave(page) == {}
    assert page.locator(".arcs path").count() > 4


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_experiments_are_accessible(opened, experiments, width, scheme):
    page = opened(experiments, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.locator("#training figure svg").count() == 13
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == {}


def test_of_a_wide_and_a_narrow_picture_one_is_seen(opened, experiments):
    for width in WIDTHS:
        page = opened(experiments, width=width)
        for section in ("#compared", "#baselines"):
            pictures = page.locator(f"{section} svg.picture")
            assert 2 * pictures.locator("visible=true").count() == pictures.count() > 0


def test_hostile_data_leaves_it_accessible(opened, hostile):
    assert grave(opened(hostile)) == {}


def test_a_run_without_spans_fits_and_is_accessible(opened, tmp_path):
    folder, gold = reviews(tmp_path)
    page = opened(write_report(folder, gold=gold).page, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave(page) == {}


def grave(page):
    """What axe finds that is serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return {
        one["id"]: [node["html"] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in ("serious", "critical")
    }


def test_search_leaves_the_documents_with_all_words(opened, report):
    page = opened(report)
    page.get_by_label("Search").fill("physics:failed expected")
    assert page.locator(".doc:visible").count() == 1
    assert "1 of 6 shown" in page.locator("#found").inner_text()
    page.get_by_label("Search").fill("")
    assert page.locator(".doc:visible").count() == 6


def test_a_reason_shows_its_documents(opened, report):
    page = opened(report)
    page.locator("[data-find='no-translation']").click()
    assert page.locator(".doc:visible").count() == 1


def test_a_link_opens_its_document(opened, report):
    page = opened(report)
    page.locator("#unresolved a").last.click()
    target = page.evaluate("document.querySelector(location.hash).open")
    assert target is True


def test_the_theme_is_switched_both_ways(opened, report):
    page = opened(report, scheme="dark")
    colours = [page.evaluate("getComputedStyle(document.body).backgroundColor")]
    for _ in range(2):
        page.locator("#theme").click()
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert colours[0] == colours[2] != colours[1]


def test_without_its_script_the_page_says_all(opened, report):
    page = opened(report, java_script_enabled=False)
    assert page.locator(".doc").count() == 6
    assert page.locator(".find:visible").count() == page.locator("#theme:visible").count() == 0
    assert "Supplements" in page.locator(".doc").first.text_content()


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "with none"])
def test_data_is_never_run(opened, hostile, policy):
    page = opened(hostile, bypass_csp=not policy)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    page.locator(".m").first.hover()
    page.locator("[data-find]").first.click()
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.trouble == []


def test_it_is_printed_light_and_whole(opened, report):
    page = opened(report, scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav:visible").count() == 0
    assert len(page.pdf()) > 10_000


def test_a_page_of_many_documents_opens_at_once(opened, tmp_path):
    file = write_report(run_of(tmp_path / "run", _many(320))).page
    assert file.stat().st_size < 5e6
    entry = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    assert opened(file).evaluate(entry) < 10_000
