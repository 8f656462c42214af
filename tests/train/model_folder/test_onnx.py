"""A model as ONNX: what it says, what it loses, for every head."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.tiny_folder import PAIRS, TEXTS, encoded, saved

from donor.errors import ConfigError
from donor.train.encoders.heads import ANSWERS, HEADS, TOKENS
from donor.train.examples import Feature
from donor.train.model_folder import load_model
from donor.train.model_folder.onnx import INT8, ONNX, TORCH, exported


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    saved(folder)
    return folder


def features(inputs: Sequence[Mapping[str, Sequence[int]]]) -> list[Feature]:
    return [Feature(n, one) for n, one in enumerate(inputs)]


@pytest.mark.parametrize("head", HEADS)
def test_every_head_says_the_same_as_onnx(head: str, tmp_path: Path) -> None:
    examples = PAIRS if head in (ANSWERS, "relations") else TEXTS
    loaded = saved(tmp_path, head, examples)
    inputs = encoded(loaded.tokenizer, examples)
    seen: list[Sequence[Any]] = []
    found = exported(tmp_path, features(inputs), score=lambda logits: seen.append(logits) or 0.5)
    assert found["examples"] == len(examples)
    assert found[ONNX]["difference"] < 1e-4
    assert found[ONNX]["agreement"] == 1
    assert found[INT8]["agreement"] > 0.5
    assert found[INT8]["megabytes"] < found[ONNX]["megabytes"] / 2
    assert all(found[name]["score"] == 0.5 for name in (TORCH, ONNX, INT8))
    for logits in seen:
        shapes = [np.stack(one).shape for one in logits]
        lengths = [len(one["input_ids"]) for one in inputs]
        wanted = {
            TOKENS: [(length, 2) for length in lengths],
            ANSWERS: [(2, length) for length in lengths],
        }
        assert shapes == wanted.get(head, [(2,)] * len(examples))


def test_logits_come_in_the_order_of_the_examples(trained: Path) -> None:
    loaded = load_model(trained)
    inputs = encoded(loaded.tokenizer, [TEXTS[n % 6] * (1 + n % 5) for n in range(70)])
    seen: list[Sequence[Any]] = []
    exported(trained, features(inputs), score=lambda logits: seen.append(logits))
    for one, *others in zip(inputs, *seen, strict=True):
        with torch.inference_mode():
            alone = loaded.model(**loaded.tokenizer.pad([one], return_tensors="pt")).logits[0]
        for other in others[:2]:
            assert other == pytest.approx(alone.numpy(), abs=1e-5)


def test_a_graph_takes_batches_and_lengths_that_it_was_not_made_with(trained: Path) -> None:
    import onnxruntime

    loaded = load_model(trained)
    exported(trained, features(encoded(loaded.tokenizer, TEXTS[:2])))
    session = onnxruntime.InferenceSession(trained / "onnx" / "model.onnx")
    long = [text * 7 for text in TEXTS]
    batch = loaded.tokenizer.pad(encoded(loaded.tokenizer, long), return_tensors="np")
    (said,) = session.run(None, dict(batch))
    with torch.inference_mode():
        ours = loaded.model(**{k: torch.from_numpy(v) for k, v in batch.items()}).logits
    assert said == pytest.approx(ours.numpy(), abs=1e-5)


def test_the_files_replace_earlier_ones(trained: Path) -> None:
    inputs = encoded(load_model(trained).tokenizer)
    exported(trained, features(inputs))
    (trained / "onnx" / "old.onnx").write_bytes(b"")
    found = exported(trained, features(inputs))
    names = {file.name for file in (trained / "onnx").iterdir()}
    assert names == {"model.onnx", "model_quantized.onnx"}
    assert found[ONNX]["file"] == "onnx/model.onnx"
    assert not list(trained.glob(".onnx-*"))


def test_an_export_says_nothing(trained: Path, capfd: pytest.CaptureFixture[str]) -> None:
    exported(trained, features(encoded(load_model(trained).tokenizer)))
    assert capfd.readouterr() == ("", "")


def test_nothing_to_measure_on_is_refused(trained: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to measure"):
        exported(trained, [])


def test_a_place_that_is_taken_is_told(trained: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "copy"))
    shutil.rmtree(folder / "onnx", ignore_errors=True)
    (folder / "onnx").write_text("")
    with pytest.raises(ConfigError, match="cannot be written: File exists"):
        exported(folder, features(encoded(load_model(folder).tokenizer)))
