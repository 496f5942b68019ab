"""Recording from other people's training loops: one file a framework, imported only by those who use it."""
