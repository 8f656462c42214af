"""`donor convert`: from format to format."""

from collections.abc import Iterator
from pathlib import Path

import click

from donor.cli.options import as_json_option, print_json, reading_options, writing_options
from donor.data import Document
from donor.errors import ConfigError
from donor.formats import FORMATS, find_files, format_named, format_of, read, write

__all__ = ["convert"]


@click.command()
@click.argument("input", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@reading_options
@writing_options
@as_json_option
def convert(
    input: Path,
    output: Path,
    format: str | None,
    language: str | None,
    out_format: str | None,
    as_json: bool,
) -> None:
    """Convert INPUT, a file or a folder, to OUTPUT in another format.

    An OUTPUT that ends like a file of the output format becomes one file; else it becomes a
    folder with a file for each input file. What the output format cannot say is counted.

    \b
    Example:
      donor convert deft/dev dev.jsonl
      donor convert dev.jsonl deft-again --out-format deft
    """
    wanted = out_format or _by_ending(output) or format
    wanted = wanted or format_of(find_files([input])[0])
    if output.suffix and not (out_format or _by_ending(output) or output.is_dir()):
        known = ", ".join(FORMATS)
        what = f"the ending {output.suffix} belongs to no known format"
        raise ConfigError(str(output), what, f"--out-format one of: {known}")
    count = 0

    def counted() -> Iterator[Document]:
        nonlocal count
        for document in read(input, format=format, language=language):
            count += 1
            yield document

    losses = write(counted(), output, format=wanted)
    if as_json:
        print_json({"documents": count, "format": wanted, "lost": dict(losses)})
        return
    click.echo(f"{count} documents written to {output} as {wanted}")
    for what, lost in losses.items():
        click.echo(f"{wanted} cannot hold {what}: {lost} left out")


def _by_ending(output: Path) -> str | None:
    """The format that is meant by the ending; None if none or several are."""
    endings = {name: format_named(name).suffixes for name in FORMATS}
    having = [name for name, suffixes in endings.items() if output.name.endswith(suffixes)]
    first = [name for name in having if output.name.endswith(endings[name][0])]
    if "jsonl" in first:
        return "jsonl"
    return first[0] if len(first) == 1 else having[0] if len(having) == 1 else None
