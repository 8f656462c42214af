"""Figures in words, as a page shows them."""

from collections.abc import Sequence

__all__ = ["amount", "counted", "money", "p_value", "percent", "range_of", "share", "whole"]

_NOTHING = "–"


def whole(number: float | None) -> str:
    """A whole number with its thousands.

    >>> whole(12345)
    '12,345'
    """
    return _NOTHING if number is None else f"{number:,.0f}"


def percent(share: float | None) -> str:
    """A share in per cent; nothing but all is 100 %, and nothing but none is 0 %.

    >>> percent(0.5), percent(0.9999), percent(None)
    ('50.0\xa0%', '> 99.9\xa0%', '–')
    """
    if share is None:
        return _NOTHING
    said = f"{100 * share:.1f}"
    if said == "100.0" and share < 1:
        return "> 99.9\xa0%"
    if said == "0.0" and share > 0:
        return "< 0.1\xa0%"
    return f"{share:.0%}".replace("%", "\xa0%") if share in (0, 1) else f"{said}\xa0%"


def share(value: float | None) -> str:
    """An F1 or the like, times 100.

    >>> share(0.98765)
    '98.8'
    """
    return _NOTHING if value is None else f"{100 * value:.1f}"


def range_of(interval: Sequence[float] | None, times: float = 100) -> str:
    """From where to where an interval goes; nothing where all documents agree.

    A bootstrap over documents that are all alike has no spread, which says little of few of them.

    >>> range_of([0.5, 1]), range_of([1, 1])
    ('50.0 to 100.0', '–')
    """
    if not interval or interval[0] == interval[1]:
        return _NOTHING
    low, high = interval
    return f"{times * low:.1f} to {times * high:.1f}"


def amount(value: float | None) -> str:
    """A figure with as many decimals as tell something.

    >>> amount(0.01234), amount(3.14159), amount(1234.5)
    ('0.0123', '3.1', '1,234')
    """
    if value is None:
        return _NOTHING
    if value and abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def money(usd: float | None) -> str:
    """US dollars.

    >>> money(0.00012), money(None)
    ('$0.00012', 'unknown')
    """
    if usd is None:
        return "unknown"
    return f"${usd:,.2f}" if usd >= 0.1 or not usd else f"${usd:.2g}"


def p_value(p: float | None) -> str:
    """The chance of a difference as large, where there is none.

    >>> p_value(0.0004), p_value(0.0314)
    ('< 0.001', '0.031')
    """
    if p is None:
        return _NOTHING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "span"), counted(2_000, "span")
    ('1 span', '2,000 spans')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
