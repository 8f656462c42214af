"""Which column of a table is what: the names that datasets use, and those that the user gives."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from donor.errors import ConfigError
from donor.languages import language

__all__ = ["LABELS", "LANGUAGES", "PAIRS", "TEXTS", "Columns", "find_columns", "listed", "tag_in"]

TEXTS = (
    "text", "sentence", "review", "content", "document", "comment", "comment_text", "tweet",
    "utterance", "query", "body", "review_body", "message", "headline", "statement", "passage",
    "question",
)  # fmt: skip
PAIRS = (
    ("premise", "hypothesis"),
    ("sentence1", "sentence2"),
    ("sentence_1", "sentence_2"),
    ("question1", "question2"),
    ("question", "sentence"),
    ("text1", "text2"),
    ("text_1", "text_2"),
    ("text_a", "text_b"),
    ("sentence_a", "sentence_b"),
    ("#1 string", "#2 string"),
)
LABELS = (
    "label", "labels", "category", "categories", "class", "sentiment", "intent", "topic",
    "emotion", "emotions", "polarity", "rating", "stars", "score", "gold_label", "is_duplicate",
    "similarity", "has_def", "is_definition", "relatedness_score", "entailment_judgment", "tags",
    "quality",
)  # fmt: skip
LANGUAGES = ("language", "lang", "locale")

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by what they hold; each is a position.

    Args:
        text: the text.
        sides: other texts that are translated along.
        labels: labels of the text.
        id: what names the document, where the user wants it so.
        language: the language of the row's texts.
    """

    text: int
    sides: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()
    id: int | None = None
    language: int | None = None

    @property
    def known(self) -> frozenset[int]:
        """The columns that are made anew from a document alone."""
        return frozenset({self.text, *self.sides, *self.labels})


def find_columns(names: Sequence[str], fields: Mapping[str, str]) -> Columns | None:
    """The columns by their names, or as the user gives them: by name, or by number from 1.

    None where nothing says which column holds the text.

    Raises:
        ConfigError: the user names a column that is not there.
    """
    known = {name.strip().casefold(): n for n, name in reversed(list(enumerate(names)))}
    pair = next((pair for pair in PAIRS if all(name in known for name in pair)), None)
    if "text" in fields:
        text: int | None = _position(names, fields["text"])
    elif pair:
        text = known[pair[0]]
    else:
        text = next((known[name] for name in TEXTS if name in known), None)
    if text is None:
        return None
    sides = [known[pair[1]]] if pair and text == known[pair[0]] else []
    if "side" in fields:
        sides = [_position(names, name) for name in listed(fields["side"])]
    taken = {text, *sides}
    labels = [known[name] for name in LABELS if name in known and known[name] not in taken]
    if "label" in fields:
        labels = [_position(names, name) for name in listed(fields["label"])]
    return Columns(
        text=text,
        sides=tuple(dict.fromkeys(sides)),
        labels=tuple(sorted(set(labels) - taken)),
        id=_position(names, fields["id"]) if "id" in fields else None,
        language=_language(names, known, fields),
    )


def listed(names: str) -> Iterable[str]:
    """The names in a comma-separated list."""
    return [name.strip() for name in names.split(",") if name.strip()]


@lru_cache(maxsize=256)  # a column says the same again and again
def tag_in(value: object) -> str | None:
    """The BCP 47 tag that a cell holds; None where it holds something else."""
    if not isinstance(value, str) or not _TAG.fullmatch(value):
        return None
    try:
        return language(value.replace("_", "-")).tag
    except ConfigError:
        return None


def _language(
    names: Sequence[str], known: Mapping[str, int], fields: Mapping[str, str]
) -> int | None:
    if "language" in fields:
        return _position(names, fields["language"])
    return next((known[name] for name in LANGUAGES if name in known), None)


def _position(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return names.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    there = ", ".join(name if name else f"(number {n})" for n, name in enumerate(names, start=1))
    raise ConfigError(f"column {wanted!r}", f"is not there; there are: {there}")
