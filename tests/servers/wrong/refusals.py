"""Parameters and forms that a server refuses, in its own words, and requests that are too many."""

import time
from collections.abc import Callable
from email.utils import formatdate

from wrong.reply import (
    Asked,
    Fault,
    Reply,
    at_first,
    dumped,
    error,
    http,
    reply,
    right,
)

# Parameters and forms that a server refuses, in its own words.


def refusing(name: str, answer_with: Callable[[], Reply]) -> Fault:
    return lambda asked: answer_with() if name in asked.body else right(asked)


no_temperature_openai = refusing(
    "temperature",
    lambda: error(
        400,
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default "
        "(1) value is supported.",
        param="temperature",
        code="unsupported_value",
    ),
)
no_temperature_anthropic = refusing(
    "temperature", lambda: error(400, "`temperature` is deprecated for this model.")
)
no_max_tokens_openai = refusing(
    "max_tokens",
    lambda: error(
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        param="max_tokens",
        code="unsupported_parameter",
    ),
)
no_seed_azure = refusing("seed", lambda: error(400, "Unrecognized request argument supplied: seed"))
no_seed_mistral = refusing(
    "seed",
    lambda: reply(
        http(
            dumped(
                {
                    "object": "error",
                    "message": {
                        "detail": [
                            {
                                "type": "extra_forbidden",
                                "loc": ["body", "seed"],
                                "msg": "Extra inputs are not permitted",
                                "input": 1,
                            }
                        ]
                    },
                    "type": "invalid_request_message_error",
                    "param": None,
                    "code": None,
                }
            ).encode(),
            422,
        )
    ),
)
no_seed_vllm = refusing(
    "seed",
    lambda: reply(
        http(
            dumped(
                {
                    "object": "error",
                    "message": "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': "
                    "'Extra inputs are not permitted', 'input': 1}]",
                    "type": "BadRequestError",
                    "param": None,
                    "code": 400,
                }
            ).encode(),
            400,
        )
    ),
)


def form_of(asked: Asked) -> str:
    return str(asked.body.get("response_format", {}).get("type"))


def no_schema_azure(asked: Asked) -> Reply:
    if form_of(asked) != "json_schema":
        return right(asked)
    words = (
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this "
        "model. Learn more about supported models at the Structured Outputs guide."
    )
    return error(400, words, param=None, type="invalid_request_error")


def no_form_deepseek(asked: Asked) -> Reply:
    if form_of(asked) == "None":
        return right(asked)
    return error(400, "This response_format type is unavailable now")


def no_schema_llamacpp(asked: Asked) -> Reply:
    if form_of(asked) != "json_schema":
        return right(asked)
    return error(500, "failed to parse grammar", type="server_error", code=500)


def budget_too_large_openai(asked: Asked) -> Reply:
    most = asked.number or 16384
    if (asked.budget or 0) <= most:
        return right(asked)
    words = (
        f"max_tokens is too large: {asked.budget}. This model supports at most {most} completion "
        f"tokens, whereas you provided {asked.budget}."
    )
    return error(400, words, param="max_tokens", code="invalid_value")


def budget_too_large_vllm(asked: Asked) -> Reply:
    context, prompt = asked.number or 8192, 900
    if (asked.budget or 0) <= context - prompt:
        return right(asked)
    words = (
        f"'max_tokens' or 'max_completion_tokens' is too large: {asked.budget}. This model's "
        f"maximum context length is {context} tokens and your request has {prompt} input tokens "
        f"({asked.budget} > {context} - {prompt})."
    )
    return error(400, words, type="BadRequestError", code=400)


# Too much to do.


def storm(asked: Asked) -> Reply:
    return at_first(3, lambda _: error(429, "Too Many Requests"))(asked)


def storm_retry_after(asked: Asked) -> Reply:
    told = {"Retry_After": "7"}
    return at_first(2, lambda _: error(429, "Rate limit reached", headers=told))(asked)


def storm_retry_after_date(asked: Asked) -> Reply:
    told = {"Retry_After": formatdate(time.time() + 5, usegmt=True)}
    return at_first(2, lambda _: error(429, "Rate limit reached", headers=told))(asked)


def storm_ratelimit(asked: Asked) -> Reply:
    told = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "1m2s"}
    return at_first(2, lambda _: error(429, "Rate limit reached", headers=told))(asked)


def storm_forever(asked: Asked) -> Reply:
    return error(429, "Rate limit reached for requests per day")


def storm_in_200(asked: Asked) -> Reply:
    """A router that passes on another server's trouble."""
    body = b'{"error": {"message": "Provider returned error: rate limited", "code": 429}}'
    return at_first(2, lambda _: reply(http(body)))(asked)


def error_500(asked: Asked) -> Reply:
    return at_first(2, lambda _: error(500, "The server had an error"))(asked)


def error_500_forever(asked: Asked) -> Reply:
    return error(500, "The server had an error")


def error_502_html(asked: Asked) -> Reply:
    page = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
    return at_first(2, lambda _: reply(http(page, 502, "text/html")))(asked)


def error_503(asked: Asked) -> Reply:
    return at_first(2, lambda _: error(503, "Loading model"))(asked)


def error_404_amid(asked: Asked) -> Reply:
    return at_first(2, lambda _: reply(http(b"404 page not found", 404, "text/plain")))(asked)


def redirect(asked: Asked) -> Reply:
    return reply(http(b"", 307, "text/html", Location="/elsewhere/v1/chat/completions"))


FAULTS: dict[str, Fault] = {
    "no-temperature-openai": no_temperature_openai,
    "no-temperature-anthropic": no_temperature_anthropic,
    "no-max-tokens-openai": no_max_tokens_openai,
    "no-seed-azure": no_seed_azure,
    "no-seed-mistral": no_seed_mistral,
    "no-seed-vllm": no_seed_vllm,
    "no-schema-azure": no_schema_azure,
    "no-form-deepseek": no_form_deepseek,
    "no-schema-llamacpp": no_schema_llamacpp,
    "budget-too-large-openai": budget_too_large_openai,
    "budget-too-large-vllm": budget_too_large_vllm,
    "storm": storm,
    "storm-retry-after": storm_retry_after,
    "storm-retry-after-date": storm_retry_after_date,
    "storm-ratelimit": storm_ratelimit,
    "storm-forever": storm_forever,
    "storm-in-200": storm_in_200,
    "error-500": error_500,
    "error-500-forever": error_500_forever,
    "error-502-html": error_502_html,
    "error-503": error_503,
    "error-404-amid": error_404_amid,
    "redirect": redirect,
}
