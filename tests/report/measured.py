"""What other commands print of experiments, in the shapes that they print."""

from tests.report.runs import RECIPE


def measured(mean, *seeds, width=0.04):
    """A score over seeds; of None there is no interval."""
    if mean is None:
        return {"mean": None, "interval": None, "seeds": []}
    return {"mean": mean, "interval": [mean - width, mean + width], "seeds": [*seeds] or [mean]}


def history(*scores):
    """A training whose loss falls while the score on dev is this, epoch by epoch."""
    return [
        {"epoch": n, "loss": round(0.7 / n, 3), "score": score, "seconds": 1.5}
        for n, score in enumerate(scores, start=1)
    ]


def data(name, examples, kind):
    return {"inputs": [name], "documents": examples // 3, "examples": examples, "kind": kind}


def row(name, what, mean, *, train="runs/run/dataset", examples=81, kind="silver", **more):
    """A row of the baselines of a task."""
    return {
        "name": name,
        "what": what,
        "train": data(train, examples, kind),
        "dev": data(train, 9, kind),
        "encoder": "scratch:tiny, trained from nothing",
        "scores": {
            "f1": measured(mean, mean - 0.02, mean + 0.02),
            "accuracy": measured(0.9, 0.9, 0.9),
        },
        "deduplicated": {"metric": "f1", "documents": 27, "of": 29, **measured(mean - 0.03)},
        "curves": [history(0.1, mean - 0.1, mean, mean - 0.01), history(0.2, mean - 0.05, mean)],
        "seconds": 12.5,
        "notes": [],
    } | more


def rows():
    """Every baseline that is known, but for one that was not run."""
    return [
        row("zero-shot", "Trained on the source, scored on gold.", 0.41, train="sample/source"),
        row("translate-train", "Trained on the transferred dataset.", 0.62),
        row("gold-train", "Trained on gold.", 0.7, train="gold", kind="gold", examples=54),
        row("accepted-only", "Only accepted spans.", 0.6, examples=60, notes=["20 spans left out"]),
        row("confidence-weighted", "Each sentence counts by its confidence.", 0.63),
        row("gold+silver", "Both together.", 0.74, kind="gold+silver", examples=135),
        row(
            "linear:translate-train",
            "TF-IDF and logistic regression.",
            0.55,
            encoder="TF-IDF + logistic regression",
            curves=None,
            deduplicated=None,
        ),
    ]


def learning_curve():
    points = [(9, 0.31), (18, 0.47), (36, 0.6), (54, 0.7)]
    return {
        "points": [
            *(
                {"train": "gold", "examples": n, "documents": n // 3, **measured(f1)}
                for n, f1 in points
            ),
            {"train": "silver", "examples": 81, "documents": 29, **measured(0.62)},
            {"train": "gold+silver", "examples": 135, "documents": 47, **measured(0.74)},
        ],
        "worth": {
            "silver_examples": 81,
            "gold_examples": 39.6,
            "interval": [30, None],
            "what": "the 81 transferred sentences are worth about 40 gold sentences",
        },
    }


def baselines(**tasks):
    """The shape of `donor baselines --json`; without tasks, of the task definition."""
    return {
        "recipe": "sample/baselines.toml",
        "tasks": tasks or {"definition": task()},
        "notes": [],
        "seconds": 80.25,
    }


def task(**more):
    return {
        "metric": "f1",
        "scored_on": {"inputs": ["sample/gold"], "documents": 29, "kind": "gold"},
        "rows": rows(),
        "tests": [
            {
                "a": "translate-train",
                "b": "zero-shot",
                "metric": "f1",
                "difference": 0.21,
                "interval": [0.1, 0.3],
                "p": 0.0004,
                "p_holm": 0.0012,
            }
        ],
        "learning_curve": learning_curve(),
        "not_run": [{"name": "translate-test", "why": "no translation of gold is given"}],
    } | more


def trained(**more):
    """The shape of `scores.json` in a model folder of `donor train`."""
    return {
        "task": "definition",
        "encoder": "scratch:tiny, trained from nothing",
        "scores": {"f1": measured(0.62, 0.6, 0.64)},
        "scored_on": "dev",
        "deduplicated": {"metric": "f1", "documents": 27, "of": 29, **measured(0.59)},
        "hygiene": {"train": {"units": 81}},
        "notes": ["a tenth of train was held out as dev"],
        "training": {"epochs": 3, "seeds": 2, "learning_rates": {}},
        "curves": [history(0.3, 0.6, 0.58), history(0.2, 0.64)],
        "model": "models/definition",
        "seconds": 40.0,
    } | more


def run_compared(
    folder="runs/run", f1=0.9, usd=0.001, recipe=RECIPE, documents=1, placed=3, **more
):
    """A run among those that `donor compare` has compared."""
    quantities = {
        "requests": 2.0,
        "prompt_tokens": 900.0,
        "cached_tokens": 0,
        "completion_tokens": 100.0,
        "usd": usd,
        "seconds": 0.5,
    }
    return {
        "folder": folder,
        "model": recipe.model,
        "method": "quote",
        "spans": spans(f1),
        "relations": {"strict": {"f1": 0.8, "interval": [0.7, 0.9]}},
        "methods": {
            "index": {"spans": spans(f1 - 0.3), "relations": None},
            "quote": {"spans": spans(f1), "relations": None},
        },
        "labels": {"source": 1, "carried": 1, "lost": 0, "doubtful": 0, "by_name": {
            "tone": {"accuracy": {"score": 0.5, "interval": [0.4, 0.6]}}
        }},
        "translation": {"bleu": {"score": 38.0, "interval": [33.9, 41.5], "signature": "nrefs:1"}},
        "texts_differ": 1,
        "projection_rate": 0.75,
        "cost": {
            "documents": documents,
            "placed_spans": placed,
            "total": quantities,
            "per_document": quantities,
            "per_placed_span": quantities,
            "paid_by": "tokens",
            "notes": [],
            "people": {"ratio": 12.5},
            "corpus": {"documents": 1000, "usd": {"estimate": 1.0, "low": 0.5, "high": 2.0}},
        },
        "notes": ["a note on the run"],
    } | more  # fmt: skip


def spans(f1):
    return {
        "strict": {"f1": f1, "interval": [f1 - 0.05, f1 + 0.05]},
        "partial": {"f1": f1 + 0.03, "interval": [f1, f1 + 0.06]},
        "projection_rate": 0.98,
        "wrong": 4,
        "unresolved": {"no-match": 2},
        "tokens_per_span": 120.0,
    }


def compared(**runs):
    """The shape of `donor compare --json`; without runs, of this one and another."""
    runs = runs or {
        "run": run_compared(),
        "other": run_compared("runs/other", 0.7, 0.0001, model="ollama:o"),
    }
    names = list(runs)
    return {
        "documents": 1,
        "left_out": {"not_in_gold": 2},
        "runs": runs,
        "tests": [
            difference("spans", names[0], names[-1], 0.2),
            difference("bleu", names[0], names[-1], 0),
        ],
        "reference_free": None,
        "front": names,
        "break_even": [
            {"self_hosted": names[-1], "priced": names[0], "setup_usd": 20.0, "documents": 900}
        ],
        "signature": "donor",
    }


def difference(metric, a, b="b", by=0.1):
    return {
        "metric": metric,
        "a": a,
        "b": b,
        "difference": by,
        "interval": [by - 0.05, by + 0.05],
        "p": 0.01,
        "p_bootstrap": 0.01,
        "p_holm": 0.02,
        "better": a if by else None,
    }


def without_gold(found):
    """The same comparison, as it is without gold."""
    free = {"projection_rate": {"score": 0.75, "interval": [0.7, 0.8], "signature": "s"}}
    runs = {
        name: {**one, "spans": None, "relations": None, "methods": None, "translation": None}
        for name, one in found["runs"].items()
    }
    a, b = list(runs)[:2]
    tests = [
        {
            key: value
            for key, value in difference("projection_rate", a, b).items()
            if key != "better"
        }
    ]
    return {
        **found,
        "runs": runs,
        "tests": [],
        "reference_free": {
            "what": "without gold: agreement is between two systems",
            "runs": dict.fromkeys(runs, free),
            "tests": tests,
            "agreement": [
                {
                    "a": a,
                    "b": b,
                    "translation": {"bleu": {"score": 40.0, "interval": None, "signature": ""}},
                    "equal_texts": 1,
                    "spans": {"f1": 0.9, "interval": None},
                    "both_placed": 0.7,
                    "untranslated": 0,
                }
            ],
        },
    }
