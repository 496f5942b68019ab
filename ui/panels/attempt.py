"""Changing runs on a click: what goes wrong is said in a toast, not as a traceback. A read-only app changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from softsil.errors import SoftsilError
from ui.permissions import READ_ONLY_SENTENCE, read_only
from ui.words import plain_markdown


def attempt(act: Callable[[], object]) -> bool:
    """Do it, unless the app is read-only; whether it worked."""
    if read_only():
        st.toast(READ_ONLY_SENTENCE, icon="⚠️")
        return False
    try:
        act()
    except (SoftsilError, OSError, ValueError) as error:
        st.toast(plain_markdown(str(error)), icon="⚠️")
        return False
    return True


def attempt_each(act: Callable[[str], object], run_ids: tuple[str, ...]) -> None:
    """Do it to every run; one that fails does not keep it from the others."""
    for run_id in run_ids:
        attempt(partial(act, run_id))
