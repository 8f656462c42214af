"""Spans as tags: what a model says of a word is what comes out, however long the text is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.asked import oracle
from tests.train.tokenizing import byte_level, pieces

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.data.tags import OUTSIDE
from donor.errors import ConfigError, InputError
from donor.formats import read
from donor.formats.format import Options
from donor.formats.parts.tokens import flat_sentences
from donor.languages.scripts import has_unspaced
from donor.languages.tokens import plain_tokens
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.fitting.batches import IGNORED
from donor.train.tasks.spans import SPANS
from donor.train.tasks.task import check_known

PIECES = (
    "An ion, is (charged)", "Фотосинтез — это 3,5 % процесса", "ไอออนคือ", "🤖👍🏽", "don't",
    "​", "\u0301", "Li-ion", " ", "\n", "﷽ \u200d", "的", "x" * 30,
)  # fmt: skip
SPACED = tuple(piece for piece in PIECES if not has_unspaced(piece))
WORDPIECE = wordpiece(PIECES * 3)
TOKENIZERS = (
    WORDPIECE,
    byte_level(PIECES * 20),
    byte_level(PIECES * 20, trimmed=False),
    pieces(PIECES * 20),
)


def document(text: str, *spans: tuple[str, int, int], name: str = "d", **more: Any) -> Document:
    found = tuple(
        Span(f"T{n}", label, (Interval(a, b),)) for n, (label, a, b) in enumerate(spans, start=1)
    )
    segments = more.pop("segments", (Interval(0, len(text)),))
    return Document(name, "und", text, segments, spans=found, **more)


def places(found: Document) -> list[tuple[str, int, int]]:
    return sorted((span.label, span.extent.start, span.extent.end) for span in found.spans)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    tokenized = draw(st.booleans())
    pieces = PIECES if tokenized else SPACED
    text = "".join(draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=25)))
    spans = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 60)))
        spans.append((draw(st.sampled_from("AB")), start, end))
    return document(text, *spans, tokens=plain_tokens(text) if tokenized else ())


def sayable(wanted: Document, tokenizer: Any) -> list[tuple[str, int, int]]:
    """The spans after flattening, without words at their edges that no token stands for."""
    found = []
    for sentence in flat_sentences(wanted, Options())[0]:
        for start, end, label in sentence.spans:
            own = [
                word
                for word in sentence.tokens[start:end]
                if tokenizer(word.of(wanted.text), add_special_tokens=False)["input_ids"]
            ]
            if own:
                found.append((label, own[0].start, own[-1].end))
    return sorted(found)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(
    wanted=documents(),
    longest=st.integers(8, 60),
    stride=st.integers(0, 70),
    all_subwords=st.booleans(),
)
def test_true_tags_give_back_the_spans(
    tokenizer: Any, wanted: Document, longest: int, stride: int, all_subwords: bool
) -> None:
    settings = Settings(max_length=longest, stride=stride, all_subwords=all_subwords)
    [found] = oracle(SPANS, [wanted], tokenizer, settings)
    assert places(found) == sayable(wanted, tokenizer)


@pytest.mark.parametrize("all_subwords", [False, True])
def test_span_over_the_edge_of_a_window_comes_out_whole(all_subwords: bool) -> None:
    text = " ".join(["ion"] * 100)
    wanted = document(text, ("A", 4, 4 * 90 - 1))
    settings = Settings(max_length=12, stride=2, all_subwords=all_subwords)
    assert len(SPANS.features(SPANS.examples([wanted], learning=True), SPANS.labels([wanted]),
                              WORDPIECE, settings, learning=True)) > 9  # fmt: skip
    assert places(oracle(SPANS, [wanted], WORDPIECE, settings)[0]) == places(wanted)


def test_first_part_of_a_word_bears_its_tag_or_all_do() -> None:
    wanted = document("Li-ion is", ("A", 0, 6))
    labels = SPANS.labels([wanted])
    assert labels == (OUTSIDE, "B-A", "I-A")
    examples = SPANS.examples([wanted], learning=True)

    def targets(**more: Any) -> Any:
        settings = Settings(**more)
        [found] = SPANS.features(examples, labels, WORDPIECE, settings, learning=True)
        return found.target

    first, every = targets(), targets(all_subwords=True)
    assert (first[0], first[-1]) == (IGNORED, IGNORED)
    assert [one for one in first if one != IGNORED] == [1, 0]
    assert [one for one in every if one == 2] and every.count(1) == 1


def test_all_parts_of_a_word_say_its_tag_together() -> None:
    """The first part prefers O a little, the others are sure that they are inside."""
    wanted = document("Li-ion", ("A", 0, 6))
    labels = SPANS.labels([wanted])
    examples = SPANS.examples([wanted], learning=False)

    def found(all_subwords: bool) -> list[Any]:
        settings = Settings(all_subwords=all_subwords)
        [feature] = SPANS.features(examples, labels, WORDPIECE, settings, learning=False)
        logits = np.tile([0.0, -9.0, 5.0], (len(feature), 1))
        logits[1] = [0.5, 0.0, -9.0]
        said = SPANS.said(examples, [feature], [logits], labels)
        return places(SPANS.predicted([wanted], examples, said)[0])

    assert (found(False), found(True)) == ([], [("A", 0, 6)])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("I-A I-A O", [("A", 0, 3)]),
        ("O I-A I-B", [("A", 2, 3), ("B", 4, 5)]),
        ("B-A B-A I-A", [("A", 0, 1), ("A", 2, 5)]),
    ],
)
def test_tags_that_break_the_scheme_are_spans_as_elsewhere(tags: str, expected: Any) -> None:
    text = document("a b c")
    labels = (OUTSIDE, "B-A", "I-A", "B-B", "I-B")
    examples = SPANS.examples([text], learning=False)
    features = SPANS.features(examples, labels, WORDPIECE, Settings(), learning=False)
    numbers = [0, *(labels.index(tag) for tag in tags.split()), 0]
    said = SPANS.said(examples, features, [np.eye(5)[numbers]], labels)
    assert places(SPANS.predicted([text], examples, said)[0]) == expected


def test_what_flattening_loses_is_told() -> None:
    text = "An ion is. It moves"
    nested = document(text, ("A", 0, 6), ("B", 3, 6), ("A", 4, 6), ("A", 7, 19), ("B", 2, 3),
                      segments=(Interval(0, 10), Interval(11, 19)))  # fmt: skip
    broken = replace(document("a b c"), spans=(Span("T", "A", (Interval(0, 1), Interval(4, 5))),))
    assert SPANS.notes([nested, broken]) == [
        "spans that overlap a longer one, and are not learnt: 2 of 6",
        "spans in several pieces, of which the longest is learnt: 1 of 6",
        "spans over a sentence's end, learnt by their longest part: 1 of 6",
        "spans without a word, which are not learnt: 1 of 6",
        "spans that cut a word, and are learnt with all of it: 1 of 6",
    ]
    assert SPANS.notes([document(text, ("A", 3, 6))]) == []


def test_only_what_the_model_says_is_left() -> None:
    wanted = document("ion atom", ("A", 0, 3), ("A", 4, 8),
                      labels=(TextLabel("topic", "x"),))  # fmt: skip
    wanted = replace(wanted, relations=(Relation("r", "T1", "T2"),))
    [found] = oracle(SPANS, [wanted], WORDPIECE, Settings())
    assert [span.id for span in found.spans] == ["p1", "p2"]
    assert (found.relations, found.labels) == ((), ())


def test_equal_texts_contradict_if_their_spans_differ() -> None:
    texts = document("an ion", ("A", 3, 6)), document("an  ion", ("A", 4, 7)), document("an ion")
    one, other, none = (e.target for e in SPANS.examples(texts, learning=True))
    assert one == other != none
    assert (str(one), str(none)) == ("A 2-2", "")


def test_equal_ids_do_not_mix() -> None:
    both = [document("ion x", ("A", 0, 3)), document("", name="e"), document("x ion", ("A", 2, 5))]
    found = oracle(SPANS, both, WORDPIECE, Settings())
    assert [places(one) for one in found] == [places(one) for one in both]


def test_input_is_no_longer_than_the_model_knows_positions() -> None:
    tokenizer = byte_level(PIECES)
    tokenizer.model_max_length = 16
    text = document("ion " * 60, ("A", 0, 3))
    examples = SPANS.examples([text], learning=False)
    settings = Settings(max_length=4_000)
    features = SPANS.features(examples, SPANS.labels([text]), tokenizer, settings, learning=False)
    assert max(map(len, features)) == 16
    with pytest.raises(ConfigError, match="a model learns nothing"):
        SPANS.features(examples, ("O",), tokenizer, Settings(max_length=3), learning=False)


def test_documents_that_are_named_do_not_count() -> None:
    gold = [document("ion", ("A", 0, 3)), document("ion", ("A", 0, 3), name="e")]
    said = [gold[0], replace(gold[1], spans=())]
    assert SPANS.measured(said, gold)["strict"].score == pytest.approx(2 / 3)
    assert SPANS.measured(said, gold, without={("e", 0)})["strict"].score == 1.0
    everything = SPANS.measured(said, gold, without={("d", 0), ("e", 0)})
    assert everything["strict"].score is None


def test_labels_that_train_lacks_are_named() -> None:
    train = [document("ion", ("_", 0, 3))]
    assert SPANS.labels(train) == (OUTSIDE, "B", "I")
    assert places(oracle(SPANS, train, WORDPIECE, Settings())[0]) == [("_", 0, 3)]
    check_known(SPANS, train, "dev", SPANS.labels(train))
    with pytest.raises(InputError, match=r"lacks: A \(in d\)"):
        check_known(SPANS, [document("ion", ("A", 0, 3))], "dev", SPANS.labels(train))
    with pytest.raises(InputError, match="there is no span in it"):
        SPANS.labels([document("ion")])


def test_deft_says_nearly_all(deft: Path) -> None:
    dev = list(read(deft / "dev"))
    assert SPANS.notes(dev)[0] == "spans that overlap a longer one, and are not learnt: 13 of 662"
    tokenizer = wordpiece(one.text for one in dev)
    found = oracle(SPANS, dev, tokenizer, Settings(max_length=64, stride=16))
    scores = SPANS.measured(found, dev)
    # Right but for the 13, the one in pieces, and the one over two sentences.
    assert scores["strict"].total == (647, 2, 0, 13, 0)
    assert scores["subtask_1"].score == pytest.approx(0.9982, abs=1e-4)
    assert scores["subtask_2"].score == pytest.approx(0.9840, abs=1e-4)


def test_sentences_are_compared_between_splits_with_the_spans_in_them() -> None:
    text = "An ion is small. An ion is small."
    sentences = (Interval(0, 16), Interval(17, 33))
    document = Document("d", "en", text, sentences, spans=(Span("1", "Term", (Interval(20, 23),)),))
    found = SPANS.units((document,), learning=True)
    assert [(unit.text, unit.label, unit.where) for unit, _ in found] == [
        ("An ion is small.", (), "d#0"),
        ("An ion is small.", ((3, 6, "Term"),), "d#1"),
    ]
    assert {key for _, key in found} == {("d", 0)}
