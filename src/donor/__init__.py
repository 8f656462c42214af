"""Donor carries an annotated dataset from one language into another with an LLM.

>>> import donor
>>> sorted(donor.__all__)
['__version__', 'read', 'resolve', 'score', 'transfer', 'write']
"""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

# Bound here at once: a room of the same name would take the name when it is first imported.
from donor.formats import read, write
from donor.resolve import resolve
from donor.score import score

if TYPE_CHECKING:
    from donor.pipeline import transfer

__all__ = ["__version__", "read", "resolve", "score", "transfer", "write"]

__version__ = version("donor")


def __dir__() -> list[str]:
    """The public names."""
    return __all__


def __getattr__(name: str) -> Any:
    """`transfer`, whose imports take time, on first use."""
    if name == "transfer":
        from donor.pipeline import transfer

        return transfer
    raise AttributeError(f"module 'donor' has no attribute {name!r}")
