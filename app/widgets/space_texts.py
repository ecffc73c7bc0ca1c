"""What the space of hidden units says: which slice it is, which examples fall together, whether a line divides them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.widgets.numbers import count, number
from app.widgets.plane import Plane
from app.widgets.space_plot import Caption
from app.widgets.surface_texts import Unit, axis_name, line_name, target_classes
from app.widgets.unit_names import UnitNames, sentence
from app.widgets.unit_space import MOST_NAMED, UnitSpace, clusters, is_separable
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray

MOST_IN_A_NAME = 3
MOST_PAIRED = 6
"""Layers with at most so many units are searched for two that divide the classes."""


def title(model: FeedforwardModel, unit: Unit | None) -> str:
    """Return what colours and line show."""
    if unit is None:
        return "Class with the largest output, over two hidden units"
    return f"{sentence(axis_name(model, unit))}, over two hidden units"


def slice_note(space: UnitSpace, *, has_mean: bool = True) -> str:
    """Say what is held fixed, for several runs without its mean; empty where the two units are all there are."""
    others = space.others
    if not others:
        return ""
    names = UnitNames.of(space.model)
    if len(others) == 1:
        mean = f", {number(float(space.means[others[0]]))}" if has_mean else ""
        return f"{names.full(space.layer, others[0])} held at its mean{mean}"
    return f"the other {count(len(others))} units of the layer held at their means"


def captions(space: UnitSpace, plane: Plane, names: Sequence[str]) -> list[Caption]:
    """Return the names of the examples, one text for those that lie at about the same place."""
    if not len(names) or len(names) > MOST_NAMED or not np.all(np.isfinite(space.points)):
        return []
    found = []
    for group in clusters(space.points, plane):
        x, y = space.points[group].mean(axis=0)
        shown = [names[k] for k in group]
        text = ", ".join(shown) if len(shown) <= MOST_IN_A_NAME else f"{len(shown)} examples"
        found.append(Caption(float(x), float(y), text))
    return found


def together(space: UnitSpace, plane: Plane, names: Sequence[str], classes: NDArray[np.int64]) -> str:
    """Say which examples fall on about the same point."""
    if not len(names) or len(names) > MOST_NAMED or not np.all(np.isfinite(space.points)):
        return ""
    groups = [group for group in clusters(space.points, plane) if len(group) > 1]
    if not groups:
        return ""
    if len(groups) == 1 and len(groups[0]) == len(names):
        return f"All {count(len(names))} examples lie at about the same point: these units do not tell them apart yet."
    said = []
    for group in groups:
        listed = ", ".join(names[k] for k in group[:-1]) + f" and {names[group[-1]]}"
        mixed = "" if len({int(classes[k]) for k in group}) == 1 else ", though their classes differ"
        said.append(f"{listed} fall on about the same point{mixed}")
    return "; ".join(said) + "."


def separable_words(space: UnitSpace, inputs: FloatArray, classes: NDArray[np.int64]) -> str:
    """Say whether a straight line divides the two classes among the inputs and here; empty where nobody asks.

    Parameters
    ----------
    space : UnitSpace
        Of all training examples.
    inputs : ndarray, shape (n, n_inputs)
        Of the same examples.
    classes : ndarray, shape (n,)
        Their classes.
    """
    before, here = is_separable(inputs, classes), is_separable(space.points, classes)
    if before is None or here is None:
        return ""
    what = "straight line" if inputs.shape[1] == 2 else "plane"
    first = f"Among the inputs {'a' if before else 'no'} {what} divides the two classes; "
    if here:
        return first + ("here a straight line does too." if before else "here a straight line does.")
    if space.others and is_separable(space.outputs, classes):
        pair = _separating_pair(space, classes)
        if pair is not None:
            return f"{first}here no straight line does, but with hidden units {pair[0] + 1} and {pair[1] + 1} one does."
        return first + "here no straight line does, only a plane through all units of the layer."
    return first + "here no straight line does either." if not before else first + "here no straight line does."


def _separating_pair(space: UnitSpace, classes: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return two other units of a small layer in whose plane a straight line divides the classes."""
    n = space.outputs.shape[1]
    pairs = itertools.combinations(range(n), 2) if n <= MOST_PAIRED else ()
    return next((pair for pair in pairs if is_separable(space.outputs[:, pair], classes)), None)


def point_words(space: UnitSpace, row: int, name: str, target: str) -> str:
    """Say where an example lies."""
    names = UnitNames.of(space.model)
    parts = [
        f"{names.full(space.layer, unit)} = {number(float(space.outputs[row, unit]))}"
        for unit in (space.across, space.up)
    ]
    return f"{sentence(', '.join(parts))}: example {name}, target {target}."


def line_words(space: UnitSpace, unit: Unit | None, level: float) -> str:
    """Say the line of a unit as an equation, or why there is none."""
    if unit is None:
        return "The borders are where two classes have equally large outputs."
    model = space.model
    name = UnitNames.of(model).full(*unit)
    activation = model.layout.activations[unit[0] - 1].name
    if activation == "softmax":
        return f"{sentence(name)} has no line of its own: softmax outputs depend on each other."
    found = space.line(unit, level)
    if found is None:
        return f"{sentence(name)} never has the value {number(level)}, so it has no line."
    a, b, c = found
    across, up = space.across + 1, space.up + 1
    said = f"{number(a)} h{across} {_plus(b)} h{up} {_plus(c)} = 0"
    where = line_name(model, unit)
    where = where if "=" in where else f"{name} = {where}"
    caution = " Examples can lie on its other side: their own outputs of the units that are held differ from the mean."
    return f"Line where {where}: {said}.{caution if space.others else ''}"


def _plus(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {number(abs(value))}"


def target_of(model: FeedforwardModel, row: int) -> str:
    """Return an example's target in words."""
    data = model.examples
    if data.class_names is not None:
        return data.class_names[int(target_classes(model, "training", np.array([row]))[0])]
    return ", ".join(number(float(t)) for t in data.training.targets[row])
