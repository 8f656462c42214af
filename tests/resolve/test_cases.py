"""What models answer instead of copying the words, in several languages and scripts."""

import sys
import unicodedata

import pytest

from donor.data import Candidate, Interval, Intervals, Match, Origin, Quote, Reason
from donor.resolve import resolve

DISCONTINUOUS = Origin((Interval(0, 3), Interval(9, 12)))


NFD = unicodedata.normalize("NFD", "tế bào")


def placed(language, text, surface, origin=None):
    """What the fragments cover; or the reason."""
    candidate = Candidate("T1", "quote", (Quote(surface),), origin)
    (found,) = resolve(text, [candidate], language=language)
    if found.fragments is None:
        assert found.detail
        return found.reason
    return " | ".join(fragment.of(text) for fragment in found.fragments)


def match(language, text, surface):
    (found,) = resolve(text, [Candidate("T1", "quote", (Quote(surface),))], language=language)
    return found.match


@pytest.mark.parametrize(
    ("language", "text", "surface", "covered"),
    [
        ("ru", "ряд растительных клеток", "растительная клетка", "растительных клеток"),
        ("ru", "Он говорит о людях.", "человек", "людях"),
        ("ru", "Шёл дождь.", "идти", "Шёл"),
        ("ru", "о супероксиддисмутазах", "супероксиддисмутаза", "супероксиддисмутазах"),
        ("en", "There were two mice in the box.", "mouse", "mice"),
        ("en", "The lithium ions move.", "Lithium ion", "lithium ions"),
        ("de", "Er sah die alten Häuser.", "Haus", "Häuser"),
        ("de", "in den Zellen", "Zelle", "Zellen"),
        ("fr", "Les cellules végétales vivent.", "cellule végétale", "cellules végétales"),
        ("es", "las células vegetales", "célula vegetal", "células vegetales"),
        ("it", "le cellule vegetali", "cellula vegetale", "cellule vegetali"),
        ("uk", "У клітинах живе", "клітина", "клітинах"),
        ("pl", "w komórkach roślinnych", "komórka roślinna", "komórkach roślinnych"),
        ("tr", "eski kitaplar var", "kitap", "kitaplar"),
        ("eu", "etxeak dira", "etxe", "etxeak"),
    ],
)  # fmt: skip
def test_an_inflected_answer(language, text, surface, covered):
    pytest.importorskip("pymorphy3", reason="needs the extra lang")
    pytest.importorskip("simplemma", reason="needs the extra lang")
    assert placed(language, text, surface) == covered
    assert match(language, text, surface) == Match.LEMMA


