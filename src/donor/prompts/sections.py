"""What the user says to a model, as sections at the end of a prompt.

What is the same for all documents comes first, so that servers can cache it.
"""

from collections.abc import Iterable, Iterator, Mapping

from donor.data import Term

__all__ = ["guided"]

_REMARKS = (
    'The message has a part "remarks" too: these ids were answered before, and a check has found '
    "what stands there. The check may be wrong. Answer for them with care, and with the same again "
    "only where that is right."
)


def guided(
    system: str,
    *,
    instructions: str = "",
    labels: Mapping[str, str] | None = None,
    examples: Iterable[tuple[str, str]] = (),
    terms: Iterable[Term] = (),
    kept: Iterable[str] = (),
    remarked: bool = False,
) -> str:
    """The prompt, and behind it a section for everything that there is to say.

    Args:
        system: the prompt.
        instructions: the project's guideline.
        labels: what each label means.
        examples: a message and its right answer each, as JSON.
        terms: the lines of the glossary that concern the document.
        kept: what the document holds that must not be translated.
        remarked: whether the message says what speaks against earlier answers.

    >>> print(guided("Translate.", terms=[Term("charge", "заряд")]).splitlines()[-1])
    - charge → заряд
    """
    sections = _sections(instructions, labels or {}, tuple(examples), tuple(terms), tuple(kept))
    remarks = [_REMARKS] if remarked else []
    return "\n\n".join([system, *sections, *remarks])


def _sections(
    instructions: str,
    labels: Mapping[str, str],
    examples: tuple[tuple[str, str], ...],
    terms: tuple[Term, ...],
    kept: tuple[str, ...],
) -> Iterator[str]:
    if instructions.strip():
        title = "The guideline by which this dataset was annotated; it decides in doubt:"
        yield f"{title}\n\n{instructions.strip()}"
    if labels:
        meanings = (f"- {label}: {meaning}" for label, meaning in labels.items())
        yield _listed("What the labels mean:", meanings)
    for message, answer in examples:
        yield f"An example from this dataset. To\n{message}\nthe answer is\n{answer}"
    if terms:
        title = "Render these terms as given, inflected as the sentence demands:"
        yield _listed(title, (f"- {term.source} → {term.target}" for term in terms))
    if kept:
        title = "Leave these untranslated, letter by letter as they stand:"
        yield _listed(title, (f"- {words}" for words in kept))


def _listed(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *lines])
