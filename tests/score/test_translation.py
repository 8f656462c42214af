"""Translation scores: the same numbers as sacrebleu's own `corpus_score` over the same texts."""

import importlib.util
import random
from pathlib import Path
from typing import Any

import pytest
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

from donor.data import Document, Interval, SideText
from donor.formats import read_sides
from donor.score import Measurement, paired_bootstrap, randomisation
from donor.score.translation import as_json, translation_measurements, translation_pairs


def sacrebleus(language: str) -> dict[str, Any]:
    """What a user of sacrebleu would take for the language."""
    signs = language == "zh"
    return {
        "bleu": BLEU(tokenize=language if signs else "13a"),
        "chrf2": CHRF(),
        "ter": TER(normalized=signs, asian_support=signs),
    }


def assert_same_as_sacrebleu(pairs: list[tuple[list[str], list[str]]], language: str) -> None:
    translations = [text for one, _ in pairs for text in one]
    references = [text for _, one in pairs for text in one]
    ours = translation_measurements(pairs, language)
    for name, metric in sacrebleus(language).items():
        theirs = metric.corpus_score(translations, [references]).score
        assert ours[name].score == theirs, name
        assert ours[name].metric.signature == metric.get_signature().format(), name


def spoilt(text: str, chance: random.Random, share: float = 0.1) -> str:
    """The text, some words of it gone, others exchanged."""
    words = [word for word in text.split(" ") if chance.random() > share]
    for at in range(1, len(words)):
        if chance.random() < share:
            words[at - 1], words[at] = words[at], words[at - 1]
    return " ".join(words)


@pytest.mark.parametrize("name", ["absa-en-ru", "europarl-en-es"])
def test_gold_scores_as_sacrebleu_scores_it(gold: Path, name: str) -> None:
    chance = random.Random(1)
    targets = [target for _, target in read_sides(gold / f"{name}.jsonl")][:300]
    pairs = [
        ([spoilt(text, chance) for text in target.segment_texts()], list(target.segment_texts()))
        for target in targets
    ]
    assert_same_as_sacrebleu(pairs, str(targets[0].language))


@pytest.mark.parametrize(("language", "letters"), [("ru", "аб. ,-\n1&"), ("zh", "细胞a。 1、")])
@pytest.mark.parametrize("seed", range(8))
def test_random_texts_score_as_sacrebleu_scores_them(
    language: str, letters: str, seed: int
) -> None:
    chance = random.Random(seed)

    def texts(number: int) -> list[str]:
        return ["".join(chance.choices(letters, k=chance.randrange(40))) for _ in range(number)]

    sizes = [chance.randrange(1, 4) for _ in range(12)]
    assert_same_as_sacrebleu([(texts(size), texts(size)) for size in sizes], language)


@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [
        *[("zh", "zh"), ("zh-Hant", "zh"), ("zh-Latn", "13a"), ("th", "char"), ("my", "char")],
        *[("pt-BR", "13a"), ("sr", "13a"), ("und", "13a")],
    ],
)
def test_words_are_found_as_the_language_is_written(language: str, tokenizer: str) -> None:
    measured = translation_measurements([], language)
    assert f"|tok:{tokenizer}|" in measured["bleu"].metric.signature
    assert ("ter" in measured) is (tokenizer != "char")


@pytest.mark.parametrize(
    ("language", "text", "package"),
    [("ja", "細胞は分裂する。", "MeCab"), ("ko", "세포는 분열한다.", "mecab_ko")],
)
def test_characters_stand_in_for_a_missing_dictionary(
    language: str, text: str, package: str
) -> None:
    bleu = translation_measurements([([text], [text])], language)["bleu"]
    there = importlib.util.find_spec(package) is not None
    assert f"|tok:{f'{language}-mecab' if there else 'char'}" in bleu.metric.signature
    assert bleu.score == pytest.approx(100)


def test_missing_translation_counts_as_an_empty_one() -> None:
    here = (["water boils at night"], ["water boils at night"])
    missing = translation_measurements([here, ([], ["one two", "three"])], "en")
    empty = translation_measurements([here, (["", ""], ["one two", "three"])], "en")
    assert {name: one.rows for name, one in missing.items()} == {
        name: one.rows for name, one in empty.items()
    }
    assert missing["ter"].total == (3, 7)


