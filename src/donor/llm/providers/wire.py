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

__all__ = ["Wire", "WireForm", "laxer", "other_parameters", "strictest"]


class WireForm(StrEnum):
    """How the shape of the answer is demanded, from the strictest to nothing at all."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    NONE = "none"


_FORMS = list(WireForm)
_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_UNSUPPORTED_CODES = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|does not support|doesn't support|unknown (name|parameter|field)"
    r"|unrecognized|unexpected (keyword|parameter|field)|extra (inputs|fields)|extra_forbidden"
    r"|not permitted|not allowed|deprecated",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wire:
    """A form of the answer, and the parameters that go under another name or (None) not at all.

    >>> print(Wire(WireForm.JSON_OBJECT, (("temperature", None),)))
    json_object without temperature
    """

    form: WireForm = WireForm.JSON_SCHEMA
    changed: tuple[tuple[str, str | None], ...] = ()

    def parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they are sent."""
        names = dict(self.changed)
        sent = {names.get(name, name): value for name, value in parameters.items()}
        return {name: value for name, value in sent.items() if name is not None}

    def changing(self, name: str, new: str | None) -> "Wire":
        """The same wire, the parameter `name` going under the name `new` or not at all."""
        names = {**dict(self.changed), name: new}
        return replace(self, changed=tuple((old, names[old]) for old in sorted(names)))

    def __str__(self) -> str:
        changes = [
            f" without {name}" if new is None else f" with {new} for {name}"
            for name, new in self.changed
        ]
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


def other_parameters(wire: Wire, parameters: Mapping[str, Any], words: ErrorWords) -> Wire | None:
    """The wire without (or renaming) the one parameter that the server says it does not know.

    None if it names none. A value that is out of range is the user's error and stays one.
    """
    unsupported = words.code in _UNSUPPORTED_CODES or _UNSUPPORTED.search(words.message)
    if not unsupported:
        return None
    names = dict(wire.changed)
    for name in parameters:
        sent = names.get(name, name)
        if sent is not None and words.names(sent):
            new = _RENAMED.get(name) if name not in names else None
            return wire.changing(name, new)
    return None
