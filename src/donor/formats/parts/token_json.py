"""JSON records that hold their text as lists of tokens: the text of them, and back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from donor.data import Document, Interval, Span
from donor.formats.format import Options
from donor.formats.parts.further import further_values
from donor.formats.parts.json_values import (
    Layout,
    as_read,
    fingerprint,
    laid_out,
    layout_of,
    sequence,
    string,
)
from donor.formats.parts.spacing import Intervals, joined
from donor.formats.parts.tokens import (
    Sentence,
    TokenRun,
    sentences_of,
    spacing_losses,
    token_runs,
)

__all__ = [
    "TokenText",
    "Written",
    "fresh",
    "in_layout",
    "kept_of",
    "strings",
    "token_losses",
    "token_text",
    "written",
]

# The brackets of the Penn Treebank, which a translator should see as what they are.
_BRACKETS = {
    "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TokenText:
    """The text of some sentences of tokens.

    Attributes:
        starts: how many tokens stand before each sentence.
        escaped: the tokens that the text shows otherwise, by position.
    """

    text: str
    segments: tuple[Interval, ...]
    tokens: tuple[Interval, ...]
    starts: tuple[int, ...]
    escaped: dict[str, str]

    def interval(self, start: int, end: int) -> Interval:
        """Where the tokens from `start` to the one before `end` stand. Raises ValueError."""
        if not 0 <= start < end <= len(self.tokens):
            raise ValueError(f"tokens {start} to {end} are not among the {len(self.tokens)}")
        return Interval(self.tokens[start].start, self.tokens[end - 1].end)

    def kept(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """What tells later whether the text is still this one, and what of the record is then true.

        That is how its tokens were written, and the lists with a part for each token.
        """
        kept: dict[str, Any] = {"text": fingerprint(self.text)}
        count = len(self.tokens)
        lists = [k for k, v in record.items() if isinstance(v, list) and len(v) == count]
        if lists:
            kept["of_tokens"] = lists
        return kept | ({"escaped": self.escaped} if self.escaped else {})


def token_text(sentences: Iterable[Sequence[str]]) -> TokenText:
    """The text of sentences of tokens, one segment each, with a space between them."""
    text = ""
    segments: list[Interval] = []
    tokens: list[Interval] = []
    starts: list[int] = []
    escaped: dict[str, str] = {}
    intervals = Intervals()
    for words in sentences:
        starts.append(len(tokens))
        numbered = enumerate(words, start=len(tokens))
        escaped |= {str(n): word for n, word in numbered if word in _BRACKETS}
        text += " " if text else ""
        shown = [_BRACKETS.get(word, word) for word in words]
        own, places = joined(shown, len(text), intervals)
        segments.append(Interval(len(text), len(text) + len(own)))
        tokens += places
        text += own
    return TokenText(text, tuple(segments), tuple(tokens), tuple(starts), escaped)


def strings(value: object, name: str) -> list[str]:
    """The tokens in a list. Raises TypeError or ValueError for what is none."""
    words = [string(word, f"a part of {name}") for word in sequence(value, name)]
    if "" in words:
        raise ValueError(f"{name} holds an empty string")
    return words


def kept_of(document: Document, name: str) -> Mapping[str, Any]:
    """What a format keeps under its name in the metadata."""
    kept = document.metadata.get(name)
    return kept if isinstance(kept, Mapping) else {}


def fresh(kept: Mapping[str, Any], document: Document) -> bool:
    """Whether text and tokens are those of the record, so that what depends on them still holds."""
    return bool(document.tokens) and as_read(kept, document)


@dataclass(frozen=True, slots=True)
class Written:
    """A document as lists of tokens, and its spans on whole tokens.

    Attributes:
        words: of each sentence.
        runs: the tokens of each span that has some, by its id.
        lost: what that has cost, counted.
    """

    sentences: list[Sentence]
    words: list[list[str]]
    runs: dict[str, TokenRun]
    lost: Counter[str]


def written(document: Document, kept: Mapping[str, Any], options: Options) -> Written:
    """The document's tokens, in the record's own form where they are still its own.

    Raises:
        FormatError: a span is in several pieces, and `flatten` is `error`.
    """
    lost = Counter[str]()
    sentences = sentences_of(document)
    runs = {run.span.id: run for run in token_runs(document, sentences, options, lost)}
    words = [sentence.words(document.text) for sentence in sentences]
    if fresh(kept, document):
        _escape(words, kept.get("escaped", {}))
    return Written(sentences, words, runs, lost)


def _escape(words: list[list[str]], escaped: Mapping[str, str]) -> None:
    at = 0
    for own in words:
        for position, word in escaped.items():
            if at <= int(position) < at + len(own):
                own[int(position) - at] = word
        at += len(own)


def in_layout(
    documents: Iterable[Document],
    name: str,
    records: Callable[[Document], Iterable[Mapping[str, Any]]],
) -> Iterator[str]:
    """The lines of a file with the records of all documents, laid out as the first one says."""
    rest = iter(documents)
    first = next(rest, None)
    if first is None:
        return laid_out((), Layout.LIST)
    layout = layout_of(first, kept_of(first, name))
    return laid_out(chain.from_iterable(map(records, chain((first,), rest))), layout)


def token_losses(
    document: Document, name: str, result: Written, ids: Iterable[str]
) -> Counter[str]:
    """What a record of tokens does not say of a document; `ids` are those that the reader makes."""
    spans: Iterable[Span] = document.spans
    lost = result.lost + Counter(
        {
            "documents without text": int(not document.text.strip()),
            "text labels": len(document.labels),
            "metadata": further_values(document, name),
            "spaces": spacing_losses(document, result.sentences),
            "span ids": sum(span.id != own for span, own in zip(spans, ids, strict=False)),
        }
    )
    return +lost
