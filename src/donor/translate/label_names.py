"""The names of a dataset's labels in the target language: all in one request, one for one."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import orjson

from donor.data import Guidance
from donor.languages import Language
from donor.llm import Message, Method, Request, ask_checked, strings_schema
from donor.prompts import guided, prompt
from donor.translate.glossary import occurring

__all__ = ["TASK", "translatable", "translate_names"]

TASK = "label-names"
_LETTER = re.compile(r"[^\W\d_]")
_JOINTS = "-_"


def translatable(name: str) -> bool:
    """Whether a name has words; a grade such as `4.5` has none.

    >>> [translatable(name) for name in ("positive", "4.5", "B2")]
    [True, False, True]
    """
    return _LETTER.search(name) is not None


def translate_names(
    names: Sequence[str], source: Language, target: Language, guidance: Guidance
) -> Method[Mapping[str, str] | str]:
    """The target name of each name, or in words why there are none.

    No two names become the same, and none that had no white space gets some: its words are joined
    as the source's are, or by underscores.
    """
    keys = {str(n): name for n, name in enumerate(names, start=1)}
    found: dict[str, str] = {}

    def check(answer: dict[str, str]) -> str:
        found.clear()
        found.update({name: _joined(answer[key], name) for key, name in keys.items()})
        return _wrong(found)

    asked = yield from ask_checked(_request(keys, source, target, guidance), check)
    return asked.detail if asked.problem else dict(found)


def _request(
    keys: Mapping[str, str], source: Language, target: Language, guidance: Guidance
) -> Request:
    names = set(keys.values())
    system = guided(
        prompt(TASK).filled(source=source.name, target=target.name),
        instructions=guidance.instructions,
        labels={label: said for label, said in guidance.labels.items() if label in names},
        terms=occurring(guidance.glossary, "\n".join(keys.values()), source.tag),
    )
    return Request(
        messages=(Message("system", system), Message("user", orjson.dumps(dict(keys)).decode())),
        schema=strings_schema(keys),
        task=TASK,
        document="the names of the labels",
    )


def _joined(answer: str, name: str) -> str:
    """The answer on one line; without white space if the name has none.

    >>> _joined(" прямое\\nопределение ", "Direct-Definition")
    'прямое-определение'
    """
    words = answer.split()
    if len(name.split()) > 1:
        return " ".join(words)
    return next((joint for joint in _JOINTS if joint in name), "_").join(words)


def _wrong(found: Mapping[str, str]) -> str:
    """What is wrong with the names; "" if nothing is."""
    empty = [name for name, translated in found.items() if not translated]
    if empty:
        return f"the name of {empty[0]!r} is empty"
    counts = Counter(translated.casefold() for translated in found.values())
    twice = [name for name, translated in found.items() if counts[translated.casefold()] > 1]
    if twice:
        alike = ", ".join(map(repr, twice[:3]))
        return f"the names {alike} become the same, {found[twice[0]]!r}; each needs its own"
    return ""
