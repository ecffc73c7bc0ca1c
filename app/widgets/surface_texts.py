"""What the decision surface says: which units it can show, what they are called, and values in words."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.widgets.drawn_examples import drawn_examples
from app.widgets.measured import name_of, range_of, value_of
from app.widgets.numbers import count, counted, number
from app.widgets.plane import Plane
from app.widgets.unit_names import UnitNames, sentence
from nlcore import metrics, network, probes
from nlcore.datasets import ExampleSet
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName, TrainState

Unit = tuple[int, int]
"""Layer and index; layer 1 is the first after the inputs."""


def default_unit(model: FeedforwardModel) -> Unit | None:
    """Return the output unit, or None (the winning class) where several classes have one each."""
    if model.examples.n_outputs > 1 and model.examples.class_names is not None:
        return None
    return len(model.layout.layers) - 1, 0


def units_of(model: FeedforwardModel) -> list[Unit | None]:
    """Return what can be shown: the winning class (None), output units, hidden units."""
    last = len(model.layout.layers) - 1
    outputs: list[Unit | None] = [(last, k) for k in range(model.layout.layers[last])]
    hidden: list[Unit | None] = [(layer, k) for layer in range(1, last) for k in range(model.layout.layers[layer])]
    return ([None] if default_unit(model) is None else []) + outputs + hidden


def is_output(model: FeedforwardModel, unit: Unit) -> bool:
    """Tell whether a unit is in the last layer."""
    return unit[0] == len(model.layout.layers) - 1


def choice_text(model: FeedforwardModel, unit: Unit | None) -> str:
    """Return what is written in the list of what can be shown."""
    return "Winning class" if unit is None else sentence(UnitNames.of(model).full(*unit))


def axis_name(model: FeedforwardModel, unit: Unit) -> str:
    """Return the name of a unit's output as a quantity."""
    name = UnitNames.of(model).full(*unit)
    return name if is_output(model, unit) else f"output of {name}"


def title_of(model: FeedforwardModel, unit: Unit | None) -> str:
    """Return the title of the picture."""
    if unit is None:
        return "Class with the largest output"
    of = " of the network" if is_output(model, unit) else ""
    return sentence(axis_name(model, unit)) + of


def line_name(model: FeedforwardModel, unit: Unit) -> str:
    """Return what is written on the level line."""
    if not model.layout.activations[unit[0] - 1].has_slope:
        return "net = 0"  # the output jumps there and has no value in between
    level = number(level_of(model, unit)[0])
    return f"{model.examples.output_names[unit[1]]} = {level}" if is_output(model, unit) else level


def level_of(model: FeedforwardModel, unit: Unit) -> tuple[float, float]:
    """Return the level of a unit's line, and how far a scale without bounds reaches at least."""
    if is_output(model, unit):
        level = model.examples.midpoint
        return level, _reach(model.examples.training, level)
    activation = model.layout.activations[unit[0] - 1]
    has_bounds = math.isfinite(activation.low) and math.isfinite(activation.high)
    return ((activation.low + activation.high) / 2 if has_bounds else 0.0), 0.0


@lru_cache(maxsize=2)
def _reach(examples: ExampleSet, level: float) -> float:
    """Return how far the targets are from a level at most."""
    return float(np.abs(examples.targets - level).max())


def target_classes(model: FeedforwardModel, chosen: SetName, rows: NDArray[np.intp] | None = None) -> NDArray[np.int64]:
    """Return the class of each example's target, or of some of them; all the same where targets are numbers."""
    targets = model.examples.sets[chosen].targets
    targets = targets if rows is None else targets[rows]
    if model.examples.class_names is None:
        return np.zeros(len(targets), dtype=np.int64)
    return metrics.classes(targets, model.examples.midpoint)


