"""Many runs that are compared: what one is worth beside another."""

from donor.experiments.bench import bench

__all__ = ["bench"]
