"""What DeftEval (SemEval-2020 Task 6) scores, and the rows of its task files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from donor.data.document import Document
from donor.data.span import Interval

__all__ = [
    "DEFINITION",
    "SCORED_LABELS",
    "SCORED_RELATIONS",
    "SCORED_TAGS",
    "SENTENCE_LABEL",
    "SentenceRow",
    "TaskRows",
    "TokenRow",
    "definition_labels",
    "sentence_labels",
]

DEFINITION = "Definition"
SENTENCE_LABEL = "definition"
"""The name of the text label, 1 or 0, that says of a sentence whether it has a definition."""

SCORED_LABELS = (
    "Term",
    DEFINITION,
    "Alias-Term",
    "Referential-Definition",
    "Referential-Term",
    "Qualifier",
)
SCORED_TAGS = tuple(f"{letter}-{label}" for label in SCORED_LABELS for letter in "BI")
SCORED_RELATIONS = ("Direct-Defines", "Indirect-Defines", "AKA", "Refers-To", "Supplements")


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A row of task 1: a sentence, and 1 if it has a definition.

    Attributes:
        where: file and line, for errors.
    """

    where: str
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A row of task 2, or of task 3 with its last three columns.

    Attributes:
        where: file and line, for errors.
        window: the number of its window in the file; two blank lines end one.
    """

    where: str
    window: int
    token: str
    tag: str
    tag_id: str = "-1"
    root_id: str = "-1"
    relation: str = "0"


@dataclass(frozen=True, slots=True)
class TaskRows:
    """The rows of a folder of task files; None for a task of which there is no file.

    Attributes:
        where: the folder or the file.
        sentences: of task 1, all files in the order of their names.
        tokens: of task 2, likewise; windows are counted through.
        relations: of task 3, by the name of the file, since ids are unique per file only.
    """

    where: str
    sentences: tuple[SentenceRow, ...] | None = None
    tokens: tuple[TokenRow, ...] | None = None
    relations: Mapping[str, tuple[TokenRow, ...]] | None = None


def sentence_labels(document: Document) -> dict[int | None, str]:
    """What the document's text labels say of its sentences, by segment: 1 or 0."""
    said = {
        label.segment: label.value
        for label in document.labels
        if label.name == SENTENCE_LABEL and label.value in ("0", "1")
    }
    if None in said and len(document.segments) == 1:
        said.setdefault(0, said[None])
    return said


def definition_labels(document: Document, segments: Sequence[Interval] | None = None) -> list[str]:
    """1 or 0 for each sentence: what a text label says, else whether a Definition reaches it.

    Of a discontinuous definition the first fragment counts, as in the corpus, where the others
    are tagged otherwise.

    Args:
        document: what is asked.
        segments: the sentences, where they are not those of the document.
    """
    own = document.segments if segments is None else tuple(segments)
    said = sentence_labels(document) if own == document.segments else {}
    places = [span.fragments[0] for span in document.spans if span.label == DEFINITION]
    return [
        said.get(n) or str(int(any(place.overlaps(segment) for place in places)))
        for n, segment in enumerate(own)
    ]
