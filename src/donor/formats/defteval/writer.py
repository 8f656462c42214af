"""Documents become the rows of the three tasks, as the organisers derived them from DEFT files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from donor.data import Document
from donor.data.defteval import DEFINITION, SCORED_RELATIONS, SCORED_TAGS, sentence_labels
from donor.formats.deft.rows import NO_HEAD, OUTSIDE
from donor.formats.deft.writer import Block, FileIds, window_blocks

__all__ = ["Window", "Writer"]

_SEPARATOR = "\t "  # as in the corpus: a space before each column but the first
_DEFINITIONS = {f"{letter}-{DEFINITION}" for letter in "BI"}


@dataclass(frozen=True, slots=True)
class Window:
    """The lines of one document, by task."""

    rows: Mapping[int, str]


@dataclass
class Writer:
    """Writes the windows of one corpus file, whose ids are its own.

    Args:
        predicted: whether only what the scorer takes in a prediction is written.
    """

    predicted: bool
    ids: FileIds = field(default_factory=FileIds)

    def window(self, document: Document) -> Window:
        """The rows of a document. Raises FormatError for what no row can hold."""
        blocks = list(window_blocks(document, self.ids))
        rows = [[line.rstrip("\n").split(_SEPARATOR) for line in block.rows] for block in blocks]
        return Window(
            {
                1: "".join(_sentences(document, blocks, rows)),
                2: "\n".join("".join(self._token(row) for row in block) for block in rows),
                3: "\n".join("".join(self._relation(row) for row in block) for block in rows),
            }
        )

    def _token(self, row: list[str]) -> str:
        *place, tag = row[:5]
        return self._line([*place, tag if self._is_said(tag) else OUTSIDE])

    def _relation(self, row: list[str]) -> str:
        *place, root_id, relation = row
        if self.predicted and relation not in (*SCORED_RELATIONS, NO_HEAD):
            root_id = relation = NO_HEAD
        return self._line([*place, root_id, relation])

    def _is_said(self, tag: str) -> bool:
        return not self.predicted or tag in SCORED_TAGS

    def _line(self, cells: list[str]) -> str:
        return ("\t" if self.predicted else _SEPARATOR).join(cells) + "\n"


def _sentences(
    document: Document, blocks: list[Block], rows: list[list[list[str]]]
) -> Iterator[str]:
    """The rows of task 1; a marker alone goes before the sentence behind it."""
    said = sentence_labels(document)
    held: list[str] = []
    for number, (block, own) in enumerate(zip(blocks, rows, strict=True), start=1):
        words = held + [row[0] for row in own]
        if block.segment is None and number < len(blocks):
            held = words
            continue
        held = []
        derived = any(row[4] in _DEFINITIONS for row in own)
        label = said.get(block.segment, str(int(derived)))
        sentence = " ".join(words).replace('"', '""')
        yield f'" {sentence}"\t"{label}"\n'
