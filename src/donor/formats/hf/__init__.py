"""Datasets of the Hugging Face hub: folders of Parquet files, and what `save_to_disk` writes.

A row is a document. Read are tokens with tags, texts with labels, pairs of texts, texts with
spans, and questions with answers in a text; written are Parquet files from which
`datasets.load_dataset(folder)` gets the same features and splits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from donor.data import Document
from donor.errors import MissingExtraError
from donor.formats.format import (
    DEFAULTS,
    Options,
    Refuse,
    Source,
    Warn,
    ignore_warnings,
    raise_at_once,
)
from donor.formats.hf.files import data_files, holds_dataset

__all__ = ["HF", "HfFormat"]


_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?(:[\w.-]+)?")


class HfFormat:
    """Reads and writes the Hugging Face's dataset folders."""

    name = "hf"
    suffixes = (".parquet", ".arrow")
    language = None
    parallel = False

    def __init__(self, options: Options = DEFAULTS) -> None:
        self._options = options

    def configured(self, options: Options) -> "HfFormat":
        """The same format, its columns named by the options.

        `fields` names `text`, `tokens`, `tags`, `spans`, `label` and `side` (several with commas
        between them), `id` and `language`. Documents of other formats are written as tokens and
        tags where it names `tokens` or `tags`.
        """
        return HfFormat(options)

    def recognises(self, source: Source) -> bool:
        """Whether one of the files is of a dataset."""
        return holds_dataset(source)

    def parse_source(
        self,
        source: Source,
        *,
        warn: Warn = ignore_warnings,
        refuse: Refuse = raise_at_once,
    ) -> Iterator[Document]:
        """One document a row, of all splits; ids are `file:1`, `file:2`, ….

        Raises:
            FormatError: a file or a row is broken; names the file and the row.
            ConfigError: nothing says where the text is, or an extra is missing.
        """
        _check_libraries(source.name)
        from donor.formats.hf.reader import documents_of
        from donor.formats.hf.rows import opened

        for file in data_files(source):
            with source.files[file.path]() as stream, opened(stream, file) as (features, batches):
                yield from documents_of(
                    file, features, batches, options=self._options, refuse=refuse
                )

    def elsewhere(self, name: str) -> bool:
        """Whether an input that is no file may be a dataset of the hub: `owner/name:config`."""
        return _HUB_NAME.fullmatch(name) is not None

    def parse_elsewhere(self, name: str, *, refuse: Refuse = raise_at_once) -> Iterator[Document]:
        """The documents of a dataset of the hub. Raises InputError where it cannot be had."""
        _check_libraries(name)
        from donor.formats.hf.hub import hub_documents

        yield from hub_documents(name, options=self._options, refuse=refuse)

    def revision(self, name: str) -> str | None:
        """The commit of a dataset of the hub. Raises InputError where it cannot be had."""
        _check_libraries(name)
        from donor.formats.hf.hub import revision_of

        return revision_of(name)

    def serialize_source(self, documents: Iterable[Document]) -> Iterator[tuple[str, bytes]]:
        """A Parquet file for each input file, and a card that names splits and features."""
        _check_libraries("the output format hf")
        from donor.formats.hf.dataset import written

        yield from written(documents, self._options)

    def label_names(self, document: Document) -> set[str]:
        """The names of labels that the document's dataset has, used or not."""
        from donor.formats.hf.renamed import names_in_features

        return names_in_features(document)

    def renamed(self, document: Document, names: Mapping[str, str]) -> Document:
        """The document whose dataset calls its labels so, in the same order."""
        from donor.formats.hf.renamed import with_names

        return with_names(document, names)

    def losses(self, document: Document) -> Counter[str]:
        """What a row cannot say, counted. Raises FormatError where the options forbid a choice."""
        _check_libraries("the output format hf")
        from donor.formats.hf.made import made_losses
        from donor.formats.hf.writer import row_losses

        ours = "hf" in document.metadata
        return (row_losses if ours else made_losses)(document, self._options)


HF = HfFormat()


def _check_libraries(what: str) -> None:
    """Nothing. Raises MissingExtraError where the extra is not installed."""
    try:
        import datasets
        import pyarrow
    except ImportError as error:
        raise MissingExtraError(what, str(error.name), "hf") from None
    assert datasets and pyarrow
