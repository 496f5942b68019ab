"""Panels: each draws one thing from plain data and returns nothing, or what a person chose in it."""
