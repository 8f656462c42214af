"""The ledger in a terminal without colours."""

import io

from rich.console import Console
from tests.report.cases import collisions, untranslated

from donor.data import Ledger
from donor.report import ledger_table


def printed(summary, width=100):
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(
        ledger_table(summary)
    )
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def summary(*transfers, partial=False):
    return sum(map(Ledger.of, transfers), Ledger()).as_json(partial=partial)


def test_spans_in_are_spans_out_with_the_projection_rate():
    lines = printed(summary(collisions()))
    assert lines[0] == "1 document"
    assert lines[1:4] == [
        "spans source 4",
        "placed 3 75.0 % projection rate",
        "unresolved 1 25.0 %",
    ]


def test_methods_matches_and_reasons_are_counted_with_what_the_reason_means():
    lines = printed(summary(collisions()))
    assert "by method tags 2 50.0 %" in lines
    assert "quote 1 25.0 %" in lines
    assert "by match exact 3 75.0 %" in lines
    meaning = "the words of the answer are not in the translation"
    assert f"why unresolved no-match 1 25.0 % {meaning}" in lines


def test_relations_and_labels_are_counted_too():
    lines = printed(summary(collisions()))
    assert "relations source 2" in lines
    assert "why lost tail-unresolved 1 50.0 % the span at the tail has no place" in lines
    assert "text labels source 2" in lines


def test_a_partial_run_says_so():
    assert "PARTIAL" in printed(summary(collisions(), partial=True))[0]


def test_no_spans_have_no_rate():
    lines = printed(summary())
    assert lines[0] == "0 documents"
    assert "placed 0 – projection rate" in lines


def test_ten_failed_documents_are_named_and_the_rest_counted():
    failed = [{"document": f"d{n}", "problem": "[b] refused"} for n in range(12)]
    lines = printed(summary(untranslated()) | {"failed": failed})
    assert "documents without a valid translation: 12" in lines
    assert "d9: [b] refused" in lines
    assert "… and 2 more" in lines
    assert not any("d10" in line for line in lines)


def test_usage_is_shown_where_it_is_known():
    usage = {
        "requests": {"sent": 1200, "from_store": 3, "failed": 0},
        "usage": {"prompt_tokens": 10, "completion_tokens": 20, "usd": 0.5},
        "seconds": 3.25,
    }
    lines = printed(summary(collisions()) | usage)
    assert {"requests sent 1,200", "from store 3", "completion 20", "money USD 0.5000"} <= set(
        lines
    )
    assert "time seconds 3.2" in lines
    assert not any("requests" in line for line in printed(summary(collisions())))


def test_an_unknown_price_is_not_zero():
    lines = printed(summary(collisions()) | {"usage": {"usd": None}})
    assert "money USD – the price of the model is not known" in lines
    told = {"usage": {"usd": None, "unpriced": "a server of your own"}}
    lines = printed(summary(collisions()) | told)
    assert "money USD – no price: a server of your own" in lines


def test_the_price_says_of_when_it_is():
    prices = {"date": "2026-05-01", "source": "https://h/prices", "note": "half at night"}
    lines = printed(summary(collisions()) | {"usage": {"usd": 0.5, "prices": prices}})
    assert "money USD 0.5000 prices of 2026-05-01; half at night" in lines


def test_a_reason_that_is_not_known_is_counted_all_the_same():
    counted = summary(collisions())
    counted["spans"]["by_reason"] = {"stolen": 1}
    counted["relations"]["by_reason"] = {"eaten": 1}
    lines = printed(counted)
    assert "why unresolved stolen 1 25.0 %" in lines
    assert "why lost eaten 1 50.0 %" in lines
