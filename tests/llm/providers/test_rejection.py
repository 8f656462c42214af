import json

import pytest

from donor.llm import FailureKind
from donor.llm.providers.rejection import Verdict, error_words, failure_of

OVERFLOW, FILTER, REJECTED = (
    FailureKind.CONTEXT_OVERFLOW,
    FailureKind.CONTENT_FILTER,
    FailureKind.REJECTED,
)
AGAIN, FINAL, STOP = Verdict.AGAIN, Verdict.FINAL, Verdict.STOP


def openai(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, "param": None, "type": "", **more}}


# What the servers really say, shortened.
@pytest.mark.parametrize(
    ("status", "body", "verdict", "kind"),
    [
        (400, openai("maximum context", code="context_length_exceeded"), FINAL, OVERFLOW),
        (
            400,
            openai(
                "the request exceeds the available context size", type="exceed_context_size_error"
            ),
            FINAL,
            OVERFLOW,
        ),
        (
            400,
            {"object": "error", "message": "This model's maximum context length is 8 tokens."},
            FINAL,
            OVERFLOW,
        ),
        (500, openai("the request exceeds the available context size"), FINAL, OVERFLOW),
        (400, openai("prompt is too long: 9 tokens > 8 maximum"), FINAL, OVERFLOW),
        (413, b"", FINAL, OVERFLOW),
        (400, openai("triggering Azure's policy", code="content_filter"), FINAL, FILTER),
        (403, openai("Your input was flagged"), FINAL, FILTER),
        (400, openai("bad field"), FINAL, REJECTED),
        (422, {"detail": [{"loc": ["body", "x"], "msg": "Field required"}]}, FINAL, REJECTED),
        (418, b"teapot", FINAL, REJECTED),
        (408, b"", AGAIN, FailureKind.TIMEOUT),
        (409, b"", AGAIN, FailureKind.SERVER_ERROR),
        (429, openai("Rate limit reached for tokens"), AGAIN, FailureKind.OVERLOADED),
        (503, b"loading model", AGAIN, FailureKind.OVERLOADED),
        (500, b"", AGAIN, FailureKind.SERVER_ERROR),
        (529, openai("Overloaded"), AGAIN, FailureKind.OVERLOADED),
    ],
)
def test_what_a_server_means(status, body, verdict, kind):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    rejection = failure_of(status, raw)
    assert (rejection.verdict, rejection.failure.kind) == (verdict, kind)
    assert rejection.failure.status == status
    assert rejection.failure.message


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (401, openai("Incorrect API key provided", code="invalid_api_key"), "API key"),
        (403, openai("Country not supported"), "API key"),
        (400, [{"error": {"code": 400, "message": "API key not valid."}}], "API key"),
        (402, openai("Insufficient Balance"), "credit"),
        (429, openai("quota", code="insufficient_quota"), "credit"),
        (400, openai("Your credit balance is too low to access the API."), "credit"),
        (404, openai("The model `x` does not exist", code="model_not_found"), "--model"),
        (404, openai('model "x" not found, try pulling it first'), "--model"),
        (
            404,
            {
                "object": "error",
                "message": "The model `x` does not exist.",
                "type": "NotFoundError",
            },
            "--model",
        ),
        (
            400,
            {
                "object": "error",
                "message": "Invalid model: x",
                "type": "invalid_model",
                "code": "1500",
            },
            "--model",
        ),
        (400, openai("Model Not Exist", type="invalid_request_error"), "--model"),
        (400, openai("x/y is not a valid model ID", code=400), "--model"),
        (404, {"detail": "Not Found"}, "--base-url"),
        (404, b"404 page not found", "--base-url"),
        (405, b"", "--base-url"),
        (301, b"<html>Moved</html>", "--base-url"),
    ],
)
def test_what_would_befall_every_request_stops_the_run(status, body, hint):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    rejection = failure_of(status, raw)
    assert rejection.verdict is STOP
    assert hint in rejection.hint


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error": "plain words"}', "plain words"),
        (b'{"message": "top level"}', "top level"),
        (b'{"error": {"message": "two\\n lines"}}', "two lines"),
        (
            b'{"detail": [{"loc": ["body", "seed"], "msg": "no", "input": "secret"}]}',
            "['body', 'seed'] no",
        ),
        (b"<html><h1>502</h1></html>", "502"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
        (b"[]", "[]"),
        (b'{"error": null}', "None"),
    ],
)
def test_words_of_an_error(body, message):
    assert error_words(body).message.strip() == message


def test_words_of_an_error_are_bounded():
    assert len(error_words(b"x" * 10**6).message) == 400
