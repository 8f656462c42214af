"""The documentation names every command and option, in the words of `--help`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_reference_is_what_help_says() -> None:
    command = [sys.executable, ROOT / ".ci/cli-reference"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert page == printed, "run `make reference`"
