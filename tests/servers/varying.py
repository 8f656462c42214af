"""A model server whose answers vary by chance as soon as the temperature is above 0.

Its Russian is that of the transliterator. Above temperature 0 each word of a translation gets
another ending with the probability `--vary`, and each span of several words is marked as its
first word alone with the probability `--stray`. Chance comes from the seed, the request's body and
how often that body was sent, so it is the same whatever the order. Run as
`python tests/servers/varying.py [--vary P] [--stray P] [--seed N] [--port N]`; prints its base URL.
"""

import argparse
import json
import re
from collections import Counter
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

_TAG = re.compile(r"(</?[a-z]+[0-9]+>)")
_SEVERAL = re.compile(r"(<[a-z]+[0-9]+>)(\w+)( [^<]*)(</[a-z]+[0-9]+>)")
_ENDING = "ъ"


def answer(data: dict[str, Any], vary: float, stray: float, chance: Random) -> dict[str, str]:
    """The answer to a request for a translation, or for the tags in one."""
    # Found beside this script, which runs by itself.
    from transliterator import transliterated

    if "source" not in data:
        return {
            key: re.sub(r"\w+", lambda word: _varied(word[0], vary, chance), transliterated(text))
            for key, text in data.items()
        }
    return {
        key: _strayed(_tagged(text, data["translation"][key]), stray, chance)
        for key, text in data["source"].items()
    }


def _varied(word: str, vary: float, chance: Random) -> str:
    return word + _ENDING if chance.random() < vary else word


def _tagged(source: str, translation: str) -> str:
    """The translation with the source's tags around the words of the same number."""
    words = iter(re.findall(r"\w+", translation))
    parts = _TAG.split(source)
    return "".join(
        part if n % 2 else re.sub(r"\w+", lambda _: next(words), part)
        for n, part in enumerate(parts)
    )


def _strayed(tagged: str, stray: float, chance: Random) -> str:
    def shorter(found: re.Match[str]) -> str:
        start, word, rest, end = found.groups()
        return f"{start}{word}{end}{rest}" if chance.random() < stray else found[0]

    return _SEVERAL.sub(shorter, tagged)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    flags: argparse.Namespace
    times: Counter[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.times[body] += 1
        chance = Random(f"{self.flags.seed} {self.times[body]} {body!r}")
        asked = json.loads(body)
        warm = asked.get("temperature", 0) > 0
        rates = (self.flags.vary, self.flags.stray) if warm else (0.0, 0.0)
        data = json.loads(asked["messages"][1]["content"])
        content = json.dumps(answer(data, *rates, chance), ensure_ascii=False)
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(content) // 4}
        raw = json.dumps({"model": "varying", "choices": [choice], "usage": usage}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}"
        # In one piece, so that nothing waits for an acknowledgement.
        self.wfile.write(head.encode() + b"\r\n\r\n" + raw)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--vary", "--stray"):
        parser.add_argument(name, type=float, default=0.0, metavar="P")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--port", type=int, default=0)
    _Handler.flags, _Handler.times = parser.parse_args(), Counter()
    server = _Server(("127.0.0.1", _Handler.flags.port), _Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


def varying(*flags: object) -> AbstractContextManager[str]:
    """The base URL of such a server in a process of its own."""
    # Where the script runs by itself, there is no such package.
    from tests.servers.starting import started

    return started(__file__, *flags)


if __name__ == "__main__":
    main()
