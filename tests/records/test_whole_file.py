"""A file is whole, or what it was before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from donor.errors import InputError
from donor.records import write_whole


def test_what_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise OSError(28, "No space left on device")

    file = tmp_path / "a.json"
    write_whole(file, [b"old"])
    with pytest.raises(InputError, match="cannot write: No space"):
        write_whole(file, pieces())
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert file.read_bytes() == b"old"
