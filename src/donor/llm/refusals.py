"""A refusal that a model writes as its answer, where its server does not mark it as one."""

import re

from donor.llm.thoughts import without_thoughts

__all__ = ["refusal_in"]

_SHOWN = 300
# How refusals begin. Apologies, and sentences of not being able or not being willing.
_BEGINNINGS = (
    # English
    "(i am|i'm) (very |so |truly )?(sorry|afraid|unable|not able|not comfortable|not going to)",
    "sorry,|(my )?apologies|i apologi[sz]e|unfortunately,? i|regrettably,? i|as an? (ai|language)",
    "i (cannot|can not|can't|won't|will not|must decline|have to decline|am not permitted)",
    # Russian, Ukrainian
    "извините|простите|прошу прощения|приношу (свои )?извинения|к сожалению|мне (очень )?жаль",
    "(я )?не могу|(я )?не смогу|я не (буду|вправе)|как (ии|искусственный интеллект|языковая)",
    "вибачте|перепрошую|на жаль|я не можу",
    # German, Dutch, Swedish, Danish, Norwegian
    "(es )?tut mir (sehr )?leid|leider (kann|darf)|entschuldigung|ich (kann|darf) .{0,40}nicht",
    "het spijt me|helaas kan|ik kan .{0,40}niet|tyvärr|jag kan (inte|tyvärr)|beklager|desværre",
    # French, Spanish, Italian, Portuguese, Romanian
    "(je suis )?(vraiment )?désolée?|je ne (peux|puis|suis pas)|malheureusement|je regrette",
    "lo siento|lo lamento|no puedo|disculp[ae]|perdón|lamentablemente|mi dispiace|non posso",
    "purtroppo|desculpe|sinto muito|lamento|não posso|infelizmente|îmi pare rău|nu pot",
    # Polish, Czech, Finnish, Hungarian, Turkish, Greek, Vietnamese, Indonesian
    "przepraszam|przykro mi|niestety|nie mogę|omlouvám se|bohužel|je mi líto|nemohu",
    "valitettavasti|olen pahoillani|en voi|sajnálom|üzgünüm|maalesef|λυπάμαι|δυστυχώς",
    "xin lỗi|rất tiếc|tôi không thể|maaf|mohon maaf|saya tidak (dapat|bisa)",
    # Chinese, Japanese, Korean, Thai, Hindi, Arabic, Hebrew
    "(很|非常)?(抱歉|对不起|對不起)|我(无法|無法|不能)|作为(一个|一個)?(ai|人工)|申し訳|すみません|ごめん",
    "죄송|미안|ขออภัย|ขอโทษ|क्षमा|माफ़|मैं .{0,40}नहीं|(أنا )?(آسف|أعتذر)|عذر|لا (أستطيع|يمكنني)",
    "מצטער|סליחה",
)
_REFUSAL = re.compile("|".join(_BEGINNINGS), re.IGNORECASE)
_OPENING = re.compile(r"[\W_]*")
_OBJECT = re.compile(r'\{\s*["}]')


def refusal_in(text: str) -> str | None:
    """The words of an answer that begins as a refusal and holds no JSON object; else None.

    >>> refusal_in("I'm sorry, but I can’t help with that.")
    "I'm sorry, but I can't help with that."
    >>> refusal_in('Sorry for the delay: {"1": "река"}')
    """
    words = without_thoughts(text)
    if _OBJECT.search(words):
        return None
    plain = " ".join(words[:4000].replace("’", "'").split())
    start = _OPENING.match(plain)
    if not _REFUSAL.match(plain, start.end() if start else 0):
        return None
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
