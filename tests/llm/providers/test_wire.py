import pytest

from donor.llm.providers.rejection import ErrorWords
from donor.llm.providers.wire import Wire, WireForm, laxer, other_parameters, strictest

SCHEMA, OBJECT, NONE = WireForm.JSON_SCHEMA, WireForm.JSON_OBJECT, WireForm.NONE


@pytest.mark.parametrize(
    ("form", "proven", "below"),
    [
        (SCHEMA, None, OBJECT),
        (OBJECT, None, NONE),
        (NONE, None, None),
        (SCHEMA, SCHEMA, None),
        (SCHEMA, OBJECT, OBJECT),
        (SCHEMA, NONE, NONE),
        (OBJECT, OBJECT, None),
        (OBJECT, SCHEMA, None),
    ],
)
def test_laxer_form(form, proven, below):
    assert laxer(form, proven) is below


def test_strictest_form():
    assert strictest(None, NONE) is NONE
    assert strictest(NONE, SCHEMA) is SCHEMA
    assert strictest(SCHEMA, NONE) is SCHEMA


PARAMETERS = {"temperature": 0, "max_tokens": 5, "seed": 1}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (ErrorWords("", "unsupported_value", "", "temperature"), (("temperature", None),)),
        (
            ErrorWords("", "unsupported_parameter", "", "max_tokens"),
            (("max_tokens", "max_completion_tokens"),),
        ),
        (
            ErrorWords("'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
            (("max_tokens", "max_completion_tokens"),),
        ),
        (ErrorWords("['body', 'seed'] Extra inputs are not permitted"), (("seed", None),)),
        (ErrorWords('Unknown name "seed": Cannot find field.'), (("seed", None),)),
        (ErrorWords("property 'seed' is unsupported"), (("seed", None),)),
        (ErrorWords("", "unsupported_parameter", "", "response_format"), None),
        (ErrorWords("'top_k' is not supported"), None),
        (ErrorWords("'temperature' must be at most 2"), None),
        (ErrorWords("seeds and reseeding are not supported"), None),
    ],
)
def test_the_parameter_that_an_error_names_is_changed(words, changed):
    wire = other_parameters(Wire(), PARAMETERS, words)
    assert (wire.changed if wire else None) == changed


def test_a_renamed_parameter_that_is_refused_too_is_dropped():
    wire = Wire(changed=(("max_tokens", "max_completion_tokens"),))
    words = ErrorWords("", "unsupported_parameter", "", "max_completion_tokens")
    changed = other_parameters(wire, PARAMETERS, words)
    assert changed is not None
    assert changed.parameters(PARAMETERS) == {"temperature": 0, "seed": 1}
    assert other_parameters(changed, PARAMETERS, words) is None


def test_parameters_as_they_are_sent():
    wire = Wire(changed=(("max_tokens", "max_completion_tokens"), ("seed", None)))
    assert wire.parameters(PARAMETERS) == {"temperature": 0, "max_completion_tokens": 5}


@pytest.mark.parametrize(
    "wire",
    [
        Wire(),
        Wire(OBJECT, (("temperature", None),)),
        Wire(NONE, (("max_tokens", "max_completion_tokens"), ("seed", None)), room=300),
    ],
)
def test_a_wire_is_read_from_its_words(wire):
    assert Wire.said(str(wire)) == wire


@pytest.mark.parametrize("words", ["", "recorded", "xml without seed"])
def test_words_that_say_no_wire_are_the_strictest(words):
    assert Wire.said(words) == Wire()
