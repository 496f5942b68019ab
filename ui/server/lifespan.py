"""What happens once when the server starts."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit.runtime.pages_manager import PagesManager

from trainers.launchers import ensure_services
from ui.permissions import read_only

_LOGGER = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Pick up a queue that an earlier app left, and warm the projector up before anybody asks for a map."""
    # A folder called "pages" switches Streamlit's older page mode on until st.navigation has run once; a first visit
    # to a deep link would then meet a "page not found" box.
    PagesManager.uses_pages_directory = False
    try:
        if not read_only():  # such an app only watches; the one that trains keeps the services
            ensure_services()
    except OSError as error:
        _LOGGER.warning("the background services could not be started: %s", error)
    yield {}
