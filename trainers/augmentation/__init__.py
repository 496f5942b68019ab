"""Augmentations: one file each, found through :mod:`trainers.augmentation.registry`."""
