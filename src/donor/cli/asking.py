"""Options of the verbs that ask a model, and the resources that they stand for."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from donor.cli.options import store_option
from donor.llm import split_model
from donor.llm.pace import Rates
from donor.pipeline import DEFAULT_STORE, Resources

__all__ = ["asking_options", "resources_of"]

Function = Callable[..., Any]

_MORE_THAN_NONE = click.FloatRange(min=0, min_open=True)

_OPTIONS = (
    click.option("--replay", is_flag=True, help="Use only answers that the store holds."),
    store_option(default=Path(DEFAULT_STORE), show_default=True),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N documents."),
    click.option(
        "--concurrency",
        type=click.IntRange(min=1),
        default=16,
        show_default=True,
        metavar="N",
        help="Requests in flight.",
    ),
    click.option(
        "--rpm", type=_MORE_THAN_NONE, metavar="N", help="Requests a minute that the server takes."
    ),
    click.option(
        "--tpm", type=_MORE_THAN_NONE, metavar="N", help="Tokens a minute that the server takes."
    ),
    click.option(
        "--timeout",
        "timeout_s",
        type=_MORE_THAN_NONE,
        default=600.0,
        show_default=True,
        metavar="SECONDS",
        help="For one answer.",
    ),
)


def asking_options(function: Function) -> Function:
    """Adds where answers are kept, how many documents are taken, and how fast is asked."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def resources_of(flags: Mapping[str, Any], model: str, **more: Any) -> Resources:
    """The resources that the options name; the API key is the environment's."""
    variable = split_model(model).endpoint.key_variable
    return Resources(
        store=flags["store"],
        replay=flags["replay"],
        base_url=flags["base_url"],
        api_key=os.environ.get(variable) if variable else None,
        concurrency=flags["concurrency"],
        timeout_s=flags["timeout_s"],
        rates=Rates(flags["rpm"], flags["tpm"]),
        limit=flags["limit"],
        **more,
    )
