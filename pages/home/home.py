from softsil.runs.reader import list_runs
from ui.panels.recent import recent_experiments
from ui.panels.welcome import welcome
from ui.run_table import run_rows

welcome()
recent_experiments(run_rows(list_runs()[:40]))
