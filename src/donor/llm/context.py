"""A context that the server cut in silence, as Ollama does: part of the request was never read."""

from collections.abc import Sequence

from donor.llm.request import Message
from donor.llm.tokens import token_range

__all__ = ["context_cut"]

# Below so many tokens nobody cuts, and an estimate can be off by more.
_LEAST = 1500
# What a cut leaves is the whole context, and that is a multiple of this.
_STEP = 1024


def context_cut(counted: int | None, messages: Sequence[Message]) -> str:
    """Why the server cannot have read all of these messages; empty where it may have.

    It says that it read `counted` tokens: fewer than half of what they are at least, or exactly
    a full context and fewer than they are. Servers that leave out of their count what they had
    in a cache (Ollama before 0.4) are left in peace: they do not count the system prompt, while
    one that cuts keeps it.
    """
    if counted is None or not _worth_a_look(counted, sum([len(m.content) for m in messages])):
        return ""
    least = sum(token_range(message.content)[0] for message in messages)
    system = sum(token_range(m.content)[0] for m in messages if m.role == "system")
    full = counted % _STEP == 0 and counted < least
    if least < _LEAST or counted < system or not (full or 2 * counted < least):
        return ""
    return (
        f"the server read {counted:,} of at least {least:,} tokens of the request: raise its "
        "context (for Ollama OLLAMA_CONTEXT_LENGTH or num_ctx)"
    )


def _worth_a_look(counted: int, characters: int) -> bool:
    """Whether so few tokens could be too few for so many characters; quick to say."""
    return characters > _LEAST and (counted * 4 < characters or counted % _STEP == 0)
