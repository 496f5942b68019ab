import streamlit as st

from softsil.errors import UnreadableFileError
from trainers.bench.folder import BenchmarkFolder
from ui.panels.benchmark import choose_benchmark, read_report, show_sections, show_verdicts

head = st.container(horizontal=True, vertical_alignment="center")
head.header("Benchmark", anchor=False, width="content")
folders = list(BenchmarkFolder.all())
if not folders:
    st.info(
        "No benchmark yet. It compares losses on several data sets over several seeds, and takes under an hour on a "
        "laptop. Start one in a terminal:"
    )
    st.code("python -m trainers bench --preset laptop", language=None)
    st.stop()

with head:
    folder = choose_benchmark(folders)
try:
    report = read_report(folder)
except UnreadableFileError as error:
    st.error(f"{error}. Write it again: python -m trainers report {folder.name}")
    st.stop()
if report is None:
    st.info(f"{folder.name} has no report yet. It is written when the benchmark ends, or now by this command:")
    st.code(f"python -m trainers report {folder.name}", language=None)
    st.stop()

show_verdicts(report)
show_sections(report)
