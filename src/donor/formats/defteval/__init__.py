"""The task files of DeftEval (SemEval-2020 Task 6): sentences, tags, relations.

::

    task_1.deft         " An ion moves ."⇥"0"                     a row a sentence
    task_2.deft         ion⇥ FILE⇥ 3⇥ 6⇥ B-Term                   a row a token
    task_3_FILE.deft    ion⇥ FILE⇥ 3⇥ 6⇥ B-Term⇥ T1⇥ 0⇥ 0         a row a token, a file each

The three say the same text three times. A folder is read as the documents of its highest task,
and written as all of them. What the official scorer counts are the rows: `read_rows`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from donor.data import Document
from donor.data.defteval import SCORED_LABELS, SCORED_RELATIONS, SENTENCE_LABEL, sentence_labels
from donor.errors import ConfigError, FormatError
from donor.formats.deft import DEFT
from donor.formats.defteval.layout import TaskFile, is_task_file, lines_of_file, task_files
from donor.formats.defteval.reader import read_file
from donor.formats.defteval.rows import read_rows
from donor.formats.defteval.writer import Writer
from donor.formats.files.placing import ended
from donor.formats.format import Options, Refuse, Source, Warn, ignore_warnings, raise_at_once

__all__ = ["DEFTEVAL", "DeftEvalFormat", "read_rows"]

_ENDING = ".deft"


@dataclass(frozen=True, slots=True)
class DeftEvalFormat:
    """Reads and writes folders of task files.

    Args:
        task: the only one that is read and written; where it is None, the highest that there is
            is read, and all are written.
        predicted: whether rows are written as the official scorer takes them in a prediction:
            unscored tags are O, unscored relations none, and no column has a leading space.
    """

    name = "defteval"
    suffixes = (_ENDING,)
    language = "en"
    parallel = False

    task: int | None = None
    predicted: bool = False

    def configured(self, options: Options) -> "DeftEvalFormat":
        """The same format, with `--field task=N` and `--field rows=gold|predicted`."""
        task, rows = options.fields.get("task"), options.fields.get("rows", "gold")
        if task not in (None, "1", "2", "3"):
            raise ConfigError("--field task", f"{task!r} is no task", "use 1, 2 or 3")
        if rows not in ("gold", "predicted"):
            raise ConfigError("--field rows", f"{rows!r} is not known", "use gold or predicted")
        return DeftEvalFormat(int(task) if task else None, rows == "predicted")

    def has_file(self, name: str) -> bool:
        """Whether a file of this name is one of a task."""
        return is_task_file(name)

    def recognises(self, source: Source) -> bool:
        """Whether a file has the name of a task's."""
        return bool(task_files(source))

    def parse_source(
        self,
        source: Source,
        *,
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """The windows of the highest task, or of the one that is asked for; of task 1, sentences.

        Ids are those of the corpus: its file and a number. Files that are not read because a
        higher task says more go to `warn` where that task has other rows.
        """
        files = task_files(source)
        task = self.task or max((file.task for file in files), default=0)
        own = [file for file in files if file.task == task]
        if not own:
            what = f"holds no file named task_{self.task or 1}.deft or task_{task or 1}_NAME.deft"
            refuse(FormatError(source.name, what, "docs/defteval.md shows the files"))
            return
        for path in source.files:
            if path.endswith(_ENDING) and path not in {file.path for file in files}:
                warn(path, "its name is not that of a task's file: not read")
        counts: Counter[str] = Counter()
        for file in own:
            yield from read_file(file, source, counts, warn=warn, refuse=refuse)
        if self.task is None and task == 3:
            _compare(source, files, warn)

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        """For each folder of the corpus task_1.deft and task_2.deft; task 3 file by file."""
        writers: dict[str, Writer] = {}
        begun: set[str] = set()
        for file, own in groupby(documents, key=_file):
            place = PurePosixPath(file)
            writer = writers.setdefault(file, Writer(self.predicted))
            windows = [writer.window(document) for document in own]
            names = {1: "task_1.deft", 2: "task_2.deft", 3: f"task_3_{place.name}"}
            for task in [self.task] if self.task else names:
                path = (place.parent / names[task]).as_posix()
                between = "" if task == 1 else "\n\n"
                rows = between.join(window.rows[task] for window in windows)
                yield path, (between * (path in begun) + rows).encode()
                begun.add(path)

    def losses(self, document: Document) -> Counter[str]:
        """What the files cannot say of the document, counted by kind.

        Raises FormatError for a label or an id that would be read as something else.
        """
        said = sum(label.name == SENTENCE_LABEL for label in document.labels)
        known = len(sentence_labels(document).keys() - {None})
        lost = DEFT.losses(document)
        lost["text labels"] -= min(said, known)
        lost["sentence labels that only task 1 has"] = min(said, known)
        spans, relations = document.spans, document.relations
        if self.task in (1, 2):
            lost["spans" if self.task == 1 else "span ids"] = len(spans)
            lost["relations"] = len(relations)
            lost["fragments"] = sum(len(span.fragments) - 1 for span in spans)
        if self.predicted:
            lost["unscored spans"] = sum(span.label not in SCORED_LABELS for span in spans)
            lost["unscored fragments"] = sum(len(span.fragments) - 1 for span in spans)
            lost["unscored relations"] = sum(
                relation.label not in SCORED_RELATIONS for relation in relations
            )
        return +lost


DEFTEVAL = DeftEvalFormat()


def _file(document: Document) -> str:
    """The path of the document's file of the corpus, with its ending."""
    said = str(document.metadata.get("file") or "") or document.id.rpartition(":")[0]
    return ended(said or "documents", _ENDING)


def _compare(source: Source, files: Iterable[TaskFile], warn: Warn) -> None:
    """Tells where task 2 has more or fewer rows than task 3, which was read."""
    rows = {2: 0, 3: 0}
    for file in files:
        if file.task in rows:
            rows[file.task] += sum(map(_is_row, lines_of_file(source, file.path)))
    if rows[2] and rows[2] != rows[3]:
        what = f"task 2 has {rows[2]} tokens, task 3, which is read, {rows[3]}"
        warn(source.name, f"{what}: --field task=2 reads task 2")


def _is_row(line: tuple[str, str]) -> bool:
    return bool(line[1].strip())