@pytest.mark.parametrize(
    ("language", "text", "surface", "covered"),
    [
        ("ru", "слово «клетка» здесь", "“клетка”", "«клетка»"),
        ("ru", "слово „клетка“ здесь", "'клетка'", "„клетка“"),
        ("ru", "слово клетка здесь", "«клетка»", "клетка"),
        ("fr", "le mot « cellule » ici", "cellule", "cellule"),
        ("en", "the ‘cell’ wall", '"cell" wall', "‘cell’ wall"),
        ("ru", "ООО «Ромашка» закрыто", "ООО Ромашка", "ООО «Ромашка»"),
        ("ru", "ООО Ромашка закрыто", "ООО «Ромашка»", "ООО Ромашка"),
        ("ru", "чёрный ёж", "ЧЕРНЫЙ ЕЖ", "чёрный ёж"),
        ("ru", "черный еж", "чёрный ёж", "черный еж"),
        ("en", "a state‑of‑the‑art cell", "state-of-the-art", "state‑of‑the‑art"),
        ("en", "pages 5–7 only", "5-7", "5–7"),
        ("en", "the lithium-ion cell", "lithium ion", "lithium-ion"),
        ("en", "COVID 19 spread", "COVID-19", "COVID 19"),
        ("ru", "10\u00a0000\u00a0кг груза", "10 000 кг", "10\u00a0000\u00a0кг"),
        ("de", "die Akku\u00admulatoren hier", "Akkumulatoren", "Akku\u00admulatoren"),
        ("tr", "İstanbul büyük", "istanbul", "İstanbul"),
        ("de", "Große Straße", "GROSSE STRASSE", "Große Straße"),
        ("de", "GROSSE STRASSE", "große Straße", "GROSSE STRASSE"),
        ("en", "the eﬃcient oﬃce", "office", "oﬃce"),
        ("el", "ο Οδυσσεύς ήρθε", "ΟΔΥΣΣΕΎΣ", "Οδυσσεύς"),
        ("fr", unicodedata.normalize("NFD", "la forêt là"), "forêt", "fore\u0302t"),
        ("fr", "la forêt là", unicodedata.normalize("NFD", "forêt"), "forêt"),
        ("vi", NFD, "tế bào", NFD),
        ("en", "a 👩\u200d🔬 and a 👩", "👩", "👩"),
        ("en", "the 🇷🇺🇫🇷 flags", "🇫🇷", "🇫🇷"),
        ("ja", "細胞膜は細胞を包む。", "細胞膜", "細胞膜"),
        ("zh", "植物细胞有细胞壁。", "细胞壁", "细胞壁"),
        ("zh", "植物细胞有细胞壁。", "“细胞壁”。", "细胞壁"),
        ("th", "เซลล์พืชมีผนัง", "ผนัง", "ผนัง"),
        ("ko", "세포벽은 단단하다", "세포벽", "세포벽"),
        ("ar", "الخليّة الحيّة", "الخلية الحية", "الخليّة الحيّة"),
        ("ar", "هذه خـلـيـة حية", "خلية", "خـلـيـة"),
        ("ar", "يوجد بالخلية غشاء", "الخلية", "الخلية"),
        ("ar", "والماء سائل", "الماء", "الماء"),
        ("he", "התא והגרעין", "הגרעין", "הגרעין"),
    ],
)  # fmt: skip
def test_an_answer_that_is_written_otherwise(language, text, surface, covered):
    assert placed(language, text, surface) == covered


def test_an_emoji_inside_another_one_is_not_found():
    text = "a 👩\u200d🔬 and a 👩"
    (found,) = resolve(text, [Candidate("T1", "quote", (Quote("👩", 1),))], language="en")
    assert found.fragments == (Interval(len(text) - 1, len(text)),)


@pytest.mark.parametrize(
    ("language", "text", "surface", "covered"),
    [
        ("en", "it hit the wall hard", "of the wall", "the wall"),
        ("en", "it hit walls", "the walls", "walls"),
        ("en", "it hit walls", "walls.", "walls"),
        ("ru", "оболочка клетки", "в клетки", "клетки"),
        ("de", "er ging zum Haus", "in dem Haus", "Haus"),
        ("fr", "il boit de l’eau", "d'eau", "eau"),
        ("fr", "eau pure", "l’eau pure", "eau pure"),
        ("es", "en casa grande", "la casa grande", "casa grande"),
        ("en", "gas (helium) rises", "gas helium", "gas (helium)"),
        ("en", "gas helium rises", "gas (helium)", "gas helium"),
        ("en", "gas (helium) rises", "(helium", "(helium"),
        ("en", "helium rises", "(helium)", "helium"),
        ("en", "helium rises", "**helium**", "helium"),
        ("en", "the wall of the cell", "the wall of cell", "the wall of the cell"),
        ("ru", "движение в клетке", "движение клетке", "движение в клетке"),
    ],
)
def test_an_added_or_missing_small_word_or_sign(language, text, surface, covered):
    assert placed(language, text, surface) == covered


@pytest.mark.parametrize(
    ("surface", "origin", "covered"),
    [
        ("the cell … the membrane", None, "the cell has a wall and the membrane"),
        ("the cell ... membrane", None, "the cell has a wall and the membrane"),
        ("the cell [...] membrane", None, "the cell has a wall and the membrane"),
        ("the cell … the membrane", DISCONTINUOUS, "the cell | the membrane"),
        ("the membrane … the cell", None, Reason.NO_MATCH),
        ("the cell … the nucleus", None, Reason.NO_MATCH),
        ("… the membrane …", None, "the membrane"),
    ],
)
def test_an_ellipsis_leaves_out_what_stands_between(surface, origin, covered):
    text = "In the beginning the cell has a wall and the membrane is thin."
    assert placed("en", text, surface, origin) == covered


