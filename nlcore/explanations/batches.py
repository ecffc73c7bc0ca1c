"""What one example adds to the gradient of its batch, and the list of all contributions so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlcore.explanations.changes import WEIGHTS, WeightPlace, entry, shown_weights
from nlcore.explanations.records import Formula, Step
from nlcore.explanations.scene import Scene
from nlcore.explanations.update import batch_symbol
from nlcore.expressions import Constant, Expression, Named, Product
from nlcore.kernels import vectorized
from nlcore.records import FloatArray, Phase


def gradient(scene: Scene, phase: Phase) -> Step:
    """Explain the contribution of an example, and the sum over the batch's examples so far."""
    problem, counters = scene.model.problem, scene.state.counters
    first, last = problem.batch_at(counters)
    n, size = counters.position_in_epoch + 1 - first, last - first
    places, n_more = shown_weights(scene)
    batch = _shown(scene, first, n) if "sum_weights[0]" in phase.arrays else None
    found: list[Formula] = []
    for place in places:
        found.append(_contribution(scene, phase, place, n))
        if batch is not None:
            found.append(_sum(scene, phase, place, batch))
    sentence = (
        f"This is example {n} of {size} in the batch. No weight changes yet: what each example asks for is added up, "
        "all with the weights from the start of the batch."
    )
    if n == size:
        sentence = f"This is the last of the {size} examples in the batch. What all of them ask for is added up."
    return Step(phase.name, "Contribution to the batch", sentence, tuple(found), n_more)


@dataclass(frozen=True, slots=True)
class _Batch:
    """The batch's examples so far: what each layer of weights sees, and the error terms above it."""

    shown: list[FloatArray]
    deltas: list[FloatArray]

    @property
    def n(self) -> int:
        return len(self.deltas[0])


def _shown(scene: Scene, first: int, n: int) -> _Batch:
    problem, counters = scene.model.problem, scene.state.counters
    examples = problem.order_at(counters)[first : first + n]
    masks = vectorized.batch_masks(problem, counters, first, n)
    inputs, targets = problem.inputs[0][examples], problem.targets[0][examples]
    with np.errstate(over="ignore", invalid="ignore"):
        return _Batch(*vectorized.error_terms_of(problem, scene.state.params, inputs, targets, masks))


def _contribution(scene: Scene, phase: Phase, place: WeightPlace, n: int) -> Formula:
    layer, unit, source = place
    x: Expression = scene.seen(layer, source) if source >= 0 else Constant(1.0)
    right = Product((scene.delta(layer + 1, unit), x))
    symbol = _of_example(scene.symbols.weight(*place).replace("w", "g", 1), n)
    general = r"g_{ji}^{(d)} = \delta_j^{(d)}\, x_{ji}^{(d)}"
    return Formula(("weight", *place), "contribution", symbol, general, right, entry(phase.arrays, WEIGHTS, place))


def _sum(scene: Scene, phase: Phase, place: WeightPlace, batch: _Batch) -> Formula:
    """Return the sum over the examples so far: first ones and this one, and the rest in one number."""
    layer, unit, source = place
    deltas = batch.deltas[layer][:, unit]
    seen = batch.shown[layer][:, source] if source >= 0 else np.ones(batch.n)
    most = max(1, scene.focus.most)
    written = list(range(batch.n)) if batch.n <= most else [*range(most - 1), batch.n - 1]
    terms: list[Expression] = []
    for d in written:
        delta = Named(_of_example(scene.symbols.delta(layer + 1, unit), d + 1), float(deltas[d]))
        x: Expression = Constant(1.0)
        if source >= 0:
            x = Named(_of_example(scene.symbols.seen(layer, source), d + 1), float(seen[d]))
        terms.append(Product((delta, x)))
    rest = np.delete(deltas * seen, written)
    right = scene.and_more(terms, len(rest), float(np.sum(rest)))
    value = entry(phase.arrays, ("sum_weights", "sum_biases"), place)
    general = r"G_{ji} = \sum_{d \in B} \delta_j^{(d)}\, x_{ji}^{(d)}"
    return Formula(("weight", *place), "batch sum", batch_symbol(scene, place), general, right, value)


def _of_example(symbol: str, number: int) -> str:
    """Return the symbol of a quantity of the batch's example of that number."""
    return f"{symbol}^{{({number})}}"
