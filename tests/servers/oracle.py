"""A model server that knows the answers: it reads them from parallel gold, and spoils some.

Speaks OpenAI's chat completions over HTTP, imports nothing of donor, and reads a prompt as a
model would: the system prompt's words, the user's JSON, the tags. Run as
`python tests/servers/oracle.py PAIRS... [--spoil RATE] [--judge-lies RATE] [--seed N]
[--port N]`; prints its base URL. PAIRS are files of one JSON object a line, {"id", "source":
{"lang", "text", "spans"}, "target": {…}}, a span {"start", "end", "label"[, "id"]} in code points.

A text of a request is looked up in the pairs with its white space left out, whole or as a part;
a span by the offsets of its tags, and its label where the request says it. Its counterpart is the
target span of the same id, or of the same label in the same order. Of a text in no pair it says
that it does not know it. A target text is translated back into its source.

As a judge it compares what it is shown with the gold, and gives a text the labels that its pair has
beside the sides ({"labels": {"sentiment": "positive"}}); `--judge-lies` turns some of its verdicts
into their opposite.

`GET /spoilt` counts what was answered and spoilt: in all answers, by task, in the last answers
about each span (`final`), and how many spans were ever spoilt (`ever`); and how many verdicts it
gave, and lies among them.
"""

import argparse
import json
import urllib.request
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    mind: Any = None
    log: Path | None = None

    def do_GET(self) -> None:
        if self.path.rstrip("/").endswith("/models"):
            self._send(200, {"object": "list", "data": [{"id": "oracle", "object": "model"}]})
        elif self.path.endswith("/spoilt"):
            self._send(200, self.mind.tally.counts())
        else:
            self._send(404, {"error": {"message": f"nothing at {self.path}"}})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        content = self.mind.answered(json.loads(body)["messages"])
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": content},
            "finish_reason": "stop",
        }
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(content) // 4}
        answer = {"object": "chat.completion", "model": "oracle", "choices": [choice]}
        self._send(200, {**answer, "usage": usage})

    def _send(self, status: int, value: dict[str, Any]) -> None:
        """Head and body in one piece, so that nothing waits for an acknowledgement."""
        raw = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} {self.responses[status][0]}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        self.wfile.write(head.encode() + raw)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 512


def main() -> None:
    # Found beside this script, which runs by itself.
    from gold_model.mind import Habits, Mind
    from gold_model.spoiling import KINDS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path, metavar="PAIRS")
    parser.add_argument("--spoil", type=float, default=0.0, metavar="RATE")
    parser.add_argument("--judge-lies", type=float, default=0.0, metavar="RATE")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--port", type=int, default=0, metavar="N")
    parser.add_argument("--kinds", default=",".join(KINDS), help="how it spoils; default: all")
    parser.add_argument(
        "--occurrences",
        choices=("words", "all"),
        default="words",
        help="which occurrences of a quote it counts: whole words, or those within words too",
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="a JSON line each spoilt span")
    flags = parser.parse_args()
    kinds = tuple(flags.kinds.split(","))
    if not set(kinds) <= set(KINDS):
        parser.error(f"--kinds: known are {', '.join(KINDS)}")
    habits = Habits(flags.spoil, flags.seed, kinds, flags.occurrences, flags.judge_lies)
    _Handler.mind = Mind(flags.pairs, habits, flags.log)
    server = _Server(("127.0.0.1", flags.port), _Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


def oracle(*flags: object) -> AbstractContextManager[str]:
    """The base URL of an oracle in a process of its own."""
    # Where the script runs by itself, there is no such package.
    from tests.servers.starting import started

    return started(__file__, *flags)


def spoilt_counts(base_url: str) -> dict[str, Any]:
    """What the oracle at a base URL has answered and spoilt so far."""
    with urllib.request.urlopen(f"{base_url}/spoilt") as reply:
        counts: dict[str, Any] = json.load(reply)
    return counts


if __name__ == "__main__":
    main()
