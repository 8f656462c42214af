"""Starts a server of this folder in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(script: str | Path, *flags: object) -> Iterator[str]:
    """The base URL, which the script prints on its first line; the process ends with the context.

    What it writes to standard error is seen.
    """
    command = [sys.executable, str(script), *map(str, flags)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, f"{Path(script).stem} did not start"
            yield url
        finally:
            process.kill()