def test_parts_of_an_ellipsis_that_stand_far_apart_are_not_joined():
    text = f"the cell {'word ' * 100}the membrane"
    assert placed("en", text, "the cell … the membrane") == Reason.NO_MATCH


@pytest.mark.parametrize(
    ("language", "text", "surface"),
    [
        ("ru", "Клетка — основа жизни.", "the cell"),
        ("ru", "Клетка — основа жизни.", "die Zelle"),
        ("ru", "Клетка — основа жизни.", ""),
        ("ru", "Клетка — основа жизни.", " … "),
        ("ru", "Клетка — основа жизни.", "наименьшая единица живого"),
        ("ru", "Клетка — основа жизни.", "основа всего сущего на свете"),
        ("en", "The tall building fell.", "the high house"),
        ("en", "The reliable engine", "the unreliable engine"),
        ("en", "the anions move", "the cations move"),
        ("en", "in 1945 it ended", "in 1946 it ended"),
        ("en", "a value of 15 V", "1 5 V"),
        ("en", "a value of 5 V", "-5 V"),
        ("zh", "植物细胞有细胞壁。", "动物"),
        ("ar", "الخلية الحية", "النواة"),
    ],
)  # fmt: skip
def test_what_does_not_stand_there_has_no_place(language, text, surface):
    assert placed(language, text, surface) == Reason.NO_MATCH


@pytest.mark.parametrize(
    ("language", "text", "surface", "covered"),
    [
        ("en", "the plasma membrane is thin", "plasma memrbane", "plasma membrane"),
        ("en", "the plasma membrane is thin", "plasma membane", "plasma membrane"),
        ("ru", "мембрана клетки тонкая", "мембрана клктки", "мембрана клетки"),
        ("de", "die Zellmembran ist", "Zelmembran", "Zellmembran"),
        ("en", "the plasma membrane is thin", "very plasma membrane", "plasma membrane"),
        ("en", "the plasma membrane", "plassma membrrane", Reason.NO_MATCH),
        ("en", "our plasma membrane", "oru plasma membrane", Reason.NO_MATCH),
        ("en", "in 160 000 households", "10 000 households", Reason.NO_MATCH),
        ("en", "membrane or membranes", "memrbane", "membrane"),
        ("en", "the cell", "the cel", Reason.NO_MATCH),
        ("en", "striking and stroking", "strking", Reason.AMBIGUOUS),
    ],
)
def test_a_typing_error_is_forgiven_once_in_a_long_word(language, text, surface, covered):
    assert placed(language, text, surface) == covered


def test_a_missing_lemmatizer_is_told_with_the_command(monkeypatch):
    rooms = sys.modules
    monkeypatch.setattr(rooms["donor.resolve.inflected"], "lemmatizer", lambda tag: None)
    command = "pip install 'donor[lang]'"
    monkeypatch.setattr(
        rooms["donor.resolve.occurrence"], "missing_lemmatizer", lambda tag: command
    )
    candidate = Candidate("T1", "quote", (Quote("mouse"),))
    (found,) = resolve("two mice", [candidate], language="en")
    assert found.reason == Reason.NO_MATCH
    assert found.detail.endswith(f"not looked for ({command})")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("cafe\u0301 au lait", 0, 4), ("a 👩\u200d🔬", 2, 3), ("🇷🇺", 1, 2), ("и\u0306од", 1, 4)],
)  # fmt: skip
def test_an_interval_may_not_cut_a_letter(text, start, end):
    answer = Intervals((Interval(start, end),))
    (found,) = resolve(text, [Candidate("T1", "index", answer)], language="en")
    assert found.reason == Reason.INVALID_ANSWER
    assert "cuts a letter" in found.detail
