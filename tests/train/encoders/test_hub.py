"""Models of the hub: fetched without pickles and code, kept, refused with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from tests.train.hub_server import Files, Hub, serving
from tests.train.tiny_folder import LABELS, saved

from donor.errors import ConfigError
from donor.train.encoders import EncoderChoice, Loaded, load_encoder
from donor.train.encoders.hub import hub_folder

_PICKLE = {"pytorch_model.bin": b"cos\nsystem\n(S'false'\ntR."}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    saved(folder)
    (folder / "donor.json").unlink()
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    found = Hub()
    with serving(found) as address:
        # Other tests forbid asking the real hub; this one is here.
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            address + "/{repo_id}/resolve/{revision}/{filename}",
        )
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
        yield found


def loaded(name: str) -> Loaded:
    choice = EncoderChoice(name)
    return load_encoder(choice, head="labels", labels=LABELS, texts=(), seed=1)


def without_weights(files: Files) -> Files:
    return {name: one for name, one in files.items() if name != "model.safetensors"}


def test_a_model_is_loaded_and_called_by_its_revision(hub: Hub, files: Files) -> None:
    hub.revisions["owner/tiny"] = {"main": files}
    found = loaded("owner/tiny")
    commit = hub.commit("owner/tiny", "main")
    assert found.described == f"owner/tiny (bert 2×64, pre-trained, revision {commit[:12]})"
    assert found.base_model == "owner/tiny"


def test_neither_pickles_nor_code_are_fetched(hub: Hub, files: Files) -> None:
    others = {"own.py": b"", "onnx/model.onnx": b"", "onnx/more.safetensors": b""}
    hub.revisions["owner/tiny"] = {"main": {**files, **_PICKLE, **others}}
    names = {file.name for file in hub_folder("owner/tiny").rglob("*")}
    assert names == set(files)
    assert not any(path.endswith((".bin", ".py", ".onnx")) for path in hub.asked)


def test_a_revision_can_be_named(hub: Hub, files: Files) -> None:
    hub.revisions["owner/tiny"] = {"main": {}, "v1": files}
    assert hub.commit("owner/tiny", "v1")[:12] in loaded("owner/tiny@v1").described


def test_what_was_fetched_is_used_without_the_hub(
    hub: Hub, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.revisions["owner/tiny"] = {"main": files}
    first = loaded("owner/tiny")
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert loaded("owner/tiny").described == first.described


class TestConversions:
    """Of weights that are a pickle alone, by the hub's own account."""

    @pytest.fixture
    def proposed(self, hub: Hub, files: Files) -> Hub:
        main = {**without_weights(files), **_PICKLE}
        hub.revisions["owner/tiny"] = {"main": main, "refs/pr/7": {**main, **files}}
        hub.parents["refs/pr/7"] = hub.commit("owner/tiny", "main")
        hub.authors[7] = "SFconvertbot"
        return hub

    def test_are_taken(self, proposed: Hub) -> None:
        assert proposed.commit("owner/tiny", "refs/pr/7")[:12] in loaded("owner/tiny").described

    def test_of_somebody_else_are_not(self, proposed: Hub) -> None:
        proposed.authors[7] = "somebody"
        with pytest.raises(ConfigError, match="no weights in it as safetensors"):
            loaded("owner/tiny")

    def test_of_earlier_weights_are_not(self, proposed: Hub) -> None:
        proposed.parents["refs/pr/7"] = "0" * 40
        with pytest.raises(ConfigError, match="no weights in it as safetensors"):
            loaded("owner/tiny")


class TestRefused:
    def test_a_model_that_is_not_there(self, hub: Hub) -> None:
        with pytest.raises(ConfigError, match="no folder here, and no model of the hub"):
            loaded("owner/none")

    def test_a_model_behind_terms(self, hub: Hub) -> None:
        hub.refused["owner/gated"] = (403, "GatedRepo")
        with pytest.raises(ConfigError, match="only to those who accept its terms"):
            loaded("owner/gated")

    def test_a_revision_that_is_not_there(self, hub: Hub, files: Files) -> None:
        hub.revisions["owner/tiny"] = {"main": files}
        with pytest.raises(ConfigError, match="no such revision"):
            loaded("owner/tiny@v9")

    def test_a_hub_that_fails(self, hub: Hub) -> None:
        hub.refused["owner/tiny"] = (500, "")
        with pytest.raises(ConfigError, match="the hub cannot be reached"):
            loaded("owner/tiny")

    def test_a_name_that_is_none(self, hub: Hub) -> None:
        with pytest.raises(ConfigError, match="no name of a model"):
            loaded("no name!")
