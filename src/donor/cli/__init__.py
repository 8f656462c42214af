"""The command line: one file per verb, each imported when it is called."""

import errno
import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType

import click
import orjson

from donor.errors import DonorError

__all__ = ["VERBS", "cli", "main"]

VERBS = {
    "transfer": "donor.cli.transfer:transfer",
    "show": "donor.cli.show:show",
    "inspect": "donor.cli.inspect:inspect",
    "convert": "donor.cli.convert:convert",
    "score": "donor.cli.score:score",
    "bench": "donor.cli.bench:bench",
    "consistency": "donor.cli.consistency:consistency",
    "compare": "donor.cli.compare:compare",
    "baselines": "donor.cli.baselines:baselines",
    "calibrate": "donor.cli.calibrate:calibrate",
    "accept": "donor.cli.accept:accept",
    "train": "donor.cli.train:train",
    "predict": "donor.cli.predict:predict_command",
    "report": "donor.cli.report:report",
    "reproduce": "donor.cli.reproduce:reproduce",
    "doctor": "donor.cli.doctor:doctor",
    "store": "donor.cli.store:store",
}

INTERRUPTED = 130


class _Verbs(click.Group):
    """The verbs in the order in which one needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name."""
        if cmd_name not in VERBS:
            return None
        module, attribute = VERBS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="donor", message="donor %(version)s")
def cli() -> None:
    """Carry an annotated dataset from one language into another with an LLM.

    \b
    Example:
      donor transfer data/ --to ru --model ollama:llama3.1:8b -o runs/first
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits.

    0 is done, 1 an error of the user's world, 2 wrong usage, 3 waiting for answers of a batch.
    """
    given = sys.argv[1:] if arguments is None else arguments
    # Documents come in thousands and are no cycles: to look for some so often costs a tenth.
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal or a pipe that cannot say Cyrillic gets escapes, not a traceback.
            stream.reconfigure(errors="backslashreplace")
    stopped: list[int] = []
    try:
        with _ended_by_sigterm(stopped):
            code = cli.main(given, prog_name="donor", standalone_mode=False)
            sys.stdout.flush()
    except DonorError as error:
        _tell(error, as_json="--json" in given)
        sys.exit(1)
    except click.ClickException as error:
        if "--json" in given:
            _tell_usage(error)
        else:
            error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(128 + stopped[0] if stopped else INTERRUPTED)
    except OSError as error:
        _give_up_output(error)
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _ended_by_sigterm(came: list[int]) -> Iterator[None]:
    """Nothing; SIGTERM ends what is done inside like Ctrl-C, and is then in the list."""

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _give_up_output(error: OSError) -> None:
    """Exits with 1: nobody reads on, or the disk is full. Any other error is raised again."""
    if error.errno not in (errno.EPIPE, errno.ENOSPC):
        raise error
    # What is still in the buffer would fail once more when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.ENOSPC:
        click.echo("donor: standard output: no space left", err=True)
    sys.exit(1)


def _tell(error: DonorError, *, as_json: bool) -> None:
    if as_json:
        _tell_json(error.kind, error.where, error.what, error.hint)
    else:
        color = None if os.environ.get("NO_COLOR") else "red"
        click.secho(f"donor: {error}", err=True, fg=color)


def _tell_usage(error: click.ClickException) -> None:
    """Says wrong usage as JSON: where is the command, and the hint its help."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    kind = "UsageError" if isinstance(error, click.UsageError) else type(error).__name__
    where = context.command_path if context else "donor"
    _tell_json(kind, where, error.format_message(), f"{where} --help")


def _tell_json(kind: str, where: str, what: str, hint: str) -> None:
    told = {"kind": kind, "where": where, "what": what, "hint": hint}
    click.echo(orjson.dumps({"error": told}).decode(), err=True)
