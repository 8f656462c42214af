"""How long a server asks to be left alone, in the words of its headers or of its error."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["asked_pause_s"]

# x-ratelimit-reset-requests, x-ratelimit-reset-tokens and their kin, with what is left of each.
_RESET = re.compile(r"(?:x|anthropic)-ratelimit-(?:(\w+)-)?reset(?:-(\w+))?", re.IGNORECASE)
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TOLD = re.compile(
    rb"(?:try again in|retry after|retry in|retryDelay\W{1,6})\s*"
    rb"((?:\d+(?:\.\d+)?(?:ms|[smh]))+|\d+(?:\.\d+)?(?= ?sec))",
    re.IGNORECASE,
)
# A number that is greater is no duration, but a moment in seconds or milliseconds.
_EPOCH, _EPOCH_MS = 1e9, 1e11


def asked_pause_s(headers: Mapping[str, str], body: bytes, now: datetime) -> float:
    """The seconds that a server asks to wait; 0 where it asks for nothing.

    Retry-After (seconds or a date) decides; else the limits that are used up and when they are
    reset; else what the error's message says.

    >>> asked_pause_s({"retry-after": "7"}, b"", datetime.now(UTC))
    7.0
    >>> asked_pause_s({}, b"Please try again in 1m2.5s.", datetime.now(UTC))
    62.5
    """
    named = {name.lower(): value for name, value in headers.items()}
    if "retry-after-ms" in named:
        return _duration_s(named["retry-after-ms"] + "ms")
    if "retry-after" in named:
        return _moment_s(named["retry-after"], now)
    told = _TOLD.search(body[:4000])
    return _reset_s(named, now) or (_duration_s(told[1].decode()) if told else 0.0)


def _reset_s(named: Mapping[str, str], now: datetime) -> float:
    """When the limits that are used up are reset; all of them, where none says what is left."""
    pauses: dict[bool, list[float]] = {True: [0.0], False: [0.0]}
    for name, value in named.items():
        if _RESET.fullmatch(name):
            left = named.get(name.replace("reset", "remaining"))
            used_up = left is not None and left.strip() in ("0", "-1")
            pauses[used_up].append(_moment_s(value, now))
    return max(pauses[True]) or max(pauses[False])


def _moment_s(value: str, now: datetime) -> float:
    """The seconds to a moment: a number, a duration, a date or a time stamp."""
    value = value.strip()
    if duration := _duration_s(value):
        seconds = duration / 1000 if duration > _EPOCH_MS else duration
        return seconds if seconds < _EPOCH else max(0.0, seconds - now.timestamp())
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(value)
        except ValueError:
            continue
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (zoned - now).total_seconds())
    return 0.0


def _duration_s(value: str) -> float:
    """The seconds of "7", "7.5s", "1m30s" or "120ms"; 0 for anything else."""
    if re.fullmatch(r"\d{1,15}(\.\d+)?", value):
        return float(value)
    parts = _PARTS.findall(value)
    if "".join(number + unit for number, unit in parts) != value:
        return 0.0
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
