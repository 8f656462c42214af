import pytest

from donor.llm.refusals import refusal_in


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, but I can’t assist with this request.",
        "**I cannot** translate this text.",
        "Sorry, I won't do that.",
        "As an AI language model, I cannot",
        "<think>This is bad {x}</think>I am unable to continue.",
        "Unfortunately, I cannot process this.",
        "> I apologize, but no.",
        "Извините, но я не могу помочь с этим запросом.",
        "К сожалению, я не могу перевести этот текст.",
        "Es tut mir leid, aber dabei kann ich nicht helfen.",
        "Ich kann diese Anfrage leider nicht bearbeiten.",
        "Je suis désolé, mais je ne peux pas.",
        "Lo siento, pero no puedo ayudar con eso.",
        "¡Lo siento!",
        "Mi dispiace, ma non posso.",
        "Desculpe, não posso ajudar.",
        "Przepraszam, nie mogę.",
        "Вибачте, я не можу.",
        "很抱歉，我无法翻译这段内容。",
        "申し訳ありませんが、お手伝いできません。",
        "죄송하지만 도와드릴 수 없습니다.",
        "آسف، لا أستطيع المساعدة.",
        "Üzgünüm, yardımcı olamam.",
        "Xin lỗi, tôi không thể giúp.",
    ],
)
def test_a_refusal_is_known_by_how_it_begins(text):
    words = refusal_in(text)
    assert words is not None
    assert words in text.replace("’", "'")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"1": "I\'m sorry, but I can\'t."}',
        'Sorry for the wait: {"1": "река"}',
        "Here is the translation: река",
        "река",
        "The model cannot do that.",
        "I can do that.",
        "{}",
    ],
)
def test_what_holds_an_object_or_begins_otherwise_is_none(text):
    assert refusal_in(text) is None


def test_a_long_refusal_is_shown_in_part():
    words = refusal_in("I'm sorry. " * 1000)
    assert words is not None
    assert len(words) == 300
