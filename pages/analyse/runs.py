from ui.panels.runs import runs_panel

runs_panel()
