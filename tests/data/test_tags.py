import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.data.tags import (
    Scheme,
    TokenSpan,
    first_departure,
    is_tag,
    scheme_named,
    scheme_of,
    spans_of,
    tags_of,
)
from donor.errors import ConfigError

LABELS = st.sampled_from(["PER", "LOC", "B-side", "_"])


@st.composite
def disjoint_spans(draw: st.DrawFn) -> tuple[list[TokenSpan], int]:
    spans, at = [], 0
    for _ in range(draw(st.integers(0, 5))):
        start = at + draw(st.integers(0, 2))
        at = start + draw(st.integers(1, 4))
        spans.append(TokenSpan(start, at, draw(LABELS)))
    return spans, at + draw(st.integers(0, 2))


@pytest.mark.parametrize("scheme", [s for s in Scheme if s is not Scheme.IO])
@given(disjoint_spans())
def test_every_scheme_but_io_says_every_span(
    scheme: Scheme, case: tuple[list[TokenSpan], int]
) -> None:
    spans, length = case
    tags = tags_of(spans, length, scheme)
    assert spans_of(tags, scheme) == spans
    assert first_departure(tags, spans, scheme) is None


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("IO", "PER PER PER O PER LOC"),
        ("IOB1", "I-PER I-PER B-PER O I-PER I-LOC"),
        ("BIO", "B-PER I-PER B-PER O B-PER B-LOC"),
        ("BILOU", "B-PER L-PER U-PER O U-PER U-LOC"),
        ("BIOES", "B-PER E-PER S-PER O S-PER S-LOC"),
        ("BMES", "B-PER E-PER S-PER O S-PER S-LOC"),
        ("BMEWO", "B-PER E-PER W-PER O W-PER W-LOC"),
    ],
)
def test_the_tags_of_each_scheme(scheme: str, tags: str) -> None:
    parts = [(0, 2, "PER"), (2, 3, "PER"), (4, 5, "PER"), (5, 6, "LOC")]
    spans = [TokenSpan(*part) for part in parts]
    assert tags_of(spans, 6, scheme_named(scheme)) == tags.split()


def test_an_inner_token_of_four_letters() -> None:
    assert tags_of([TokenSpan(0, 3, "X")], 3, Scheme.BMES) == ["B-X", "M-X", "E-X"]
    assert tags_of([TokenSpan(0, 3, "X")], 3, Scheme.BILOU) == ["B-X", "I-X", "L-X"]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("I-PER I-PER", [(0, 2, "PER")]),
        ("O I-PER O", [(1, 2, "PER")]),
        ("B-PER I-LOC", [(0, 1, "PER"), (1, 2, "LOC")]),
        ("I-PER B-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("B-PER E-PER I-PER", [(0, 2, "PER"), (2, 3, "PER")]),
        ("E-PER E-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("S-PER I-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("B-PER O I-PER", [(0, 1, "PER"), (2, 3, "PER")]),
        ("B I O B", [(0, 2, "_"), (3, 4, "_")]),
    ],
)
def test_ill_formed_tags_are_read_as_conlleval_reads_them(
    tags: str, spans: list[tuple[int, int, str]]
) -> None:
    assert spans_of(tags.split()) == spans


@given(
    st.lists(
        st.sampled_from(["O", *(f"{p}-{label}" for p in "BIES" for label in ("PER", "LOC"))]),
        max_size=12,
    )
)
def test_any_sequence_is_read_as_seqeval_reads_it(tags: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        labeling = pytest.importorskip("seqeval.metrics.sequence_labeling")
        expected = [TokenSpan(a, b + 1, label) for label, a, b in labeling.get_entities(tags)]
    assert spans_of(tags) == expected


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        ("I-PER I-PER O I-LOC B-LOC", Scheme.IOB1),
        ("B-PER I-PER O B-LOC I-LOC", Scheme.BIO),
        ("B-PER I-PER O I-LOC B-LOC B-LOC", Scheme.BIO),
        ("O O U-PER", Scheme.BILOU),
        ("B-PER L-PER", Scheme.BILOU),
        ("O S-PER B-PER I-PER", Scheme.BIOES),
        ("B-PER M-PER E-PER S-PER", Scheme.BMES),
        ("B-PER M-PER E-PER W-PER", Scheme.BMEWO),
        ("O O", Scheme.BIO),
    ],
)
def test_the_scheme_is_found_out(tags: str, scheme: Scheme) -> None:
    assert scheme_of([["O"], tags.split()]) is scheme


def test_the_first_departure_says_where_and_what_is_right() -> None:
    tags = ["O", "I-PER", "I-PER"]
    assert first_departure(tags, spans_of(tags), Scheme.BIO) == (1, "B-PER")
    assert first_departure(tags, spans_of(tags), Scheme.IOB1) is None


def test_aliases_and_unknown_schemes() -> None:
    assert scheme_named("iob2") is Scheme.BIO
    assert scheme_named("IOBES") is Scheme.BIOES
    with pytest.raises(ConfigError, match="IOB1, BIO, BILOU"):
        scheme_named("XYZ")


def test_what_is_no_tag() -> None:
    assert not any(map(is_tag, ["NNP", "B-", "b-PER", "", "X-PER", "BPER", "person-athlete"]))
    with pytest.raises(ValueError, match="tag 'NNP'"):
        spans_of(["O", "NNP"])


def test_overlapping_spans_have_no_tags() -> None:
    with pytest.raises(ValueError, match="overlap at token 1"):
        tags_of([TokenSpan(0, 2, "A"), TokenSpan(1, 3, "B")], 3)
