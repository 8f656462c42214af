"""Encoders: chosen, loaded from anywhere by the same code, refused with a reason."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tests.train.tiny_folder import LABELS, PAIRS, about, encoded, saved, tiny

from donor.errors import ConfigError, MissingExtraError
from donor.train.encoders import EncoderChoice, Loaded, encoder_named, load_encoder
from donor.train.encoders.heads import ANSWERS, HEADS
from donor.train.model_folder import save_model


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    saved(folder)
    return folder


def begun_with(folder: Path, head: str = "labels", **more: object) -> Loaded:
    asked = {"labels": LABELS, "texts": (), "seed": 1} | more
    return load_encoder(EncoderChoice(str(folder)), head=head, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "language", "found"),
    [
        (None, "ru", "DeepPavlov/rubert-base-cased"),
        ("default:small", "ru-RU", "cointegrated/rubert-tiny2"),
        (None, "th", "FacebookAI/xlm-roberta-base"),
        ("scratch:small", "th", "scratch:small"),
        ("some/folder", "ru", "some/folder"),
    ],
)
def test_an_encoder_is_named_or_chosen_by_the_language(
    name: str | None, language: str, found: str
) -> None:
    choice = encoder_named(name, language)
    assert (choice.name, choice.default) == (found, name is None or name.startswith("default:"))


@pytest.mark.parametrize("name", ["scratch:huge", "default:huge"])
def test_an_unknown_size_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ConfigError, match=f"one of {name.partition(':')[0]}:"):
        encoder_named(name, "ru")


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="its name is empty"):
        encoder_named("", "ru")


def test_scratch_is_called_what_it_is() -> None:
    loaded = tiny()
    size = len(loaded.tokenizer)
    assert loaded.described == (
        f"BERT 2×64, from scratch, no pre-training, WordPiece of {size} from the training text"
    )


@pytest.mark.parametrize("head", HEADS)
def test_every_head_says_as_much_as_there_is_to_say(head: str) -> None:
    loaded = tiny(head)
    batch = loaded.tokenizer.pad(encoded(loaded.tokenizer, PAIRS), return_tensors="pt")
    said = loaded.model.eval()(**batch)
    rows, length = batch["input_ids"].shape
    wanted = {"tokens": (rows, length, 2), ANSWERS: (rows, length)}.get(head, (rows, 2))
    assert all(getattr(said, name).shape == wanted for name in HEADS[head].outputs)
    if head != ANSWERS:
        assert loaded.model.config.id2label == dict(enumerate(LABELS))
        assert loaded.model.config.label2id == {"no": 0, "yes": 1}


@pytest.mark.parametrize("name", ["scratch", "folder"])
def test_the_seed_alone_decides_the_weights(name: str, trained: Path) -> None:
    def weights(seed: int) -> dict[str, torch.Tensor]:
        torch.manual_seed(99 + seed)
        loaded = tiny(seed=seed) if name == "scratch" else begun_with(trained, seed=seed)
        found: dict[str, torch.Tensor] = loaded.model.state_dict()
        return found

    one, same, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not torch.equal(one["classifier.weight"], other["classifier.weight"])


STATE = """
import sys
import torch
from donor.train.encoders import EncoderChoice, load_encoder
folder, loads = sys.argv[1], sys.argv[2] == "loads"
torch.manual_seed(5)
if loads:
    load_encoder(EncoderChoice(folder), head="labels", labels=("a", "b"), texts=(), seed=1)
