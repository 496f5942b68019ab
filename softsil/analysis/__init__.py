"""Questions to stored embeddings, answered in NumPy: fast enough for a page, without torch in its process."""
