from datetime import UTC, datetime

import pytest

from donor.llm.providers.waiting import asked_pause_s

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "Thu, 01 Jan 2026 00:00:31 GMT"}, 31),
        ({"Retry-After": "Wed, 31 Dec 2025 23:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": ""}, 0),
        ({"Retry-After": "9" * 400}, 0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"x-ratelimit-reset-requests": "1s"}, 1),
        ({"x-ratelimit-reset-tokens": "6m0s"}, 360),
        ({"x-ratelimit-reset-requests": "8.64s", "x-ratelimit-reset-tokens": "120ms"}, 8.64),
        (
            {
                "x-ratelimit-remaining-requests": "99",
                "x-ratelimit-reset-requests": "1h",
                "x-ratelimit-remaining-tokens": "0",
                "x-ratelimit-reset-tokens": "2.5s",
            },
            2.5,
        ),
        ({"anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:20Z"}, 20),
        ({"X-RateLimit-Reset": "1767225605"}, 5),
        ({"X-RateLimit-Reset": "1767225605000"}, 5),
        ({"x-ratelimit-limit-requests": "60"}, 0),
        ({"retry-after": "3", "x-ratelimit-reset-requests": "1h"}, 3),
    ],
)
def test_pause_that_headers_ask_for(headers, seconds):
    assert asked_pause_s(headers, b"", NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b"Rate limit reached. Please try again in 7.66s. Visit us", 7.66),
        (b"Please try again in 120ms.", 0.12),
        (b"Please try again in 1m2.5s", 62.5),
        (b"Please retry after 30 seconds.", 30),
        (b'{"error": {"details": [{"@type": "RetryInfo", "retryDelay": "34s"}]}}', 34),
        (b"try again in a while", 0),
        (b"\xff\xfe", 0),
    ],
)
def test_pause_that_a_message_asks_for(body, seconds):
    assert asked_pause_s({}, body, NOW) == pytest.approx(seconds)
