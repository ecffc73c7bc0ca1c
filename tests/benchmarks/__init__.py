"""Speeds as ratios: every round runs each implementation once, the figure is the median of the ratios in a round.

Each module measures one concern and prints its own table; none of them asserts a time. `python -m tests.benchmarks`
runs all but the soak.
"""
