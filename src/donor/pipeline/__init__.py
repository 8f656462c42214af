"""The one place where the steps meet: a document's journey, a run, its estimate."""

from donor.pipeline.clients import batch_of, client_of, usage_of
from donor.pipeline.estimate import estimate
from donor.pipeline.guidance import guidance_of
from donor.pipeline.in_memory import transfer
from donor.pipeline.installation import extra_libraries, versions
from donor.pipeline.journey import journey
from donor.pipeline.live_test import LiveTest, live_test
from donor.pipeline.plan import Plan, asks_for_model, plan_for, plan_of
from donor.pipeline.rebuild import rebuild, stale
from donor.pipeline.reproduce import Difference, Reproduction, reproduce
from donor.pipeline.resources import (
    DEFAULT_STORE,
    Outcome,
    Progress,
    Resources,
    Waiting,
    no_progress,
)
from donor.pipeline.run import run, run_batch
from donor.pipeline.sample import Sample

__all__ = [
    "DEFAULT_STORE",
    "Difference",
    "LiveTest",
    "Outcome",
    "Plan",
    "Progress",
    "Reproduction",
    "Resources",
    "Sample",
    "Waiting",
    "asks_for_model",
    "batch_of",
    "client_of",
    "estimate",
    "extra_libraries",
    "guidance_of",
    "journey",
    "live_test",
    "no_progress",
    "plan_for",
    "plan_of",
    "rebuild",
    "reproduce",
    "run",
    "run_batch",
    "stale",
    "transfer",
    "usage_of",
    "versions",
]
