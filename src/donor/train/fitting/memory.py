"""What does not fit into memory is an error that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from donor.errors import ConfigError

__all__ = ["memory_explained"]

# What torch says where the CPU's memory ends.
_ON_CPU = ("not enough memory", "can't allocate memory")


@contextmanager
def memory_explained(where: str, at_once: int, *, fewer: str, one: str) -> Iterator[None]:
    """Nothing; turns what the device cannot hold into a ConfigError.

    Args:
        where: what is done.
        at_once: how many examples the device is shown together.
        fewer: what to do where these are several.
        one: what to do where it is a single one.
    """
    import torch

    try:
        yield
    except RuntimeError as error:
        if not isinstance(error, torch.OutOfMemoryError) and not any(
            said in str(error) for said in _ON_CPU
        ):
            raise
        count = f"{at_once:,} examples at once do" if at_once > 1 else "a single example does"
        what = f"{count} not fit into memory: {str(error).splitlines()[0]}"
        raise ConfigError(where, what, fewer if at_once > 1 else one) from None
