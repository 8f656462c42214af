"""JSON-MIN, the short form of a task: what was annotated stands beside the data, by its name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from donor.formats.parts.json_values import put_back

__all__ = ["from_short", "to_short"]


def from_short(task: Mapping[str, Any], text_key: str, single: Iterable[str]) -> list[Any]:
    """The results that a full task would have.

    Args:
        task: the task in short.
        text_key: the field of the text.
        single: fields whose one string is a choice; nothing else tells it from data.
    """
    named = set(single)
    results: list[Any] = []
    for name, said in task.items():
        if name == text_key:
            continue
        if isinstance(said, list) and said and all(map(_is_region, said)):
            results += [{"from_name": name, "type": "labels", "value": region} for region in said]
        elif isinstance(said, dict) and isinstance(said.get("choices"), list):
            results.append({"from_name": name, "type": "choices", "value": said})
        elif name in named and isinstance(said, str):
            value = {"choices": [said]}
            results.append({"from_name": name, "type": "choices", "value": value, "single": True})
    return results


def _is_region(said: object) -> bool:
    return isinstance(said, dict) and {"start", "end", "labels"} <= said.keys()


def to_short(
    record: Mapping[str, Any], results: Sequence[Mapping[str, Any]], read: Iterable[Any]
) -> dict[str, Any]:
    """The task in short with these results; a field keeps its place, empty if nothing is left."""
    made: dict[str, Any] = {kept["item"]["from_name"]: _left(kept) for kept in read}
    for name, said in _by_name(results):
        made[name] = said
    return put_back(record, made)


def _left(kept: Mapping[str, Any]) -> Any:
    return [] if kept.get("about") == "region" else None


def _by_name(results: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    named: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        if "from_name" in result:
            named.setdefault(result["from_name"], []).append(result)
    for name, own in named.items():
        if own[0]["type"] != "choices":
            yield name, [result["value"] for result in own]
        elif own[0].get("single", "id" in own[0]) and len(own[0]["value"]["choices"]) == 1:
            yield name, own[0]["value"]["choices"][0]
        else:
            yield name, dict(own[0]["value"])
