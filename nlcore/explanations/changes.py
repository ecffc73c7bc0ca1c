"""What the example does to the weights: their changes, and their new values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene
from nlcore.expressions import Constant, Expression, Named, Product, Sum
from nlcore.records import Phase


def shown_weights(scene: Scene) -> tuple[list[tuple[int, int, int]], int]:
    """Return the weights that are written out, layer by layer, and how many are not."""
    found = [
        (layer, unit, source)
        for layer in range(scene.last)
        for unit in scene.units(layer + 1)
        for source in scene.sources(layer)
    ]
    return found, scene.model.n_params - len(found)


def entry(
    arrays: dict[str, NDArray[np.float64]] | object, names: tuple[str, str], place: tuple[int, int, int]
) -> float:
    """Return the number of a weight in a pair of arrays such as weight_changes[0] and bias_changes[0]."""
    layer, unit, source = place
    assert hasattr(arrays, "__getitem__")
    if source >= 0:
        return float(arrays[f"{names[0]}[{layer}]"][unit, source])
    return float(arrays[f"{names[1]}[{layer}]"][unit])


def weight_changes(scene: Scene, phase: Phase) -> Step:
    """Explain the weight changes."""
    places, n_more = shown_weights(scene)
    found = tuple(weight_change(scene, phase, place) for place in places)
    sentence = "Each weight changes by the learning rate times the error term of its unit times the input it carries."
    if scene.settings.momentum:
        sentence += " Momentum adds a share of its last change."
    return Step(phase.name, "Weight changes", sentence, found, n_more)


def weight_change(scene: Scene, phase: Phase, place: tuple[int, int, int]) -> Formula:
    """Return the change of one weight."""
    layer, unit, source = place
    value = entry(phase.arrays, ("weight_changes", "bias_changes"), place)
    rate = Named(r"\eta", scene.settings.learning_rate)
    x: Expression = scene.seen(layer, source) if source >= 0 else Constant(1.0)
    terms: list[Expression] = [Product((rate, scene.delta(layer + 1, unit), x))]
    general = r"\Delta w_{ji} = \eta\, \delta_j\, x_{ji}"
    if scene.settings.momentum:
        terms.append(Product((Named(r"\alpha", scene.settings.momentum), scene.last_change(*place))))
        general = r"\Delta w_{ji}(n) = \eta\, \delta_j\, x_{ji} + \alpha\, \Delta w_{ji}(n{-}1)"
    right = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    return Formula(("weight", *place), "weight change", scene.symbols.change(*place), general, right, value)


def new_weights(scene: Scene, phase: Phase) -> Step:
    """Explain the new weights."""
    places, n_more = shown_weights(scene)
    found = tuple(_new_weights(scene, phase, places))
    return Step(phase.name, "New weights", "Each change is added to its weight.", found, n_more)


def _new_weights(scene: Scene, phase: Phase, places: list[tuple[int, int, int]]) -> Iterator[Formula]:
    changes = scene.phase("weight changes")
    assert changes is not None
    for place in places:
        change = entry(changes.arrays, ("weight_changes", "bias_changes"), place)
        right = Sum((scene.weight(*place), Named(scene.symbols.change(*place), change)))
        value = entry(phase.arrays, ("weights", "biases"), place)
        general = r"w_{ji} \leftarrow w_{ji} + \Delta w_{ji}"
        yield Formula(("weight", *place), "new weight", scene.symbols.new(*place), general, right, value)
