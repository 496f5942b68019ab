"""Runs from elsewhere: zip files of another softsil, event files of TensorBoard."""