from transformers.utils import logging
print(logging.get_verbosity(), logging.is_progress_bar_enabled(), torch.rand(3).tolist())
"""


def test_loading_leaves_chance_and_the_libraries_as_they_were(trained: Path) -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", STATE, str(trained), loads],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for loads in ("loads", "does not")
    ]
    assert said[0] == said[1]


def test_a_folder_brings_its_encoder_and_gets_a_new_head(trained: Path) -> None:
    earlier = saved_weights(trained)
    loaded = begun_with(trained, "tokens", labels=("O", "B-Term", "I-Term"))
    found = loaded.model.state_dict()
    name = "bert.encoder.layer.0.attention.self.query.weight"
    assert torch.equal(found[name], earlier[name])
    assert found["classifier.weight"].shape == (3, 64)
    assert loaded.described.startswith("the folder tiny (bert 2×64, trained for definition, from B")
    assert "no pre-training" in loaded.described


@pytest.mark.parametrize(
    "said", [{"dtype": "bfloat16"}, {"dtype": None, "torch_dtype": "float16"}], ids=str
)
def test_a_config_of_half_precision_is_trained_in_single(
    said: dict[str, str], trained: Path, tmp_path: Path
) -> None:
    (tmp_path / "half").mkdir()
    loaded = begun_with(changed(trained, tmp_path / "half", **said))
    earlier, found = saved_weights(trained), loaded.model.state_dict()
    name = "bert.encoder.layer.0.attention.self.query.weight"
    assert torch.equal(found[name], earlier[name])
    assert {one.dtype for one in found.values() if one.is_floating_point()} == {torch.float32}
    save_model(tmp_path / "saved", loaded.model, loaded.tokenizer, about=about("labels", loaded))
    config = json.loads((tmp_path / "saved/config.json").read_text())
    assert config["dtype"] == "float32"
    assert "torch_dtype" not in config


def test_a_folder_of_ones_own_is_no_name_of_the_hub(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(trained.parent))
    assert begun_with(Path("~/tiny")).base_model == begun_with(trained).base_model == ""


@pytest.mark.parametrize("missing", ["torch", "transformers", "accelerate"])
def test_what_training_needs_is_asked_for_first(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == missing else real(name)
    )
    with pytest.raises(MissingExtraError, match=rf"training: needs {missing} .*donor\[train\]"):
        tiny()


def test_the_head_of_an_earlier_training_is_not_kept(trained: Path) -> None:
    earlier, found = saved_weights(trained), begun_with(trained).model.state_dict()
    assert not torch.equal(found["classifier.weight"], earlier["classifier.weight"])


def test_loading_says_nothing(trained: Path, capfd: pytest.CaptureFixture[str]) -> None:
    begun_with(trained, "tokens", labels=("O", "B-Term", "I-Term"))
    assert capfd.readouterr() == ("", "")


def test_markers_become_tokens_with_an_embedding(trained: Path) -> None:
    marks = ("<head:Term>", "</head>")
    for loaded in (begun_with(trained, "relations", marker_tokens=marks), marked_tiny(marks)):
        ids = loaded.tokenizer("<head:Term> цена </head>", return_tensors="pt")
        known = loaded.tokenizer.convert_tokens_to_ids(list(marks))
        assert set(known) <= set(ids["input_ids"][0].tolist())
        assert loaded.model.get_input_embeddings().num_embeddings == len(loaded.tokenizer)
        assert loaded.model.eval()(**ids).logits.shape == (1, 2)


def test_the_tokenizer_knows_how_much_the_model_takes() -> None:
    loaded = tiny()
    long = loaded.tokenizer("цена " * 2_000, truncation=True, return_tensors="pt")
    assert long["input_ids"].shape == (1, 512)
    assert loaded.model.eval()(**long).logits.shape == (1, 2)


def test_positions_of_roberta_are_fewer_than_its_config_says(tmp_path: Path) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    loaded = tiny()
    loaded.tokenizer.model_max_length = int(1e30)
    loaded.tokenizer.save_pretrained(tmp_path)
    config = XLMRobertaConfig(
        vocab_size=len(loaded.tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        type_vocab_size=2,
        pad_token_id=loaded.tokenizer.pad_token_id,
    )
    XLMRobertaModel(config).save_pretrained(tmp_path)
    found = begun_with(tmp_path)
    assert found.tokenizer.model_max_length == 33
    long = found.tokenizer("цена " * 100, truncation=True, return_tensors="pt")
    assert found.model.eval()(**long).logits.shape == (1, 2)


class TestRefused:
    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="there is no such folder"):
            begun_with(tmp_path / "none")

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "model").write_text("")
        with pytest.raises(ConfigError, match="is a file"):
            begun_with(tmp_path / "model")

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"holds no model: there is no config\.json"):
            begun_with(tmp_path)

    @pytest.mark.parametrize("content", ["{", "[]", ""])
    def test_a_broken_config(self, trained: Path, tmp_path: Path, content: str) -> None:
        folder = copied(trained, tmp_path)
        (folder / "config.json").write_text(content)
        with pytest.raises(ConfigError, match=r"config\.json is broken"):
            begun_with(folder)

    def test_a_model_of_an_unknown_kind(self, trained: Path, tmp_path: Path) -> None:
        folder = changed(trained, tmp_path, model_type="nobody-knows")
        with pytest.raises(ConfigError, match="of no kind that transformers knows"):
            begun_with(folder)

    def test_code_is_not_run(self, trained: Path, tmp_path: Path) -> None:
        auto = {"AutoConfig": "own.Config", "AutoModel": "own.Model"}
        folder = changed(trained, tmp_path, model_type="its-own", auto_map=auto)
        (folder / "own.py").write_text("raise SystemExit('ran')")
        with pytest.raises(ConfigError, match="which Donor never does"):
            begun_with(folder)

    def test_a_pickle_is_not_read(self, trained: Path, tmp_path: Path) -> None:
        folder = copied(trained, tmp_path)
        (folder / "model.safetensors").unlink()
        (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
        with pytest.raises(ConfigError, match="which Donor never reads"):
            begun_with(folder)

    def test_a_folder_without_weights(self, trained: Path, tmp_path: Path) -> None:
        folder = copied(trained, tmp_path)
        (folder / "model.safetensors").unlink()
        with pytest.raises(ConfigError, match="no weights in it as safetensors"):
            begun_with(folder)

    @pytest.mark.parametrize("kept", [0, 5, 2_000, -1])
    def test_weights_cut_short(self, trained: Path, tmp_path: Path, kept: int) -> None:
        folder = copied(trained, tmp_path)
        whole = (folder / "model.safetensors").read_bytes()
        (folder / "model.safetensors").write_bytes(whole[:kept])
        with pytest.raises(ConfigError, match="perhaps cut short"):
            begun_with(folder)

    def test_weights_of_another_size(self, trained: Path, tmp_path: Path) -> None:
        folder = changed(trained, tmp_path, intermediate_size=100)
        with pytest.raises(ConfigError, match=r"do not fit its config\.json"):
            begun_with(folder)

    def test_weights_of_fewer_layers(self, trained: Path, tmp_path: Path) -> None:
        folder = changed(trained, tmp_path, num_hidden_layers=3)
        with pytest.raises(ConfigError, match=r"its weights lack encoder\.layer\.2"):
            begun_with(folder)

    @pytest.mark.parametrize("content", ["", "{}"])
    def test_a_broken_tokenizer(self, trained: Path, tmp_path: Path, content: str) -> None:
        folder = copied(trained, tmp_path)
        (folder / "tokenizer.json").write_text(content)
        with pytest.raises(ConfigError, match="its tokenizer"):
            begun_with(folder)

    def test_a_folder_without_a_tokenizer(self, trained: Path, tmp_path: Path) -> None:
        folder = copied(trained, tmp_path)
        for file in folder.glob("tokenizer*"):
            file.unlink()
        with pytest.raises(ConfigError, match="its tokenizer"):
            begun_with(folder)

    def test_a_broken_donor_json(self, trained: Path, tmp_path: Path) -> None:
        folder = copied(trained, tmp_path)
        (folder / "donor.json").write_text("{")
        with pytest.raises(ConfigError, match=r"donor\.json is broken"):
            begun_with(folder)


OFFLINE = """
import sys, time
import torch, transformers
from donor.errors import ConfigError
from donor.train.encoders import EncoderChoice, load_encoder
began = time.monotonic()
try:
    load_encoder(EncoderChoice("owner/model"), head="labels", labels=("a", "b"), texts=(), seed=1)
except ConfigError as error:
    print(f"{time.monotonic() - began:.2f}", error)
"""


def test_without_a_hub_it_is_told_at_once_that_there_is_none(tmp_path: Path) -> None:
    environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)} | environment,
    )
    seconds, _, said = done.stdout.partition(" ")
    assert float(seconds) < 15
    assert said.startswith("the encoder owner/model: is no folder here, was not fetched before")
    assert "scratch:tiny" in said


def marked_tiny(marks: tuple[str, ...]) -> Loaded:
    return tiny("relations", marker_tokens=marks)


def saved_weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def copied(folder: Path, to: Path) -> Path:
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def changed(folder: Path, to: Path, **settings: object) -> Path:
    found = copied(folder, to)
    said = json.loads((found / "config.json").read_text())
    (found / "config.json").write_text(json.dumps(said | settings))
    return found
