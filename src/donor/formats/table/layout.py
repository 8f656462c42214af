"""What all rows of a table share; and the layout of a table that is made of other documents."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from donor.data import Document
from donor.formats.parts.columns import PAIRS, Columns
from donor.formats.table.rows import Dialect

__all__ = ["SEPARATORS", "Layout", "made_layout"]

SEPARATORS = ("|", ";", ",", "||", "\x1f")
"""What may part the labels in one cell, the usual first."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What all rows of a table share.

    Args:
        width: how many cells a row has.
        names: the header; None where the table has none.
        columns: what the columns hold.
        dialect: how it is written.
        separator: what parts the labels in one cell; None where a cell holds one.
        bom: whether the file begins with a byte order mark.
        header_quoted: the cells of the header that stand in quotes.
        line_end: of the header, and of rows that bring none.
    """

    width: int
    names: tuple[str, ...] | None
    columns: Columns
    dialect: Dialect
    separator: str | None = None
    bom: bool = False
    header_quoted: tuple[int, ...] = ()
    line_end: str = "\n"

    def name(self, column: int) -> str:
        """The name of a column; of a label in a table without a header, "label"."""
        if self.names is not None:
            return self.names[column]
        labels = self.columns.labels
        if column in labels:
            return "label" if len(labels) == 1 else f"label {labels.index(column) + 1}"
        sides = self.columns.sides
        return "text 2" if len(sides) == 1 else f"text {sides.index(column) + 2}"

    def as_json(self) -> dict[str, Any]:
        """The layout as JSON values, for the metadata of its documents."""
        value = asdict(self)
        value["names"] = None if self.names is None else list(self.names)
        value["header_quoted"] = list(self.header_quoted)
        value["columns"] |= {"sides": list(self.columns.sides), "labels": list(self.columns.labels)}
        return value

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Layout":
        """The layout that `as_json` wrote."""
        columns, names = value["columns"], value["names"]
        parts = {"sides": tuple(columns["sides"]), "labels": tuple(columns["labels"])}
        return cls(
            **{
                **value,
                "names": None if names is None else tuple(names),
                "header_quoted": tuple(value["header_quoted"]),
                "columns": Columns(**{**columns, **parts}),
                "dialect": Dialect(**value["dialect"]),
            }
        )


def made_layout(documents: Iterable[Document], dialect: Dialect, separator: str | None) -> Layout:
    """The layout that holds the ids, texts, side texts, languages and labels of all documents."""
    sides: dict[str, None] = {}
    labels: dict[str, None] = {}
    values: set[str] = set()
    several = languages = False
    for document in documents:
        sides |= dict.fromkeys(side.name for side in document.side_texts)
        of_text = [label for label in document.labels if label.segment is None]
        labels |= dict.fromkeys(label.name for label in of_text)
        values |= {label.value for label in of_text}
        several |= any(n > 1 for n in Counter(label.name for label in of_text).values())
        languages |= document.language is not None
    firsts = {second: first for first, second in PAIRS}
    text = firsts.get(next(iter(sides), ""), "text")
    names = ["id", *(["language"] if languages else []), text, *sides, *labels]
    at = names.index(text)
    columns = Columns(
        text=at,
        sides=tuple(range(at + 1, at + 1 + len(sides))),
        labels=tuple(range(at + 1 + len(sides), len(names))),
        id=0,
        language=1 if languages else None,
    )
    if several and separator is None:
        separator = next(sign for sign in SEPARATORS if not _in_any(sign, values))
    return Layout(len(names), tuple(_distinct(names)), columns, dialect, separator)


def _in_any(sign: str, values: Iterable[str]) -> bool:
    return any(sign in value for value in values)


def _distinct(names: Sequence[str]) -> Iterable[str]:
    """The names, a repeated one with its number."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}"
