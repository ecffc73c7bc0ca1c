"""Pictures of heads: the CMU face images where the person has them, heads drawn by this program where not.

The images themselves are never part of the project; the names of Mitchell's training and test lists are.
"""
