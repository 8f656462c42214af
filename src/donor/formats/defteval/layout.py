"""How the task files of DeftEval are called, and the lines in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from donor.errors import FormatError
from donor.formats.files.encodings import likely_encoding
from donor.formats.format import Source

__all__ = ["TaskFile", "is_task_file", "lines_of_file", "task_files"]

_NAME = re.compile(r"task_([123])(?:_(.+))?\.deft")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A file of one task: `task_2.deft`, or `task_2_NAME.deft` for the file NAME of the corpus.

    Attributes:
        path: below the folder.
        task: 1, 2 or 3.
        name: NAME, behind the folder where it lies; "" where the file's name says none.
    """

    path: str
    task: int
    name: str

    @property
    def stem(self) -> str:
        """The name, or the file's own without its ending."""
        return self.name or self.path.removesuffix(".deft")


def task_files(source: Source) -> list[TaskFile]:
    """The task files among the files of a source, in their order."""
    return [found for path in source.files if (found := _task_file(path))]


def is_task_file(name: str) -> bool:
    """Whether a file of this name is one of a task."""
    return _task_file(name) is not None


def _task_file(path: str) -> TaskFile | None:
    place = PurePosixPath(path)
    match = _NAME.fullmatch(place.name)
    if match is None:
        return None
    name = (place.parent / match[2]).as_posix() if match[2] else ""
    return TaskFile(path, int(match[1]), name)


def lines_of_file(source: Source, path: str, *, within: str = "") -> Iterator[tuple[str, str]]:
    """Where each line is, and the line, without a byte order mark.

    Raises:
        FormatError: it is not UTF-8; `within` is the folder for errors.
    """
    file = f"{within.rstrip('/')}/{path}" if within else path
    with source.files[path]() as lines:
        for number, raw in enumerate(lines, start=1):
            where = f"{file}:{number}"
            try:
                line = raw.removeprefix(_MARK if number == 1 else b"").decode()
            except UnicodeDecodeError:
                likely = likely_encoding(raw)
                hint = f"it looks like {likely}: iconv -f {likely} -t UTF-8" if likely else ""
                raise FormatError(where, "not UTF-8", hint) from None
            yield where, line
