"""What gradient descent does to the weights: their changes, and their new values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene
from nlcore.explanations.update import Update, clipping, learning_rate, pull
from nlcore.expressions import Constant, Expression, Named, Negative, Product, Quotient, Sum
from nlcore.records import Phase

WeightPlace = tuple[int, int, int]
CHANGES, WEIGHTS = ("weight_changes", "bias_changes"), ("weights", "biases")


def shown_weights(scene: Scene) -> tuple[list[WeightPlace], int]:
    """Return the weights that are written out, layer by layer, and how many are not."""
    found = [
        (layer, unit, source)
        for layer in range(scene.last)
        for unit in scene.units(layer + 1)
        for source in scene.sources(layer)
    ]
    return found, scene.model.n_params - len(found)


def entry(arrays: Mapping[str, NDArray[Any]], names: tuple[str, str], place: WeightPlace, prefix: str = "") -> float:
    """Return the number of a weight in a pair of arrays such as weight_changes[0] and bias_changes[0]."""
    layer, unit, source = place
    if source >= 0:
        return float(arrays[f"{prefix}{names[0]}[{layer}]"][unit, source])
    return float(arrays[f"{prefix}{names[1]}[{layer}]"][unit])


def weight_changes(scene: Scene, phase: Phase) -> Step:
    """Explain the weight changes."""
    places, n_more = shown_weights(scene)
    update = Update.of(scene, phase)
    rate = learning_rate(scene.model.experiment.training, scene.state.counters.updates, scene.settings.learning_rate)
    found = [rate] if rate is not None else []
    found += clipping(update, places)
    for place in places:
        found += _changes(update, place)
    return Step(phase.name, "Weight changes", _sentence(update), tuple(found), n_more)


def _sentence(update: Update) -> str:
    settings = update.scene.settings
    if update.is_batch:
        total = "the mean" if update.is_mean else "the sum"
        found = f"The batch is complete: each weight changes by the learning rate times {total} of its contributions."
    else:
        found = "Each weight changes by the learning rate times the error term of its unit times the input it carries."
    if settings.momentum:
        found += " Momentum adds a share of the weight's last change."
    if update.gamma:
        found += " The penalty pulls each weight towards 0."
    if update.clips and float(update.phase.arrays["clip_factor"][0]) < 1.0:
        found += " The gradient was too long and is shortened first."
    if settings.frozen:
        found += " Frozen weights do not change."
    if settings.tied:
        found += " Tied weights all change by the mean of what each would have changed by."
    return found


def _changes(update: Update, place: WeightPlace) -> list[Formula]:
    """Return the change of one weight; of a tied one also what it would have been."""
    scene, phase = update.scene, update.phase
    value = entry(phase.arrays, CHANGES, place)
    symbol, at = scene.symbols.change(*place), ("weight", *place)
    if place in scene.settings.frozen:
        general = r"\Delta w_{ji} = 0"
        return [Formula(at, "weight change", symbol, general, Constant(0.0), value, "This weight is frozen.")]
    group = _group(scene, place)
    right, general = _change(update, place)
    if group is None:
        return [Formula(at, "weight change", symbol, general, right, value, _missing(update))]
    free = entry(phase.arrays, CHANGES, place, "untied_")
    mean = _mean(scene, phase, place, CHANGES, scene.symbols.change)
    rule = r"\Delta w_{ji} = \frac{1}{m} \sum_{\text{tied}} \Delta w^{*}"
    general = general.replace(r"\Delta w_{ji}", r"\Delta w^{*}_{ji}", 1)
    return [
        Formula(at, "change before tying", starred(symbol), general, right, free, _missing(update)),
        Formula(at, "weight change", symbol, rule, mean, value, _tied(group)),
    ]


def _change(update: Update, place: WeightPlace) -> tuple[Expression, str]:
    """Return the change of a weight by itself: eta delta_j x_ji, the penalty's pull and the momentum."""
    scene = update.scene
    if not update.knows_sum:
        free = "untied_" if _group(scene, place) is not None else ""
        return Named(scene.symbols.change(*place), entry(update.phase.arrays, CHANGES, place, free)), _general(
            update, place
        )
    terms: list[Expression] = [Product((*update.rate(), *update.gradient(place)))]
    pulled = pull(update, place)
    if pulled is not None:
        terms.append(pulled)
    if scene.settings.momentum:
        terms.append(Product((Named(r"\alpha", scene.settings.momentum), scene.last_change(*place))))
    return (terms[0] if len(terms) == 1 else Sum(tuple(terms))), _general(update, place)


