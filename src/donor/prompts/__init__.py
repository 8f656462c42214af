"""The prompts, one file each. What differs between documents is not in them.

A prompt is the static first part of a conversation, so that servers can cache it; the
document follows as JSON in a message of its own.
"""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from donor.prompts.sections import guided

__all__ = ["PROMPTS", "Prompt", "guided", "prompt"]

PROMPTS = (
    "index-characters",
    "index-words",
    "joint",
    "judge",
    "judge-labels",
    "label-names",
    "quote",
    "tags",
    "translate",
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's text with `{source}` and `{target}` open, and the hash of that text."""

    name: str
    template: str
    sha256: str

    def filled(self, *, source: str, target: str) -> str:
        """The prompt for a pair of languages, given by their English names."""
        return _filled(self.template, source, target)


@lru_cache(maxsize=64)  # of one pair of languages there are thousands of documents
def _filled(template: str, source: str, target: str) -> str:
    return template.replace("{source}", source).replace("{target}", target)


@cache
def prompt(name: str) -> Prompt:
    """The prompt of that name.

    >>> prompt("tags").filled(source="English", target="Russian").splitlines()[0]
    'You carry span annotations of an NLP dataset from English into Russian.'
    """
    template = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8").strip()
    return Prompt(name, template, hashlib.sha256(template.encode()).hexdigest())
