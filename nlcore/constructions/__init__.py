"""Weights that are built, not learnt: a network made from the truth table, polygon or curve it shall represent.

A module of this package defines ``INITIALIZER``, and its name can then stand in an experiment as
``training.initializer``, beside the random ones of `nlcore.initializers`. With the rule ``none`` the built network is
only evaluated; with a rule that learns, the construction is where training starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nlcore.experiment import Record
from nlcore.network import Layout
from nlcore.records import FloatArray

Examples = tuple[FloatArray, FloatArray]
"""Inputs and targets of the training set."""


@dataclass(frozen=True, slots=True)
class Initializer:
    """A way to set start weights.

    Attributes
    ----------
    options : type of Record
        Its options.
    fill : callable
        From options, layout, seed and the training set (or None) to the flat parameters, shape (n_params,). It raises
        ExperimentError if the layout does not fit.
    needs_examples : bool
        Whether it looks at the training set.
    """

    options: type[Record]
    fill: Callable[[Any, Layout, int, Examples | None], FloatArray]
    needs_examples: bool = False
