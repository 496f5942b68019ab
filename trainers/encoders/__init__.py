"""Encoders: one file each, found through :mod:`trainers.encoders.registry`."""
