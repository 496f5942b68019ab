"""The presets: one a file."""
