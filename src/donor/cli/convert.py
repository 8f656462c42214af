"""`donor convert`: from format to format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from donor.cli.losses import loss_lines
from donor.cli.options import (
    as_json_option,
    check_free,
    force_option,
    print_json,
    reading_of,
    reading_options,
    refusal_of,
    tell_unreadable,
    unreadable,
    writing_of,
    writing_options,
)
from donor.data import Document
from donor.errors import ConfigError, FormatError
from donor.formats import (
    FORMATS,
    find_files,
    format_named,
    format_of,
    may_be_called,
    read,
    write,
)

__all__ = ["by_ending", "convert"]


@click.command()
@click.argument("input", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@reading_options
@writing_options
@force_option
@as_json_option
def convert(input: Path, output: Path, force: bool, **flags: Any) -> None:
    """Convert INPUT, a file or a folder, to OUTPUT in another format.

    An OUTPUT that ends like a file of the output format becomes one file; else it becomes a
    folder with a file for each input file. What the output format cannot say is counted.

    \b
    Example:
      donor convert deft/dev dev.jsonl
      donor convert dev.jsonl deft-again --out-format deft
    """
    reading = reading_of(flags)
    own = format_of(find_files([input], format=flags["format"], options=reading)[0])
    wanted = flags["out_format"] or by_ending(output, own)
    check_free(output, force=force)
    count = 0
    skipped: list[FormatError] = []

    def counted() -> Iterator[Document]:
        nonlocal count
        for document in read(
            input,
            format=flags["format"],
            language=flags["language"],
            refuse=refusal_of(flags, skipped),
            options=reading,
        ):
            count += 1
            yield document

    options = writing_of(flags, like_the_input=wanted == own)
    losses = write(counted(), output, format=wanted, options=options)
    if flags["as_json"]:
        more = {"unreadable": unreadable(skipped)}
        print_json({"documents": count, "format": wanted, "lost": dict(losses), **more})
        return
    documents = "document" if count == 1 else "documents"
    click.echo(f"{count:,} {documents} converted to {output} as {wanted}")
    for line in loss_lines(wanted, losses):
        click.echo(line)
    tell_unreadable(unreadable(skipped))


def by_ending(output: Path, own: str) -> str:
    """The format that the output's ending means; the input's where it has none.

    Raises ConfigError where the ending belongs to none, or to several.
    """
    if output.is_dir() or not output.suffix:
        return own
    formats = {name: format_named(name) for name in FORMATS}
    endings = {
        name: known.suffixes for name, known in formats.items() if may_be_called(known, output.name)
    }
    having = [name for name, suffixes in endings.items() if output.name.endswith(suffixes)]
    first = [name for name in having if output.name.endswith(endings[name][0])]
    for meant in (["jsonl"] if "jsonl" in first else [], first, having, [own]):
        if len(meant) == 1 and meant[0] in having:
            return meant[0]
    belongs = f"belongs to several formats: {', '.join(having)}" if having else ""
    what = f"the ending {output.suffix} {belongs or 'belongs to no known format'}"
    hint = f"--out-format one of: {', '.join(having or FORMATS)}"
    raise ConfigError(str(output), what, hint)
