"""Runs in other people's formats: one file a format, entered in ``EXPORTS``."""
