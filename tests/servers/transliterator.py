"""A model server whose Russian is transliterated English, so that every answer is right.

Speaks OpenAI's chat completions over HTTP, imports nothing of donor, and reads the prompt as a
model would. Run as `python tests/servers/transliterator.py [--port N] [--delay S] [--log FILE]`;
prints its base URL. The log gets a line for each answer that was wholly sent: the digest of the
request, that of the answer, and when (the system's monotonic clock).
"""

import argparse
import hashlib
import json
import re
import sys
import time
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абцдефгхийклмнопярстувщхуз"
_TABLE = str.maketrans(_LATIN + _LATIN.upper(), _CYRILLIC + _CYRILLIC.upper())


def transliterated(text: str) -> str:
    """The text in Cyrillic letters; tags stay.

    >>> transliterated("An <s1>ion</s1>.")
    'Ан <s1>ион</s1>.'
    """
    parts = re.split(r"(</?[a-z]+[0-9]+>)", text)
    return "".join(part if n % 2 else part.translate(_TABLE) for n, part in enumerate(parts))


def answer(data: dict[str, Any]) -> dict[str, Any]:
    """The answer's JSON object to the JSON of a request."""
    if "spans" in data:
        return {name: _quotes(span["words"]) for name, span in data["spans"].items()}
    segments = data.get("source", data)
    return {key: transliterated(text) for key, text in segments.items()}


def _quotes(words: str) -> list[dict[str, Any]]:
    return [{"text": transliterated(part), "occurrence": 1} for part in words.split(" … ")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    delay_s = 0.0
    log: Path | None = None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        messages = json.loads(body)["messages"]
        time.sleep(self.delay_s)
        content = json.dumps(answer(json.loads(messages[1]["content"])), ensure_ascii=False)
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(content) // 4}
        reply = json.dumps({"model": "transliterator", "choices": [choice], "usage": usage})
        raw = reply.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()
        sent_at = time.monotonic()
        if self.log:
            digests = " ".join(hashlib.sha256(data).hexdigest() for data in (body, raw))
            with self.log.open("a") as log:
                log.write(f"{digests} {sent_at}\n")

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a client that was killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, metavar="S")
    parser.add_argument("--log", type=Path)
    flags = parser.parse_args()
    _Handler.delay_s, _Handler.log = flags.delay, flags.log
    server = _Server(("127.0.0.1", flags.port), _Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


def transliterator(*flags: str) -> AbstractContextManager[str]:
    """The base URL of a transliterator in a process of its own."""
    # Where the script runs by itself, there is no such package.
    from tests.servers.starting import started

    return started(__file__, *flags)


if __name__ == "__main__":
    main()
