"""How a request is put on the wire, and what is given up when a server does not take it so.

Servers differ in which forms of `response_format` and which parameters they take. Nothing says
which before it is tried: so the strictest form is tried first, and a refusal teaches.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from donor.llm.providers.rejection import ErrorWords

__all__ = ["BUDGETS", "Wire", "WireForm", "laxer", "names_form", "other_parameters", "strictest"]

BUDGETS = ("max_tokens", "max_completion_tokens")
"""The names that the largest number of tokens of an answer goes by."""


class WireForm(StrEnum):
    """How the shape of the answer is demanded, from the strictest to nothing at all."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    NONE = "none"


_FORMS = list(WireForm)
_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_UNSUPPORTED_CODES = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_FORM = re.compile(
    r"response_?format|json_(schema|object)|grammar|guided|structured output|json ?schema",
    re.IGNORECASE,
)
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|does not support|doesn't support|unknown (name|parameter|field)"
    r"|unrecognized|unexpected (keyword|parameter|field)|extra (inputs|fields)|extra_forbidden"
    r"|not permitted|not allowed|deprecated",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"at most (\d+) tokens")


@dataclass(frozen=True, slots=True)
class Wire:
    """A form of the answer, and the parameters that go under another name or (None) not at all.

    Args:
        form: how the shape of the answer is demanded.
        changed: parameters by their names, and the names under which they are sent.
        ceiling: the most tokens of an answer that the model can be asked for, where it is known.
        room: the most that the context has left beside one request.

    >>> print(Wire(WireForm.JSON_OBJECT, (("temperature", None),)))
    json_object without temperature
    """

    form: WireForm = WireForm.JSON_SCHEMA
    changed: tuple[tuple[str, str | None], ...] = ()
    ceiling: int | None = None
    room: int | None = None

    @classmethod
    def said(cls, words: str) -> "Wire":
        """The wire that these words, its `str`, say; the strictest one for words that say none.

        >>> Wire.said("json_object without temperature").changed
        (('temperature', None),)
        """
        form, _, rest = words.partition(" ")
        if form not in _FORMS:
            return cls()
        wire = cls(WireForm(form))
        for change in filter(None, rest.split(", ")):
            kind, _, named = change.partition(" ")
            new, _, old = named.partition(" for ")
            if limit := _AT_MOST.fullmatch(named):
                wire = replace(wire, room=int(limit[1]))
            elif kind == "without":
                wire = wire.changing(named, None)
            else:
                wire = wire.changing(old, new)
        return wire

    def parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they are sent."""
        if not self.changed and self.ceiling is None and self.room is None:
            return dict(parameters)
        names = dict(self.changed)
        sent = {
            names.get(name, name): self._bounded(name, value) for name, value in parameters.items()
        }
        return {name: value for name, value in sent.items() if name is not None}

    def _bounded(self, name: str, value: Any) -> Any:
        if name not in BUDGETS or not isinstance(value, int):
            return value
        return min(value, *(most for most in (self.ceiling, self.room) if most is not None), value)

    def changing(self, name: str, new: str | None) -> "Wire":
        """The same wire, the parameter `name` going under the name `new` or not at all."""
        names = {**dict(self.changed), name: new}
        return replace(self, changed=tuple((old, names[old]) for old in sorted(names)))

    def __str__(self) -> str:
        changes = [
            f" without {name}" if new is None else f" with {new} for {name}"
            for name, new in self.changed
        ]
        limits = [most for most in (self.ceiling, self.room) if most is not None]
        changes += [f" with at most {min(limits)} tokens"] if limits else []
        return self.form + ",".join(changes)


def strictest(one: WireForm | None, other: WireForm) -> WireForm:
    """The stricter of two forms; None is no form."""
    return other if one is None else min(one, other, key=_FORMS.index)


def laxer(form: WireForm, proven: WireForm | None) -> WireForm | None:
    """The form to try after `form` was refused; None if there is nothing to give up.

    Once a form has worked, a refusal is not about the form, and nothing below it is tried.

    >>> laxer(WireForm.JSON_SCHEMA, None)
    <WireForm.JSON_OBJECT: 'json_object'>
    >>> laxer(WireForm.JSON_SCHEMA, WireForm.JSON_SCHEMA) is None
    True
    """
    below = _FORMS[_FORMS.index(form) + 1 :]
    if proven is not None:
        return proven if proven in below else None
    return below[0] if below else None


def names_form(words: ErrorWords) -> bool:
    """Whether an error is about the form of the answer.

    >>> names_form(ErrorWords("failed to parse grammar"))
    True
    """
    return words.parameter == "response_format" or _FORM.search(words.message) is not None


def other_parameters(wire: Wire, parameters: Mapping[str, Any], words: ErrorWords) -> Wire | None:
    """The wire without (or renaming) the one parameter that the server says it does not know.

    None if it names none. A value that is out of range is the user's error and stays one.
    """
    unsupported = words.code in _UNSUPPORTED_CODES or _UNSUPPORTED.search(words.message)
    if not unsupported:
        return None
    names = dict(wire.changed)
    # The one that is named first: the other may be the advice ("use 'max_completion_tokens'").
    for name in sorted(parameters, key=lambda name: words.place(names.get(name, name) or "")):
        sent = names.get(name, name)
        if sent is not None and words.names(sent):
            new = _RENAMED.get(name) if name not in names else None
            return wire.changing(name, new)
    return None
