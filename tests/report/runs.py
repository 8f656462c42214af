"""Finished runs, made of transfers by the code that writes runs."""

from donor.data import LedgerTally
from donor.recipe import Recipe
from donor.records import RunFolder

RECIPE = Recipe(("in.jsonl",), "ru", "ollama:m", language="en")
USAGE = {
    "requests": {"sent": 3, "from_store": 1, "failed": 0},
    "usage": {
        "prompt_tokens": 900,
        "completion_tokens": 100,
        "usd": 0.5,
        "prices": {"prompt_usd_per_million": 500.0, "completion_usd_per_million": 500.0},
    },
    "seconds": 8.0,
}


def consistency(temperatures, verdict="all the same", recipe=RECIPE):
    """What `donor consistency` has found, of an alpha and a varying document by temperature."""
    return {
        "samples": 3,
        "documents": 1,
        "verdict": verdict,
        "model": recipe.model,
        "recipe": recipe.sha256,
        "temperatures": {
            temperature: {
                "translation": {"alpha": {"score": alpha, "interval": [alpha - 0.01, alpha]}},
                "spans": {"strict_f1": {"score": None, "interval": None}},
                "varying": [{"id": name}],
            }
            for temperature, (alpha, name) in temperatures.items()
        },
    }


def run_of(path, transfers, *, recipe=RECIPE, provenance=None, partial=False):
    """A run folder with these transfers, but for its dataset."""
    folder = RunFolder(path)
    path.mkdir(parents=True)
    folder.recipe.write_text(recipe.as_toml(), encoding="utf-8")
    tally = LedgerTally()
    for one in transfers:
        tally.add(one)
    folder.write_read(one.source for one in transfers)
    folder.write_transfers(transfers, format="jsonl")
    folder.write_usage(USAGE)
    folder.write_provenance(provenance or {"model": recipe.model, "ended_at": "2026-11-27T10:00"})
    folder.write_ledger(tally.ledger.as_json(partial=partial))
    return folder
