"""Which column of a dataset is what: by the user's word, by its name, by its features."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from donor.data.tags import is_tag
from donor.errors import ConfigError
from donor.formats.hf.features import (
    Feature,
    Features,
    is_list,
    is_number,
    is_struct,
    is_text,
    item_of,
    names_of,
)
from donor.formats.parts.columns import LABELS, LANGUAGES, PAIRS, TEXTS, listed

__all__ = ["ENDS", "KINDS", "PIECES", "STARTS", "Roles", "find_roles", "key_among"]

_TOKENS = ("tokens", "words", "token", "tokenized_text", "sentence_tokens")
_TAGS = ("ner_tags", "ner", "tags", "ner_labels", "bio_tags", "slots", "labels", "label", "tag")
_SPANS = ("spans", "entities", "ner", "annotations", "mentions", "labels", "label")
_CONTEXTS = ("context", "passage", "paragraph")

# The keys of a span in a list of them.
STARTS = ("start", "start_char", "start_offset", "begin", "begin_offset", "start_idx")
ENDS = ("end", "end_char", "end_offset", "stop", "end_idx")
PIECES = ("fragments", "offsets")
KINDS = ("label", "type", "entity_group", "entity_type", "entity", "tag", "category", "class")


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of a dataset by what they hold.

    Args:
        text: the text; beside tokens, the same once more.
        tokens: the tokens of the text.
        tags: a tag for each token.
        spans: a list of spans with offsets, or one list each of starts, ends and labels.
        answers: text and start of a question's answers in the text.
        sides: other texts that are translated along; a question, a hypothesis.
        labels: labels of the whole text.
        relations: a list of relations between the spans.
        segments: where the sentences of the text stand.
        id: what names the document, where the user wants it so.
        language: the language of the row.
        aligned: other lists with an item for each token.
    """

    text: str | None = None
    tokens: str | None = None
    tags: str | None = None
    spans: str | None = None
    answers: str | None = None
    sides: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    relations: str | None = None
    segments: str | None = None
    id: str | None = None
    language: str | None = None
    aligned: tuple[str, ...] = ()

    @property
    def made(self) -> frozenset[str]:
        """The columns that are made anew from a document."""
        single = {self.text, self.tokens, self.tags, self.spans, self.answers, self.relations}
        several = {*self.sides, *self.labels, *self.aligned}
        return frozenset({name for name in single | several | {self.segments} if name})

    def as_json(self) -> dict[str, Any]:
        """The roles as JSON values, without those that no column has."""
        found = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}
        return {name: part for name, part in found.items() if part}

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> "Roles":
        """The roles that `as_json` wrote."""
        parts: dict[str, Any] = {
            name: tuple(part) if isinstance(part, list) else part for name, part in said.items()
        }
        return cls(**parts)


def find_roles(features: Features, fields: Mapping[str, str], where: str) -> Roles:
    """What the columns hold.

    Raises:
        ConfigError: the user names a column that is not there, or nothing says where the text is.
    """
    _check_there(features, fields, where)
    tokens = fields.get("tokens") or _first(features, _TOKENS, _is_list_of_text)
    answers = _answers(features, fields)
    tags = None if tokens is None else _tags(features, fields, tokens)
    spans = None if tags or answers else _spans(features, fields)
    text, sides = _texts(features, fields, answers, bool(tokens))
    if text is None and tokens is None:
        what = f"no column is known to hold the text; there are {', '.join(features)}"
        raise ConfigError(where, what, "say which it is: --text-field NAME, or --field tokens=NAME")
    taken = {text, tokens, tags, spans, answers, *sides}
    labels = tuple(_labels(features, fields, taken, tokens=bool(tokens)))
    return Roles(
        text=text,
        tokens=tokens,
        tags=tags,
        spans=spans,
        answers=answers,
        sides=sides,
        labels=labels,
        relations=_first(features, ("relations",), _holds_relations) if spans else None,
        segments=_first(features, ("segments",), _holds_places),
        id=fields.get("id"),
        language=fields.get("language") or _first(features, LANGUAGES, is_text),
        aligned=tuple(_aligned(features, {*taken, *labels}) if tokens else ()),
    )


