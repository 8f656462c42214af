"""The files that a recipe names beside its inputs, read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from donor.data import Document, Example, Glossary, Guidance, Kept, Term
from donor.errors import ConfigError, FormatError
from donor.formats import read
from donor.formats.pairs import target_of
from donor.recipe import Recipe

__all__ = ["guidance_of"]

# So many examples are shown with each request; more would cost more than they teach.
_EXAMPLES = 3


def guidance_of(recipe: Recipe) -> Guidance:
    """What the recipe's files tell the methods.

    Raises:
        ConfigError: a file cannot be read.
        FormatError: a line of the glossary, of the keep-list or of the examples is wrong.
    """
    instructions, glossary, keep = recipe.instructions, recipe.glossary, recipe.keep
    return Guidance(
        instructions=_text(instructions) if instructions else "",
        labels=recipe.labels,
        glossary=Glossary(tuple(_terms(glossary)) if glossary else ()),
        keep=tuple(_kept(keep)) if keep else (),
        examples=tuple(_examples(recipe.examples)) if recipe.examples else (),
        chunk_characters=recipe.chunk_characters,
    )


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError as error:
        raise FormatError(path, f"not UTF-8: {error.reason} at byte {error.start}") from None


def _unreadable(path: str, error: OSError) -> ConfigError:
    return ConfigError(path, f"cannot be read: {error.strerror}", "name a file that is there")


def _lines(path: str) -> Iterator[tuple[str, str]]:
    """Where each line stands, and the line; blank ones and comments are left out."""
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield f"{path}:{number}", line.strip()


def _terms(path: str) -> Iterator[Term]:
    for where, line in _lines(path):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2 or not (cells[0] and cells[1]):
            hint = "write source<TAB>target"
            raise FormatError(where, "not a term and how it is rendered", hint)
        yield Term(cells[0], cells[1])


def _kept(path: str) -> Iterator[Kept]:
    """What each line keeps: words to be found as they are, or a regular expression in /…/."""
    for where, line in _lines(path):
        expression = len(line) > 2 and line[0] == line[-1] == "/"
        try:
            yield re.compile(line[1:-1]) if expression else line
        except re.error as error:
            raise FormatError(where, f"not a regular expression: {error}") from None


def _examples(path: str) -> Iterator[Example]:
    """The first pairs of a file whose spans have counterparts."""
    found = 0
    for source in read([path], format="pairs"):
        target = _with_ids_of(source, target_of(source))
        if target is not None and found < _EXAMPLES:
            found += 1
            yield Example(source, target)
    if not found:
        what = "holds no pair whose spans are as many on both sides"
        raise FormatError(path, what, "examples are pairs with spans; see docs/formats.md")


def _with_ids_of(source: Document, target: Document) -> Document | None:
    """The target with the ids of the source's spans, by label and order where it has others."""
    ids = {span.id for span in source.spans}
    if not ids or {span.id for span in target.spans} == ids:
        return target if ids else None
    left = {
        label: iter([span.id for span in source.spans if span.label == label])
        for label in {span.label for span in source.spans}
    }
    spans = [replace(span, id=next(left.get(span.label, iter(())), "")) for span in target.spans]
    if len(spans) != len(ids) or {span.id for span in spans} != ids:
        return None
    return replace(target, spans=tuple(spans))
