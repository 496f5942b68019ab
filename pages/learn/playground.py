from ui.panels.playground import playground
from ui.panels.tour import tour

tour()
playground()