def misclassified(
    model: FeedforwardModel, params: FloatArray, chosen: SetName | None, rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Tell which of some examples of a set get the wrong class."""
    if chosen is None or model.examples.class_names is None:
        return np.zeros(len(rows), dtype=np.bool_)
    answered = probes.predicted(model, params, model.examples.sets[chosen].inputs[rows])
    return np.not_equal(answered, target_classes(model, chosen, rows))


def values_text(
    model: FeedforwardModel, params: FloatArray, at: tuple[float, float], unit: Unit | None, *, is_brief: bool = False
) -> str:
    """Say what the network makes of a point of the plane.

    Parameters
    ----------
    model, params : FeedforwardModel, ndarray
        The network and its parameters.
    at : tuple of float
        The point.
    unit : tuple of int or None
        A hidden unit is said too.
    is_brief : bool
        Whether there is little room.
    """
    data = model.examples
    passed = network.forward(model.layout, params, np.array([at]))
    outputs = passed.outputs[-1]
    sign = " " if is_brief else " = "
    where = ", ".join(f"{name_of(data, k)}{sign}{number(value_of(data, k, at[k]))}" for k in range(2))
    named = [f"{name}{sign}{number(float(o))}" for name, o in zip(data.output_names, outputs[0], strict=True)]
    n_said = 1 if is_brief else 3 if len(named) > 4 else len(named)
    best = np.argsort(-outputs[0], kind="stable")[:n_said] if n_said < len(named) else range(len(named))
    said = ("" if is_brief else "output ") + ", ".join(named[k] for k in best)
    if n_said < len(named):
        said += " (the largest)" if is_brief else " (the three largest)"
    if unit is not None and not is_output(model, unit):
        shown = number(float(passed.outputs[unit[0]][0, unit[1]]))
        said = f"hidden {shown}" if is_brief else f"{UnitNames.of(model).full(*unit)} = {shown}, {said}"
    if data.class_names is not None:
        name = data.class_names[int(metrics.classes(outputs, data.midpoint)[0])]
        said += f", {name}" if is_brief else f", class {name}"
    return f"{where}: {said}"


def example_text(model: FeedforwardModel, chosen: SetName, index: int) -> str:
    """Name an example and its target."""
    data = model.examples
    examples = data.sets[chosen]
    if data.class_names is None:
        target = ", ".join(number(float(t)) for t in examples.targets[index])
    else:
        target = data.class_names[int(target_classes(model, chosen, np.array([index]))[0])]
    return f"{chosen} example {examples.names[index]}, target {target}"


def map_words(model: FeedforwardModel, state: TrainState, plane: Plane, n: int) -> str:
    """Say in words what the map shows.

    Parameters
    ----------
    model, state : FeedforwardModel, TrainState
        The network, at the moment that is shown.
    plane : Plane
        The part of the plane that is shown.
    n : int
        Places each way at which the network is asked.
    """
    data = model.examples
    outputs = plane.forward(model.layout, state.params, n).outputs[-1]
    ends = [range_of(data, k, part) for k, part in enumerate((plane.x_range, plane.y_range))]
    names = " and ".join(f"{name_of(data, k)} from {number(ends[k][0])} to {number(ends[k][1])}" for k in range(2))
    parts = [f"The output of the network over {names}, after {counted(state.counters.updates, 'update')}."]
    if data.n_outputs == 1:
        parts.append(f"It lies between {number(float(outputs.min()))} and {number(float(outputs.max()))}.")
    if data.class_names is None:
        return " ".join(parts)
    shares = np.bincount(metrics.classes(outputs, data.midpoint), minlength=len(data.class_names)) / len(outputs)
    regions = ", ".join(f"{name} {share:.0%}" for name, share in zip(data.class_names, shares, strict=True))
    parts.append(f"Share of the area by class: {regions}.")
    drawn, n_all = drawn_examples(len(data.training)), len(data.training)
    wrong = drawn[misclassified(model, state.params, "training", drawn)]
    of_all = counted(n_all, "training example")
    if len(drawn) < n_all:
        of_all = f"the {count(len(drawn))} training examples that are drawn, out of {count(n_all)},"
    parts.append(f"{count(len(drawn) - len(wrong))} of {of_all} classified correctly.")
    if 0 < len(wrong) <= 8:
        parts.append("Misclassified: " + ", ".join(data.training.names[i] for i in wrong) + ".")
    return " ".join(parts)
