"""Frozen dataclasses of which a document makes dozens, made in half the time."""

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

__all__ = ["quickly_made"]

T = TypeVar("T")


def quickly_made(kind: type[T]) -> type[T]:
    """The same frozen dataclass, with an `__init__` that takes half as long.

    The generated one looks each field up by its name, in `object.__setattr__`. This one calls
    the slots themselves, or fills the dictionary of an object that has no slots.

    >>> from dataclasses import dataclass
    >>> @quickly_made
    ... @dataclass(frozen=True, slots=True)
    ... class Place:
    ...     start: int
    ...     end: int = 9
    >>> Place(3), Place(3, end=4) == Place(start=3, end=4)
    (Place(start=3, end=9), True)
    """
    if hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind.__name__} looks at its fields: write its __init__ out")
    own: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]
    slotted = "__slots__" in kind.__dict__
    known: dict[str, Any] = {"_missing_": MISSING}
    heads, steps = ["self"], [] if slotted else ["own = self.__dict__"]
    for field in own:
        name, value = field.name, field.name
        if field.default is not MISSING:
            known[f"_default_{name}"] = field.default
            heads.append(f"{name}=_default_{name}")
        elif field.default_factory is not MISSING:
            known[f"_make_{name}"] = field.default_factory
            heads.append(f"{name}=_missing_")
            value = f"_make_{name}() if {name} is _missing_ else {name}"
        else:
            heads.append(name)
        known[f"_set_{name}"] = kind.__dict__[name].__set__ if slotted else None
        steps.append(f"_set_{name}(self, {value})" if slotted else f"own[{name!r}] = {value}")
    # As `dataclasses` makes its own, from names alone.
    exec(f"def __init__({', '.join(heads)}):\n " + "\n ".join(steps), known)
    made = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    kind.__init__ = made  # type: ignore[method-assign]
    return kind
