"""A model fitted to features: batches, losses, the loop, and its state on disk."""
