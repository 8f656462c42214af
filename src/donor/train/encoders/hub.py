"""A model of the Hugging Face hub as a folder here; never one whose weights are a pickle."""

from pathlib import Path
from typing import Any

from donor.errors import ConfigError

__all__ = ["has_weights", "hub_folder"]

_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
# What an encoder and its tokenizer are made of. Code, pickles, and the copies of the weights that
# stand in folders of their own stay where they are.
_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors", "*.jinja"]
_LEFT = ["*/*"]
# The hub's own account that proposes the same weights as safetensors.
_CONVERTER = "SFconvertbot"
_ELSEWHERE = "name a local folder, or scratch:tiny or scratch:small, which need no hub"


def hub_folder(name: str) -> Path:
    """The folder of a model of the hub, `owner/name` or `owner/name@revision`, fetched if need be.

    What was fetched earlier is used where the hub cannot be reached. Of a model that has its
    weights as a pickle alone, the hub's own conversion of them is taken, if there is one.

    Raises:
        ConfigError: there is no such model, or it cannot be had.
    """
    repository, _, revision = name.partition("@")
    folder = _fetched(repository, revision or None)
    if not has_weights(folder) and not revision:
        converted = _conversion(repository)
        folder = _fetched(repository, converted) if converted else folder
    return folder


def has_weights(folder: Path) -> bool:
    """Whether the weights in the folder are safetensors."""
    return any((folder / name).is_file() for name in _WEIGHTS)


def _fetched(repository: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import httpx

    try:
        found = snapshot_download(
            repository,
            revision=revision,
            allow_patterns=_WANTED,
            ignore_patterns=_LEFT,
            tqdm_class=_shown_on_terminals(),
        )
    except (HFValidationError, httpx.HTTPError, OSError) as error:
        raise _explained(repository, error) from None
    return Path(str(found))


def _explained(repository: str, error: Exception) -> ConfigError:
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    where = f"the encoder {repository}"
    if isinstance(error, HFValidationError):
        return ConfigError(where, "is no folder here, and no name of a model", _ELSEWHERE)
    if isinstance(error, LocalEntryNotFoundError):
        what = "is no folder here, was not fetched before, and the hub cannot be reached"
        return ConfigError(where, what, _ELSEWHERE)
    if isinstance(error, GatedRepoError):
        hint = "accept its terms on the hub, and log in with `hf auth login`"
        return ConfigError(where, "the hub gives it only to those who accept its terms", hint)
    if isinstance(error, RepositoryNotFoundError):
        hint = "check the name; for a private one, log in with `hf auth login`"
        return ConfigError(where, "is no folder here, and no model of the hub", hint)
    if isinstance(error, RevisionNotFoundError):
        return ConfigError(where, "the hub has no such revision of it", "leave @REVISION out")
    return ConfigError(where, f"cannot be fetched: {error}", "try again, or name a local folder")


def _conversion(repository: str) -> str | None:
    """The revision at which the hub's account has put the weights of today as safetensors."""
    from huggingface_hub import HfApi
    from huggingface_hub.utils import httpx

    api = HfApi()
    try:
        proposed = api.get_repo_discussions(
            repository,
            author=_CONVERTER,
            discussion_type="pull_request",
            discussion_status="open",
        )
        today = api.list_repo_commits(repository)[0].commit_id
        for one in proposed:
            revision = f"refs/pr/{one.num}"
            before = [c.commit_id for c in api.list_repo_commits(repository, revision=revision)]
            if one.author == _CONVERTER and today in before[1:2]:
                return revision
    except (httpx.HTTPError, OSError):
        # Then there is none to be had, and the folder says so itself.
        return None
    return None


def _shown_on_terminals() -> Any:
    """A progress bar that is silent where nobody looks."""
    from tqdm.auto import tqdm

    class Shown(tqdm):  # type: ignore[misc,type-arg,unused-ignore]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options | {"disable": options.get("disable") or None})

    return Shown
