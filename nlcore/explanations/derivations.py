"""Where the rule comes from: the lecture's derivation, line by line, with the numbers of the chosen weight.

For a linear unit that is "Gradient Descent", for a sigmoid unit "Error Gradient for a Sigmoid Unit", for a weight to a
hidden unit the chain rule of backpropagation (Mitchell 1997, pp. 91-92, 96-97 and 101-103). All of it is for the one
example that is shown, E_d.
"""

from __future__ import annotations

import numpy as np

from nlcore.explanations.errors import difference, from_above
from nlcore.explanations.forward import one_minus, slope
from nlcore.explanations.records import Line
from nlcore.explanations.scene import Scene
from nlcore.expressions import Constant, Expression, Named, Negative, Product, Quotient, Sum

WeightPlace = tuple[int, int, int]


def derivation(scene: Scene) -> tuple[Line, ...]:
    """Return the derivation for the chosen weight; empty for a rule without gradients."""
    if "deltas[0]" not in scene.arrays:
        return ()
    layer, unit, source = chosen_weight(scene)
    is_output = layer + 1 == scene.last
    lines = _output(scene, unit, source) if is_output else _hidden(scene, layer, unit, source)
    return (*lines, *_rule(scene, layer, unit, source))


def chosen_weight(scene: Scene) -> WeightPlace:
    """Return the weight that was chosen, or else one of the chosen unit, or the first one."""
    weight = scene.focus.weight
    if weight is not None and _exists(scene, weight):
        return weight
    if scene.focus.unit is not None:
        layer, unit = scene.focus.unit
        if 0 < layer <= scene.last and 0 <= unit < scene.size(layer):
            return (layer - 1, unit, 0)
        if layer == 0 and 0 <= unit < scene.size(0):
            return (0, 0, unit)
    return (0, 0, 0)


def _exists(scene: Scene, weight: WeightPlace) -> bool:
    layer, unit, source = weight
    return 0 <= layer < scene.last and 0 <= unit < scene.size(layer + 1) and -1 <= source < scene.size(layer)


def by(above: str, below: str) -> str:
    """Return the symbol of a partial derivative."""
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _x(scene: Scene, layer: int, source: int) -> Expression:
    return scene.seen(layer, source) if source >= 0 else Constant(1.0)


def _delta(scene: Scene, layer: int, unit: int) -> float:
    return float(scene.arrays[f"deltas[{layer - 1}]"][unit])


def _output(scene: Scene, unit: int, source: int) -> list[Line]:
    """Derive dE/dw for a weight to an output unit."""
    name, loss = scene.activation(scene.last).name, scene.settings.loss.name
    if loss == "squared_error" and name == "linear":
        return _linear(scene, unit, source)
    if loss == "squared_error" and name != "softmax":
        return _squared(scene, unit, source)
    if loss == "cross_entropy" and name == "sigmoid":
        return _cross_entropy(scene, unit, source)
    return _by_error_term(scene, unit, source)


def _names(scene: Scene, unit: int, source: int) -> tuple[str, str, Expression, float]:
    """Return the symbols of the weight and of dE/dw, the weight's input, and the value of dE/dw."""
    layer = scene.last - 1
    w, x = scene.symbols.weight(layer, unit, source), _x(scene, layer, source)
    return w, by("E_d", w), x, -_delta(scene, scene.last, unit) * x.value


def _start(scene: Scene, unit: int, source: int) -> list[Line]:
    """Return the first lines for the squared error, which all output units share."""
    w, left, _, value = _names(scene, unit, source)
    t, o = scene.symbols.target(unit), scene.symbols.output(scene.last, unit)
    error = difference(scene, unit)
    part = value / error.value if error.value else _inner(scene, unit, source)
    inner = Named(rf"\frac{{\partial}}{{\partial {w}}} ({t} - {o})", part)
    half = Quotient(Constant(1.0), Constant(2.0))
    alone = "" if scene.size(scene.last) == 1 else " Only this output depends on the weight."
    return [
        Line(
            left,
            Named(rf"\frac{{\partial}}{{\partial {w}}} \frac{{1}}{{2}} ({t} - {o})^2", value),
            value,
            f"The error of this example.{alone}",
        ),
        Line(
            "",
            Product((half, Constant(2.0), error, inner)),
            value,
            "The square: twice the inside, times its derivative.",
        ),
        Line("", Product((error, inner)), value, "The target does not depend on the weight."),
    ]


def _inner(scene: Scene, unit: int, source: int) -> float:
    """Return the derivative of t - o with respect to a weight."""
    found = -_x(scene, scene.last - 1, source).value
    for factor in slope(scene, scene.last, unit):
        found *= factor.value
    return found


