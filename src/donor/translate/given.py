"""`given`: the translation that the user has already; no model is asked for it."""

from collections.abc import Callable
from dataclasses import dataclass

from donor.data import Document, Translation
from donor.languages.codes import primary
from donor.llm import Method
from donor.translate.task import Translated, TranslationTask

__all__ = ["GivenText", "Translations", "brought", "given", "translate"]

METHOD = "given"


@dataclass(frozen=True, slots=True)
class GivenText:
    """A translation as it was found.

    Args:
        language: a BCP 47 tag, or None where nothing says it.
        text: the whole text.
        segments: the text of each segment, without what stands between them.
        side_texts: name and text of each side text.
    """

    language: str | None
    text: str
    segments: tuple[str, ...]
    side_texts: tuple[tuple[str, str], ...] = ()


class _MisfitError(Exception):
    """Why a given text is no translation of a document."""


Translations = Callable[[Document], GivenText | str]
"""The translation of a document, or in words why there is none."""


def given(translations: Translations) -> Callable[[TranslationTask], Method[Translated]]:
    """A translator that takes what `translations` finds, where it fits the source."""

    def translate(task: TranslationTask) -> Method[Translated]:
        """The given translation, or the problem with it. Asks nothing."""
        yield from ()
        return Translated(_translation(task, translations(task.document)))

    return translate


def brought(document: Document) -> GivenText | str:
    """The translation that a document of a pair brings along."""
    target = document.metadata.get("target")
    if not isinstance(target, dict) or not isinstance(target.get("text"), str):
        return "no translation is given: the document brings none, and no file does"
    text = target["text"]
    return GivenText(target.get("lang"), text, (text,))


translate = given(brought)


def _translation(task: TranslationTask, found: GivenText | str) -> Translation:
    try:
        if isinstance(found, str):
            raise _MisfitError(found)
        if found.language and primary(found.language) != primary(task.target.tag):
            raise _MisfitError(
                f"the given translation is in {found.language}, not in {task.target.tag}"
            )
        segments = _segments(task.document, found)
        side_texts = _side_texts(task.document, found)
    except _MisfitError as misfit:
        return Translation(task.target.tag, (), (), METHOD, problem=str(misfit))
    return Translation(task.target.tag, segments, side_texts, METHOD)


def _segments(source: Document, found: GivenText) -> tuple[str, ...]:
    """The given text of each segment; a single segment takes the whole given text."""
    texts = source.segment_texts()
    parts = (found.text,) if len(texts) == 1 else found.segments
    if not texts and not found.text.strip():
        parts = ()
    if len(parts) != len(texts):
        raise _MisfitError(
            f"the given translation has {_counted(len(parts), 'segment')}, the source {len(texts)}"
        )
    pairs = enumerate(zip(texts, parts, strict=True), start=1)
    return tuple(_between_edges(text, part, f"segment {n}") for n, (text, part) in pairs)


def _side_texts(source: Document, found: GivenText) -> tuple[str, ...]:
    wanted = [side.name for side in source.side_texts]
    names = [name for name, _ in found.side_texts]
    if wanted != names:
        there, here = ", ".join(names) or "none", ", ".join(wanted) or "none"
        raise _MisfitError(f"the given translation has the side texts {there}, the source {here}")
    pairs = zip(source.side_texts, found.side_texts, strict=True)
    return tuple(
        _between_edges(side.text, text, f"side text {name}") for side, (name, text) in pairs
    )


def _between_edges(source: str, given_text: str, name: str) -> str:
    """The given words between the white space at the edges of the source."""
    words, given_words = source.strip(), given_text.strip()
    if bool(words) != bool(given_words):
        empty = "the source" if given_words else "the given translation"
        raise _MisfitError(f"{name} is empty in {empty} alone")
    if not words:
        return source
    before, _, after = source.partition(words)
    return before + given_words + after


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
