"""The training engine of the Neural Learning Lab.

It knows what an experiment is, how a network is trained update by update, and how to measure it. It knows
nothing about windows: everything here runs without Qt, from a script or from the `nllab` command.
"""
