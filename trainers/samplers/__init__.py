"""Batch samplers: one file each, found through :mod:`trainers.samplers.registry`."""
