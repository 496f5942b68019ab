"""Data sets: one file each, found through :mod:`trainers.data.registry`."""
