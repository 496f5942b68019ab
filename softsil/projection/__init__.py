"""From embeddings to the map: methods, alignment over epochs and runs, quality of a frame, following a run."""