def _linear(scene: Scene, unit: int, source: int) -> list[Line]:
    """Derive -(t - o) x for a linear unit."""
    w, left, x, value = _names(scene, unit, source)
    t, error = scene.symbols.target(unit), difference(scene, unit)
    inner = Named(rf"\frac{{\partial}}{{\partial {w}}} ({t} - \mathbf{{w}} \cdot \mathbf{{x}})", -x.value)
    return [
        *_start(scene, unit, source)[:2],
        Line("", Product((error, inner)), value, "The output of a linear unit is w·x."),
        Line(
            left,
            Product((error, Negative(x))),
            value,
            "Only one term of w·x holds this weight, with its input as the factor.",
        ),
    ]


def _squared(scene: Scene, unit: int, source: int) -> list[Line]:
    """Derive -(t - o) o (1 - o) x for a sigmoid unit, and the same for other slopes."""
    w, left, x, value = _names(scene, unit, source)
    last = scene.last
    o, net, error = scene.symbols.output(last, unit), scene.symbols.net(last, unit), difference(scene, unit)
    slopes = slope(scene, last, unit)
    steep = Product(slopes).value
    do_dw, do_dnet, dnet_dw = Named(by(o, w), steep * x.value), Named(by(o, net), steep), Named(by(net, w), x.value)
    return [
        *_start(scene, unit, source),
        Line("", Product((error, Negative(do_dw))), value, "Only the output depends on the weight."),
        Line(
            "",
            Negative(Product((error, do_dnet, dnet_dw))),
            value,
            "The weight acts on the output through the net input.",
        ),
        Line(do_dnet.symbol, Product(slopes), steep, _slope_reason(scene, last)),
        Line(dnet_dw.symbol, x, x.value, "The net input is w·x."),
        Line(left, Negative(Product((error, *slopes, x))), value, "Put together."),
    ]


def _slope_reason(scene: Scene, layer: int) -> str:
    return {
        "sigmoid": "The slope of the sigmoid, written with its output.",
        "tanh": "The slope of tanh, written with its output.",
        "relu": "The slope of the rectified linear unit: 1 above 0, else 0.",
        "linear": "A linear unit gives its net input on as it is.",
    }.get(scene.activation(layer).name, "")


def _cross_entropy(scene: Scene, unit: int, source: int) -> list[Line]:
    """Derive -(t - o) x for a sigmoid unit with cross-entropy: the slope cancels."""
    w, left, x, value = _names(scene, unit, source)
    last = scene.last
    t, out, error = scene.target(unit), scene.output(last, unit), difference(scene, unit)
    net = scene.symbols.net(last, unit)
    slopes = slope(scene, last, unit)
    steep = Product(slopes).value
    lines = []
    if steep > 0.0:
        by_output = Negative(Sum((Quotient(t, out), Negative(Quotient(one_minus(t), one_minus(out))))))
        d_out = Named(by("E_d", out.symbol), -error.value / steep)
        d_net, d_w = Named(by(out.symbol, net), steep), Named(by(net, w), x.value)
        joined = Negative(Quotient(error, Product(slopes)))
        lines = [
            Line(left, Product((d_out, d_net, d_w)), value, "The weight acts through the net input and the output."),
            Line(
                d_out.symbol, by_output, d_out.value, "The derivative of t ln o + (1 - t) ln(1 - o), with a minus sign."
            ),
            Line("", joined, d_out.value, "Brought to one denominator."),
            Line(d_net.symbol, Product(slopes), steep, _slope_reason(scene, last)),
            Line(d_w.symbol, x, x.value, "The net input is w·x."),
        ]
    reason = "The slope cancels against the denominator: even a unit that is wrong and saturated learns."
    return [*lines, Line(left, Negative(Product((error, x))), value, reason)]


def _by_error_term(scene: Scene, unit: int, source: int) -> list[Line]:
    """Derive -delta x where the outputs depend on each other, or a rule has no shorter form."""
    w, left, x, value = _names(scene, unit, source)
    net, delta = scene.symbols.net(scene.last, unit), scene.delta(scene.last, unit)
    d_net, d_w = Named(by("E_d", net), -delta.value), Named(by(net, w), x.value)
    lines = [Line(left, Product((d_net, d_w)), value, "The weight acts through the net input of its unit.")]
    if scene.settings.loss.name == "categorical_cross_entropy" and scene.activation(scene.last).name == "softmax":
        t, o = scene.target(unit), scene.output(scene.last, unit)
        log_sum = Named(rf"\frac{{\partial}}{{\partial {net}}} \ln \sum_k e^{{net_k}}", o.value)
        reason = "ln o_k is net_k minus the logarithm of the sum of all e^net, and the targets sum to 1."
        lines.append(Line(d_net.symbol, Sum((Negative(t), log_sum)), d_net.value, reason))
        lines.append(
            Line("", Sum((o, Negative(t))), d_net.value, "The derivative of that logarithm is the unit's share o.")
        )
    else:
        lines.append(
            Line(d_net.symbol, Negative(delta), d_net.value, "That is what the error term stands for; see its formula.")
        )
    lines.append(Line(d_w.symbol, x, x.value, "The net input is w·x."))
    return [*lines, Line(left, Negative(Product((delta, x))), value, "Put together.")]


