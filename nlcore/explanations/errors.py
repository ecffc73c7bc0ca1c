"""The way back: the example's error, and the error terms delta of output and hidden units."""

from __future__ import annotations

import numpy as np

from nlcore.explanations.forward import layer_of, one_minus, slope
from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene
from nlcore.expressions import Constant, Expression, Named, Negative, Power, Product, Quotient, Sum
from nlcore.losses import NEAREST
from nlcore.records import Phase

SLOPES = {
    "linear": "",
    "sigmoid": r"o_{0} (1 - o_{0})\, ",
    "tanh": r"(1 - o_{0}^2)\, ",
    "relu": r"[net_{0} > 0]\, ",
}


def difference(scene: Scene, unit: int) -> Expression:
    """Return t - o."""
    return Sum((scene.target(unit), Negative(scene.output(scene.last, unit))))


def output_deltas(scene: Scene, phase: Phase) -> Step:
    """Explain the error terms of the output units."""
    found: list[Formula] = []
    for unit in scene.units(scene.last):
        if _depends_on_all(scene):
            found.append(_output_error(scene, unit))
        found.append(output_delta(scene, unit))
    sentence = (
        "The error term of an output unit says in which direction its net input should go, and how strongly: "
        "minus the derivative of the error with respect to the net input."
    )
    title = "Error term of the output unit" if scene.size(scene.last) == 1 else "Error terms of the output units"
    return Step(phase.name, title, sentence, tuple(found), scene.hidden_away(scene.last))


def output_delta(scene: Scene, unit: int) -> Formula:
    """Return an output unit's error term."""
    last, name, loss = scene.last, scene.activation(scene.last).name, scene.settings.loss.name
    delta, note = scene.delta(last, unit), ""
    out, target = scene.output(last, unit), scene.target(unit)
    right: Expression
    if loss == "squared_error" and name != "softmax":
        factors = (*slope(scene, last, unit), difference(scene, unit))
        right = factors[0] if len(factors) == 1 else Product(factors)
        general = r"\delta_k = t_k - o_k" if name == "linear" else rf"\delta_k = {SLOPES[name].format('k')}(t_k - o_k)"
    elif (loss, name) in (("cross_entropy", "sigmoid"), ("categorical_cross_entropy", "softmax")):
        right, general = difference(scene, unit), r"\delta_k = t_k - o_k"
        note = "The slope of the output and the 1/o of the logarithm cancel."
    elif loss == "categorical_cross_entropy":
        right, general = Product((target, one_minus(out))), r"\delta_k = t_k (1 - o_k)"
    else:
        symbols = scene.symbols
        every = [Named(symbols.error(last, k), _error(scene, k).value) for k in range(scene.size(last))]
        right = _through_softmax(scene, last, unit, every)
        general = r"\delta_k = o_k (\varepsilon_k - \sum_i \varepsilon_i\, o_i)"
    if scene.symbols.is_single:
        general = general.replace("_k", "")
    return Formula(("unit", last, unit), "delta", delta.symbol, general, right, delta.value, note)


def _depends_on_all(scene: Scene) -> bool:
    """Tell whether the error terms of the output units are found from the errors of all of them."""
    return scene.activation(scene.last).name == "softmax" and scene.settings.loss.name != "categorical_cross_entropy"


def _output_error(scene: Scene, unit: int) -> Formula:
    """Return the error at an output, minus the derivative of the loss with respect to it."""
    right = _error(scene, unit)
    general = r"\varepsilon_k = {-}\frac{\partial E_d}{\partial o_k} = "
    general += (
        "t_k - o_k" if scene.settings.loss.name == "squared_error" else r"\frac{t_k}{o_k} - \frac{1 - t_k}{1 - o_k}"
    )
    left = scene.symbols.error(scene.last, unit)
    return Formula(("unit", scene.last, unit), "output error", left, general, right, right.value)


def _error(scene: Scene, unit: int) -> Expression:
    """Return -dE/do of an output unit."""
    if scene.settings.loss.name == "squared_error":
        return difference(scene, unit)
    out, target = scene.output(scene.last, unit), scene.target(unit)
    below: list[Expression] = [out, one_minus(out)]
    for i, part in enumerate(below):
        if not part.value > NEAREST:
            below[i] = Power(Constant(2.0), Constant(-53.0))
    return Sum((Quotient(target, below[0]), Negative(Quotient(one_minus(target), below[1]))))