def _general(update: Update, place: WeightPlace) -> str:
    gradient = "G_{ji}" if update.is_batch else r"\delta_j\, x_{ji}"
    momentum = bool(update.scene.settings.momentum)
    general = r"\Delta w_{ji}" + "(n)" * momentum + rf" = {update.general_rate()}\, {gradient}"
    if update.is_penalised(place[2]):
        general += rf" - 2\, {update.general_rate()}\, \gamma\, {update.general_share()}w_{{ji}}"
    if momentum:
        general += r" + \alpha\, \Delta w_{ji}(n{-}1)"
    return _for_one(update.scene, general)


def _for_one(scene: Scene, general: str) -> str:
    """Write a rule as the lecture does where there is one unit only."""
    return general.replace("_{ji}", "_i").replace(r"\delta_j", r"\delta") if scene.symbols.is_single else general


def _missing(update: Update) -> str:
    if update.knows_sum:
        return ""
    return "With dropout, a batch as large as this one is not worked out again here; this is the engine's number."


def starred(symbol: str) -> str:
    """Return the symbol of what a tied weight would have become by itself."""
    head, line, index = symbol.partition("_")
    return f"{head}^{{*}}{line}{index}"


def _tied(group: tuple[WeightPlace, ...]) -> str:
    return f"Tied: the mean of {len(group)} weights."


def _group(scene: Scene, place: WeightPlace) -> tuple[WeightPlace, ...] | None:
    return scene.settings.tied[scene.tied[place][0]] if place in scene.tied else None


def _mean(
    scene: Scene, phase: Phase, place: WeightPlace, names: tuple[str, str], symbol_of: Callable[..., str]
) -> Expression:
    """Return the mean over a tied group of what each weight would have become by itself."""
    number, at = scene.tied[place]
    group, key = scene.settings.tied[number], (names[0], number)
    if key not in scene.untied:
        scene.untied[key] = np.array([entry(phase.arrays, names, other, "untied_") for other in group])
    values, most = scene.untied[key], max(1, scene.focus.most)
    shown = sorted({at, *range(min(len(group), most if at < most else most - 1))})
    terms: list[Expression] = [Named(starred(symbol_of(*group[i])), float(values[i])) for i in shown]
    total = scene.and_more(terms, len(group) - len(shown), float(np.sum(np.delete(values, shown))))
    return Quotient(total, Constant(float(len(group))))


def new_weights(scene: Scene, phase: Phase) -> Step:
    """Explain the new weights."""
    places, n_more = shown_weights(scene)
    sentence = "Each change is added to its weight."
    if scene.settings.keep < 1.0:
        sentence = "Weight decay takes a share of each weight away; then its change is added."
    if scene.settings.tied:
        sentence += " Tied weights are set to their mean."
    found = tuple(formula for place in places for formula in _new(scene, phase, place))
    return Step(phase.name, "New weights", sentence, found, n_more)


def _new(scene: Scene, phase: Phase, place: WeightPlace) -> list[Formula]:
    """Return the new value of one weight; of a tied one also what it would have been."""
    before, symbol = scene.weight(*place), scene.symbols.new(*place)
    at, value = ("weight", *place), entry(phase.arrays, WEIGHTS, place)
    if place in scene.settings.frozen:
        return [
            Formula(at, "new weight", symbol, _for_one(scene, r"w_{ji} \leftarrow w_{ji}"), before, value, "Frozen.")
        ]
    group = _group(scene, place)
    changes = scene.phase("weight changes")
    assert changes is not None
    change = scene.symbols.change(*place)
    added = Named(
        change if group is None else starred(change),
        entry(changes.arrays, CHANGES, place, "" if group is None else "untied_"),
    )
    kept: Expression = before
    general = r"w_{ji} \leftarrow w_{ji} + \Delta w_{ji}"
    if scene.settings.keep < 1.0:
        decay = Named(r"\lambda", scene.model.experiment.training.weight_decay)
        kept = Product((before, Sum((Constant(1.0), Negative(decay)))))
        general = r"w_{ji} \leftarrow (1 - \lambda)\, w_{ji} + \Delta w_{ji}"
    general = _for_one(scene, general)
    right = Sum((kept, added))
    if group is None:
        return [Formula(at, "new weight", symbol, general, right, value)]
    free = entry(phase.arrays, WEIGHTS, place, "untied_")
    rule = r"w_{ji} \leftarrow \frac{1}{m} \sum_{\text{tied}} w^{*}"
    mean = _mean(scene, phase, place, WEIGHTS, scene.symbols.weight)
    general = general.replace("w_", "w^{*}_", 1).replace(r"\Delta w_", r"\Delta w^{*}_")
    return [
        Formula(at, "new weight before tying", starred(scene.symbols.weight(*place)), general, right, free),
        Formula(at, "new weight", symbol, rule, mean, value, _tied(group)),
    ]
