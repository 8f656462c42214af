"""A trained model as ONNX, in full and in eight bits, and what that changes, measured.

The files stand in `onnx/` under the names that the hub uses. Eight bits are those of dynamic
quantisation: weights are rounded beforehand, activations as they come.
"""

import logging
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from donor.errors import ConfigError
from donor.train.encoders import Loaded
from donor.train.encoders.heads import ANSWERS, HEADS, TOKENS, check_libraries
from donor.train.examples import Feature
from donor.train.fitting.batches import by_length, padded
from donor.train.model_folder import load_model

__all__ = ["INT8", "ONNX", "TORCH", "Score", "exported", "onnx_run"]

TORCH, ONNX, INT8 = "torch", "onnx", "int8"
_FOLDER = "onnx"
_FILES = {ONNX: "model.onnx", INT8: "model_quantized.onnx"}
_OPSET = 18
_AT_ONCE = 32

Score = Callable[[Sequence[Any]], float | None]
"""The score of what a model says: its logits for each example, without those of the padding."""

_Batch = Mapping[str, Any]
_Run = Callable[[_Batch], Sequence[Any]]


def exported(
    folder: Path, features: Sequence[Feature], *, score: Score | None = None
) -> dict[str, Any]:
    """What the ONNX models of a folder weigh, take and lose, as JSON; they then stand in it.

    All three run over the same batches with the same number of threads. Of each there is `score`,
    `megabytes`, `sentences_per_second`; of the two new ones `file`, `difference` (the largest of a
    logit), and `agreement` (how often they choose the same label, of a text or of a token, or the
    same end of an answer, as torch).

    Args:
        folder: of a model that Donor has trained.
        features: what it is shown to measure it: examples, or windows of them.
        score: asked of what each model says of the features. Logits are arrays: of a text one
            number a label, of tokens such a row a token, of answers a pair, of starts and of ends.

    Raises:
        ConfigError: the folder holds no model of Donor, or one of a kind that has no ONNX, or
            cannot be written; or there are no features.
        MissingExtraError: onnx or onnxruntime are not installed.
    """
    check_libraries("the export to ONNX", "torch", "transformers", "onnx", "onnxruntime")
    if not features:
        raise ConfigError(str(folder), "there is nothing to measure the export on", "give --test")
    loaded = load_model(folder)
    head, model = loaded.about["head"], loaded.model.eval()
    batches = list(_batches(features, model, loaded.tokenizer))
    sizes = _written(folder, model, head, batches)
    weights = sum(one.stat().st_size for one in folder.glob("*.safetensors"))
    said = {TORCH: _said(_torch_run(model, head), batches, head)}
    for name, file in _FILES.items():
        run = _onnx_run(folder / _FOLDER / file, head)
        said[name] = _said(run, batches, head)
    found: dict[str, Any] = {"examples": len(features), "threads": _threads()}
    for name, one in said.items():
        found[name] = {
            "score": score(one.logits) if score else None,
            "megabytes": sizes.get(name, weights) / 1e6,
            "sentences_per_second": len(features) / one.seconds,
        }
        if name != TORCH:
            found[name] |= {"file": f"{_FOLDER}/{_FILES[name]}"} | _compared(one, said[TORCH], head)
    return found


def onnx_run(
    folder: Path, loaded: Loaded, name: str, *, at_once: int = _AT_ONCE
) -> Callable[[Sequence[Feature]], list[Any]]:
    """What an ONNX model of the folder says of features: their logits, as `run_over` gives them.

    Args:
        folder: in which `exported` has put it.
        loaded: the model that it was made of.
        name: `onnx` or `int8`.
        at_once: how many features it is shown together.

    Raises:
        ConfigError: it is not there, or cannot be read.
        MissingExtraError: onnxruntime is not installed.
    """
    check_libraries("a model as ONNX", "onnxruntime")
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

    head, file = loaded.about["head"], folder / _FOLDER / _FILES[name]
    if not file.is_file():
        what = f"there is no {_FOLDER}/{_FILES[name]}"
        raise ConfigError(str(folder), what, "donor train --onnx writes it")
    try:
        run = _onnx_run(file, head)
    except (Fail, InvalidGraph, InvalidProtobuf) as error:
        what = f"cannot be read: {str(error).splitlines()[0]}"
        raise ConfigError(str(file), what, "train it again with --onnx") from None

    def said(features: Sequence[Feature]) -> list[Any]:
        batches = _batches(features, loaded.model, loaded.tokenizer, at_once)
        return _in_order(((batch, run(batch[1])) for batch in batches), len(features), head)

    return said


@dataclass(frozen=True, slots=True)
class _Said:
    """What a model says of all examples, and the seconds that it took."""

    logits: Sequence[Any]
    seconds: float


def _batches(
    features: Sequence[Feature], model: Any, tokenizer: Any, at_once: int = _AT_ONCE
) -> Iterator[tuple[Sequence[int], _Batch]]:
    """The features in batches of about equal length: their positions, and arrays by name."""
    import inspect

    taken = inspect.signature(model.forward).parameters
    names = [name for name in features[0].inputs if name in taken]
    pads = {"input_ids": tokenizer.pad_token_id or 0}
    for some in by_length(features, at_once):
        tensors = padded([features[n] for n in some], pads)
        yield some, {name: tensors[name].numpy() for name in names}


