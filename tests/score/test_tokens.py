"""Runs of tokens against seqeval 1.2.2 and conlleval, and the edges of tokens."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from donor.data import Document, Interval, Span
from donor.data.tags import TokenSpan, spans_of
from donor.languages.tokens import plain_spans
from donor.score import Counts, score, span_scores
from donor.score.metric import Measurement, mean_f1
from donor.score.tokens import Edges, flat

TAGS = st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
SENTENCES = st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=8), max_size=6)


def to_the_letter(tags: Sequence[str]) -> list[TokenSpan]:
    """IOB2 as seqeval's `mode="strict"` reads it: an I that goes on no span of its label is O."""
    spans: list[TokenSpan] = []
    going = False
    for at, tag in enumerate(tags):
        letter, _, label = tag.partition("-")
        if letter == "B":
            spans.append(TokenSpan(at, at + 1, label))
        elif letter == "I" and going and spans[-1].label == label:
            spans[-1] = TokenSpan(spans[-1].start, at + 1, label)
        else:
            going = False
            continue
        going = True
    return spans


def summed(sentences: list[list[tuple[str, str]]], strict: bool = False) -> dict[str, Counts]:
    """The counts of runs of tokens by label, of the gold and the predicted tag of each token."""
    total: dict[str, Counts] = {}
    for sentence in sentences:
        gold, predicted = (tagged([pair[n] for pair in sentence], strict) for n in (0, 1))
        for label, one in span_scores(predicted, gold).by_label.items():
            total[label] = total.get(label, Counts()) + one.token
    return total


def as_seqeval(total: dict[str, Counts]) -> dict[str, dict[str, float]]:
    def row(counts: Counts) -> dict[str, float]:
        return {
            "precision": counts.precision or 0,
            "recall": counts.recall or 0,
            "f1-score": counts.f1 or 0,
        }

    labels = {label: row(counts) for label, counts in total.items()}
    columns = ("precision", "recall", "f1-score")
    macro = {name: sum(one[name] for one in labels.values()) / len(labels) for name in columns}
    micro = row(sum(total.values(), Counts()))
    return labels | {"micro avg": micro, "macro avg": macro}


@pytest.fixture
def conll(scorers: Path) -> tuple[list[list[tuple[str, str]]], dict[str, Any]]:
    folder = scorers / "conll"
    blocks = (folder / "data.txt").read_text(encoding="utf-8").strip().split("\n\n")
    sentences = [[line.split() for line in block.splitlines()] for block in blocks]
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [[(gold, tag) for _, gold, tag in one] for one in sentences], expected


@pytest.mark.parametrize(
    ("strict", "name"), [(False, "seqeval_default"), (True, "seqeval_strict_IOB2")]
)
def test_malformed_tags_count_as_in_seqeval(conll: Any, strict: bool, name: str) -> None:
    sentences, expected = conll
    found = as_seqeval(summed(sentences, strict))
    for label, scores in expected[name].items():
        if label != "weighted avg":
            assert found[label] == pytest.approx({key: scores[key] for key in found[label]}), label


def test_phrases_are_those_of_conlleval(conll: Any) -> None:
    sentences, expected = conll
    for label, one in expected["conlleval"]["slots"]["chunks"].items():
        counts, stats = summed(sentences, strict=False)[label], one["stats"]
        assert counts.true_positives == stats["correct"]
        assert counts.true_positives + counts.false_positives == stats["pred"]
        assert counts.true_positives + counts.false_negatives == stats["gold"]


@given(SENTENCES, st.booleans())
def test_any_tags_count_as_in_seqeval(sentences: list[list[tuple[str, str]]], strict: bool) -> None:
    found = summed(sentences, strict)
    if not found:
        return
    gold, predicted = ([[pair[n] for pair in one] for one in sentences] for n in (0, 1))
    more = {"mode": "strict", "scheme": IOB2} if strict else {}
    expected = classification_report(gold, predicted, output_dict=True, zero_division=0, **more)
    expected.pop("weighted avg")
    assert as_seqeval(found) == {
        label: pytest.approx({key: scores[key] for key in ("precision", "recall", "f1-score")})
        for label, scores in expected.items()
        if label in found or label.endswith("avg")
    }