def test_segments_that_do_not_pair_are_one_text() -> None:
    measured = translation_measurements([(["a b", "c d"], ["a b c d"])], "en")
    assert (measured["bleu"].score, measured["ter"].score) == (pytest.approx(100), 0)


@pytest.mark.parametrize("pairs", [[], [([], [])], [([""], [""])]])
def test_nothing_to_translate_has_no_score(pairs: list[tuple[list[str], list[str]]]) -> None:
    found = as_json(translation_measurements(pairs, "ru"))
    assert {name: (one["score"], one["interval"]) for name, one in found.items()} == {
        "bleu": (None, None),
        "chrf2": (None, None),
        "ter": (None, None),
    }


def test_empty_reference_is_no_perfect_score() -> None:
    """chrF counts no characters where the reference has none, so it knows nothing of them."""
    measured = translation_measurements([(["words"], [""])], "en")
    scores = {name: one.score for name, one in measured.items()}
    assert scores == {"bleu": 0, "chrf2": None, "ter": 100}


def of(name: str, *texts: str, sides: tuple[SideText, ...] = ()) -> Document:
    whole, segments = " ".join(texts), []
    for text in texts:
        start = segments[-1].end + 1 if segments else 0
        segments.append(Interval(start, start + len(text)))
    return Document(name, "ru", whole, tuple(segments), side_texts=sides)


def test_documents_pair_by_segments_and_the_names_of_side_texts() -> None:
    title, question = SideText("title", "A"), SideText("question", "B?")
    predicted = of("1", "x", "y", sides=(question, SideText("note", "C"), title))
    gold = of("1", "v", "w", sides=(title, question, question))
    assert list(translation_pairs([(predicted, gold)])) == [
        (["x", "y", "A", "B?", ""], ["v", "w", "A", "B?", "B?"])
    ]


def test_document_cut_otherwise_is_one_text_beside_its_side_texts() -> None:
    title = SideText("title", "A")
    predicted, gold = of("1", "x", "y", sides=(title,)), of("1", "x y", sides=(title,))
    assert list(translation_pairs([(predicted, gold)])) == [(["x y", "A"], ["x y", "A"])]


def test_missing_document_has_no_segments() -> None:
    assert list(translation_pairs([(None, of("1", "x", "y"))])) == [([], ["x", "y"])]


WORDS = [f"w{n}" for n in range(60)]
CHANCE = random.Random(3)
REFERENCES = [" ".join(CHANCE.choices(WORDS, k=CHANCE.randrange(5, 25))) for _ in range(150)]
ONE = [spoilt(text, CHANCE) for text in REFERENCES]
LIKE_IT = [spoilt(text, CHANCE) for text in REFERENCES]
WORSE = [spoilt(text, CHANCE, 0.11) for text in REFERENCES]


def measured(texts: list[str]) -> dict[str, Measurement]:
    pairs = [([text], [other]) for text, other in zip(texts, REFERENCES, strict=True)]
    return translation_measurements(pairs, "en")


def sacrebleus_p(other: list[str], test: str) -> dict[str, float]:
    """sacrebleu draws segments; here each is a document of its own."""
    metrics = {"BLEU": BLEU(references=[REFERENCES]), "chrF2": CHRF(references=[REFERENCES])}
    _, found = PairedTest(
        [("one", ONE), ("other", other)], metrics, None, test_type=test, n_samples=2000
    )()
    return {"bleu": found["BLEU"][1].p_value, "chrf2": found["chrF2"][1].p_value}


@pytest.mark.parametrize("other", [LIKE_IT, WORSE])
def test_randomisation_says_what_sacrebleus_says(other: list[str]) -> None:
    for name, theirs in sacrebleus_p(other, "ar").items():
        p = randomisation(measured(ONE)[name], measured(other)[name], trials=2000)
        assert p == pytest.approx(theirs, abs=0.04), name


def test_bootstrap_is_the_two_sided_one_of_sacrebleus() -> None:
    """Of a clear difference, sacrebleu counts the draws on one side alone: half of them."""
    for name, theirs in sacrebleus_p(WORSE, "bs").items():
        found = paired_bootstrap(measured(ONE)[name], measured(WORSE)[name], resamples=2000)
        assert found is not None
        assert found.p == pytest.approx(2 * theirs, abs=0.05), name
