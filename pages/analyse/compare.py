import streamlit as st

from ui.comparison import sides_of
from ui.panels.compare_classes import class_changes
from ui.panels.compare_maps import maps
from ui.panels.compare_picker import pick_groups, pick_pair, say_what_is_missing
from ui.panels.compare_verdict import legend, verdict
from ui.panels.compare_views import views

# Two maps a row; the controls around them need about 190.
MAP_HEIGHTS = {2: 500, 3: 740, 4: 740, 5: 960, 6: 960}
TICK_SECONDS = 5

wide, narrow = st.columns([3, 1], gap="small")
with wide:
    groups = pick_groups()
sides = sides_of(groups)
if len(sides) < 2:
    say_what_is_missing(groups)
    st.stop()
with narrow:
    pair = pick_pair(sides)
top = st.container(gap="xsmall")
left, right = st.columns([3, 2], gap="medium")
with left:
    choice = maps(sides, height=MAP_HEIGHTS[len(sides)])


# Each part reads the runs anew, so that it can tick by itself while one of them trains.
def show_verdict() -> None:
    """The answer."""
    fresh = sides_of(groups)
    legend(fresh)
    verdict(fresh[pair[0]], fresh[pair[1]], choice.epoch)


def show_classes() -> None:
    """Class by class."""
    class_changes(sides_of(groups), pair, choice.epoch, height=MAP_HEIGHTS[len(sides)] - 110)


def show_views() -> None:
    """Everything else."""
    views(sides_of(groups), pair, choice.epoch, choice.selection)


every = TICK_SECONDS if any(side.active for side in sides) else None
for place, show in ((top, show_verdict), (right, show_classes), (st.container(), show_views)):
    with place:
        st.fragment(show, run_every=every)()
