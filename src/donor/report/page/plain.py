"""Text from data as a page shows it: nothing in it is unseen, and nothing turns what is around."""

from donor.report.visible import visible

__all__ = ["begun", "plain", "shortened"]

# Embeddings, overrides and isolates of the bidirectional algorithm. A picture that takes one
# character stands for each, so that offsets stay true.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "␦")


def plain(text: object) -> str:
    """The text with a picture for each control character and each sign that turns directions.

    >>> plain("a\\x00b\\u202ec")
    'a␀b␦c'
    """
    return visible(str(text)).translate(_TURNING)


def shortened(text: object, most: int) -> str:
    """The text as a page shows it, with an ellipsis where it has more characters.

    >>> shortened("inelastic", 6)
    'inela…'
    """
    shown = plain(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def begun(text: str) -> str:
    """The text as the beginning of a sentence; names in it keep their letters.

    >>> begun("learnt from the gold of DEFT")
    'Learnt from the gold of DEFT'
    """
    return text[:1].upper() + text[1:]
