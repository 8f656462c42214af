"""What was kept of a row is that of the encoder which is named now."""

from pathlib import Path
from typing import Any

import pytest
from tests.experiments.baselines.small import document, put

from donor.experiments.baselines import Asked, BaselinesRecipe, comparing, planned


def test_other_files_in_the_encoders_folder_make_another_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[str] = []

    def way_of(*arguments: Any) -> Any:
        found = of_before(*arguments)
        known.append(found.kept.fingerprint)
        return found

    of_before = comparing.way_of
    monkeypatch.setattr(comparing, "way_of", way_of)
    recipe = BaselinesRecipe(
        ("definition",),
        silver=put(tmp_path / "silver.jsonl", map(document, range(30))),
        gold_test=put(tmp_path / "gold.jsonl", map(document, range(5))),
        encoder=str(tmp_path),
        names=("translate-train",),
    )
    for content in (b"one", b"one", b"other"):
        (tmp_path / "model.safetensors").write_bytes(content)
        planned(Asked("own.toml", recipe, tmp_path / "kept"))
    one, again, other = known
    assert one == again != other
