"""Optimizers: one file each, found through :mod:`trainers.optimizers.registry`."""
