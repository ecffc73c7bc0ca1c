"""The perceptron rule explained: is the example on the wrong side, and if so, how the weights are pushed."""

from __future__ import annotations

import numpy as np

from nlcore.explanations.changes import CHANGES, entry, shown_weights
from nlcore.explanations.forward import GENERAL, activated
from nlcore.explanations.losses import primed
from nlcore.explanations.records import Formula, Line, Step
from nlcore.explanations.scene import Scene, said
from nlcore.explanations.update import learning_rate
from nlcore.expressions import Comparison, Constant, Expression, Named, Power, Product, Sum
from nlcore.records import Phase


def decision(scene: Scene, phase: Phase) -> Step:
    """Explain whether the rule fires, and why."""
    found: list[Formula] = []
    for unit in scene.units(1):
        product = Product((scene.target(unit), scene.net(1, unit)))
        left, at = _product_symbol(scene, unit), ("unit", 1, unit)
        value, fires = float(phase.arrays["products"][unit]), float(phase.arrays["fires"][unit])
        general = _for_one(scene, r"y_j\, net_j")
        found.append(Formula(at, "product", left, general, product, value))
        condition = Comparison(product, "<=", Constant(0.0))
        found.append(Formula(at, "decision", rf"{left} \leq 0", rf"{general} \leq 0", condition, fires))
    return Step(phase.name, "Right or wrong?", _verdict(scene, phase), tuple(found), scene.hidden_away(1))


def _for_one(scene: Scene, general: str) -> str:
    return general.replace("_{ji}", "_i").replace("_j", "") if scene.symbols.is_single else general


def _product_symbol(scene: Scene, unit: int) -> str:
    return rf"{scene.symbols.target(unit)}\, {scene.symbols.net(1, unit)}"


def _verdict(scene: Scene, phase: Phase) -> str:
    """Tell in a sentence whether the weights change."""
    fires, products = phase.arrays["fires"], phase.arrays["products"]
    n = scene.size(1)
    if n > 1:
        wrong = int(np.count_nonzero(fires))
        if not wrong:
            return f"The example is on the right side for all {n} units (y w·x > 0), so no weight changes."
        names = "unit" if wrong == 1 else "units"
        return (
            f"The example is on the wrong side for {wrong} of {n} units (y w·x \u2264 0); "
            f"the weights of {'this' if wrong == 1 else 'these'} {names} change."
        )
    product, target = float(products[0]), float(scene.arrays["targets"][0])
    if not fires[0]:
        return f"The example is on the right side: y w·x = {said(product)} > 0, so the weights stay as they are."
    if product != 0.0:
        return f"The example is on the wrong side: y w·x = {said(product)} \u2264 0, so the weights change."
    is_zero = not np.any(scene.state.params)
    found = (
        "All weights are 0, so every example lies on the boundary" if is_zero else "The example lies on the boundary"
    )
    found += ": y w·x = 0. The rule asks for y w·x \u2264 0, so the weights change"
    return found + (", although the output \u22121 is already right." if target < 0.0 else ".")


def weight_changes(scene: Scene, phase: Phase) -> Step:
    """Explain the changes: eta y x for a unit that fires, nothing otherwise."""
    places, n_more = shown_weights(scene)
    rate = learning_rate(scene.model.experiment.training, scene.state.counters.updates, scene.settings.learning_rate)
    found = [rate] if rate is not None else []
    fires = _fires(scene)
    for place in places:
        _, unit, source = place
        general, note = _for_one(scene, r"\Delta w_{ji} = \eta\, y_j\, x_i"), ""
        x: Expression = scene.seen(0, source) if source >= 0 else Constant(1.0)
        right: Expression = Product((Named(r"\eta", scene.settings.learning_rate), scene.target(unit), x))
        if not fires[unit]:
            right, note = Constant(0.0), "The example is on the right side."
        elif place in scene.settings.frozen:
            right, note = Constant(0.0), "This weight is frozen."
        value = entry(phase.arrays, CHANGES, place)
        symbol = scene.symbols.change(*place)
        found.append(Formula(("weight", *place), "weight change", symbol, general, right, value, note))
    sentence = "Nothing is added: the perceptron learns from its mistakes only."
    if fires.any():
        sentence = (
            "The learning rate times the example itself is added where the target is +1, and taken off where it is "
            "\u22121. The bias changes as if it were the weight of an input that is always 1."
        )
    return Step(phase.name, "Weight changes", sentence, tuple(found), n_more)


def _fires(scene: Scene) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.asarray(scene.arrays["fires"], dtype=np.bool_)
    return found


def error_after(scene: Scene, phase: Phase) -> Step:
    """Explain what the units say to the same example with the new weights."""
    found: list[Formula] = []
    new = scene.phase("new weights")
    assert new is not None
    for unit in scene.units(1):
        found += _unit_after(scene, phase, new, unit)
    return Step(phase.name, "The same example again", _said_after(scene, phase), tuple(found), scene.hidden_away(1))


