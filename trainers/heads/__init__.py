"""Projection heads: one file each, found through :mod:`trainers.heads.registry`."""
