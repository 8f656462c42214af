"""What is held out of train: a tenth, of which train keeps every label."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.errors import InputError
from donor.train.held_out import held_out


def document(text: str, *labels: str, tones: Sequence[str] = (), name: str = "") -> Document:
    extent = (Interval(0, len(text)),)
    spans = tuple(Span(f"T{n}", label, extent) for n, label in enumerate(labels))
    found = tuple(TextLabel("tone", tone) for tone in tones)
    return Document(name or text, "en", text, extent, spans=spans, labels=found)


def labels_of(documents: Sequence[Document]) -> set[str]:
    spans = {span.label for one in documents for span in one.spans}
    return spans | {label.value for one in documents for label in one.labels}


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 40), st.lists(st.sampled_from("ABCDE"), max_size=2)),
        min_size=2,
        max_size=60,
    ),
    seed=st.integers(0, 99),
)
def test_sides_are_disjoint_and_dev_has_nothing_that_train_lacks(
    rows: list[tuple[int, list[str]]], seed: int
) -> None:
    train = [document(f"text {n}", *labels, name=f"d{at}") for at, (n, labels) in enumerate(rows)]
    if len({one.text for one in train}) < 2:
        return
    left, dev = held_out(train, "data", seed)
    assert sorted(one.id for one in (*left, *dev)) == sorted(one.id for one in train)
    assert left and dev
    assert not {one.text for one in left} & {one.text for one in dev}
    # Where no text can be spared, the smallest group goes all the same.
    texts = {one.text for one in train}
    if any(labels_of(train) == labels_of([o for o in train if o.text != t]) for t in texts):
        assert labels_of(dev) <= labels_of(left)


def test_the_only_text_with_a_label_stays_in_train() -> None:
    train = [document(f"text {n}", "A") for n in range(19)] + [document("rare", "B")]
    for seed in range(20):
        left, dev = held_out(train, "data", seed)
        assert (len(dev), labels_of(dev)) == (2, {"A"})
        assert "rare" in {one.text for one in left}


def test_some_of_dev_is_annotated_if_train_is() -> None:
    train = [document(f"text {n}") for n in range(30)]
    train += [document("one", "A"), document("other", "A")]
    for seed in range(20):
        _, dev = held_out(train, "data", seed)
        assert labels_of(dev) == {"A"}
        assert len(dev) == 3


def test_each_sort_of_annotation_is_in_dev() -> None:
    """Whichever of them a model is to learn."""
    related = [document(f"text {n}", "A", "A") for n in range(5)]
    related = [replace(one, relations=(Relation("r", "T0", "T1"),)) for one in related]
    train = related + [document(f"plain {n}", "A", tones=("good",)) for n in range(15)]
    for seed in range(50):
        _, dev = held_out(train, "data", seed)
        assert len(dev) == 2
        assert any(one.relations for one in dev) and any(one.labels for one in dev)


def test_of_large_groups_one_that_can_be_spared_goes() -> None:
    train = [document(text, label, name=f"{text}{n}") for text, label in
             (("a", "X"), ("b", "X"), ("c", "X"), ("d", "Y")) for n in range(2)]  # fmt: skip
    for seed in range(50):
        assert labels_of(held_out(train, "data", seed)[1]) == {"X"}


def test_relations_are_labels_too() -> None:
    some = document("a b", "A", "A")
    train = [replace(some, id=f"d{n}", text=f"a {n}") for n in range(9)]
    train.append(replace(some, relations=(Relation("r", "T0", "T1"),)))
    for seed in range(20):
        assert not any(one.relations for one in held_out(train, "data", seed)[1])


def test_label_that_names_each_text_keeps_none_in_train() -> None:
    for count in (20, 40):
        train = [document(f"text {n}", tones=(f"{n}",)) for n in range(count)]
        assert len(held_out(train, "data", 1)[1]) == count // 10


def test_many_equal_texts_do_not_fill_dev() -> None:
    train = [document("", name=f"empty {n}") for n in range(50)]
    train += [document(f"text {n}") for n in range(50)]
    for seed in range(20):
        dev = held_out(train, "data", seed)[1]
        assert len(dev) == 10
        assert all(one.text for one in dev)


def test_nothing_that_can_be_spared_leaves_the_smallest() -> None:
    train = [document("a", "A", name="1"), document("a", "A", name="2"), document("b", "B")]
    assert [one.text for one in held_out(train, "data", 1)[1]] == ["b"]


def test_single_text_is_refused() -> None:
    with pytest.raises(InputError, match="data: train has a single text"):
        held_out([document("a"), document(" A", name="d")], "data", 1)
