"""The benchmark: losses × data sets × seeds, tuned on validation, with a report that says who wins."""