@given(SENTENCES.filter(bool))
def test_micro_and_macro_over_tokens_are_seqevals(sentences: list[list[tuple[str, str]]]) -> None:
    gold, predicted = ([[pair[n] for pair in one] for one in sentences] for n in (0, 1))
    documents = [
        [replace(tagged(tags), id=str(n)) for n, tags in enumerate(one)]
        for one in (predicted, gold)
    ]
    spans = score(*documents)["spans"]
    if spans is None:
        return
    expected = classification_report(gold, predicted, output_dict=True, zero_division=0)
    for name, theirs in (("token", "micro avg"), ("macro_token", "macro avg")):
        for key, column in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert (spans[name][key] or 0) == pytest.approx(expected[theirs][column]), (name, key)


def tagged(tags: list[str], strict: bool = False) -> Document:
    """Tokens "t0 t1 …" under spans as the tags say them."""
    words = [f"t{n}" for n in range(len(tags))]
    starts = [sum(map(len, words[:n])) + n for n in range(len(words))]
    tokens = tuple(Interval(at, at + len(word)) for at, word in zip(starts, words, strict=True))
    spans = tuple(
        Span(f"s{n}", one.label, (Interval(tokens[one.start].start, tokens[one.end - 1].end),))
        for n, one in enumerate((to_the_letter if strict else spans_of)(tags))
    )
    text = " ".join(words)
    return Document("d", "en", text, (Interval(0, len(text)),), tokens, spans)


def test_macro_average_of_tags_leaves_no_label_out() -> None:
    metric = mean_f1("macro", ["PER", "LOC"])
    assert Measurement(metric, [(1, 0, 0, 0, 1, 0)]).score == 0.5


@pytest.mark.parametrize(
    ("start", "end", "run"),
    [
        (0, 5, "Li-ion"),
        (3, 9, "Li-ion, 3.7"),
        (6, 7, ","),
        (6, 8, ","),
        (7, 8, None),
        (7, 9, "3.7"),
        (9, 13, "3.7 V"),
    ],
)
def test_edges_are_those_of_whole_tokens(start: int, end: int, run: str | None) -> None:
    text = "Li-ion, 3.7 V"
    found = Edges(text).run(start, end)
    assert (text[found[0] : found[1]] if found else None) == run


@given(st.text("ab-.,'5 \n\u00a0ия漢\u0301", max_size=12), st.data())
def test_edges_found_one_by_one_are_those_of_the_whole_text(text: str, data: Any) -> None:
    tokens = [Interval(*edges) for edges in plain_spans(text)]
    if not tokens:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert Edges(text).run(start, end) == Edges(text, tokens).run(start, end)


def test_longest_of_overlapping_runs_stays() -> None:
    runs = [("T", 0, 4, None), ("U", 3, 9, None), ("T", 8, 10, None), ("T", 10, 11, None)]
    assert flat(runs) == [("U", 3, 9, None), ("T", 10, 11, None)]


def test_spans_that_no_tagger_could_say_are_left_out_and_counted() -> None:
    text = "ion cell"
    inner, outer, space = (0, 3), (0, 8), (3, 4)
    spans = tuple(
        Span(f"s{n}", "T", (Interval(*place),)) for n, place in enumerate((inner, outer, space))
    )
    gold = Document("d", "en", text, (Interval(0, 8),), spans=spans)
    predicted = Document("d", "en", text, (Interval(0, 8),), spans=spans[:1])
    found = span_scores(predicted, gold)
    assert found.token == Counts(0, 1, 1)
    assert found.left_out == (0, 2)
