"""Everything that turns a choice of data, encoder and loss into a trained run: config, data, loop, jobs, queue."""
