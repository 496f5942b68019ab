import streamlit as st

from softsil.terms.registry import TERMS
from ui.panels.loss_words import loss_words

st.header("Losses in words", anchor=False)
st.markdown(
    "A loss says what training should make smaller. Several can be added, each times its weight: "
    "“ce+sil” is cross-entropy plus Soft Silhouette."
)
cells = st.columns(2)
for index, spec in enumerate(TERMS):
    with cells[index % 2]:
        loss_words(spec)
