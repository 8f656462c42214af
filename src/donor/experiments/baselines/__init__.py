"""BASELINES: what the transferred dataset is worth, beside what could be had without it."""

from donor.experiments.baselines.comparing import Asked, baselines, planned
from donor.experiments.baselines.recipe import BaselinesRecipe, read_baselines

__all__ = ["Asked", "BaselinesRecipe", "baselines", "planned", "read_baselines"]
