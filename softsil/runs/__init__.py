"""The run folder: where its files are, how they are written, and how they are read back."""
