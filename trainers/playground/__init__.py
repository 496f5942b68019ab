"""The physics of the playground: points in the plane, pushed by the library's own losses."""
