"""The head of a dataset folder's card: which files are which split, and what their columns are."""

from collections.abc import Iterable, Mapping
from typing import Any

from donor.formats.hf.features import Features
from donor.formats.hf.files import DataFile, split_in

__all__ = ["card_of"]


def card_of(files: Iterable[DataFile], features: Mapping[str, Features]) -> str:
    """The card, a YAML head alone; "" where the files' names say all.

    A single file beside nothing else needs none.
    """
    import yaml

    known = list(files)
    if len(known) == 1 and "/" not in known[0].path and _said_by_name(known[0]):
        return ""
    if not known:
        return ""
    head = {
        "configs": [
            {"config_name": config, "data_files": _splits(f for f in known if f.config == config)}
            for config in features
        ],
        "dataset_info": [_info(config, columns) for config, columns in features.items()],
    }
    return f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---\n"


def _said_by_name(file: DataFile) -> bool:
    return split_in(file.path) == file.split and file.config == "default"


def _splits(files: Iterable[DataFile]) -> list[dict[str, Any]]:
    """The paths of each split, in the order of the files."""
    paths: dict[str, list[str]] = {}
    for file in files:
        paths.setdefault(file.split, []).append(file.path)
    return [{"split": split, "path": own} for split, own in paths.items()]


def _info(config: str, columns: Features) -> dict[str, Any]:
    import datasets

    listed = datasets.Features.from_dict(dict(columns))._to_yaml_list()
    return {"config_name": config, "features": listed}
