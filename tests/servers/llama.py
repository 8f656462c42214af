"""llama.cpp's model server, started for the length of a test.

``.ci/build-llama-server`` builds the binary that is looked for here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

VERSION = Path(__file__).with_name("LLAMA_VERSION").read_text(encoding="ascii").strip()
HOST = "127.0.0.1"
START_SECONDS = 120.0
STARTS = 3
STOP_SECONDS = 10.0


def find_llama_server() -> Path | None:
    """The server binary that DONOR_LLAMA_SERVER names, else the cached one, else None."""
    named = os.environ.get("DONOR_LLAMA_SERVER")
    binary = Path(named) if named else _cache() / f"llama-server-{VERSION}" / "llama-server"
    return binary if os.access(binary, os.X_OK) else None


@contextmanager
def llama_server(
    model: Path,
    binary: Path | None = None,
    *,
    slots: int = 4,
    context: int = 131072,
    extra: Sequence[str] = (),
) -> Iterator[str]:
    """The base URL, ending in /v1, of a server that runs until the context is left.

    The slots share the context evenly; extra is appended to the server's command line, where
    a later option wins.
    """
    binary = binary or find_llama_server()
    if binary is None:
        raise FileNotFoundError("no llama-server: run .ci/build-llama-server first")
    size = ["-c", str(context), "-np", str(slots)]
    # Several threads wait for each other at every step of so small a model: on a busy machine that
    # makes an answer up to ten times as slow as one thread does.
    threads = ["--threads", "1", "--threads-batch", "1"]
    command = [binary, "-m", model, *size, *threads, "--host", HOST]
    with tempfile.TemporaryDirectory(prefix="llama-server-") as folder:
        process, address = _started(command, extra, Path(folder, "log"))
        try:
            yield f"{address}/v1"
        finally:
            _stop(process)


def _started(
    command: Sequence[str | Path], extra: Sequence[str], log: Path
) -> tuple[subprocess.Popen[bytes], str]:
    """The server's process, and its address; raises with its log if it does not get ready.

    Somebody else may be faster to take the port: where it ends at once, it is given another one.
    """
    for left in reversed(range(STARTS)):
        port = _free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--port", str(port), *extra],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_healthy(f"http://{HOST}:{port}/health", process, log)
            break
        except BaseException as error:
            ended = process.poll() is not None
            _stop(process)
            if not (isinstance(error, RuntimeError) and ended and left):
                raise
    return process, f"http://{HOST}:{port}"


def _cache() -> Path:
    """The folder that .ci/build-llama-server caches in."""
    named = os.environ.get("DONOR_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "donor"


def _free_port() -> int:
    """A TCP port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Nothing; returns once the server answers url, and raises with its log if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(url) and process.poll() is None:
            return
        time.sleep(0.05)
    ended = process.poll()
    reason = f"ended with {ended}" if ended is not None else f"not ready in {START_SECONDS:.0f} s"
    raise RuntimeError(f"llama-server {reason}:\n{log.read_text(errors='replace')}")


def _answers(url: str) -> bool:
    """Whether url answers with success."""
    # A proxy set in the environment must not be asked for this machine's own address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Nothing; ends the process, politely first."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
