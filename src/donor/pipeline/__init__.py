"""The one place where the steps meet: a document's journey, a run, its estimate."""

from donor.pipeline.estimate import estimate
from donor.pipeline.journey import Plan, journey, plan_of
from donor.pipeline.rebuild import rebuild, stale
from donor.pipeline.run import DEFAULT_STORE, Outcome, Resources, run, transfer

__all__ = [
    "DEFAULT_STORE",
    "Outcome",
    "Plan",
    "Resources",
    "estimate",
    "journey",
    "plan_of",
    "rebuild",
    "run",
    "stale",
    "transfer",
]
