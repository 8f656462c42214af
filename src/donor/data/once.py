"""A value of an object that is made on first use and then kept."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

__all__ = ["made_once"]

T = TypeVar("T")


class _MadeOnce(Generic[T]):
    """As `functools.cached_property`, which up to Python 3.11 takes a lock for each first use.

    >>> class Text:
    ...     @made_once
    ...     def words(self) -> list[str]:
    ...         return ["an", "ion"]
    >>> text = Text()
    >>> text.words is text.words
    True
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> T | Self:
        if owner is None:
            return self
        # No data descriptor: what stands in the object's own dictionary comes first from now on.
        value = owner.__dict__[self._name] = self._make(owner)
        return value


made_once = _MadeOnce
"""Makes a method without arguments a property that is computed once for each object."""
