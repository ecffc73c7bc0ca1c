"""The desktop application: a window around the training engine, and the `nllab` command."""
