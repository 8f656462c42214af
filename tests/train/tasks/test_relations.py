"""Relations: pairs in markers that no length cuts, in both directions; what is lost is told."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.asked import oracle

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import InputError
from donor.formats import read
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.marked import cut_around
from donor.train.tasks.relations import RELATIONS
from donor.train.tasks.task import check_known, settings_of, task_named

TEXT = "An ion is a charged atom. It moves. Ions repel."
SENTENCES = (Interval(0, 25), Interval(26, 35), Interval(36, 47))
ION, ATOM, IT, IONS = ((3, 6), (12, 24), (26, 28), (36, 40))
MARKS = re.compile(r"</?(?:tail|head)(?::\w+)?>")


def document(
    *spans: tuple[int, int], related: tuple[tuple[str, int, int], ...] = (), **more: Any
) -> Document:
    """Spans T0, T1, … labelled A; relations as label, tail, head."""
    own = tuple(Span(f"T{n}", "A", (Interval(*place),)) for n, place in enumerate(spans))
    relations = tuple(Relation(label, f"T{head}", f"T{tail}") for label, tail, head in related)
    given = {"id": "d", "text": TEXT, "segments": SENTENCES, "spans": own} | more
    return Document(**given, language="en", relations=relations)


GOLD = document(ION, ATOM, IT, related=(("defines", 1, 0), ("refers", 2, 0)))


def texts(*documents: Document, task: Any = RELATIONS, learning: bool = False) -> list[str]:
    return [one.texts[0] for one in task.examples(documents, learning=learning)]


def test_pair_stands_in_its_sentences_with_markers() -> None:
    only = document(ION, ATOM)
    assert texts(only) == [
        "An  <tail:A> ion </tail>  is a  <head:A> charged atom </head> .",
        "An  <head:A> ion </head>  is a  <tail:A> charged atom </tail> .",
    ]
    assert set(RELATIONS.markers([only])) == {"<tail:A>", "<head:A>", "</tail>", "</head>"}


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        (((0, 6), (3, 6)), "<tail:A> An <head:A> ion </head> </tail>"),
        (((3, 6), (0, 6)), "<head:A> An <tail:A> ion </tail> </head>"),
        (((0, 6), (0, 2)), "<tail:A> <head:A> An </head> ion </tail>"),
        (((3, 6), (3, 6)), "<head:A> <tail:A> ion </tail> </head>"),
        (((0, 6), (3, 9)), "<tail:A> An <head:A> ion </tail> is </head>"),
        (((0, 2), (2, 6)), "<tail:A> An </tail> <head:A> ion </head>"),
    ],
)
def test_nested_and_overlapping_spans_have_whole_markers(
    spans: tuple[tuple[int, int], ...], marked: str
) -> None:
    text = " ".join(texts(document(*spans))[0].split())
    assert marked in text
    assert MARKS.sub("", text).split() == TEXT[:25].split()


def test_discontinuous_span_is_marked_from_its_first_to_its_last_character() -> None:
    broken = document(ION, related=())
    pieces = Span("T1", "A", (Interval(7, 9), Interval(20, 24)))
    broken = replace(broken, spans=(*broken.spans, pieces))
    assert "<head:A> is a charged atom </head>" in texts(broken)[0]


def test_marks_are_where_the_markers_stand() -> None:
    for example in RELATIONS.examples([GOLD], learning=False):
        found = [example.texts[0][slice(*place)] for place in example.target.marks]
        assert found == MARKS.findall(example.texts[0])


def test_equal_texts_contradict_if_their_relations_differ() -> None:
    renamed = tuple(replace(span, id=f"{span.id}x") for span in GOLD.spans)
    other = replace(GOLD, spans=renamed, relations=())
    one, two = ([e.target for e in RELATIONS.examples([d], learning=False)] for d in (GOLD, other))
    assert [a == b for a, b in zip(one, two, strict=True)].count(False) == 2
    assert {str(pair) for pair in one} == {"defines", "refers", "no-relation"}


def test_both_directions_are_pairs_and_only_one_is_related() -> None:
    pairs = {
        (one.target.tail, one.target.head): one.target.label
        for one in RELATIONS.examples([GOLD], learning=False)
    }
    assert len(pairs) == 6
    assert (pairs["T1", "T0"], pairs["T0", "T1"]) == ("defines", "no-relation")


@pytest.mark.parametrize(
    ("window", "distance", "reached"),
    [
        (2, 300, {(0, 1), (0, 2), (1, 2)}),
        (2, 12, {(0, 1), (1, 2)}),
        (2, 5, set()),
        (1, 300, {(0, 1)}),
        (0, 300, {(0, 1)}),
    ],
)
def test_pairs_lie_within_window_and_distance(
    window: int, distance: int, reached: set[tuple[int, int]]
) -> None:
    task = replace(RELATIONS, window=window, distance=distance)
    found = task.examples([document(ION, ATOM, IONS)], learning=False)
    pairs = {(int(one.target.tail[1:]), int(one.target.head[1:])) for one in found}
    assert pairs == reached | {(b, a) for a, b in reached}


def test_relations_that_cannot_be_found_or_learnt_are_told() -> None:
    some = document(
        ION, ATOM, IONS,
        related=(("a", 1, 0), ("b", 1, 0), ("a", 1, 0), ("a", 0, 0), ("a", 2, 0), ("a", 0, 9)),
    )  # fmt: skip
    assert RELATIONS.notes([some]) == [
        "relations whose head is no span of the document, which cannot be found: 1 of 6",
        "relations of a span to itself, which cannot be found: 1 of 6",
        "relations beyond window 1 or distance 300, which cannot be found: 1 of 6",
        "relations of a pair that has one already, which are not learnt: 2 of 6",
    ]
    [found] = oracle(RELATIONS, [some], wordpiece(texts(some)), Settings())
    assert [(r.label, r.tail, r.head) for r in found.relations] == [("a", "T1", "T0")]
    assert RELATIONS.measured([found], [some])["f1"].total == (1, 0, 5)
    assert RELATIONS.notes([GOLD]) == []


def test_pairs_without_a_relation_are_sampled_only_in_training() -> None:
    spans = [(n, n + 1) for n in range(0, 24, 2)]
    many = document(*spans, related=(("a", 0, 1),))
    every = RELATIONS.examples([many], learning=False)
    learnt = RELATIONS.examples([many], learning=True)
    assert (len(every), len(learnt)) == (12 * 11, 1 + RELATIONS.negatives)
    assert learnt == RELATIONS.examples([many], learning=True)
    assert all(one in every for one in learnt)
    assert len(texts(document(*spans), learning=True)) == RELATIONS.negatives


@given(
    count=st.integers(1, 60),
    marked=st.sets(st.integers(0, 59), min_size=1, max_size=4),
    room=st.integers(4, 60),
)
def test_cut_keeps_the_markers_and_fills_the_room(count: int, marked: set[int], room: int) -> None:
    own = sorted(n for n in marked if n < count)
    kept = cut_around(count, own, room)
    assert kept == sorted(set(kept)) and set(own) <= set(kept) <= set(range(count))
    assert len(kept) <= min(count, room)
    assert len(kept) >= min(count, room) - 3
    if own and own[-1] - own[0] < min(room, count):
        assert kept == list(range(kept[0], kept[-1] + 1)) and len(kept) == min(count, room)


@given(before=st.integers(0, 90), between=st.integers(0, 90), after=st.integers(0, 90),
       inside=st.integers(1, 40), longest=st.integers(8, 40))  # fmt: skip
def test_no_length_cuts_a_marker(
    before: int, between: int, after: int, inside: int, longest: int
) -> None:
    spans, text = [], ""
    for words in (before, inside, between, inside, after):
        start = len(text)
        text += "atom " * words
        spans.append((start, len(text)))
    spans = [spans[1], spans[3]]
    long = document(*spans, text=text, segments=(Interval(0, len(text)),), related=(("a", 0, 1),))
    task = replace(RELATIONS, distance=9_999)
    examples = task.examples([long], learning=False)
    tokenizer = wordpiece(["atom atom"], markers=task.markers([long]))
    settings = Settings(max_length=longest)
    found = task.features(examples, task.labels([long]), tokenizer, settings, learning=True)
    for feature, example in zip(found, examples, strict=True):
        assert len(feature) <= longest
        tokens = tokenizer.convert_ids_to_tokens(feature.inputs["input_ids"])
        assert [t for t in tokens if MARKS.fullmatch(t)] == MARKS.findall(example.texts[0])
        assert tokens[0] == "[CLS]" and tokens[-1] == "[SEP]"


def test_span_of_a_label_that_train_lacks_has_its_markers_in_plain_text() -> None:
    train = document(ION, ATOM, related=(("a", 1, 0),))
    tokenizer = wordpiece(texts(train), markers=RELATIONS.markers([train]))
    other = replace(train, spans=tuple(replace(span, label="Unseen") for span in train.spans))
    [found] = oracle(RELATIONS, [other], tokenizer, Settings(max_length=40))
    assert found.relations == other.relations


def test_spans_are_given_and_nothing_else_is_left() -> None:
    full = replace(GOLD, labels=(TextLabel("topic", "x"),))
    [found] = oracle(RELATIONS, [full], wordpiece(texts(full)), Settings())
    assert (found.spans, found.relations, found.labels) == (GOLD.spans, GOLD.relations, ())


def test_equal_ids_do_not_mix() -> None:
    both = [GOLD, document(ION, ATOM, related=(("other", 0, 1),))]
    found = oracle(RELATIONS, both, wordpiece(texts(*both)), Settings())
    assert [one.relations for one in found] == [one.relations for one in both]


def test_documents_that_are_named_do_not_count() -> None:
    gold = [GOLD, replace(GOLD, id="e")]
    said = [GOLD, replace(GOLD, id="e", relations=())]
    assert RELATIONS.measured(said, gold)["f1"].total == (2, 0, 2)
    assert RELATIONS.measured(said, gold, without={("e", 0)})["f1"].total == (2, 0, 0)
    assert RELATIONS.measured(said, gold, without={("d", 0), ("e", 0)})["f1"].score is None


def test_scores_are_of_all_and_of_each_label() -> None:
    less = replace(GOLD, relations=GOLD.relations[:1])
    found = RELATIONS.measured([less], [GOLD])
    assert set(found) == {"f1", "label:defines", "label:refers"}
    assert found["f1"].score == pytest.approx(2 / 3)


def test_what_cannot_be_learnt_is_explained() -> None:
    with pytest.raises(InputError, match="there is no relation in it"):
        RELATIONS.labels([document(ION)])
    with pytest.raises(InputError, match="which says here that there is none"):
        RELATIONS.labels([document(ION, ATOM, related=(("no-relation", 0, 1),))])
    with pytest.raises(InputError, match=r"lacks: refers \(in d\)"):
        check_known(RELATIONS, [GOLD], "the dev split", ("no-relation", "defines"))
    narrow = task_named("relations", {"window": 0})
    assert settings_of(narrow) == {"main": "f1", "window": 0, "distance": 300, "negatives": 4}


def test_deft_is_reached(deft: Path) -> None:
    dev = list(read(deft / "dev"))
    assert RELATIONS.notes(dev) == [
        "relations beyond window 1 or distance 300, which cannot be found: 1 of 352"
    ]


def test_sentences_are_compared_between_splits_with_the_relations_in_them() -> None:
    text = "A is B. C"
    spans = tuple(
        Span(n, "Term", (Interval(at, at + 1),)) for n, at in (("a", 0), ("b", 5), ("c", 8))
    )
    relations = (Relation("AKA", "b", "a"), Relation("AKA", "c", "a"))
    sentences = (Interval(0, 7), Interval(8, 9))
    document = Document("d", "en", text, sentences, spans=spans, relations=relations)
    found = RELATIONS.units((document,), learning=True)
    assert [unit.label for unit, _ in found] == [(("AKA", 0, 5),), ()]
