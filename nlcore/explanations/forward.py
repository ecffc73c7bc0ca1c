"""The way forward: inputs, net inputs as sums of products, and outputs."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene
from nlcore.expressions import Constant, Expression, Function, Named, Negative, Product, Quotient, Sum
from nlcore.records import FloatArray, Phase

GENERAL = {
    "linear": "o_j = net_j",
    "sigmoid": r"o_j = \sigma(net_j) = \frac{1}{1 + e^{{-}net_j}}",
    "tanh": r"o_j = \tanh(net_j)",
    "relu": r"o_j = \max(0, net_j)",
    "threshold": r"o_j = \mathrm{sign}(net_j) = {+}1 \text{ if } net_j > 0, \text{ otherwise } {-}1",
    "softmax": r"o_j = \frac{e^{net_j}}{\sum_i e^{net_i}}",
}
FUNCTIONS = {"sigmoid": "sigma", "tanh": "tanh", "relu": "max0", "threshold": "sign"}
WORDS = {
    "linear": "and gives it on as it is.",
    "sigmoid": "and squashes it to an output between 0 and 1.",
    "tanh": "and squashes it to an output between \u22121 and 1.",
    "relu": "and gives it on if it is positive, otherwise 0.",
    "threshold": "and says +1 if it is above 0, otherwise \u22121.",
    "softmax": "and the outputs share 1 among themselves: the larger its net input, the larger a unit's share.",
}
LARGEST_EXPONENT = 500.0
"""Above it softmax is written with the largest net input taken off, as the engine works it out."""


def inputs(scene: Scene, phase: Phase) -> Step:
    """Tell which example is shown, and which inputs dropout leaves out."""
    n_in, n_out = scene.size(0), scene.size(scene.last)
    sentence = (
        f"Example {scene.trace.example + 1} of the training set is shown: "
        f"{n_in} input{'s' if n_in > 1 else ''}, {n_out} target{'s' if n_out > 1 else ''}."
    )
    found: list[Formula] = []
    if "masks[0]" in phase.arrays:
        found = [_dropped(scene, 0, unit) for unit in scene.units(0)]
        sentence += _left_out(phase, 0)
    return Step(phase.name, "The example", sentence, tuple(found), scene.hidden_away(0) if found else 0)


def _left_out(phase: Phase, layer: int) -> str:
    """Tell how many units of a layer dropout leaves out of this presentation."""
    masks = phase.arrays[f"masks[{layer}]"]
    n, what = int(np.count_nonzero(masks == 0.0)), "units" if layer else "inputs"
    if not n:
        return f" Dropout leaves none of these {what} out this time." if np.any(masks != 1.0) else ""
    if n == len(masks):
        return f" Dropout leaves all of these {what} out this time."
    return f" Dropout leaves {n} of these {what} out this time; the others count more, so that sums stay as large."


def layer_of(phase: Phase) -> int:
    """Return which layer a phase is about, by the first array with a number; layers count from the inputs, 0."""
    for name in phase.arrays:
        match = re.fullmatch(r"(?:net_inputs|deltas)\[(\d+)\]", name)
        if match:
            return int(match[1]) + 1
    raise ValueError(f"the phase {phase.name!r} is about no layer")


def forward(scene: Scene, phase: Phase) -> Step:
    """Explain how a layer comes to its outputs."""
    layer = layer_of(phase)
    name = scene.activation(layer).name
    is_output = layer == scene.last
    title = f"Forward: the {'output' if is_output else 'hidden'} unit{'' if scene.size(layer) == 1 else 's'}"
    if not is_output and scene.last > 2:
        title = f"Forward: hidden layer {layer}"
    below = "the inputs" if layer == 1 else "the outputs below"
    who = "Each unit" if scene.size(layer) > 1 else "The unit"
    sentence = f"{who} adds up {below}, each times its weight, {WORDS[name]}"
    found: list[Formula] = []
    for unit in scene.units(layer):
        found.append(net_input(scene, layer, unit))
        found.append(output(scene, layer, unit))
        if f"masks[{layer}]" in phase.arrays:
            found.append(_dropped(scene, layer, unit))
    if f"masks[{layer}]" in phase.arrays:
        sentence += _left_out(phase, layer)
    return Step(phase.name, title, sentence, tuple(found), scene.hidden_away(layer))


def net_input(scene: Scene, layer: int, unit: int) -> Formula:
    """Return a unit's net input: w_j0 + sum over i of w_ji x_i."""
    terms: list[Expression] = [scene.weight(layer - 1, unit, -1)]
    terms += [
        Product((scene.weight(layer - 1, unit, source), scene.seen(layer - 1, source)))
        for source in scene.units(layer - 1)
    ]
    products = (
        scene.weights[layer - 1][unit] * scene.seen_array(layer - 1) if scene.hidden_away(layer - 1) else np.empty(0)
    )
    x = (
        ("x_i" if layer == 1 else "o_i")
        if not scene.symbols.is_dropping
        else (r"\tilde{x}_i" if layer == 1 else r"\tilde{o}_i")
    )
    general = rf"net_j = w_{{j0}} + \sum_i w_{{ji}}\, {x}"
    if scene.symbols.is_single:
        general = rf"net = w_0 + \sum_i w_i\, {x}"
    net = scene.net(layer, unit)
    right = scene.sum_over(layer - 1, terms, products)
    return Formula(("unit", layer, unit), "net input", net.symbol, general, right, net.value)


