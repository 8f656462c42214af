"""With the real program: what it does to any text, and how many spans it brings back."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.translate.apertium.installed import ENGLISH, SPANISH, document, translated

import donor
from donor.data import Candidate, Declined, Document, Guidance, Interval, Span
from donor.errors import ConfigError
from donor.resolve import resolve
from donor.translate.apertium import apertium, engine

SIGNS = st.sampled_from(
    [*"[]{}^$/\\<>@*#~+ \n\u00a0\u00ad\u0301'’😀", "[k:0]", "[[t:s:1]]", "[]", "[1]", "^a/b<n>$"]
)
WORDS = st.sampled_from("The the red house cell-wall don't it John's ice cream of 3.5% x²".split())
TEXTS = st.lists(WORDS | SIGNS | st.text(max_size=3) | st.just(" "), max_size=12).map("".join)


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    try:
        engine(ENGLISH, SPANISH)
    except ConfigError as error:
        pytest.skip(f"needs Apertium: {error}")


def surfaces(source: Document, folder: Path, guidance: Guidance = Guidance()) -> dict[str, str]:  # noqa: B008
    """The translation under "", and the words of each span under those of the source."""
    translator = apertium(
        [source], source=ENGLISH, target=SPANISH, folder=folder, guidance=guidance
    )
    found = translated(translator, source, guidance)
    target = found.translation.document(source)
    candidates = [one for one in found.candidates if isinstance(one, Candidate)]
    resolutions = resolve(target.text, candidates, language="es")
    return {"": target.text} | {
        source.span(one.span_id).surface(source.text): " … ".join(
            place.of(target.text) for place in one.fragments or ()
        )
        for one in resolutions
    }


def test_spans_follow_their_words(tmp_path: Path) -> None:
    text = "The blue cell membrane of my aunt's house is big."
    source = document(text, "blue cell membrane", "cell", "aunt", "house")
    assert surfaces(source, tmp_path) == {
        "": "La membrana de celda azul de la casa de mi tía es grande.",
        "blue cell membrane": "membrana de celda azul",
        "cell": "celda",
        "aunt": "tía",
        "house": "casa",
    }


def test_word_that_spanish_leaves_out_has_no_counterpart(tmp_path: Path) -> None:
    source = document("She eats bread.", "She", "bread")
    translator = apertium([source], source=ENGLISH, target=SPANISH, folder=tmp_path)
    found = translated(translator, source)
    assert found.translation.segments == ("Come pan.",)
    she, bread = found.candidates
    assert isinstance(she, Declined)
    assert isinstance(bread, Candidate)


def test_kept_words_stay(tmp_path: Path) -> None:
    guidance = Guidance(keep=("red house", re.compile(r"\w+\[\d\]")))
    source = document("The red house has x[3] doors.", "red house", "doors")
    found = surfaces(source, tmp_path, guidance)
    assert found["red house"] == "red house"
    assert "x[3]" in found[""]


def test_sentence_is_translated_alike_in_any_company(tmp_path: Path) -> None:
    texts = ["The house is red", "of", "I saw her duck. It is", "red"]
    documents = [document(text, id=str(n)) for n, text in enumerate(texts)]
    together = apertium(documents, source=ENGLISH, target=SPANISH, folder=tmp_path / "all")
    for one in documents:
        alone = apertium([one], source=ENGLISH, target=SPANISH, folder=tmp_path / one.id)
        assert translated(together, one) == translated(alone, one)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 40), st.integers(1, 40)), min_size=1, max_size=30))
@example([("house\u0301", 0, 1)])
def test_whatever_the_text_segments_and_spans_are_all_answered_for(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, int, int]]
) -> None:
    documents = []
    for n, (text, start, length) in enumerate(drawn):
        whole, part = Interval(0, len(text)), text[start : start + length]
        spans = (Span("T1", "Term", (Interval(start, start + len(part)),)),) if part else ()
        documents.append(Document(str(n), "en", text, (whole,), spans=spans))
    folder = tmp_path_factory.mktemp("run")
    guidance = Guidance(keep=("house", "<"))
    translator = apertium(
        documents, source=ENGLISH, target=SPANISH, folder=folder, guidance=guidance
    )
    for one in documents:
        found = translated(translator, one, guidance)
        assert not found.translation.problem
        [segment] = found.translation.segments
        assert bool(segment.strip()) == bool(one.text.strip())
        assert [answer.span_id for answer in found.candidates] == [span.id for span in one.spans]
        assert all(words in segment for words in guidance.kept_in(one.text))
        candidates = [answer for answer in found.candidates if isinstance(answer, Candidate)]
        for resolution in resolve(segment, candidates, language="es"):
            assert resolution.fragments or "cuts a letter" in resolution.detail


def test_documents_of_a_file_go_through_whole(tmp_path: Path) -> None:
    path = tmp_path / "reviews.conll"
    words = "The\tO food\tB-TARGET was\tO good\tO .\tO".split(" ")
    more = "The\tO wine\tB-TARGET list\tI-TARGET is\tO big\tO .\tO".split(" ")
    path.write_text("\n".join([*words, "", *more, ""]))
    documents = list(donor.read(path))
    translator = apertium(donor.read(path), source=ENGLISH, target=SPANISH, folder=tmp_path / "run")
    found = [translated(translator, one) for one in documents]
    pairs = zip(documents, found, strict=True)
    targets = [one.translation.document(source) for source, one in pairs]
    placed = [
        place.of(target.text)
        for target, one in zip(targets, found, strict=True)
        for candidate in one.candidates
        if isinstance(candidate, Candidate)
        for place in candidate.answer.ranges  # type: ignore[union-attr]
    ]
    assert placed == ["comida", "lista de vino"]


@pytest.mark.long
@pytest.mark.parametrize(("name", "spans", "placed", "whole"), [
    ("absa-en-es", 1743, 1743, 1559),
    ("europarl-en-es", 702, 700, 620),
    ("xquad-en-es", 632, 632, 535),
    ("abstrct-en-es", 326, 326, 88),
])  # fmt: skip
def test_spans_of_the_gold_come_back(
    gold: Path, tmp_path: Path, name: str, spans: int, placed: int, whole: int
) -> None:
    """The figures of docs/apertium.md, which were measured with apertium-eng-spa 0.8.1-2."""
    documents = list(donor.read(gold / f"{name}.jsonl"))
    translator = apertium(documents, source=ENGLISH, target=SPANISH, folder=tmp_path)
    counts: Counter[str] = Counter()
    for one in documents:
        found = translated(translator, one)
        assert not found.translation.problem
        for answer in found.candidates:
            counts["spans"] += 1
            if isinstance(answer, Candidate):
                counts["placed"] += 1
                counts["whole"] += dict(answer.evidence)["parts"] == 1
    assert counts["spans"] == spans
    assert counts["placed"] == pytest.approx(placed, rel=0.01)
    assert counts["whole"] == pytest.approx(whole, rel=0.03)


def test_listed_modes_are_those_of_the_program() -> None:
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=True)
    assert engine(ENGLISH, SPANISH).mode in listed.stdout.split()
    assert engine(ENGLISH, SPANISH).data
