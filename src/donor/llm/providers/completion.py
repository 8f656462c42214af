"""The chat completion that the body of a reply holds, or why it holds none."""

import json
from typing import Any

import orjson

from donor.llm.providers.rejection import error_words
from donor.llm.providers.stream import is_stream, joined
from donor.llm.request import Completion, Failure, FailureKind, Usage
from donor.llm.thoughts import without_thoughts

__all__ = ["error_status", "parse_completion"]

# Where servers put the thoughts: vLLM and DeepSeek; Ollama, OpenRouter and newer vLLM.
_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details", "thinking")
_LARGEST = 2**53
_BOM = b"\xef\xbb\xbf"


def parse_completion(body: bytes) -> Completion | Failure:
    """The completion that a body holds, else a Failure of the kind MALFORMED; never an error.

    >>> parse_completion(b'{"choices": [{"message": {"content": "Ja"}}]}').text
    'Ja'
    """
    try:
        value = _value(body.removeprefix(_BOM))
        choice = value["choices"][0]
        message = choice["message"]
        text = _text(message.get("content"))
    except (ValueError, RecursionError, TypeError, LookupError, AttributeError) as error:
        return _malformed(f"not a chat completion: {_why(body, error)}")
    finish_reason = _string(choice.get("finish_reason"))
    refusal = _string(message.get("refusal")) or None
    answer = Completion(
        text=text,
        finish_reason=finish_reason,
        refusal=refusal,
        usage=_usage(value.get("usage")),
        served_model=_string(value.get("model")),
        fingerprint=_string(value.get("system_fingerprint")),
        reasoned=_reasoned(message, value.get("usage")) or without_thoughts(text) != text.strip(),
    )
    if text.strip() or refusal or answer.cut or finish_reason == "content_filter":
        return answer
    thought = "; the model thought and said nothing" if answer.reasoned else ""
    return _malformed("the answer is empty" + thought)


def error_status(body: bytes) -> int | None:
    """The status of an error that came under status 200, as a router passes it on; else None.

    >>> error_status(b'{"error": {"message": "Rate limited", "code": 429}}')
    429
    """
    if b'"error"' not in body[:1000] or b'"choices"' in body:
        return None
    try:
        code = orjson.loads(body)["error"]["code"]
    except (ValueError, TypeError, LookupError):
        return None
    return code if isinstance(code, int) and 400 <= code < 600 else None


def _malformed(words: str) -> Failure:
    return Failure(FailureKind.MALFORMED, words, 200)


def _why(body: bytes, error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if is_stream(body) and isinstance(error, ValueError):
        return "it is a stream of events that broke off"
    return error_words(body).message or "the body is empty"


def _value(body: bytes) -> Any:
    if is_stream(body):
        return joined(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a surrogate pair, or NaN: some servers write them, and orjson is right to object.
        return json.loads(body.decode())


def _text(content: object) -> str:
    """The text of a message's content: a string, null, or a list of parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return _encodable(content)
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(_encodable(text) for text in texts if isinstance(text, str))
    raise TypeError("content")


def _string(value: object) -> str | None:
    if value is None:
        return None
    return _encodable(value) if isinstance(value, str) else None


def _encodable(text: str) -> str:
    """The text, with a replacement character for half a surrogate pair."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass").decode(errors="replace")
    return text


def _usage(usage: object) -> Usage:
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return Usage(_number(prompt), _number(completion), _number(cached))


def _reasoned(message: dict[str, Any], usage: object) -> bool:
    """Whether thoughts stand beside the content, or their tokens were counted."""
    if not message.keys().isdisjoint(_THOUGHTS) and any(map(message.get, _THOUGHTS)):
        return True
    details = usage.get("completion_tokens_details") if isinstance(usage, dict) else None
    return isinstance(details, dict) and bool(_number(details.get("reasoning_tokens")))


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < _LARGEST else None
