"""Learning-rate schedules: one file each, found through :mod:`trainers.schedules.registry`."""