def output(scene: Scene, layer: int, unit: int) -> Formula:
    """Return a unit's output, before dropout."""
    out, nets = scene.output(layer, unit), scene.arrays[f"net_inputs[{layer - 1}]"]
    right, note = activated(scene, layer, unit, lambda k: scene.net(layer, k), nets)
    general = GENERAL[scene.activation(layer).name]
    if scene.symbols.is_single:
        general = general.replace("_j", "")
    return Formula(("unit", layer, unit), "output", out.symbol, general, right, out.value, note)


def activated(
    scene: Scene, layer: int, unit: int, net_of: Callable[[int], Named], nets: FloatArray
) -> tuple[Expression, str]:
    """Return a unit's output from its net input, and what is special about it.

    Parameters
    ----------
    scene : Scene
        The network.
    layer, unit : int
        Which unit.
    net_of : callable
        Returns the net input of each unit of the layer.
    nets : ndarray
        The same for all of them.
    """
    name, net = scene.activation(layer).name, net_of(unit)
    if name == "linear":
        return net, ""
    if name == "softmax":
        return _share(scene, layer, unit, net_of, nets)
    note = "At exactly 0 the output is \u22121." if name == "threshold" and net.value == 0.0 else ""
    return Function(FUNCTIONS[name], net), note


def _share(
    scene: Scene, layer: int, unit: int, net_of: Callable[[int], Named], nets: FloatArray
) -> tuple[Expression, str]:
    """Return e^net divided by the sum of all of them, without overflow."""
    largest = float(np.max(nets))
    if float(np.max(np.abs(nets))) <= LARGEST_EXPONENT:
        parts: list[Expression] = [Function("exp", net_of(k)) for k in scene.units(layer)]
        return Quotient(Function("exp", net_of(unit)), scene.sum_over(layer, parts, np.exp(nets))), ""
    top = Negative(Named(r"net_{\text{max}}", largest))
    parts = [Function("exp", Sum((net_of(k), top))) for k in scene.units(layer)]
    note = "The largest net input is taken off each, which changes no share and keeps the numbers small enough."
    above = Function("exp", Sum((net_of(unit), top)))
    return Quotient(above, scene.sum_over(layer, parts, np.exp(nets - largest))), note


def _dropped(scene: Scene, layer: int, unit: int) -> Formula:
    """Return what the layer above sees of a unit with dropout."""
    factor = float(scene.arrays[f"masks[{layer}]"][unit])
    seen = scene.seen(layer, unit)
    right = Product((Named(scene.symbols.mask(layer, unit), factor), scene.output(layer, unit)))
    letter = "o" if layer else "x"
    general = rf"\tilde{{{letter}}}_i = m_i\, {letter}_i, \quad m_i = 0 \text{{ or }} \frac{{1}}{{1 - p}}"
    note = "Left out of this presentation." if factor == 0.0 else ""
    return Formula(("unit", layer, unit), "seen", seen.symbol, general, right, seen.value, note)


def one_minus(x: Expression) -> Expression:
    """Return 1 - x."""
    return Sum((Constant(1.0), Negative(x)))


def slope(scene: Scene, layer: int, unit: int) -> tuple[Expression, ...]:
    """Return the factors of a unit's slope do/dnet, written with its output; none where it is 1."""
    name, out = scene.activation(layer).name, scene.output(layer, unit)
    if name == "sigmoid":
        return (out, one_minus(out))
    if name == "tanh":
        return (one_minus(Product((out, out))),)
    if name == "relu":
        return (Function("step", scene.net(layer, unit)),)
    return ()
