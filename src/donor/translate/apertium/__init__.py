"""`apertium`: rule-based translation by the program of that name, offline and without a model.

It is a corpus step: the program goes over all documents first (`apertium`), and the translator
that this returns only looks up what came back. The words of the spans carry word-bound blanks, so
that the translation brings candidates along, which stand before the cascade.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from donor.data import NO_GUIDANCE, Document, Guidance, Translation
from donor.errors import ConfigError
from donor.languages import Language
from donor.llm import Method
from donor.translate.apertium.corpus import Streams, encoded_texts, streams_of
from donor.translate.apertium.modes import WHERE, Engine, engine
from donor.translate.apertium.places import METHOD, placed
from donor.translate.apertium.stream import Decoded, Encoded, Marked, decode
from donor.translate.segments import texts_of
from donor.translate.task import Translated, TranslationTask

__all__ = ["Engine", "apertium", "engine", "translate"]


def apertium(
    documents: Iterable[Document],
    *,
    source: Language,
    target: Language,
    folder: Path,
    guidance: Guidance = NO_GUIDANCE,
    mode: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Callable[[TranslationTask], Method[Translated]]:
    """A translator of these documents, after Apertium has gone over all of them.

    Args:
        documents: read once; as many as there are, memory stays flat.
        source: their language.
        target: the language of the translation.
        folder: where `apertium.jsonl` is written, and what is known of it reused.
        guidance: its keep-list is honoured; the translator has to be asked with the same.
        mode: Apertium's mode, where it is not to be found by the languages.
        progress: takes the number of documents done so far.

    Raises:
        ConfigError: Apertium is not installed, has no mode for the languages, or does not work.
    """
    found = engine(source, target, mode)
    streams = streams_of(documents, found, folder, guidance, progress)

    def translate(task: TranslationTask) -> Method[Translated]:
        """The translation that Apertium brought, and a candidate for each span. Asks nothing."""
        yield from ()
        return _translated(task, streams)

    return translate


def translate(task: TranslationTask) -> Method[Translated]:
    """Raises ConfigError: without the corpus step there is nothing to look up."""
    what = "Apertium has to go over the whole corpus before a document is translated"
    raise ConfigError(WHERE, what, "make the translator by donor.translate.apertium.apertium")


def _translated(task: TranslationTask, streams: Streams) -> Translated:
    document = task.document
    texts = encoded_texts(document, task.guidance)
    found = streams(texts)
    if found is None:
        return _problem(task, "Apertium has not gone over this document")
    decoded = [_decoded(one, stream) for one, stream in zip(texts, found, strict=True)]
    whole = []
    for number, (text, part) in enumerate(zip(texts_of(document), decoded, strict=True), start=1):
        translated = part.text if part else ""
        if not translated.strip() and any(map(str.isalnum, text)):
            what = "leaves nothing of" if part else "brings nothing usable for"
            return _problem(task, f"Apertium {what} segment {number}")
        whole.append(translated if translated.strip() else text)
    cut = len(document.segments)
    translation = Translation(task.target.tag, tuple(whole[:cut]), tuple(whole[cut:]), METHOD)
    target = translation.document(document)
    marked = _in_document(decoded[:cut], target)
    languages = task.source, task.target
    return Translated(translation, tuple(placed(document, target, languages, marked)))


def _decoded(encoded: Encoded | None, stream: str | None) -> Decoded | None:
    return None if encoded is None or stream is None else decode(stream, encoded)


def _in_document(parts: Sequence[Decoded | None], target: Document) -> list[Marked]:
    """What is marked in the segments, counted from the start of the document."""
    return [
        Marked(one.interval.shifted(segment.start), one.numbers)
        for part, segment in zip(parts, target.segments, strict=True)
        if part is not None
        for one in part.marked
    ]


def _problem(task: TranslationTask, problem: str) -> Translated:
    return Translated(Translation(task.target.tag, (), (), METHOD, problem=problem))
