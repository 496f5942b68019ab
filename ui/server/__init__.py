"""The server around the pages: read-only routes for the live map, security headers, login, background services."""

from ui.server.lifespan import lifespan
from ui.server.login import refuse_to_be_open
from ui.server.routes import ROUTES
from ui.server.security import middleware

__all__ = ["ROUTES", "lifespan", "middleware", "refuse_to_be_open"]