def _hidden(scene: Scene, layer: int, unit: int, source: int) -> list[Line]:
    """Derive -delta_h x for a weight to a hidden unit."""
    here, symbols = layer + 1, scene.symbols
    w, net, out = symbols.weight(layer, unit, source), symbols.net(here, unit), symbols.output(here, unit)
    x, delta = _x(scene, layer, source), scene.delta(here, unit)
    value, left = -delta.value * x.value, by("E_d", w)
    d_net, d_w = Named(by("E_d", net), -delta.value), Named(by(net, w), x.value)
    lines = [
        Line(left, Product((d_net, d_w)), value, "The weight acts through the net input of its unit."),
        Line(d_w.symbol, x, x.value, "The net input is w·x."),
    ]
    if scene.activation(here).name == "softmax":
        reason = "That is what the error term stands for; see its formula."
        lines.append(Line(d_net.symbol, Negative(delta), d_net.value, reason))
    else:
        lines += _through_the_layer_above(scene, here, unit, d_net, out)
    return [*lines, Line(left, Negative(Product((delta, x))), value, "Put together.")]


def _through_the_layer_above(scene: Scene, here: int, unit: int, d_net: Named, out: str) -> list[Line]:
    """Derive dE/dnet of a hidden unit from the error terms of the units it feeds."""
    symbols, slopes = scene.symbols, slope(scene, here, unit)
    steep = Product(slopes).value
    masked = f"masks[{here}]" in scene.arrays
    factor = float(scene.arrays[f"masks[{here}]"][unit]) if masked else 1.0
    weights, deltas = scene.weights[here][:, unit], scene.arrays[f"deltas[{here}]"]
    through = weights * factor * steep
    net = symbols.net(here, unit)

    def over(term: object) -> Expression:
        assert callable(term)
        return scene.sum_over(here + 1, [term(k) for k in scene.units(here + 1)], -deltas * through)

    def down(k: int) -> Expression:
        d_above = Named(by("E_d", symbols.net(here + 1, k)), -float(deltas[k]))
        return Product((d_above, Named(by(symbols.net(here + 1, k), net), float(through[k]))))

    def named(k: int) -> Expression:
        inner = Named(by(symbols.net(here + 1, k), net), float(through[k]))
        return Product((Negative(scene.delta(here + 1, k)), inner))

    def split(k: int) -> Expression:
        above = Named(by(symbols.net(here + 1, k), out), float(weights[k]) * factor)
        return Product((Negative(scene.delta(here + 1, k)), above, Named(by(out, net), steep)))

    def weighted(k: int) -> Expression:
        mask = (Named(symbols.mask(here, unit), factor),) if masked else ()
        return Product((Negative(scene.delta(here + 1, k)), scene.weight(here, k, unit), *mask, *slopes))

    value = d_net.value
    total = from_above(scene, here, unit)
    return [
        Line(d_net.symbol, over(down), value, "The unit acts on the error through all units it feeds."),
        Line("", over(named), value, "Their error terms are known already: minus ∂E/∂net."),
        Line("", over(split), value, "It acts on their net inputs through its output."),
        Line("", over(weighted), value, f"The weight between, and the slope. {_slope_reason(scene, here)}".strip()),
        Line("", Negative(Product((*slopes, total))), value, "The slope is the same in all terms."),
        Line(
            "",
            Negative(scene.delta(here, unit)),
            value,
            "This is the error term of the hidden unit, with a minus sign.",
        ),
    ]


def _rule(scene: Scene, layer: int, unit: int, source: int) -> list[Line]:
    """Return the training rule: against the gradient."""
    symbols, rate = scene.symbols, Named(r"\eta", scene.settings.learning_rate)
    x, delta = _x(scene, layer, source), scene.delta(layer + 1, unit)
    w = symbols.weight(layer, unit, source)
    value = rate.value * delta.value * x.value
    gradient = Named(by("E_d", w), -delta.value * x.value)
    problem, settings = scene.model.problem, scene.settings
    more = [
        name
        for name, used in (
            ("the other examples of the batch", problem.batch > 1),
            ("momentum", settings.momentum > 0.0),
            ("the penalty", settings.penalty > 0.0),
            ("clipping", np.isfinite(settings.clip_norm)),
            ("tying", bool(settings.tied)),
        )
        if used
    ]
    listed = " and ".join(piece for piece in (", ".join(more[:-1]), *more[-1:]) if piece)
    come = "comes" if len(more) == 1 and "examples" not in more[0] else "come"
    step = Product((rate, delta, x))
    down = rf"{{-}}\eta\, {gradient.symbol}"
    if (layer, unit, source) in settings.frozen:
        return [Line(down, step, value, "The step down the gradient; this weight is frozen and does not take it.")]
    if more:
        reason = f"The step down the gradient. {listed[:1].upper()}{listed[1:]} {come} on top."
        return [Line(down, step, value, reason)]
    return [
        Line(symbols.change(layer, unit, source), Negative(Product((rate, gradient))), value, "Down the gradient."),
        Line("", step, value, "The rule."),
    ]
