"""The command line: one file per verb, each imported when it is called."""

import sys
from importlib import import_module

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
    """Runs a command and exits: 0 done, 1 an error of the user's world, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = cli.main(given, prog_name="donor", standalone_mode=False)
    except DonorError as error:
        _tell(error, as_json="--json" in given)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _tell(error: DonorError, *, as_json: bool) -> None:
    if as_json:
        told = {
            "kind": error.kind,
            "where": error.where,
            "what": error.what,
            "hint": error.hint,
        }
        click.echo(orjson.dumps({"error": told}).decode(), err=True)
    else:
        click.secho(f"donor: {error}", err=True, fg="red")
