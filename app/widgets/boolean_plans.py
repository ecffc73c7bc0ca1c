"""Which settings make another truth table, a built network, or one that is to learn: several that belong together.

Plain functions from an experiment to dotted settings; the pane of truth tables asks for them all at once.
"""

from __future__ import annotations

from typing import Any, Literal

from nlcore.experiment import Experiment
from nlcore.families.feedforward import FeedforwardModel
from nlcore.initializers import needs_examples
from nlcore.records import FloatArray
from nlcore.theory.boolean_functions import Truth, n_inputs, name_of, written

Method = Literal["minterms", "fewest", "counting"]
Settings = dict[str, object]
METHODS: dict[Method, str] = {
    "minterms": "one for each true case",
    "fewest": "as few terms as possible",
    "counting": "units that count true inputs",
}
"""The ways to build, as shown."""
NAMES: dict[Method, str] = {"minterms": "true cases", "fewest": "fewest terms", "counting": "counting"}
"""The same in short."""
INITIALIZERS: dict[Method, object] = {
    "minterms": "minterms",
    "fewest": {"name": "minterms", "simplify": True},
    "counting": "parity_units",
}
RANDOM: Settings = {"name": "uniform", "low": -1.0, "high": 1.0}
"""Where learning starts if the experiment has no random start."""


def table_settings(model: FeedforwardModel, params: FloatArray, truth: Truth, needed: int) -> Settings:
    """Return the settings for another table.

    A built network stays as it is, so that one sees what is wrong now; one that learns begins anew. With another number
    of inputs no network can stay: then one is built, or there is another random start.

    Parameters
    ----------
    model : FeedforwardModel
        The network that is there.
    params : ndarray
        Its weights.
    truth : Truth
        The table that is wanted.
    needed : int
        Hidden units for one to each true case.
    """
    n, settings = n_inputs(truth), _dataset(model, truth)
    start = model.experiment.training.initializer
    is_set = needs_examples(start) or start.name == "values"
    layers = list(model.layout.layers)
    if n == layers[0]:
        if is_set:
            blocks = {name: model.layout.block(params, name).tolist() for name in model.layout.blocks}
            settings["training.initializer"] = {"name": "values", "values": blocks}
        return settings
    if is_set:
        return {**settings, **_built("minterms", n, needed), **_target_coding(settings, "minus_plus")}
    return {**settings, "network.layers": [n, *layers[1:]]}


def build_settings(model: FeedforwardModel, truth: Truth, method: Method, needed: int) -> Settings:
    """Return the settings for a built network of threshold units.

    Parameters
    ----------
    model : FeedforwardModel
        The network that is there.
    truth : Truth
        The table that is shown.
    method : str
        One of `METHODS`.
    needed : int
        How many hidden units it needs.
    """
    settings = _dataset(model, truth)
    n = n_inputs(truth)
    return {**settings, **_built(method, n, needed), **_target_coding(settings, "minus_plus")}


def learn_settings(model: FeedforwardModel, truth: Truth, hidden: int) -> Settings:
    """Return the settings for a network of sigmoid units that begins with random weights and learns."""
    settings = _dataset(model, truth)
    training = model.experiment.training
    start = training.initializer
    found: Settings = {
        **settings,
        "network.layers": [n_inputs(truth), hidden, 1],
        "network.activations": ["sigmoid", "sigmoid"],
        "training.rule": "backpropagation",
        "training.loss": "squared_error",
        **_target_coding(settings, "zero_one"),
    }
    if needs_examples(start) or start.name in ("values", "zero"):
        found["training.initializer"] = dict(RANDOM)
    return found


def method_of(experiment: Experiment) -> Method | None:
    """Return how the network of an experiment is built; None if it is not."""
    start = experiment.training.initializer.to_builtins()
    return next((method for method, initializer in INITIALIZERS.items() if initializer == start), None)


def only_new(experiment: Experiment, settings: Settings) -> Settings:
    """Return those of some settings that differ from what they are; all of them are plain values."""
    return {name: value for name, value in settings.items() if _value(experiment.to_dict(), name) != value}


def _value(tree: dict[str, Any], name: str) -> object:
    found: Any = tree
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return list(found) if isinstance(found, tuple) else found


def _built(method: Method, n: int, needed: int) -> Settings:
    return {
        "network.layers": [n, max(1, needed), 1],
        "network.activations": ["threshold", "threshold"],
        "training.rule": "none",
        "training.loss": "squared_error",
        "training.initializer": INITIALIZERS[method],
    }


def _dataset(model: FeedforwardModel, truth: Truth) -> Settings:
    """Return the settings of the data set; gates and other tables become a truth table with the same coding."""
    n, text = n_inputs(truth), name_of(truth) or written(truth)
    if model.experiment.dataset.name == "truth_table":
        return {"dataset.n": n, "dataset.truth": text}
    data = model.examples
    codings = ["minus_plus" if low < 0.0 else "zero_one" for low in (data.training.inputs.min(), data.midpoint - 0.5)]
    names = dict(zip(("coding", "target_coding"), codings, strict=True))
    return {"dataset": {"name": "truth_table", "n": n, "truth": text, **names}}


def _target_coding(settings: Settings, coding: str) -> Settings:
    """Return the setting of the targets' coding, also where the data set is named as a whole."""
    whole = settings.get("dataset")
    return (
        {"dataset": {**whole, "target_coding": coding}}
        if isinstance(whole, dict)
        else {"dataset.target_coding": coding}
    )
