"""Losses of our own in pure torch, one idea a file, and the objective that adds them up."""
