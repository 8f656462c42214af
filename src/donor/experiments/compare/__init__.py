"""Runs side by side: models and methods by quality, cost, time and tokens, with significance."""

from donor.experiments.compare.comparing import Comparison, compare

__all__ = ["Comparison", "compare"]
