"""The exceptions that are meant for the user; the command line prints them and exits with 1.

::

    DonorError
    ├── InputError            a file or a folder that cannot be read as asked
    │   └── FormatError       a line that breaks its format
    ├── DocumentError         a document that contradicts itself
    ├── ConfigError           a recipe, a flag or the environment asks for something impossible
    │   └── MissingExtraError a library that an extra brings is not installed
    ├── RunError              a run folder that cannot be used
    ├── StoreError            a response store that cannot be used
    │   └── ReplayError       a request that is not in the store, under replay
    └── ModelError            the model's server refuses the whole run

Anything else that is raised is a defect of Donor and keeps its traceback.
"""

__all__ = [
    "ConfigError",
    "DocumentError",
    "DonorError",
    "FormatError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "ReplayError",
    "RunError",
    "StoreError",
]


class DonorError(Exception):
    """An error that says where it is, what it is, and what to do about it.

    >>> print(FormatError("train.deft:17", "3 columns, expected 8", "separate columns by tabs"))
    train.deft:17: 3 columns, expected 8 (separate columns by tabs)
    """

    def __init__(self, where: str, what: str, hint: str = "") -> None:
        super().__init__(where, what, hint)
        self.where = where
        self.what = what
        self.hint = hint

    @property
    def kind(self) -> str:
        """The name of the class, as `--json` prints it."""
        return type(self).__name__

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{advice}"


class InputError(DonorError):
    """A file or a folder cannot be read as asked."""


class FormatError(InputError):
    """A line breaks the format that its file is read as."""


class DocumentError(DonorError):
    """A document contradicts itself, for example a span that ends behind its text."""


class ConfigError(DonorError):
    """A recipe, a flag or the environment asks for something impossible."""


class MissingExtraError(ConfigError):
    """A library is missing that one of Donor's extras installs."""

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(what, f"needs {library}", f"pip install 'donor[{extra}]'")


class RunError(DonorError):
    """A run folder cannot be used: locked, made by another recipe, not writable."""


class StoreError(DonorError):
    """A response store cannot be used."""


class ReplayError(StoreError):
    """A request is not in the store, and replay forbids asking the model."""


class ModelError(DonorError):
    """The model's server refuses the whole run: the key, the model, or the server itself."""
