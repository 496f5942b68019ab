"""One projection method a file; :data:`softsil.projection.registry.METHODS` imports them all."""
