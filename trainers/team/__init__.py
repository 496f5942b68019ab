"""Several processes that train one run together, each on its share of every batch.

The first is the job itself: it alone decides, records and writes. The others follow: they load the same data, take the
same steps, and end when the pipe that the first holds to them closes, however it ends.
"""
