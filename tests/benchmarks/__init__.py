"""Speeds as ratios: every round runs each implementation once, the figure is the median of the ratios in a round."""
