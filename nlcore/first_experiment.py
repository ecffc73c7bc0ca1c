"""A fitting experiment to begin with, for data of one's own: how many hidden units, which activations, which rate."""

from __future__ import annotations

import math

import numpy as np

from nlcore.datasets import Data
from nlcore.experiment import Choice, Experiment

FEWEST, MOST = 3, 10
LARGE_TARGET = 3.0


def hidden_units(n_inputs: int, n_outputs: int) -> int:
    """Return how many hidden units to begin with: the geometric mean of inputs and outputs, from 3 to 10."""
    return min(max(round(math.sqrt(n_inputs * n_outputs)), FEWEST), MOST)


def first_experiment(dataset: Choice, data: Data, n_hidden: int) -> Experiment:
    """Return an experiment that learns a data set by backpropagation.

    Parameters
    ----------
    dataset : Choice
        The data set.
    data : Data
        What was loaded of it.
    n_hidden : int
        Units in the hidden layer; 0 for no hidden layer.

    Returns
    -------
    Experiment
        Classes get sigmoid units; numbers get one linear output and tanh hidden units.
    """
    is_class = data.class_names is not None
    hidden, output = ("sigmoid", "sigmoid") if is_class else ("tanh", "linear")
    layers = [data.n_inputs, n_hidden, data.n_outputs] if n_hidden else [data.n_inputs, data.n_outputs]
    rate, momentum = (0.1, 0.9) if is_class else (_careful_rate(data), 0.0)
    return Experiment.from_dict(
        {
            "dataset": dataset.to_builtins(),
            "network": {"layers": layers, "activations": [hidden, output] if n_hidden else [output]},
            "training": {
                "order": "shuffled",
                "initializer": "xavier",
                "learning_rate": rate,
                "momentum": momentum,
            },
        }
    )


def in_words(experiment: Experiment) -> str:
    """Say an experiment's network and rates in one sentence."""
    network, training = experiment.network, experiment.training
    if network is None:
        return ""
    layers = [f"{n} {name} units" for n, name in zip(network.layers[1:], network.activations, strict=True)]
    layers = [layer[:-1] if layer.startswith("1 ") else layer for layer in layers]
    inputs = "1 input" if network.layers[0] == 1 else f"{network.layers[0]:,} inputs"
    momentum = f", momentum {training.momentum:g}" if training.momentum else ""
    return f"{' → '.join([inputs, *layers])}; learning rate {training.learning_rate:g}{momentum}."


def _careful_rate(data: Data) -> float:
    """Return a smaller learning rate where targets are large: errors are then large too."""
    reach = float(np.abs(data.training.targets).max())
    return 0.01 if reach <= LARGE_TARGET else float(f"{0.01 * LARGE_TARGET / reach:.1g}")
