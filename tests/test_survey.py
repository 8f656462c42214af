"""What a dataset holds and what is odd about it, in the smallest cases."""

from dataclasses import replace

import pytest

from donor.data import Document, Interval, Relation, Span, TextLabel
from donor.survey import Survey


def document(text: str = "An ion moves.", *places: tuple[int, int], **more: object) -> Document:
    """A document of one segment, with a span T1, T2 … at each place."""
    spans = [Span(f"T{n}", "Term", (Interval(*p),)) for n, p in enumerate(places, start=1)]
    whole = (Interval(0, len(text)),) if text.strip() else ()
    made = Document("d:1", "en", text, whole, spans=tuple(spans))
    return replace(made, **more)  # type: ignore[arg-type]


def surveyed(*documents: Document) -> dict:
    survey = Survey()
    for one in documents:
        survey.add(one)
    return survey.as_json()


def test_spans_are_counted_with_their_lengths() -> None:
    found = surveyed(document("a bc def ghij", (0, 1), (2, 4), (5, 8), (9, 13)))
    assert found["spans"] == {"Term": 4}
    assert found["lengths"] == {"Term": {"median": 2, "longest": 4}}


def test_length_of_a_discontinuous_span_is_that_of_its_fragments() -> None:
    span = Span("T1", "Term", (Interval(0, 2), Interval(7, 12)))
    found = surveyed(document(spans=(span,)))
    assert (found["discontinuous"], found["lengths"]["Term"]["longest"]) == (1, 7)


@pytest.mark.parametrize(
    ("places", "kind"),
    [
        (((0, 6), (3, 6)), "nested"),
        (((3, 6), (3, 6)), "equal"),
        (((0, 6), (3, 12)), "crossing"),
        (((0, 2), (3, 6)), None),
    ],
)
def test_overlaps_are_told_apart(places: tuple[tuple[int, int], ...], kind: str | None) -> None:
    overlaps = surveyed(document("An ion moves.", *places))["overlaps"]
    assert {name for name, count in overlaps.items() if count} == ({kind} if kind else set())


def test_relations_and_dangling_heads() -> None:
    arcs = (Relation("AKA", "T1", "T2"), Relation("AKA", "T9", "T2"))
    found = surveyed(document("An ion moves.", (0, 2), (3, 6), relations=arcs))
    assert (found["relations"], found["dangling_heads"]) == ({"AKA": 2}, 1)


def test_labels_by_name_and_value() -> None:
    some = [document(labels=(TextLabel("kind", value),)) for value in "aab"]
    assert surveyed(*some)["labels"] == {"kind": {"a": 2, "b": 1}}


def test_values_without_end_are_counted_together() -> None:
    some = [document(labels=(TextLabel("score", str(n)),)) for n in range(1100)]
    assert surveyed(*some)["labels"]["score"]["…"] == 100


@pytest.mark.parametrize(
    ("text", "place", "odd"),
    [
        ("An ion moves.", (2, 6), "white space"),
        ("An ion moves.", (3, 7), "white space"),
        ("An ion moves.", (3, 5), "cut a word"),
        ("An ion moves.", (4, 6), "cut a word"),
        ("An ion moves.", (3, 6), None),
        ("离子是带电的原子", (0, 2), None),
        ("Ионы заряжены", (1, 4), "cut a word"),
        ("Das Wasser-Molekül", (4, 10), None),
    ],
)
def test_edges_that_look_wrong(text: str, place: tuple[int, int], odd: str | None) -> None:
    found = surveyed(document(text, place))["odd"]
    assert [one["examples"] for one in found] == ([["d:1 T1"]] if odd else [])
    assert all(odd in one["what"] for one in found)


def test_empty_text_is_odd() -> None:
    assert surveyed(document(" "))["odd"] == [
        {"what": "empty texts", "count": 1, "examples": ["d:1"]}
    ]


def test_empty_text_counts_in_its_split() -> None:
    found = surveyed(document("  ", metadata={"file": "train.jsonl"}))
    assert (found["documents"], found["splits"]) == (1, {"train": 1})


def test_same_sentence_with_other_spans_contradicts() -> None:
    plain, other = document("An ion moves.", (3, 6)), document("An ion moves.", (0, 6))
    [odd] = surveyed(plain, plain, other)["odd"]
    assert (odd["what"], odd["count"]) == (
        "sentences annotated otherwise than where they stood first",
        1,
    )


def test_same_sentence_with_another_label_contradicts() -> None:
    some = [document(labels=(TextLabel("kind", value),)) for value in "ab"]
    assert [odd["count"] for odd in surveyed(*some)["odd"]] == [1]


def test_sentence_repeated_elsewhere_is_no_contradiction() -> None:
    two = Document(
        "d:2",
        "en",
        "So. An ion moves.",
        (Interval(0, 3), Interval(4, 17)),
        spans=(Span("T1", "Term", (Interval(7, 10),)),),
    )
    found = surveyed(document("An ion moves.", (3, 6)), two)
    assert (found["odd"], found["duplicates"]) == ([], 0)


@pytest.mark.parametrize(
    ("files", "shared"),
    [
        (("train.jsonl", "test.jsonl"), [{"splits": ["train", "test"], "texts": 1}]),
        (("a/train/x.txt", "a/validation/x.txt"), [{"splits": ["train", "dev"], "texts": 1}]),
        (("en_dev.conll", "en_train.conll"), [{"splits": ["train", "dev"], "texts": 1}]),
        (("train-1.jsonl", "train-2.jsonl"), []),
        (("trains.jsonl", "contest.jsonl"), []),
    ],
)
def test_texts_of_several_splits_are_counted(files: tuple[str, str], shared: list) -> None:
    found = surveyed(*(document(metadata={"file": file}) for file in files))
    assert (found["shared_texts"], found["duplicates"]) == (shared, 1)


def test_declared_languages_are_counted() -> None:
    found = surveyed(document(), document(language=None))
    assert found["declared_languages"] == {"en": 1, "": 1}


def test_sentences_of_several_splits_are_counted() -> None:
    long = replace(
        document("So. An ion moves."),
        segments=(Interval(0, 3), Interval(4, 17)),
        metadata={"file": "dev.jsonl"},
    )
    found = surveyed(document(metadata={"file": "train.jsonl"}), long, long)
    assert found["shared_sentences"] == [{"splits": ["train", "dev"], "sentences": 1}]
    assert found["shared_texts"] == []
