"""Training: what a dataset is worth, told by the models that learn from it."""
