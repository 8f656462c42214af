"""How fast baselines are trained, and how good they are: on DEFT as it is, with `scratch:small`.

Parts, which `--parts` picks. `throughput`: sentences a second beside a plain script, which pads
all to 128 or 256 tokens, on the same model, data, batch, optimiser and settings, by turns; and the
F1 of both after the same epochs. `definition`: seeds of definition detection beside TF-IDF and
logistic regression. `tasks`: spans and relations with DeftEval's numbers. Two more run on demand:
`curve`, both kinds of models on growing parts of train, and `settings`, others than the default.
Run as `make bench-train`; needs ../shared/deft; the last line is one JSON object.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from donor.score import F1, Measurement, interval, paired_bootstrap
from donor.train.encoders import EncoderChoice, Loaded, encoder_named, load_encoder
from donor.train.examples import Example, Settings
from donor.train.fitting.checkpoint import Checkpoint
from donor.train.fitting.loop import fit, run_over
from donor.train.linear import train_linear
from donor.train.scoring import mean_over_seeds, over_seeds
from donor.train.splits import Splits, read_splits
from donor.train.tasks.task import Task, task_named
from donor.train.training import learner_of, settings_for
from donor.train.whole import Training, of_seeds

DEFT = Path("../shared/deft")
ENCODER: EncoderChoice = encoder_named("scratch:small", "en")
LENGTHS = (128, 256)
ROUNDS = 3
SHARES = (0.125, 0.25, 0.5, 1.0)
OTHER_SETTINGS: Sequence[dict[str, Any]] = (
    {"learning_rate": 1e-3},
    {"learning_rate": 2e-4, "epochs": 10},
    {"class_weights": True},
)
# Spans want more steps than sentences, of which relations have twice as many.
TASKS: Mapping[str, dict[str, Any]] = {
    "spans": {"learning_rate": 2e-3, "epochs": 6},
    "relations": {"epochs": 2},
}
SPEED_SENTENCES, F1_EPOCHS, F1_SEEDS = 2_048, 3, (1, 2)


class Plain:
    """The script that such papers have: all texts padded to one length, in an order by chance."""

    def __init__(self, loaded: Loaded, examples: Sequence[Example], length: int) -> None:
        import torch

        encoded = loaded.tokenizer(
            [one.texts[0] for one in examples],
            padding="max_length",
            truncation=True,
            max_length=length,
            return_tensors="pt",
        )
        labels = torch.tensor([int(one.target) for one in examples])
        names = sorted(encoded)
        self._names = [*names, "labels"]
        self._rows = torch.utils.data.TensorDataset(*(encoded[name] for name in names), labels)
        self._model = loaded.model

    def train(self, settings: Settings) -> None:
        """Nothing; epochs over all rows."""
        import torch
        from transformers import get_linear_schedule_with_warmup

        torch.manual_seed(settings.seed)
        loader = torch.utils.data.DataLoader(self._rows, batch_size=settings.batch, shuffle=True)
        steps = settings.epochs * len(loader)
        optimiser = torch.optim.AdamW(
            self._model.parameters(), lr=settings.learning_rate, weight_decay=0.01, fused=True
        )
        schedule = get_linear_schedule_with_warmup(optimiser, steps // 10, steps)
        self._model.train()
        for _ in range(settings.epochs):
            for batch in loader:
                said = self._model(**dict(zip(self._names, batch, strict=True)))
                said.loss.backward()
                torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                optimiser.zero_grad()


class Definitions:
    """Definition detection on a part of DEFT, for both ways of training."""

    def __init__(self, splits: Splits, sentences: int) -> None:
        self.task: Task = task_named("definition")
        self.dev = splits.dev
        self.labels = self.task.labels(splits.train)
        self.examples = self.task.examples(splits.train, learning=True)[:sentences]

    def loaded(self, seed: int) -> Loaded:
        """A model without training; of one seed the same each time."""
        texts = (text for one in self.examples for text in one.texts)
        return load_encoder(ENCODER, head="labels", labels=self.labels, texts=texts, seed=seed)

    def bucketed(self, loaded: Loaded, settings: Settings) -> Callable[[], None]:
        """Ours, made ready: a checkpoint after each epoch included."""
        features = self.task.features(
            self.examples, self.labels, loaded.tokenizer, settings, learning=True
        )
        learner = learner_of(loaded, "labels")
        # Each epoch is better than the one before, so that the last one's weights are kept, as
        # the plain script has them.
        rising = count()

        def train() -> None:
            with tempfile.TemporaryDirectory() as folder:
                score = partial(next, rising)
                fit(learner, features, score, settings, Checkpoint(Path(folder), ""))

        return train

    def plain(self, loaded: Loaded, settings: Settings, length: int) -> Callable[[], None]:
        """The plain script, made ready."""
        script = Plain(loaded, self.examples, length)
        return lambda: script.train(settings)

    def measured(self, loaded: Loaded, settings: Settings) -> Measurement:
        """F1 on dev."""
        asked = self.task.examples(self.dev, learning=False)
        features = self.task.features(
            asked, self.labels, loaded.tokenizer, settings, learning=False
        )
        logits = run_over(learner_of(loaded, "labels"), features)
        said = self.task.said(asked, features, logits, self.labels)
        predicted = self.task.predicted(self.dev, asked, said)
        return self.task.measured(predicted, self.dev)[self.task.main]


def throughput(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints sentences a second of both ways, by turns, and their F1 after the same epochs."""
    some = Definitions(splits, SPEED_SENTENCES)
    settings = settings_for(ENCODER, epochs=1)
    speeds: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, train in _ways(some, settings):
            begun = time.perf_counter()
            train()
            rate = len(some.examples) / (time.perf_counter() - begun)
            speeds.setdefault(name, []).append(rate)
    for name, rates in speeds.items():
        print(f"{name:12} {_spread(rates)} sentences/s")
        figures[f"{name}_per_s"] = statistics.median(rates)
    for length in LENGTHS:
        pairs = zip(speeds["bucketed"], speeds[f"padded_{length}"], strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        print(f"bucketed ÷ padded to {length}: {ratio:.2f}")
        figures[f"speed_against_{length}"] = ratio
    equal_f1(splits, figures)


def equal_f1(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints the F1 of both ways of training on all sentences, and their difference."""
    some = Definitions(splits, len(splits.train) * 99)
    of_seeds: dict[str, list[Measurement]] = {"bucketed": [], "padded_128": []}
    for seed in F1_SEEDS:
        settings = settings_for(ENCODER, epochs=F1_EPOCHS, seed=seed)
        for name, found in of_seeds.items():
            loaded = some.loaded(seed)
            if name == "bucketed":
                some.bucketed(loaded, settings)()
            else:
                some.plain(loaded, settings, LENGTHS[0])()
            found.append(some.measured(loaded, settings))
            print(f"{name:12} seed {seed}, F1 {_score(found[-1])}", flush=True)
    ours, plain = map(over_seeds, of_seeds.values())
    test = paired_bootstrap(ours, plain)
    print(f"difference {test.difference:+.4f}, p {test.p:.3f} (paired bootstrap)")
    figures |= {"bucketed_f1": ours.score, "padded_128_f1": plain.score, "f1_p": test.p}


def definition(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints seeds of definition detection in one table with the linear baseline."""
    task = task_named("definition")
    begun = time.perf_counter()
    of_linear = _linear(task, splits)
    print("intervals: of the linear model over sentences, of the others over documents")
    print(f"{'TF-IDF + logistic regression':30} F1 {_score(of_linear)}", end="")
    print(f"  {time.perf_counter() - begun:5.0f} s")
    figures["linear_f1"] = of_linear.score
    print("the corpus has no test split: the seeds are stopped by the dev that they are scored on")
    found, seconds = [], []
    for seed in range(1, figures["seeds"] + 1):
        ((one,), (took,)) = _seeds(task, splits, 1, seed=seed)
        found.append(one)
        seconds.append(took)
        row = f"{f'scratch:small, seed {seed}':30} F1 {_score(one['f1'])}  {took:5.0f} s"
        print(row, flush=True)
    mean = mean_over_seeds([one["f1"] for one in found])
    low, high = mean["interval"]
    print(f"{'scratch:small, mean':30} F1 {mean['mean']:.4f} [{low:.4f}, {high:.4f}]", end="")
    print(f"  {sum(seconds):5.0f} s", flush=True)
    figures |= {"f1": mean["mean"], "seed_s": max(seconds), "seeds_s": sum(seconds)}
    apart = read_splits(DEFT / "train", test=DEFT / "dev")
    (one,), (took,) = _seeds(task, apart, 1)
    print(f"{'stopped by a tenth of train':30} F1 {_score(one['f1'])}  {took:5.0f} s")
    figures["f1_held_out"] = one["f1"].score


def tasks(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints the scores of spans and of relations, those of DeftEval among them."""
    for name, more in TASKS.items():
        (found,), (took,) = _seeds(task_named(name), splits, 1, **more)
        print(f"{name}, {took:.0f} s")
        for metric, one in found.items():
            if ":" not in metric:
                print(f"  {metric:24} {_score(one)}")
        figures[f"{name}_s"] = took
        figures[name] = {metric: one.score for metric, one in found.items()}


def curve(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints the F1 of both kinds of models on growing parts of train, each within the next."""
    task = task_named("definition")
    chance = random.Random(1)
    train = chance.sample(splits.train, len(splits.train))
    for share in SHARES:
        part = replace(splits, train=tuple(train[: round(share * len(train))]))
        of_linear = _linear(task, part)
        (found,), _ = _seeds(task, part, 1)
        print(f"{share:5.3f} of train, {len(part.train):5,} documents:", end="")
        print(f"  linear {_score(of_linear)}  scratch:small {_score(found['f1'])}")
        figures[f"linear_f1_{share}"] = of_linear.score
        figures[f"f1_{share}"] = found["f1"].score


def settings(splits: Splits, figures: dict[str, Any]) -> None:
    """Prints the F1 of settings that are not the default, each with one seed."""
    task = task_named("definition")
    for more in OTHER_SETTINGS:
        (found,), _ = _seeds(task, splits, 1, **more)
        name = ", ".join(f"{key} {value}" for key, value in more.items())
        print(f"{name:30} F1 {_score(found['f1'])}")
        figures[f"f1, {name}"] = found["f1"].score


def _linear(task: Task, splits: Splits) -> Measurement:
    """F1 on dev of the linear model, which knows sentences alone: a row of counts for each."""
    linear = train_linear(task.examples(splits.train, learning=True))
    asked = task.examples(splits.dev, learning=False)
    pairs = zip(linear.predict(asked), (one.target for one in asked), strict=True)
    each = [(said == "1", true == "1") for said, true in pairs]
    return Measurement(F1, [(a and b, a and not b, b and not a) for a, b in each])


def _ways(some: Definitions, settings: Settings) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each way of training by its name, made ready."""
    yield "bucketed", some.bucketed(some.loaded(1), settings)
    for length in LENGTHS:
        yield f"padded_{length}", some.plain(some.loaded(1), settings, length)


def _seeds(
    task: Task, splits: Splits, seeds: int, **more: Any
) -> tuple[list[dict[str, Measurement]], list[float]]:
    """What is measured on dev of each seed, and the seconds of each, from data to scores."""
    found, seconds = [], []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            settings = settings_for(ENCODER, **{"seed": seed, **more})
            asked = Training(task, splits, ENCODER, settings, Path(folder))
            begun = time.perf_counter()
            (one,) = of_seeds(asked)
            seconds.append(time.perf_counter() - begun)
        found.append(dict(one.said.measured))
    return found, seconds


def _score(measurement: Measurement) -> str:
    score, around = measurement.score, interval(measurement)
    said = "–" if score is None else f"{score:.4f}"
    return said + (f" [{around[0]:.4f}, {around[1]:.4f}]" if around else "")


def _spread(rates: Sequence[float]) -> str:
    return f"{statistics.median(rates):6.0f} ({min(rates):.0f} to {max(rates):.0f})"


PARTS: Mapping[str, Callable[[Splits, dict[str, Any]], None]] = {
    "throughput": throughput,
    "definition": definition,
    "tasks": tasks,
    "curve": curve,
    "settings": settings,
}


def main() -> None:
    """Runs the parts that are wanted."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--parts", default="throughput,definition,tasks")
    arguments.add_argument("--seeds", type=int, default=5, help="of definition detection")
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    said = arguments.parse_args()
    if not DEFT.is_dir():
        raise SystemExit(f"{DEFT} is not there: the DEFT corpus, as its makers publish it")
    unknown = [part for part in said.parts.split(",") if part not in PARTS]
    if unknown:
        raise SystemExit(f"{unknown[0]} is no part: {', '.join(PARTS)}")
    import torch

    torch.set_num_threads(said.threads)
    splits = read_splits(DEFT)
    figures: dict[str, Any] = {"threads": said.threads, "seeds": said.seeds}
    for part in said.parts.split(","):
        print(f"== {part}")
        PARTS[part](splits, figures)
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
