"""What an output format could not hold, in words."""

from collections.abc import Iterator, Mapping

__all__ = ["loss_lines"]

_WORDS = {
    "attributes": "annotations with attributes, which are gone",
    "columns of tokens": "columns that stood beside the source's tokens",
    "dangling relations": "relations whose head is no span",
    "document ids": "documents that will be named by their file and number",
    "documents cut into sentences": "documents that became a row for each sentence",
    "documents in several records": "documents that became a record for each relation",
    "documents without a relation": "documents that are not written at all",
    "documents without a title": "documents that get an empty title",
    "documents without text": "documents that are not written, or not read again",
    "metadata": "values of further columns, keys and notes",
    "scores": "predictions whose score is gone",
    "segments": "documents whose sentence borders are gone",
    "spaces": "places where the text will be spaced otherwise when it is read again",
    "spaces between tokens": "places where the text will be spaced otherwise when it is read again",
    "span ids": "spans that will be numbered anew",
    "spans widened to whole tokens": "spans whose edge was inside a token: --snap",
    "names of roots": "documents that were a file of their own and are called doc now",
    "overlapping spans": "spans that gave way to another: --flatten",
    "overlapping entities": "spans that gave way to another: --flatten",
    "discontinuous spans": "spans that became a piece without gaps, or went",
    "types of attributes": "numbers or truth values that became text",
}


def loss_lines(name: str, losses: Mapping[str, int]) -> Iterator[str]:
    """The lines that tell it; none where nothing is lost."""
    if not losses:
        return
    yield f"{name} cannot hold all of it; left out or changed:"
    wide = max(map(len, losses))
    for kind, count in sorted(losses.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {kind:{wide}}  {count:>7,}  {_WORDS.get(kind, '')}".rstrip()