def _unit_after(scene: Scene, phase: Phase, new: Phase, unit: int) -> list[Formula]:
    at, symbols = ("unit", 1, unit), scene.symbols
    weights, biases = new.arrays["weights[0]"], new.arrays["biases[0]"]
    terms: list[Expression] = [Named(symbols.new(0, unit, -1), float(biases[unit]))]
    for source in scene.units(0):
        weight = Named(symbols.new(0, unit, source), float(weights[unit, source]))
        terms.append(Product((weight, scene.seen(0, source))))
    right = scene.sum_over(0, terms, weights[unit] * scene.seen_array(0))
    nets = phase.arrays["net_inputs"]

    def net_of(k: int) -> Named:
        return Named(primed(symbols.net(1, k)), float(nets[k]))

    net, symbol = net_of(unit), primed(symbols.output(1, unit))
    product = Product((scene.target(unit), net))
    left = rf"{symbols.target(unit)}\, {net.symbol}"
    value, out = float(phase.arrays["products"][unit]), float(phase.arrays["outputs"][unit])
    said_now, note = activated(scene, 1, unit, net_of, nets)
    rule = _for_one(scene, r"net'_j = w'_{j0} + \sum_i w'_{ji}\, x_i").replace(
        "w'_{j0}", "w'_0" if symbols.is_single else "w'_{j0}"
    )
    return [
        Formula(at, "net input after", net.symbol, rule, right, net.value),
        Formula(at, "product after", left, _for_one(scene, r"y_j\, net'_j"), product, value),
        Formula(at, "output after", symbol, _for_one(scene, GENERAL["threshold"]), said_now, out, note),
    ]


def _said_after(scene: Scene, phase: Phase) -> str:
    fires = _fires(scene)
    if not fires.any():
        return "The weights are the same, and so is the answer."
    products = phase.arrays["products"]
    if scene.size(1) > 1:
        wrong = int(np.count_nonzero(products <= 0.0))
        return f"After the update the example is on the wrong side for {wrong} of {scene.size(1)} units."
    before, after = float(scene.arrays["products"][0]), float(products[0])
    moved = f"y w·x has gone from {said(before)} to {said(after)}"
    if after > 0.0:
        return f"{moved}: the example is now on the right side."
    if after == before:
        return f"{moved}: nothing could change."
    return f"{moved}: nearer, but still not on the right side. One update need not be enough."


def derivation(scene: Scene) -> tuple[Line, ...]:
    """Derive that y w'.x is larger than y w·x after an update; empty where nothing changes."""
    fires, chosen = _fires(scene), [unit for unit in scene.chosen(1) if scene.arrays["fires"][unit]]
    if not fires.any():
        return ()
    unit = chosen[0] if chosen else int(np.argmax(fires))
    free = [source for source in range(-1, scene.size(0)) if (0, unit, source) not in scene.settings.frozen]
    seen = scene.seen_array(0)
    squares = np.array([1.0 if source < 0 else float(seen[source] * seen[source]) for source in free])
    length = float(np.sum(squares))
    rate = Named(r"\eta", scene.settings.learning_rate)
    if not free or length == 0.0 or rate.value == 0.0:
        return ()
    y, net = scene.target(unit), scene.net(1, unit)
    after = scene.phase("error after")
    assert after is not None
    net_after = float(after.arrays["net_inputs"][unit])
    shown = [(at, source) for at, source in enumerate(free) if source < 0 or source in scene.units(0)]
    terms: list[Expression] = [
        Power(Constant(1.0) if source < 0 else scene.seen(0, source), Constant(2.0)) for _, source in shown
    ]
    rest = np.delete(squares, [at for at, _ in shown])
    squared = Named(r"\Vert\mathbf{x}\Vert^2", length)
    written = scene.and_more(terms, len(rest), float(np.sum(rest)))
    new, old = r"\mathbf{w}' \cdot \mathbf{x}", Named(r"\mathbf{w} \cdot \mathbf{x}", net.value)
    product = float(after.arrays["products"][unit])
    frozen = " Frozen weights do not count." if len(free) <= scene.size(0) else ""
    return (
        Line(r"\Vert\mathbf{x}\Vert^2", written, length, f"The squared length of the example, with x_0 = 1.{frozen}"),
        Line(new, Sum((old, Product((rate, y, squared)))), net_after, "The rule w' = w + η y x, multiplied by x."),
        Line(
            rf"{y.symbol}\, {new}",
            Sum((Product((y, old)), Product((rate, Power(y, Constant(2.0)), squared)))),
            product,
            "Multiplied by the target.",
        ),
        Line(
            "",
            Sum((Product((y, old)), Product((rate, squared)))),
            product,
            "The target is +1 or −1, so its square is 1.",
        ),
        Line(
            "",
            Product((y, old)),
            y.value * net.value,
            "What was added is positive: the example has moved the right way.",
            ">",
        ),
    )
