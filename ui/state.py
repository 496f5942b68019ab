"""All session keys and their defaults. Nothing about a run lives here: run folders hold that.

Widgets keep their own values (``persist_state``, ``bind``); of their keys, those that other pages need are here too.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any, cast

import streamlit as st

RUNS = "runs"  # also the name in the address: /live?runs=a,b
RUNS_IN_LINK = "runs_in_link"
LAUNCH_TOKEN = "launch_token"
LAUNCHED_RUNS = "launch_runs"
LAUNCH_ERROR = "launch_error"
LAUNCH_OPENS_LIVE = "launch_opens_live"
LIVE_STATES = "live_states"
LOSS_ROWS = "train_loss_rows"
EXPERIMENT_IN_LINK = "experiment_in_link"
GRID_SETTINGS = "train_grid_settings"
EXPORT = "export"
CHOSEN_RUNS = "runs_chosen"
TICKED = "ticked"  # in the address of Runs
TICKS_ADOPTED = "runs_ticks_adopted"
COMPARED = "compared"
COMPARED_IN_LINK = "compared_in_link"
COMPARED_PAIR = "compared_pair"
EXPLORED = "explored"
EXPLORED_IN_LINK = "explored_in_link"
LANDING = "landing"

_FIRST_RECIPES = ("ce", "ce+sil")

_DEFAULTS: dict[str, Any] = {
    RUNS_IN_LINK: "",
    LAUNCH_TOKEN: "",
    LAUNCHED_RUNS: (),
    LAUNCH_ERROR: "",
    LAUNCH_OPENS_LIVE: False,
    LIVE_STATES: (),
    EXPORT: None,
    CHOSEN_RUNS: (),
    TICKS_ADOPTED: False,
    COMPARED_IN_LINK: (),
    EXPLORED_IN_LINK: "",
    LANDING: None,
    EXPERIMENT_IN_LINK: "",
    LOSS_ROWS: tuple(range(len(_FIRST_RECIPES))),
}


def init_state() -> None:
    """Give every key its default; called by ``app.py`` before any page."""
    for key, value in _DEFAULTS.items():
        st.session_state.setdefault(key, value)
    if not st.session_state[LAUNCH_TOKEN]:
        renew_launch_token()


def launch_token() -> str:
    """The token of the next launch: a click that carries an older one is a repeated click."""
    return str(st.session_state[LAUNCH_TOKEN])


def renew_launch_token() -> None:
    """Make every click drawn so far a repeated one."""
    st.session_state[LAUNCH_TOKEN] = secrets.token_hex(8)


def remember_launch(run_ids: Sequence[str]) -> None:
    """Keep what was launched, so that the page opens it on Live."""
    st.session_state[LAUNCHED_RUNS] = tuple(run_ids)
    st.session_state[LAUNCH_OPENS_LIVE] = True
    st.session_state[LAUNCH_ERROR] = ""


def reopen_launch() -> None:
    """Open the last launched runs again: the click came twice and the second one cut the first page switch short."""
    st.session_state[LAUNCH_OPENS_LIVE] = bool(st.session_state[LAUNCHED_RUNS])


def take_launched_runs() -> tuple[str, ...]:
    """The runs to open on Live now, once; empty if there is nothing to open."""
    if not st.session_state[LAUNCH_OPENS_LIVE]:
        return ()
    st.session_state[LAUNCH_OPENS_LIVE] = False
    return cast(tuple[str, ...], st.session_state[LAUNCHED_RUNS])


def fail_launch(sentence: str) -> None:
    """Keep why nothing was launched, for the page to say."""
    st.session_state[LAUNCH_ERROR] = sentence


def launch_error() -> str:
    """Why the last click launched nothing; empty if it did."""
    return str(st.session_state[LAUNCH_ERROR])


def link_to_runs(run_ids: Sequence[str]) -> dict[str, str]:
    """What stands in the address of Live for these runs."""
    return {RUNS: ",".join(run_ids)}


def adopt_runs_in_link(default: Sequence[str], known: Collection[str]) -> None:
    """Before the picker is drawn: choose what a new address asks for, and ``default`` where nothing was chosen yet.

    Streamlit's own binding would put the picker's labels into the address; they change and may not be unique.
    """
    link = st.query_params.get(RUNS, "")
    if link and link != st.session_state[RUNS_IN_LINK]:
        st.session_state[RUNS] = [run_id for run_id in dict.fromkeys(link.split(",")) if run_id in known]
    elif RUNS not in st.session_state:
        st.session_state[RUNS] = list(default)
    else:
        # A chosen run may have been deleted since.
        st.session_state[RUNS] = [run_id for run_id in st.session_state[RUNS] if run_id in known]


def put_runs_in_link(run_ids: Sequence[str]) -> None:
    """After the picker is drawn: make the address ask for what is chosen."""
    st.session_state[RUNS_IN_LINK] = ",".join(run_ids)
    st.query_params.update(link_to_runs(run_ids))


def loss_rows() -> tuple[int, ...]:
    """The losses on Train, by a number that stays with each of them."""
    return cast(tuple[int, ...], st.session_state[LOSS_ROWS])


def first_recipe(row: int) -> str:
    """The recipe that a new loss on Train begins with."""
    return _FIRST_RECIPES[min(row, len(_FIRST_RECIPES) - 1)]


def add_loss_row() -> None:
    """One loss more on Train."""
    st.session_state[LOSS_ROWS] = (*loss_rows(), max(loss_rows()) + 1)


def remove_loss_row(row: int) -> None:
    """One loss fewer on Train."""
    st.session_state[LOSS_ROWS] = tuple(other for other in loss_rows() if other != row)


def keep_known(key: str, known: Collection[str]) -> None:
    """Before a multiselect is drawn: forget what it can no longer offer, which Streamlit would refuse."""
    if key in st.session_state:
        st.session_state[key] = [one for one in st.session_state[key] if one in known]


def chosen_runs() -> tuple[str, ...]:
    """The runs that are ticked on Runs, by their ids: positions in the table change."""
    return cast(tuple[str, ...], st.session_state[CHOSEN_RUNS])


def adopt_ticks_in_link() -> None:
    """Tick what the address asks for, once: later the table itself knows better than an address on its way."""
    if not st.session_state[TICKS_ADOPTED]:
        st.session_state[TICKS_ADOPTED] = True
        choose_runs([run_id for run_id in st.query_params.get(TICKED, "").split(",") if run_id])


def choose_runs(run_ids: Sequence[str]) -> None:
    """Remember which runs are ticked on Runs, here and in the address."""
    st.session_state[CHOSEN_RUNS] = tuple(run_ids)
    if run_ids:
        st.query_params[TICKED] = ",".join(run_ids)
    elif TICKED in st.query_params:
        del st.query_params[TICKED]