def _through_softmax(scene: Scene, layer: int, unit: int, errors: list[Named]) -> Expression:
    """Return o_k (e_k - sum over i of e_i o_i): a unit's output falls when another's rises."""
    out = scene.output_array(layer)
    terms: list[Expression] = [Product((errors[i], scene.output(layer, i))) for i in scene.units(layer)]
    products = np.array([error.value for error in errors]) * out if scene.hidden_away(layer) else np.empty(0)
    total = scene.sum_over(layer, terms, products)
    return Product((scene.output(layer, unit), Sum((errors[unit], Negative(total)))))


def hidden_deltas(scene: Scene, phase: Phase) -> Step:
    """Explain the error terms of a hidden layer."""
    layer = layer_of(phase)
    found: list[Formula] = []
    for unit in scene.units(layer):
        if scene.activation(layer).name == "softmax":
            found.append(_error_from_above(scene, layer, unit))
        found.append(hidden_delta(scene, layer, unit))
    above = "the output units" if layer + 1 == scene.last else "the layer above"
    sentence = (
        f"A hidden unit has no target. Its error is what it contributed to the errors of {above}: their error terms, "
        "each times the weight between, times its own slope. The weights are those from before the update."
    )
    title = "Error terms of the hidden units" + (f", layer {layer}" if scene.last > 2 else "")
    return Step(phase.name, title, sentence, tuple(found), scene.hidden_away(layer))


def from_above(scene: Scene, layer: int, unit: int) -> Expression:
    """Return the sum over k of w_kh delta_k."""
    terms: list[Expression] = [
        Product((scene.weight(layer, k, unit), scene.delta(layer + 1, k))) for k in scene.units(layer + 1)
    ]
    products = (
        scene.weights[layer][:, unit] * scene.arrays[f"deltas[{layer}]"]
        if scene.hidden_away(layer + 1)
        else np.empty(0)
    )
    total = scene.sum_over(layer + 1, terms, products)
    if f"masks[{layer}]" in scene.arrays:
        factor = Named(scene.symbols.mask(layer, unit), float(scene.arrays[f"masks[{layer}]"][unit]))
        return Product((total, factor))
    return total


def _above(scene: Scene, layer: int) -> str:
    """Return the same in general, in LaTeX."""
    over = r"k \in \text{outputs}" if layer + 1 == scene.last else "k"
    mask = r"\, m_h" if f"masks[{layer}]" in scene.arrays else ""
    return rf"\sum_{{{over}}} w_{{kh}}\, \delta_k{mask}"


def _errors_from_above(scene: Scene, layer: int) -> list[Named]:
    """Return the errors at the outputs of a hidden layer."""
    totals = scene.arrays[f"deltas[{layer}]"] @ scene.weights[layer]
    if f"masks[{layer}]" in scene.arrays:
        totals = totals * scene.arrays[f"masks[{layer}]"]
    return [Named(scene.symbols.error(layer, h), float(total)) for h, total in enumerate(totals)]


def _error_from_above(scene: Scene, layer: int, unit: int) -> Formula:
    """Return the error at a hidden unit's output, needed by name where the units of a layer depend on each other."""
    right = from_above(scene, layer, unit)
    general = rf"\varepsilon_h = {_above(scene, layer)}"
    return Formula(
        ("unit", layer, unit), "error from above", scene.symbols.error(layer, unit), general, right, right.value
    )


def hidden_delta(scene: Scene, layer: int, unit: int) -> Formula:
    """Return a hidden unit's error term."""
    name, delta, note = scene.activation(layer).name, scene.delta(layer, unit), ""
    if name == "softmax":
        right = _through_softmax(scene, layer, unit, _errors_from_above(scene, layer))
        general = r"\delta_h = o_h (\varepsilon_h - \sum_i \varepsilon_i\, o_i)"
    else:
        factors = (*slope(scene, layer, unit), from_above(scene, layer, unit))
        right = factors[0] if len(factors) == 1 else Product(factors)
        general = rf"\delta_h = {SLOPES[name].format('h')}{_above(scene, layer)}"
    if f"masks[{layer}]" in scene.arrays and scene.arrays[f"masks[{layer}]"][unit] == 0.0:
        note = "The unit was left out, so it has no share in the error."
    return Formula(("unit", layer, unit), "delta", delta.symbol, general, right, delta.value, note)
