import json
from pathlib import Path

import pytest

from donor.languages import copied, foreign, language

GOLD = (
    "absa-en-es", "absa-en-fr", "absa-en-ru", "abstrct-en-es", "europarl-en-es",
    "xquad-en-es", "xquad-en-ru",
)  # fmt: skip


def seems(text: str, target: str, source: str = "en") -> str:
    return foreign(text, source=language(source), target=language(target))


@pytest.mark.parametrize(
    ("text", "target", "source"),
    [
        ("Клетка делится, а вода течёт.", "ru", "en"),
        ("Microsoft Windows 11 Pro for Workstations", "ru", "en"),
        ("E = mc² sin x", "ru", "en"),
        ("Модуль XMLHttpRequest (RFC 2616)", "ru", "en"),
        ("Он сказал: «to be or not to be», и ушёл прочь.", "ru", "en"),
        ("Вода кипит при температуре сто градусов.", "ru", "bg"),
        ("La célula es la base de la vida.", "es", "pt"),
        ("Die Zelle ist die Grundlage des Lebens.", "de", "en"),
        ("Ћелија је основа живота.", "sr", "en"),
        ("Ćelija je osnova svakog života na zemlji.", "sr", "en"),
        ("細胞はすべての生命の基礎である。", "ja", "en"),
        ("细胞是一切生命的基础。", "zh", "en"),
        ("세포는 모든 생명의 기초이다.", "ko", "en"),
        ("कोशिका सभी जीवन का आधार है।", "hi", "en"),
        ("الخلية هي أساس كل حياة.", "ar", "en"),
        ("The colour of the cell is the same.", "en-GB", "en-US"),
        ("", "ru", "en"),
        ("42 — 17 %", "ru", "en"),
    ],
)
def test_what_may_well_be_in_the_language_passes(text: str, target: str, source: str) -> None:
    assert seems(text, target, source) == ""


@pytest.mark.parametrize(
    ("text", "target", "what"),
    [
        ("The cell is the basis of all life.", "ru", "it is written in Latin letters"),
        ("THE CELL IS THE BASIS OF ALL LIFE", "ru", "it is written in Latin letters"),
        ("Клетка — основа всякой жизни.", "de", "it is written in Cyrillic letters"),
        ("细胞是一切生命的基础。", "ru", "it is written in Chinese letters"),
        ("細胞はすべての生命の基礎である。", "de", "it is written in Japanese letters"),
        ("細胞はすべての生命の基礎である。", "zh", "it is written in Japanese letters"),
        ("生命の基礎細胞分裂現象は水温百度沸騰とする", "zh", "it seems to be Japanese"),
        ("细胞是一切生命的基础，水在一百度沸腾，人人都知道。", "ja", "it seems to be Chinese"),
        ("Die Zelle ist die Grundlage allen Lebens auf der Erde.", "es", "it seems to be German"),
        ("La cellule est à la base de toute vie sur terre.", "es", "it seems to be French"),
        ("Клітина є основою всього життя на землі, і це відомо.", "ru", "it seems to be Ukrainian"),
        (
            "Клетка — это основа всей жизни на земле, и мы это знаем.",
            "uk",
            "it seems to be Russian",
        ),
    ],
)
def test_what_is_hardly_in_the_language_is_told(text: str, target: str, what: str) -> None:
    assert seems(text, target) == what


def test_short_texts_need_lingua_only_where_function_words_are_few() -> None:
    pytest.importorskip("lingua", reason="needs the extra lang")
    assert seems("Nourriture thaïlandaise, livraison terrible.", "es") == "it seems to be French"


def same(source: str, target: str, tag: str = "es") -> str:
    return copied(source, target, source=language("en"), target=language(tag))


SENTENCE = "Water boils at a temperature of a hundred degrees."


def test_a_copy_is_told() -> None:
    assert same(SENTENCE, SENTENCE) == "it is the source, copied"
    assert (
        same(SENTENCE, " ".join(["", *SENTENCE.lower().split(" ")])) == "it is the source, copied"
    )
    assert same(SENTENCE, SENTENCE.replace("Water", "Agua")) == "it is nearly the source, copied"
    assert (
        same("细胞是一切生命的基础。", "细胞是一切生命的基础。", "ru") == "it is the source, copied"
    )


@pytest.mark.parametrize(
    "text", ["Ludwig van Beethoven", "E = mc²", "New York City, NY 10001", "print(x)", "", "No."]
)
def test_names_and_formulas_may_be_equal(text: str) -> None:
    assert same(text, text) == ""


def test_between_two_forms_of_a_language_a_copy_is_a_translation() -> None:
    assert copied(SENTENCE, SENTENCE, source=language("en-US"), target=language("en-GB")) == ""


def pairs(gold: Path, name: str) -> tuple[list[tuple[str, str]], str]:
    """Source and target texts of a file, and the language of the targets."""
    rows = [json.loads(line) for line in (gold / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(row["source"]["text"], row["target"]["text"]) for row in rows], rows[0]["target"][
        "lang"
    ]


@pytest.mark.parametrize("name", GOLD)
def test_right_translations_pass_and_copies_do_not(gold: Path, name: str) -> None:
    texts, tag = pairs(gold, name)
    false = [target for source, target in texts if seems(target, tag) or same(source, target, tag)]
    assert len(false) <= 0.003 * len(texts), false
    sources = [source for source, _ in texts if sum(map(str.isalpha, source)) > 40]
    missed = [source for source in sources if not same(source, source, tag)]
    assert len(missed) <= 0.01 * len(sources), missed


@pytest.mark.parametrize(
    ("given", "wanted"), [("fr", "es"), ("es", "fr"), ("es", "ru"), ("ru", "uk")]
)
def test_other_languages_are_told_of_nearly_all_longer_texts(
    gold: Path, given: str, wanted: str
) -> None:
    pytest.importorskip("lingua", reason="needs the extra lang")
    texts = [target for _, target in pairs(gold, f"absa-en-{given}")[0]]
    longer = [text for text in texts if sum(map(str.isalpha, text)) > 40]
    missed = [text for text in longer if not seems(text, wanted)]
    assert len(missed) <= 0.05 * len(longer), missed[:20]
