"""Runs a batch file as a provider does: every line is posted to a chat completions server.

Imports nothing of donor. Run as `python tests/servers/batch_runner.py BASE_URL INPUT OUTPUT`; each
line of OUTPUT is a result in the format of OpenAI's Batch API.
"""

import json
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def run_batch(base_url: str, requests: Path, results: Path) -> int:
    """The number of requests that were posted; raises ValueError for a line that is none."""
    asked = [_checked(json.loads(line)) for line in requests.read_text().splitlines()]
    if len({request["custom_id"] for request in asked}) < len(asked):
        raise ValueError("a custom_id stands there twice")
    with ThreadPoolExecutor(8) as threads, results.open("w") as out:
        # A provider promises no order.
        for line in reversed(list(threads.map(lambda one: _result(base_url, one), asked))):
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(asked)


def _checked(request: dict[str, Any]) -> dict[str, Any]:
    """The request, if a provider would take it."""
    if set(request) != {"custom_id", "method", "url", "body"} or len(request["custom_id"]) > 64:
        raise ValueError(f"no request: {request}")
    if (request["method"], request["url"]) != ("POST", "/v1/chat/completions"):
        raise ValueError(f"no such endpoint: {request}")
    return request


def _result(base_url: str, request: dict[str, Any]) -> dict[str, Any]:
    url = base_url.removesuffix("/v1") + request["url"]
    data, kind = json.dumps(request["body"]).encode(), {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, kind)) as reply:
            status, body = reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        with error:
            status, body = error.code, json.load(error)
    response = {"status_code": status, "request_id": "r", "body": body}
    key = request["custom_id"]
    return {"id": f"batch_req_{key}", "custom_id": key, "response": response, "error": None}


if __name__ == "__main__":
    run_batch(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
