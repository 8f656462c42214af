"""What `--batch` refuses, and what a run says that waits for the answers of a batch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from donor.cli.options import print_json
from donor.pipeline import Waiting

__all__ = ["WAITING", "check_batch", "tell_waiting"]

WAITING = 3
"""The exit code of a run that waits for the answers of a batch."""

_AGAINST = {
    "replay": "--replay makes an error of each request that is not in the store",
    "budget_usd": "--budget-usd stops a run that asks; the provider bills a batch",
}


def check_batch(flags: Mapping[str, Any]) -> None:
    """Nothing. Raises UsageError for flags that contradict --batch."""
    for name, why in _AGAINST.items():
        said = flags.get(name)
        if flags["batch"] and said is not None and said is not False:
            raise click.UsageError(f"--batch asks nothing, and {why}: give one of them.")


def tell_waiting(waiting: Waiting, store: Path, *, as_json: bool) -> int:
    """The exit code, after it was told what waits and what to do."""
    files = [str(file) for file in waiting.files]
    if as_json:
        more = {"documents": waiting.documents, "done": waiting.done}
        print_json({"batch": {"files": files, "requests": waiting.requests, **more}})
        return WAITING
    many = "requests wait" if waiting.requests != 1 else "request waits"
    click.echo(
        f"{waiting.requests:,} {many} for an answer; "
        f"{waiting.done:,} of {waiting.documents:,} documents are done."
    )
    if waiting.again:
        click.echo("They are the same as the last time: submit nothing twice.")
    for file in files:
        click.echo(f"batch    {file}")
    click.echo("submit   each file as a batch of /v1/chat/completions, and download its results")
    click.echo(f"import   donor store import RESULTS.jsonl --store {store}")
    click.echo("go on    with this same command")
    return WAITING
