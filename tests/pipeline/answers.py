"""What a model may answer: right, nearly right, and anything at all."""

import json
import re
from typing import Any

from hypothesis import strategies as st
from tests.canned import FAILURE, REFUSAL, data_of

from donor.llm import Completion, Request, Response

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NUMBERS = st.one_of(st.integers(-1, 4), st.sampled_from([1.0, 2.0, 1e300, 10**30, 1.5, "1"]))
_SHAPES = st.sampled_from(["right"] * 4 + ["near", "json", "text", "failure", "refusal"])


@st.composite
def responses(draw: st.DrawFn, request: Request) -> Response:
    """Responses to a request; half of them are such as its prompt asks for."""
    shape = draw(_SHAPES)
    if shape == "failure":
        return FAILURE
    if shape == "refusal":
        return REFUSAL
    if shape == "text":
        return Completion(draw(st.text(max_size=20)), draw(st.sampled_from([None, "length"])))
    value = draw(_JSON) if shape == "json" else _RIGHT[request.task](draw, data_of(request))
    if shape == "near" and value:
        key = draw(st.sampled_from(sorted(value)))
        value[key] = draw(st.one_of(_JSON, st.just(value.pop(key)), st.just("")))
    return Completion(json.dumps(value, ensure_ascii=draw(st.booleans())))


def _translation(draw: st.DrawFn, data: dict[str, str]) -> dict[str, Any]:
    words = st.text("ия .\n<>/s1t2İ", min_size=1, max_size=8)
    return {key: draw(words) for key in data}


def _tags(draw: st.DrawFn, data: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Each segment with the tags of its source anywhere in it."""
    return {
        key: _tagged(draw, data["translation"][key], source)
        for key, source in data["source"].items()
    }


def _tagged(draw: st.DrawFn, text: str, source: str) -> str:
    marks: list[tuple[int, str]] = []
    for number in dict.fromkeys(re.findall(r"</([a-z]+[0-9]+)>", source)):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        marks += [(start, f"<{number}>"), (end, f"</{number}>")]
    for at, mark in sorted(marks, key=lambda mark: mark[0], reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def _quotes(draw: st.DrawFn, data: dict[str, Any]) -> dict[str, Any]:
    """For each span up to two stretches of the translation, or words that are not there."""
    text = " ".join(data["translation"].values())
    edges = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    words = st.one_of(edges.map(lambda pair: text[min(pair) : max(pair)]), st.just("ион"))
    one = st.fixed_dictionaries({"text": words, "occurrence": _NUMBERS})
    return {name: draw(st.lists(one, max_size=2)) for name in data["spans"]}


_RIGHT = {"translate": _translation, "tags": _tags, "quote": _quotes}
