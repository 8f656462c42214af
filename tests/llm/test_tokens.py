import pytest
from hypothesis import given
from hypothesis import strategies as st

from donor.llm.tokens import token_range

# cl100k and o200k of bpe-openai 0.1.4, Tekken and tokenizer.model.v1 of mistral-common 1.13:
# [len(encode(text)) for encode in (cl100k, o200k, tekken, v1)]
COUNTED = [
    (
        "A river is a natural stream that usually flows towards an ocean, a lake or another river.",
        [19, 19, 19, 19],
    ),
    (
        "Река — это природный водный поток, который обычно впадает в океан, озеро или другую реку.",
        [40, 25, 29, 35],
    ),
    (
        "Ein Fluss ist ein natürliches Fließgewässer, das gewöhnlich in ein Meer oder ein",
        [25, 20, 19, 27],
    ),
    (
        "Joki on luonnollinen vesiväylä, joka on yleensä makeaa vettä ja virtaa kohti mer",
        [31, 25, 27, 35],
    ),
    (
        "Sông là dòng nước tự nhiên, thường là nước ngọt, chảy về phía đại dương, hồ hoặc",
        [41, 24, 24, 51],
    ),
    (
        "Ο ποταμός είναι μια φυσική ροή νερού, συνήθως γλυκού, που ρέει προς τον ωκεανό, ",
        [71, 34, 35, 81],
    ),
    (
        "נהר הוא אפיק מים טבעי, בדרך כלל של מים מתוקים, הזורם לעבר אוקיינוס, אגם או נהר א",
        [73, 32, 39, 81],
    ),
    (
        "النهر هو مجرى مائي طبيعي، عادة ما يكون من المياه العذبة، يتدفق نحو المحيط أو الب",
        [57, 26, 25, 67],
    ),
    (
        "नदी एक प्राकृतिक जलधारा है, जो आमतौर पर मीठे पानी की होती है और महासागर, झील या ",
        [77, 29, 33, 91],
    ),
    ("แม่น้ำคือทางน้ำธรรมชาติ โดยปกติเป็นน้ำจืด ไหลไปสู่มหาสมุทร ทะเลสาบ หรือแม่น้ำอีก", [80, 37, 41, 81]),
    (
        "მდინარე არის ბუნებრივი წყლის ნაკადი, როგორც წესი მტკნარი, რომელიც მიედინება ოკეა",
        [147, 26, 36, 81],
    ),
    (
        "ወንዝ ተፈጥሯዊ የውሃ መንገድ ሲሆን አብዛኛውን ጊዜ ንጹህ ውሃ ነው፣ ወደ ውቅያኖስ፣ ሐይቅ ወይም ሌላ ወንዝ የሚፈስ።",
        [173, 132, 173, 167],
    ),
    (
        "河流是一种自然的水道，通常是淡水，流向海洋、湖泊或另一条河流。在某些情况下，河流",
        [50, 33, 37, 45],
    ),
    (
        "河川は、地表の水が集まって流れる自然の水路であり、通常は海や湖に注ぐ。場合によっ",
        [42, 33, 33, 43],
    ),
    ("강은 일반적으로 담수로 이루어진 자연적인 물길로, 바다나 호수 또는 다른", [40, 22, 18, 41]),
    (
        'def f(x):\n    return {"a": [1, 2, 3], "b": x ** 2 + 3.14159}\n\nfor i in range(10)',
        [39, 39, 43, 47],
    ),
    ("12.5 3.14 2024-11-22 1000000 0.0001 99,5 % 17:45 +7 495 123-45-67\n", [43, 43, 64, 65]),
    (
        '{"1": "A river is a natural stream.", "2": "It <s1>flows</s1> to the sea.", "3":',
        [32, 32, 32, 33],
    ),
]


@pytest.mark.parametrize(("text", "counts"), COUNTED)
def test_real_tokenizers_count_within_the_range(text, counts):
    low, high = token_range(text)
    assert low <= min(counts)
    assert max(counts) <= high


def test_english_is_known_well():
    low, high = token_range("A river is a natural stream that flows to the sea. " * 100)
    assert 0.6 * high < 2 * low < high


@pytest.mark.parametrize("text", ["=" * 4000, " " * 4000, "\n" * 4000])
def test_a_long_line_of_one_sign_may_be_few_tokens(text):
    assert token_range(text)[0] <= 1


@given(st.text(), st.text())
def test_a_longer_text_is_no_fewer_tokens_at_most(one, more):
    assert token_range(one + more)[1] >= token_range(one)[1]
    assert 0 <= token_range(one)[0] <= token_range(one)[1]
