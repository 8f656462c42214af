"""Signs of a script without spaces: one token's go together, and spans end where tokens do."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.train.asked import oracle
from tests.train.tokenizing import byte_level, pieces

from donor.data import Document, Interval, Span
from donor.languages.tokens import plain_spans, plain_tokens
from donor.train.encoders.scratch import wordpiece
from donor.train.examples import Settings
from donor.train.tasks.signs import Run, joined_signs, joined_tags
from donor.train.tasks.spans import SPANS
from donor.train.tasks.windows import encoded

PIECES = (
    *("ไอออนคือ", "อะตอมที่มีประจุ", "น้ำแข็ง", " ", "DNA", "(3,5)", "ນ້ຳ", "ရေ", "ទឹក", "水は"),
    *("མི་རྣམས་", "ཆུ།", "๑๒", "១២"),
)
TOKENIZERS = (
    wordpiece(PIECES * 3),
    byte_level(PIECES * 20),
    byte_level(PIECES * 20, trimmed=False),
    pieces(PIECES * 20),
)


def document(
    text: str, *spans: tuple[str, int, int], segments: tuple[Interval, ...] = ()
) -> Document:
    found = tuple(Span(f"T{n}", label, (Interval(a, b),)) for n, (label, a, b) in enumerate(spans))
    return Document("d", "th", text, segments or (Interval(0, len(text)),), spans=found)


def places(found: Document) -> list[tuple[str, int, int]]:
    return [(span.label, span.extent.start, span.extent.end) for span in found.spans]


def runs_of(text: str, tokenizer: Any) -> list[tuple[int, int]]:
    """Where the runs of a text stand."""
    words = list(plain_spans(text))
    [tokens] = encoded(tokenizer, [(text,)], 512)
    runs = joined_signs(tokens.places, text, words, [0])
    return [(words[run.start][0], words[run.end - 1][1]) for run in runs]


@pytest.mark.parametrize(
    ("text", "tokens", "firsts", "expected"),
    [
        ("กขคง", [(0, 3), (3, 4)], [0], [(0, 3), (3, 4)]),
        # Tokens that share a sign hold all of theirs together.
        ("ก่ข", [(0, 1), (1, 3)], [0], [(0, 2)]),
        ("กขคง", [(0, 3), (3, 4)], [0, 2], [(0, 2), (2, 3), (3, 4)]),
        ("กข", [(0, 1), (1, 2)], [0], [(0, 1), (1, 2)]),
        ("ก ข", [(0, 3)], [0], [(0, 1), (1, 2)]),
        ("don't", [(0, 5)], [0], [(0, 1)]),
        ("aกข(", [(0, 4)], [0], [(0, 1), (1, 3), (3, 4)]),
        ("མི་རྣ", [(0, 4)], [0], [(0, 3)]),
        ("๑๒ก", [(0, 3)], [0], [(0, 3)]),
        ("ཆུ།", [(0, 3)], [0], [(0, 1), (1, 2)]),
        # Each sign of these means something.
        ("水は", [(0, 2)], [0], [(0, 1), (1, 2)]),
        ("กข", [None, None], [0], [(0, 1), (1, 2)]),
        ("", [None], [0], []),
    ],
)
def test_signs_under_one_token_go_together(
    text: str, tokens: list[Any], firsts: list[int], expected: list[tuple[int, int]]
) -> None:
    assert joined_signs(tokens, text, list(plain_spans(text)), firsts) == expected


@pytest.mark.parametrize(
    ("tags", "runs", "expected"),
    [
        ("O B-A I-A", [(0, 2), (2, 3)], "B-A I-A I-A"),
        ("B-A I-A O", [(0, 1), (1, 3)], "B-A I-A I-A"),
        ("O O B-A", [(0, 2), (2, 3)], "O O B-A"),
        ("B-A B-B I-B", [(0, 3)], "B-B I-B I-B"),
        ("B-A B-B", [(0, 2)], "B-A I-A"),
        # What is left of the other one begins behind the run.
        ("B-A I-A B-B I-B", [(0, 3), (3, 4)], "B-A I-A I-A B-B"),
        ("B-A B-A I-A", [(0, 2), (2, 3)], "B-A I-A B-A"),
        ("B I B", [(0, 2), (2, 3)], "B I B"),
    ],
)
def test_tags_of_a_run_are_those_of_most_of_it(
    tags: str, runs: list[tuple[int, int]], expected: str
) -> None:
    found = joined_tags(tags.split(), [Run(*run) for run in runs])
    assert " ".join(found) == expected


@st.composite
def texts(draw: st.DrawFn) -> str:
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12)))
    return text if text.strip() else "น้ำ"


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(text=texts(), data=st.data(), longest=st.integers(12, 60), all_subwords=st.booleans())
def test_a_span_comes_out_widened_to_runs(
    tokenizer: Any, text: str, data: st.DataObject, longest: int, all_subwords: bool
) -> None:
    words = list(plain_spans(text))
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start, len(words) - 1))
    wanted = document(text, ("A", words[start][0], words[end][1]))
    settings = Settings(max_length=longest, all_subwords=all_subwords)
    [found] = oracle(SPANS, [wanted], tokenizer, settings)
    touched = [
        (a, b) for a, b in runs_of(text, tokenizer) if a < words[end][1] and words[start][0] < b
    ]
    assert places(found) == [("A", touched[0][0], touched[-1][1])]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(text=texts(), data=st.data())
def test_spans_end_where_runs_do(tokenizer: Any, text: str, data: st.DataObject) -> None:
    words = list(plain_spans(text))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(words)), min_size=2, max_size=8)))
    spans = [("AB"[n % 2], words[a][0], words[b - 1][1]) for n, (a, b) in enumerate(pairwise(cuts))]
    [found] = oracle(SPANS, [document(text, *spans)], tokenizer, Settings())
    edges = {edge for run in runs_of(text, tokenizer) for edge in run}
    assert all({start, end} <= edges for _, start, end in places(found))
    assert 1 <= len(found.spans) <= len(spans)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(texts=st.lists(texts(), min_size=2, max_size=4), data=st.data(), spaced=st.booleans())
def test_a_span_stays_in_its_sentence(
    tokenizer: Any, texts: list[str], data: st.DataObject, spaced: bool
) -> None:
    gap, segments = " " if spaced else "", []
    for text in texts:
        start = segments[-1].end + len(gap) if segments else 0
        segments.append(Interval(start, start + len(text)))
    chosen = data.draw(st.sampled_from(segments))
    words = list(plain_spans(chosen.of(gap.join(texts))))
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(words) - 1)] * 2)))
    place = ("A", chosen.start + words[a][0], chosen.start + words[b][1])
    wanted = document(gap.join(texts), place, segments=tuple(segments))
    settings = Settings(max_length=data.draw(st.integers(12, 40)), stride=4)
    [[(_, start, end)]] = [places(one) for one in oracle(SPANS, [wanted], tokenizer, settings)]
    assert chosen.start <= start <= place[1] and place[2] <= end <= chosen.end


def test_an_encoder_from_scratch_learns_signs() -> None:
    wanted = document("ไอออนคือ", ("A", 0, 3))
    for tokenizer in TOKENIZERS:
        [found] = oracle(SPANS, [wanted], tokenizer, Settings(whole_tokens=False))
        assert places(found) == [("A", 0, 3)]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("text", ["ไอออนคืออะตอมที่มีประจุ", "མི་རྣམས་", "ទឹក១២"])
def test_no_token_is_cut(tokenizer: Any, text: str) -> None:
    """So an encoder reads what it was trained on."""
    wanted = document(text, ("A", 0, 3))
    [example] = SPANS.examples([wanted], learning=True)
    labels = SPANS.labels([wanted])
    [feature] = SPANS.features([example], labels, tokenizer, Settings(), learning=True)
    assert feature.inputs["input_ids"] == tokenizer(text)["input_ids"]


def test_own_tokens_stay_words() -> None:
    text = "ไอออนคือ"
    wanted = replace(document(text, ("A", 0, 3)), tokens=tuple(plain_tokens(text)))
    [found] = oracle(SPANS, [wanted], pieces([text] * 20), Settings())
    assert places(found) == [("A", 0, 3)]
    assert SPANS.notes([wanted]) == []


def test_what_is_learnt_by_tokens_is_told() -> None:
    documents = [document("water", ("A", 0, 5)), document("ไอออน", ("A", 0, 5))]
    [note] = SPANS.notes(documents)
    assert note.startswith("documents with words in a script without spaces")
    assert note.endswith("to whose edges spans are learnt: 1 of 2")
