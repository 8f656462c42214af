"""How many tokens of an answer a server can give, in its own words, where more were asked for."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from donor.llm.providers.rejection import ErrorWords
from donor.llm.providers.wire import BUDGETS, Wire

__all__ = ["smaller_budget"]

# An answer of fewer tokens is of no use: then it is the request that is too long.
_LEAST = 256
_NUMBER = r"\D{0,12}?([\d,]*\d)"
# The room beside the request itself: the context, and what the request takes of it.
_CONTEXT = (
    rf"maximum (?:context|model) length (?:is|of){_NUMBER}",
    rf"context (?:length|window|size) (?:is|of){_NUMBER}",
    r"([\d,]*\d) maximum context length",
    rf"tokens`? must be <={_NUMBER}",
)
_TAKEN = (
    r"\(?([\d,]*\d) in the messages",
    r"(?:has|contains|given:?) ([\d,]*\d) (?:input|prompt|`inputs`)",
    r"([\d,]*\d) (?:input tokens|tokens from the input|`inputs` tokens|of text input)",
    r"prompt contains ([\d,]*\d)",
)
# What the model can say at most, whatever it is asked.
_MOST = (
    rf"at most{_NUMBER}",
    rf"less than or equal to{_NUMBER}",
    r"\[\s*\d+\s*,\s*([\d,]*\d)\s*\]",
    r"> ([\d,]*\d), which is the maximum",
    rf"maximum (?:allowed )?(?:value|number of \w+ tokens)?(?: is| of|:){_NUMBER}",
    rf"up to{_NUMBER}",
)
_EXCLUSIVE = re.compile(r"to ([\d,]*\d) \(exclusive\)", re.IGNORECASE)
_TOO_LARGE = re.compile(
    r"too (large|high|big|long)|at most|less than|exceeds?|out of range|valid range|should be \["
    r"|> [\d,]+, which is the maximum|must be <=|supported range|maximum|above",
    re.IGNORECASE,
)


def smaller_budget(wire: Wire, parameters: Mapping[str, Any], words: ErrorWords) -> Wire | None:
    """The wire with fewer tokens for the answer, where the server says that it was too many.

    As many as the server says it can give; half, where it does not say. None where the error is
    about something else, or no useful number is left: then the request itself is too long.
    """
    sent = _sent(wire.parameters(parameters))
    if sent is None or not _about_budget(words, sent):
        return None
    room = _room(words.message)
    if room is not None:
        return replace(wire, room=room) if _LEAST <= room < sent else None
    most = _most(words.message)
    most = most if most is not None and most < sent else sent // 2
    return replace(wire, ceiling=most) if most >= _LEAST else None


def _sent(parameters: Mapping[str, Any]) -> int | None:
    """The budget that was sent."""
    sent = [parameters[name] for name in BUDGETS if isinstance(parameters.get(name), int)]
    return sent[0] if sent else None


def _about_budget(words: ErrorWords, sent: int) -> bool:
    """Whether the error names the budget, or its number, and finds it too large."""
    named = any(words.names(name) for name in (*BUDGETS, "maxOutputTokens", "max_new_tokens"))
    counted = re.search(rf"(?<!\d){sent}(?!\d)|{sent:,}", words.message) is not None
    return (named or counted) and _TOO_LARGE.search(words.message) is not None


def _room(message: str) -> int | None:
    """The tokens that the context has left for the answer; None where the error does not say."""
    context, taken = _first(_CONTEXT, message), _first(_TAKEN, message)
    return None if context is None or taken is None else context - taken


def _most(message: str) -> int | None:
    """The largest budget of the model; None where the error does not say."""
    if exclusive := _EXCLUSIVE.search(message):
        return _number(exclusive[1]) - 1
    return _first(_MOST, message)


def _first(patterns: tuple[str, ...], message: str) -> int | None:
    found = (re.search(pattern, message, re.IGNORECASE) for pattern in patterns)
    return next((_number(match[1]) for match in found if match), None)


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))