def _written(
    folder: Path, model: Any, head: str, batches: Sequence[tuple[Sequence[int], _Batch]]
) -> Mapping[str, int]:
    """The bytes of each file, which then stands in the folder. Raises ConfigError."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".onnx-") as made, _quiet():
            work = Path(made)
            _export(model, head, batches[0][1], work / _FILES[ONNX])
            quantize_dynamic(work / _FILES[ONNX], work / _FILES[INT8], weight_type=QuantType.QInt8)
            shutil.rmtree(folder / _FOLDER, ignore_errors=True)
            # As any folder, not readable by its owner alone, as temporary ones are.
            (folder / _FOLDER).mkdir()
            for file in work.iterdir():
                file.replace(folder / _FOLDER / file.name)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise ConfigError(str(folder / _FOLDER), what, "make room") from None
    return {name: (folder / _FOLDER / file).stat().st_size for name, file in _FILES.items()}


def _export(model: Any, head: str, batch: _Batch, file: Path) -> None:
    """Writes the graph, whose batch and length stay open."""
    import torch

    outputs = HEADS[head].outputs
    names = list(batch)

    class Plain(torch.nn.Module):  # type: ignore[misc]
        """Arrays in, logits out, by position."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            said = self.model(**dict(zip(names, tensors, strict=True)))
            return tuple(getattr(said, name) for name in outputs)

    open_axes = {0: "batch", 1: "length"}
    whole = head in (TOKENS, ANSWERS)
    axes = dict.fromkeys(names, open_axes) | dict.fromkeys(
        outputs, open_axes if whole else {0: "batch"}
    )
    # The graph of the tracer: the newer exporter needs one library more, and ten times as long.
    try:
        torch.onnx.export(
            Plain().eval(),
            tuple(torch.from_numpy(array) for array in batch.values()),
            str(file),
            input_names=names,
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        what = f"a {model.config.model_type} cannot be exported: {error}"
        raise ConfigError(str(file.parent.parent), what, "use it without ONNX") from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Tracer and quantiser say nothing: whether they are right is measured."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.setLevel(before)


def _torch_run(model: Any, head: str) -> _Run:
    import torch

    outputs = HEADS[head].outputs

    def run(batch: _Batch) -> Sequence[Any]:
        tensors = {name: torch.from_numpy(array) for name, array in batch.items()}
        with torch.inference_mode():
            said = model(**tensors)
        return [getattr(said, name).numpy() for name in outputs]

    return run


def _onnx_run(file: Path, head: str) -> _Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    outputs = list(HEADS[head].outputs)
    taken = {one.name for one in session.get_inputs()}

    def run(batch: _Batch) -> Sequence[Any]:
        found: Sequence[Any] = session.run(
            outputs, {name: array for name, array in batch.items() if name in taken}
        )
        return found

    return run


def _said(run: _Run, batches: Sequence[tuple[Sequence[int], _Batch]], head: str) -> _Said:
    """What the model says of each example in the order of the examples; it is warmed up first."""
    run(batches[-1][1])
    began = time.perf_counter()
    arrays = [run(batch) for _, batch in batches]
    seconds = time.perf_counter() - began
    count = sum(len(some) for some, _ in batches)
    return _Said(_in_order(zip(batches, arrays, strict=True), count, head), seconds)


def _in_order(
    said: Iterable[tuple[tuple[Sequence[int], _Batch], Sequence[Any]]], count: int, head: str
) -> list[Any]:
    """The logits of each of so many examples, from those of their batches."""
    logits: list[Any] = [None] * count
    for (some, batch), found in said:
        lengths = batch["attention_mask"].sum(axis=1)
        for row, n in enumerate(some):
            logits[n] = _own(found, row, int(lengths[row]), head)
    return logits


def _own(found: Sequence[Any], row: int, length: int, head: str) -> Any:
    """The logits of one example."""
    if head == ANSWERS:
        return tuple(one[row, :length] for one in found)
    return found[0][row, :length] if head == TOKENS else found[0][row]


def _compared(one: _Said, other: _Said, head: str) -> dict[str, float]:
    """How far two models are apart, and how often they choose the same."""
    import numpy as np

    pairs = list(zip(one.logits, other.logits, strict=True))
    apart = max(float(np.abs(np.stack(a) - np.stack(b)).max()) for a, b in pairs)
    same = np.concatenate([_chosen(a, head) == _chosen(b, head) for a, b in pairs])
    return {"difference": apart, "agreement": float(same.mean())}


def _chosen(logits: Any, head: str) -> Any:
    """What is chosen by logits: a label, one a token, yes or no a label, a start and an end."""
    import numpy as np

    if head == "multi-labels":
        return logits > 0
    return np.atleast_1d(np.argmax(np.stack(logits), axis=-1))


def _threads() -> int:
    import torch

    return int(torch.get_num_threads())
