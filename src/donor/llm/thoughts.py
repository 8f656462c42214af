"""What a reasoning model thinks aloud before its answer, where its server does not take it out."""

import re

__all__ = ["without_thoughts"]

# Qwen, DeepSeek and most others; Magistral; Kimi; Seed; gpt-oss, whose last channel is the answer.
_TAGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<seed:think>", "</seed:think>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
)
_CLOSING = dict(_TAGS)
_OPEN = re.compile("|".join(re.escape(begin) for begin, _ in _TAGS))
_CLOSE = re.compile("|".join(re.escape(end) for _, end in _TAGS))
_OBJECT = re.compile(r'\{\s*["}]')


def without_thoughts(text: str) -> str:
    """The text without the thoughts before its JSON object, and without white space around it.

    Thoughts that are never closed leave nothing behind them. Tags within the object are data.

    >>> without_thoughts('Well. <think>{"1": "?"}</think> {"1": "the <think> tag"}')
    'Well.  {"1": "the <think> tag"}'
    >>> without_thoughts("<think>A river is")
    ''
    """
    text = text.strip()
    if text.startswith("{"):
        return text
    place, kept = _behind_lone_end(text), []
    answer = _object_from(text, place)
    while begin := _OPEN.search(text, place):
        if begin.start() > answer:
            break
        kept.append(text[place : begin.start()])
        end = text.find(_CLOSING[begin[0]], begin.end())
        place = end + len(_CLOSING[begin[0]]) if end >= 0 else len(text)
        if answer < place:
            answer = _object_from(text, place)
    return "".join([*kept, text[place:]]).strip()


def _object_from(text: str, place: int) -> int:
    """Where the first object from `place` on begins; the text's length if there is none."""
    found = _OBJECT.search(text, place)
    return found.start() if found else len(text)


def _behind_lone_end(text: str) -> int:
    """The place behind a closing tag that nothing opens: some templates open it themselves.

    0 where there is none, or where no object follows: then the tag is a word of the answer.
    """
    end, begin = _CLOSE.search(text), _OPEN.search(text)
    if end is None or (begin and begin.start() < end.start()):
        return 0
    return end.end() if _OBJECT.search(text, end.end()) else 0
