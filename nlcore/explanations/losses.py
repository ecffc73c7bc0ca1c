"""The example's error before and after the update, by the formula of the loss that is minimised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.explanations.forward import GENERAL as GENERAL_OUTPUTS
from nlcore.explanations.forward import activated, one_minus
from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene, said
from nlcore.expressions import Constant, Expression, Function, Named, Negative, Power, Product, Quotient, Sum
from nlcore.losses import NEAREST
from nlcore.records import FloatArray, Phase

GENERAL = {
    "squared_error": r"\frac{1}{2} \sum_k (t_k - o_k)^2",
    "cross_entropy": r"{-}\sum_k [\, t_k \ln o_k + (1 - t_k) \ln (1 - o_k)\, ]",
    "categorical_cross_entropy": r"{-}\sum_k t_k \ln o_k",
}
CLEAR, STEEP, TINY = 5e-4, 1e-5, 1e-300
"""Outputs nearer than this to where they should be, to where they should not be, to 0: their logarithms lose digits."""
FROM_NETS = "An output is so near to 0 or 1 that its logarithm is found from the net input, where no digits are lost."


@dataclass(frozen=True, slots=True)
class _Outputs:
    """Net inputs and outputs of the output units, with the weights before or after the update."""

    net_of: Callable[[int], Named]
    output_of: Callable[[int], Named]
    nets: FloatArray
    outputs: FloatArray


def _before(scene: Scene) -> _Outputs:
    last = scene.last
    return _Outputs(
        lambda k: scene.net(last, k),
        lambda k: scene.output(last, k),
        scene.arrays[f"net_inputs[{last - 1}]"],
        scene.arrays[f"outputs[{last}]"],
    )


def _after(scene: Scene, arrays: Mapping[str, NDArray[Any]]) -> _Outputs:
    last, symbols = scene.last, scene.symbols
    nets, outputs = arrays["net_inputs"], arrays["outputs"]
    return _Outputs(
        lambda k: Named(primed(symbols.net(last, k)), float(nets[k])),
        lambda k: Named(primed(symbols.output(last, k)), float(outputs[k])),
        nets,
        outputs,
    )


def primed(symbol: str) -> str:
    """Return the symbol of the same quantity with the new weights."""
    letter, line, index = symbol.partition("_")
    return f"{letter}'{line}{index}"


def error(scene: Scene, phase: Phase) -> Step:
    """Explain the example's error."""
    found = [_difference(scene, unit, float(phase.arrays["errors"][unit])) for unit in scene.units(scene.last)]
    found.append(_loss(scene, _before(scene), "E_d", float(phase.arrays["loss"][0])))
    sentence = "The outputs are compared with their targets; the error of this example is what training makes small."
    if scene.size(scene.last) == 1:
        sentence = "The output is compared with its target; the error of this example is what training makes small."
    if not scene.model.trains:
        sentence = sentence.partition(";")[0] + ". Without a learning rule the weights stay as they are."
    return Step(phase.name, "Error", sentence, tuple(found), scene.hidden_away(scene.last))


def _difference(scene: Scene, unit: int, value: float) -> Formula:
    out, target = scene.output(scene.last, unit), scene.target(unit)
    left = f"{target.symbol} - {out.symbol}"
    general = "t - o" if scene.symbols.is_single else "t_k - o_k"
    return Formula(("unit", scene.last, unit), "error", left, general, Sum((target, Negative(out))), value)


def error_after(scene: Scene, phase: Phase) -> Step:
    """Explain the error of the same example with the new weights."""
    before, after = float(scene.arrays["loss"][0]), float(phase.arrays["loss"][0])
    seen, last = _after(scene, phase.arrays), scene.last
    found: list[Formula] = []
    for unit in scene.units(last):
        right, note = activated(scene, last, unit, seen.net_of, seen.nets)
        out = seen.output_of(unit)
        general = GENERAL_OUTPUTS[scene.activation(last).name].replace("o_j", "o'_j").replace("net_", "net'_")
        general = general.replace("_j", "" if scene.symbols.is_single else "_k")
        found.append(Formula(("unit", last, unit), "output after", out.symbol, general, right, out.value, note))
    found.append(_loss(scene, seen, "E'_d", after))
    difference = Sum((Named("E'_d", after), Negative(Named("E_d", before))))
    found.append(Formula(("example",), "error change", "E'_d - E_d", "E'_d - E_d", difference, difference.value))
    return Step(
        phase.name, "Error after the update", _compared(scene, before, after), tuple(found), scene.hidden_away(last)
    )


def _compared(scene: Scene, before: float, after: float) -> str:
    """Tell in a sentence whether the example's error fell."""
    is_batch = scene.model.problem.batch > 1
    start = "The same example is shown again with the new weights"
    if is_batch:
        start += ", to which all examples of the batch contributed"
    if after < before:
        found = f"{start}: its error falls from {said(before)} to {said(after)}."
    elif after > before:
        found = f"{start}: its error rises from {said(before)} to {said(after)}. {_why_it_rose(scene, is_batch)}"
    else:
        found = f"{start}: its error stays at {said(before)}."
    if scene.settings.masks is not None:
        found += " The units that dropout left out stay left out."
    if scene.settings.penalty:
        found += " The penalty is not counted here."
    return found


def _why_it_rose(scene: Scene, is_batch: bool) -> str:
    reasons = ["a step as long as this one can go too far"]
    settings = scene.settings
    reasons += ["momentum carries earlier changes on"] * bool(settings.momentum)
    reasons += ["the other examples of the batch may ask for something else"] * is_batch
    reasons += ["smaller weights were wanted as well"] * (settings.penalty > 0.0 or settings.keep < 1.0)
    reasons += ["tied weights cannot go their own way"] * bool(settings.tied)
    return f"That can happen: {', and '.join(reasons)}."


