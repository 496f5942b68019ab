"""The server around the pages: read-only routes for the live map, security headers, background services."""

from ui.server.lifespan import lifespan
from ui.server.routes import ROUTES
from ui.server.security import MIDDLEWARE

__all__ = ["MIDDLEWARE", "ROUTES", "lifespan"]
