"""One process at a time in a folder."""

from pathlib import Path

import pytest

from donor.errors import ConfigError, RunError
from donor.records import LOCK, alone_in


@pytest.mark.parametrize("error", [ConfigError, RunError])
def test_another_is_kept_out_until_it_is_left(error: type[ConfigError], tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    with alone_in(folder, error, hint="elsewhere"):
        with (
            pytest.raises(error, match="another donor process works in this folder"),
            alone_in(folder, error, hint="elsewhere"),
        ):
            pass
        assert (folder / LOCK).exists()
    with alone_in(folder, error, hint="elsewhere"):
        pass


def test_it_is_left_also_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="own"), alone_in(tmp_path, RunError, hint=""):
        raise ValueError("own")
    with alone_in(tmp_path, RunError, hint=""):
        pass


def test_what_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigError, match=r"cannot be written: .* \(elsewhere\)"),
        alone_in(tmp_path / "file" / "folder", ConfigError, hint="elsewhere"),
    ):
        pass