def _loss(scene: Scene, seen: _Outputs, symbol: str, value: float) -> Formula:
    """Return the example's share of the loss, without the penalty."""
    name, activation = scene.settings.loss.name, scene.activation(scene.last).name
    general = f"{symbol} = {GENERAL[name]}"
    note = ""
    if name == "squared_error":
        right = _squares(scene, seen)
    elif name == "cross_entropy" and (activation != "sigmoid" or _is_clear(scene, seen)):
        right = _logarithms(scene, seen)
    elif name == "cross_entropy":
        right, note = _softplus(scene, seen), FROM_NETS
    elif _is_clear_choice(scene, seen):
        right = _chosen_logarithms(scene, seen)
    else:
        right, note = _chosen_from_nets(scene, seen, activation), FROM_NETS
    if symbol != "E_d":
        general = general.replace("o_k", "o'_k")
    if scene.symbols.is_single:
        general = general.replace(r"\sum_k ", "").replace("_k", "")
    return Formula(("example",), "loss" if symbol == "E_d" else "loss after", symbol, general, right, value, note)


def _is_clear(scene: Scene, seen: _Outputs) -> bool:
    """Tell whether ln o and ln(1 - o) of the rounded outputs still have all the digits of the loss."""
    targets, outputs = scene.arrays["targets"], seen.outputs
    wants_more = (outputs > NEAREST) & (1.0 - outputs >= CLEAR) | (targets == 0.0)
    wants_less = (1.0 - outputs >= STEEP) & (outputs >= CLEAR) | (targets == 1.0)
    return bool(np.all(wants_more & wants_less))


def _is_clear_choice(scene: Scene, seen: _Outputs) -> bool:
    """Tell the same of ln o of the true class; large net inputs lose digits, too."""
    targets, outputs = scene.arrays["targets"], seen.outputs
    if not np.all(outputs > TINY):
        return False
    chosen = -np.log(outputs[targets > 0.0])
    return bool(np.all((chosen >= CLEAR) & (np.max(np.abs(seen.nets)) <= chosen / CLEAR)))


def _squares(scene: Scene, seen: _Outputs) -> Expression:
    terms: list[Expression] = [
        Power(Sum((scene.target(k), Negative(seen.output_of(k)))), Constant(2.0)) for k in scene.units(scene.last)
    ]
    total = scene.sum_over(scene.last, terms, (scene.arrays["targets"] - seen.outputs) ** 2)
    return Product((Quotient(Constant(1.0), Constant(2.0)), total))


def _kept(x: Expression) -> Expression:
    """Return an output as the engine counts it: at least a last digit away from 0."""
    return x if x.value > NEAREST else Power(Constant(2.0), Constant(-53.0))


def _logarithms(scene: Scene, seen: _Outputs) -> Expression:
    """Return the sum of -t ln o - (1 - t) ln(1 - o)."""
    terms: list[Expression] = []
    for k in scene.units(scene.last):
        target, out = scene.target(k), seen.output_of(k)
        terms.append(Negative(Product((target, Function("ln", _kept(out))))))
        terms.append(Negative(Product((one_minus(target), Function("ln", _kept(one_minus(out)))))))
    targets, outputs = scene.arrays["targets"], seen.outputs
    yes, no = np.log(np.maximum(outputs, NEAREST)), np.log(np.maximum(1.0 - outputs, NEAREST))
    return scene.sum_over(scene.last, terms, -targets * yes - (1.0 - targets) * no)


def _softplus(scene: Scene, seen: _Outputs) -> Expression:
    """Return the same from the net inputs: t ln(1 + e^-net) + (1 - t) ln(1 + e^net)."""
    terms: list[Expression] = []
    for k in scene.units(scene.last):
        target, net = scene.target(k), seen.net_of(k)
        terms.append(Product((target, Function("softplus", Negative(net)))))
        terms.append(Product((one_minus(target), Function("softplus", net))))
    all_terms = np.array(
        scene.settings.loss.of_example(
            seen.nets.tolist(), seen.outputs.tolist(), scene.arrays["targets"].tolist(), scene.activation(scene.last)
        )
    )
    return scene.sum_over(scene.last, terms, all_terms)


def _chosen_logarithms(scene: Scene, seen: _Outputs) -> Expression:
    """Return the sum of -t ln o."""
    terms: list[Expression] = [
        Negative(Product((scene.target(k), Function("ln", seen.output_of(k))))) for k in scene.units(scene.last)
    ]
    return scene.sum_over(scene.last, terms, -scene.arrays["targets"] * np.log(seen.outputs))


def _chosen_from_nets(scene: Scene, seen: _Outputs, activation: str) -> Expression:
    """Return the categorical cross-entropy from the net inputs."""
    last, shares = (
        scene.last,
        scene.settings.loss.of_example(
            seen.nets.tolist(), seen.outputs.tolist(), scene.arrays["targets"].tolist(), scene.activation(scene.last)
        ),
    )
    if activation != "softmax":
        terms: list[Expression] = [
            Product((scene.target(k), Function("softplus", Negative(seen.net_of(k))))) for k in scene.units(last)
        ]
        return scene.sum_over(last, terms, np.array(shares))
    top = Named(r"net_{\text{max}}", float(np.max(seen.nets)))
    raised: list[Expression] = [Function("exp", Sum((seen.net_of(k), Negative(top)))) for k in scene.units(last)]
    total = Function("ln", scene.sum_over(last, raised, np.exp(seen.nets - top.value)))
    terms = [Product((scene.target(k), Sum((top, total, Negative(seen.net_of(k)))))) for k in scene.units(last)]
    return scene.sum_over(last, terms, np.array(shares))
