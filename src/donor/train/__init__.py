"""TRAIN: what a dataset is worth, shown by models that learn from it."""