def key_among(keys: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first of the wanted keys that is there."""
    there = set(keys)
    return next((key for key in wanted if key in there), None)


def _check_there(features: Features, fields: Mapping[str, str], where: str) -> None:
    for role in ("text", "tokens", "tags", "spans", "label", "side", "id", "language"):
        for name in listed(fields.get(role, "")):
            if name not in features:
                what = f"there is no column {name!r}; there are {', '.join(features)}"
                raise ConfigError(where, what)


def _first(features: Features, names: Iterable[str], fits: Any) -> str | None:
    return next((name for name in names if name in features and fits(features[name])), None)


def _is_list_of_text(feature: Feature) -> bool:
    return is_text(item_of(feature))


def _is_list_of_tags(feature: Feature) -> bool:
    names = names_of(item_of(feature))
    return names is not None and "O" in names and all(map(is_tag, names))


def _tags(features: Features, fields: Mapping[str, str], tokens: str) -> str | None:
    given = fields.get("tags") or fields.get("spans")
    if given and is_list(features[given]) and not is_struct(item_of(features[given])):
        return given
    by_names = _first(features, _TAGS, _is_list_of_tags)
    if by_names:
        return by_names
    others = (name for name in features if _is_list_of_tags(features[name]))
    by_kind = next(others, None) or _first(
        features, _TAGS, lambda feature: names_of(item_of(feature)) is not None
    )
    strings = (name for name in _TAGS if name != tokens)
    return by_kind or _first(features, strings, _is_list_of_text)


def _answers(features: Features, fields: Mapping[str, str]) -> str | None:
    if "question" not in features or "spans" in fields:
        return None
    return _first(features, ("answers",), _holds_answers)


def _holds_answers(feature: Feature) -> bool:
    keys = item_of(feature) if is_list(feature) else feature
    return is_struct(keys) and {"text", "answer_start"} <= set(keys)


def _spans(features: Features, fields: Mapping[str, str]) -> str | None:
    if "spans" in fields:
        return fields["spans"]
    named = _first(features, _SPANS, _holds_spans)
    return named or next((name for name in features if _holds_spans(features[name])), None)


def _holds_spans(feature: Feature) -> bool:
    keys = item_of(feature) if is_list(feature) else feature
    if not is_struct(keys) or not key_among(keys, KINDS):
        return False
    ends = key_among(keys, STARTS) and key_among(keys, ENDS)
    return bool(ends or key_among(keys, PIECES)) and (is_list(feature) or _all_lists(keys))


def _all_lists(keys: Features) -> bool:
    return all(map(is_list, keys.values()))


def _holds_places(feature: Feature) -> bool:
    keys = item_of(feature)
    return is_struct(keys) and set(keys) == {"start", "end"}


def _holds_relations(feature: Feature) -> bool:
    keys = item_of(feature)
    return is_struct(keys) and {"head", "tail", "label"} <= set(keys)


def _texts(
    features: Features, fields: Mapping[str, str], answers: str | None, tokens: bool
) -> tuple[str | None, tuple[str, ...]]:
    """The column of the text, and those of the texts beside it."""
    strings = [name for name, feature in features.items() if is_text(feature)]
    pair = next((p for p in PAIRS if all(name in strings for name in p)), None)
    sides: tuple[str, ...] = ()
    if answers:
        context = fields.get("text") or key_among(strings, (*_CONTEXTS, *TEXTS))
        sides = ("question",)
    elif tokens:
        context = fields.get("text") or key_among(strings, ("text", "sentence"))
    elif pair and fields.get("text", pair[0]) == pair[0]:
        context, sides = pair[0], (pair[1],)
    else:
        context = fields.get("text") or key_among(strings, TEXTS)
        context = context or (strings[0] if len(strings) == 1 else None)
    if "side" in fields:
        sides = tuple(listed(fields["side"]))
    return context, sides


def _labels(
    features: Features, fields: Mapping[str, str], taken: set[str | None], *, tokens: bool
) -> Iterable[str]:
    """The columns of text labels; beside tokens, a list is one of the tokens' labels."""
    if "label" in fields:
        return [name for name in listed(fields["label"]) if name not in taken]
    return [
        name
        for name, feature in features.items()
        if name not in taken and _is_label(name, feature) and not (tokens and is_list(feature))
    ]


def _is_label(name: str, feature: Feature) -> bool:
    if names_of(feature) is not None:
        return True
    named = name.casefold() in LABELS
    if is_list(feature):
        return names_of(item_of(feature)) is not None or (named and is_text(item_of(feature)))
    return named and (is_text(feature) or is_number(feature))


def _aligned(features: Features, taken: set[str | None]) -> Iterable[str]:
    """Lists that look as if they had an item for each token."""
    for name, feature in features.items():
        item = item_of(feature)
        plain = names_of(item) is not None or is_text(item) or is_number(item)
        if name not in taken and is_list(feature) and plain:
            yield name
