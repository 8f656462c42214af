"""A small model folder, trained for a few steps: it stands in for a model of the hub."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from donor.train.encoders import EncoderChoice, Loaded, load_encoder
from donor.train.encoders.heads import ANSWERS, HEADS, TOKENS
from donor.train.model_folder import save_model

torch.set_num_threads(1)

TINY = EncoderChoice("scratch:tiny")
TEXTS = (
    "Фотосинтез — это процесс образования веществ.",
    "Спрос растёт, когда цена падает.",
    "Инфляцией называют рост цен.",
    "Сегодня мы поедем в город.",
    "Клетка — это единица живого.",
    "Он купил хлеб и молоко.",
)
LABELS = ("no", "yes")
PAIRS = [(text, TEXTS[0]) for text in TEXTS]


def tiny(head: str = "labels", labels: Sequence[str] = LABELS, **more: Any) -> Loaded:
    return load_encoder(TINY, head=head, labels=labels, texts=TEXTS, **({"seed": 1} | more))


def encoded(tokenizer: Any, examples: Sequence[Any] = TEXTS) -> list[dict[str, list[int]]]:
    """The examples as their tokenizer has them; a pair is two texts."""
    plain = [one if isinstance(one, tuple) else (one,) for one in examples]
    return [dict(tokenizer(*one, truncation=True)) for one in plain]


def targets(head: str, batch: Any, labels: int) -> dict[str, Any]:
    rows, length = batch["input_ids"].shape
    chance = torch.Generator().manual_seed(0)
    if head == ANSWERS:
        ends = torch.randint(1, length, (2, rows), generator=chance)
        return {"start_positions": ends[0], "end_positions": ends[1]}
    if head == TOKENS:
        return {"labels": torch.randint(0, labels, (rows, length), generator=chance)}
    if head == "multi-labels":
        return {"labels": torch.randint(0, 2, (rows, labels), generator=chance).float()}
    return {"labels": torch.arange(rows) % labels}


def trained(loaded: Loaded, head: str, examples: Sequence[Any] = TEXTS, steps: int = 5) -> Loaded:
    """The same model, after some steps of learning something by heart."""
    batch = loaded.tokenizer.pad(encoded(loaded.tokenizer, examples), return_tensors="pt")
    wanted = targets(head, batch, len(LABELS))
    optimiser = torch.optim.AdamW(loaded.model.parameters(), lr=1e-3)
    loaded.model.train()
    for _ in range(steps):
        loaded.model(**batch, **wanted).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    loaded.model.eval()
    return loaded


def about(head: str, loaded: Loaded) -> dict[str, Any]:
    labels = LABELS if HEADS[head].labelled else ()
    return {
        "task": "definition",
        "head": head,
        "labels": list(labels),
        "encoder": loaded.described,
        "languages": ["ru"],
    }


def saved(folder: Path, head: str = "labels", examples: Sequence[Any] = TEXTS) -> Loaded:
    """A trained model, which is also in the folder."""
    loaded = trained(tiny(head), head, examples)
    save_model(folder, loaded.model, loaded.tokenizer, about=about(head, loaded))
    return loaded
