from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from donor.llm.schema import compiled

KEYS = st.sampled_from("ab1")
KINDS = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.sampled_from([0.0, 1.0, 1.5, -2.0])
    | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def schemas(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": KINDS,
            "properties": st.dictionaries(KEYS, inner, max_size=2),
            "required": st.lists(KEYS, unique=True, max_size=2),
            "additionalProperties": st.just(False),
            "items": inner,
            "minimum": st.integers(0, 1),
            "description": st.text(max_size=3),
        },
    )


SCHEMAS = st.recursive(schemas(st.just({})), schemas, max_leaves=4)


@given(SCHEMAS, VALUES)
def test_says_of_every_value_what_jsonschema_says(schema, value):
    satisfied = compiled(schema)
    assert satisfied is not None
    assert satisfied(value) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"type": ["string", "null"]},
        {"enum": ["a"]},
        {"items": {"pattern": "a"}},
        {"properties": {"a": {"maxLength": 3}}},
        {"additionalProperties": {"type": "string"}},
        {"type": "tuple"},
        {"$ref": "#"},
    ],
)
def test_leaves_other_schemas_to_jsonschema(schema):
    assert compiled(schema) is None
