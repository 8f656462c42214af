"""A model server that goes wrong in the ways in which real ones do, and is right otherwise.

Speaks OpenAI's chat completions over HTTP, imports nothing of donor, and answers as the
transliterator does. Run as `python tests/servers/faults.py [--fault NAME[:N]]… [--only TEXT]
[--every N] [--first N] [--stage STAGE] [--port N]`; prints its base URL. `--list` prints the
faults. Of several faults each has its turn. Without --only, --every and --first every request is
hit. A base URL that ends in `/NAME[:N]/STAGE/v1` means this one fault, whatever the flags say.
"""

import argparse
import json
import socketserver
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

from wrong import FAULTS, Asked, Reply, right

STAGES = ("any", "translate", "project")
LONG = 2**40


@dataclass
class Rules:
    """Which requests are hit, and by what."""

    faults: list[str] = field(default_factory=list)
    only: str = ""
    every: int = 1
    first: int = LONG
    stage: str = "any"
    hit: int = 0
    matched: int = 0
    times: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, raw: bytes) -> Reply:
        """What a request is answered."""
        body = json.loads(raw)
        parts = path.strip("/").split("/")
        chosen, stage = (parts[:2]) if len(parts) == 5 else ("", self.stage)
        content = body["messages"][1]["content"]
        with self.lock:
            if not (self.only in content and stage in ("any", _stage_of(content))):
                return right(Asked(body, 0, None))
            self.matched += 1
            ours = chosen or self._turn()
            if not ours:
                return right(Asked(body, 0, None))
            times = self.times[f"{path} {content}"]
            self.times[f"{path} {content}"] += 1
        name, _, number = ours.partition(":")
        return FAULTS[name](Asked(body, times, int(number) if number else None))

    def _turn(self) -> str:
        """The next fault, if this request is to be hit."""
        if not self.faults or self.matched % self.every or self.hit >= self.first:
            return ""
        self.hit += 1
        return self.faults[(self.hit - 1) % len(self.faults)]


def _stage_of(content: str) -> str:
    data = json.loads(content)
    return "project" if isinstance(data.get("translation"), dict) else "translate"


class _Handler(socketserver.StreamRequestHandler):
    rules = Rules()

    def handle(self) -> None:
        while self._one():
            pass

    def _one(self) -> bool:
        """Answers one request; whether the connection stays."""
        path, length = self.rfile.readline().decode().split(" ")[1:2], 0
        while (line := self.rfile.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not path:
            return False
        reply = self.rules.answer(path[0], self.rfile.read(length))
        time.sleep(reply.pause_s)
        for piece in reply.pieces:
            self.wfile.write(piece)
            self.wfile.flush()
        if reply.then == "wait":
            time.sleep(3600)
        if reply.then == "reset":
            self.request.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        return reply.then == "keep"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: whoever asked has gone, as well he may."""


def _known(name: str) -> str:
    if name.partition(":")[0] not in FAULTS:
        raise argparse.ArgumentTypeError(f"unknown fault {name!r}; --list shows all")
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--fault", action="append", default=[], type=_known, metavar="NAME[:N]")
    parser.add_argument("--only", default="", metavar="TEXT", help="requests whose data hold it")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--first", type=int, default=LONG, metavar="N")
    parser.add_argument("--stage", choices=STAGES, default="any")
    parser.add_argument("--port", type=int, default=0)
    flags = parser.parse_args()
    if flags.list:
        print(*FAULTS, sep="\n")
        return
    _Handler.rules = Rules(flags.fault, flags.only, flags.every, flags.first, flags.stage)
    with _Server(("127.0.0.1", flags.port), _Handler) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
