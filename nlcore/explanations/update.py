"""The numbers of one update beside error terms and inputs: learning rate, clipping, penalty, decay, momentum, batch.

Each comes with its symbol, so that the formulas of all weights are put together from the same parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlcore.experiment import Training
from nlcore.explanations.records import Formula
from nlcore.explanations.scene import Scene
from nlcore.expressions import Constant, Expression, Function, Named, Negative, Power, Product, Quotient, Sum
from nlcore.records import FloatArray, Phase
from nlcore.schedules import EXPONENTIAL, INVERSE, STEP, schedule


@dataclass(frozen=True, slots=True)
class Update:
    """How one update is made of a gradient.

    Attributes
    ----------
    scene : Scene
        The presentation.
    phase : Phase
        That of the weight changes.
    n : int
        Examples in the batch; 1 in incremental mode.
    """

    scene: Scene
    phase: Phase
    n: int

    @classmethod
    def of(cls, scene: Scene, phase: Phase) -> Update:
        """Return the update of a trace."""
        first, last = scene.model.problem.batch_at(scene.state.counters)
        return cls(scene, phase, last - first)

    @property
    def is_batch(self) -> bool:
        """Whether the examples of a batch are added up."""
        return self.scene.model.problem.batch > 1

    @property
    def is_mean(self) -> bool:
        """Whether their mean is taken."""
        return self.is_batch and self.scene.model.problem.mean

    @property
    def clips(self) -> bool:
        """Whether the gradient's length is limited."""
        return "clip_factor" in self.phase.arrays

    def rate(self) -> list[Expression]:
        """Return the factors of every gradient: eta, 1/|B| for a mean, c with clipping."""
        found: list[Expression] = [Named(r"\eta", self.scene.settings.learning_rate)]
        if self.is_mean:
            found.append(Quotient(Constant(1.0), Named("|B|", float(self.n))))
        if self.clips:
            found.append(Named("c", float(self.phase.arrays["clip_factor"][0])))
        return found

    def general_rate(self) -> str:
        """Return the same in LaTeX."""
        return r"\eta" + r"\, \frac{1}{|B|}" * self.is_mean + r"\, c" * self.clips

    @property
    def gamma(self) -> float:
        """Strength of the penalty."""
        options = self.scene.model.problem.options
        return 0.0 if options is None else options.penalty

    def is_penalised(self, source: int) -> bool:
        """Tell whether the penalty pulls at a weight; source -1 is the bias."""
        return self.gamma > 0.0 and (source >= 0 or self.scene.settings.penalty_biases)

    def share(self) -> list[Expression]:
        """Return the share of the penalty that one update takes: |B|/|D|; nothing where it is all of it."""
        n = self.scene.model.problem.n
        if self.n == n:
            return []
        above: Expression = Named("|B|", float(self.n)) if self.is_batch else Constant(1.0)
        return [Quotient(above, Named("|D|", float(n)))]

    def general_share(self) -> str:
        """Return the same in LaTeX."""
        if self.n == self.scene.model.problem.n:
            return ""
        return r"\frac{|B|}{|D|}\, " if self.is_batch else r"\frac{1}{|D|}\, "

    def gradient(self, place: tuple[int, int, int]) -> list[Expression]:
        """Return what an update is made of for one weight: delta_j x_ji, or its sum over the batch."""
        layer, unit, source = place
        if self.is_batch:
            return [Named(batch_symbol(self.scene, place), self.sum(place))]
        x: Expression = self.scene.seen(layer, source) if source >= 0 else Constant(1.0)
        return [self.scene.delta(layer + 1, unit), x]

    @property
    def knows_sum(self) -> bool:
        """Whether the trace holds the batch's sum."""
        return not self.is_batch or "sum_weights[0]" in self.scene.arrays

    def sum(self, place: tuple[int, int, int]) -> float:
        """Return the batch's sum for one weight."""
        layer, unit, source = place
        arrays = self.scene.arrays
        return float(
            arrays[f"sum_weights[{layer}]"][unit, source] if source >= 0 else arrays[f"sum_biases[{layer}]"][unit]
        )

    def all_gradients(self) -> FloatArray:
        """Return what clipping sees of every weight, in the order of the parameters; frozen weights count nothing."""
        scene, problem = self.scene, self.scene.model.problem
        layout, found = problem.layout, np.empty(problem.layout.n_params)
        for layer, (weights, biases) in enumerate(zip(layout.weights(found), layout.biases(found), strict=True)):
            if self.is_batch:
                weights[:], biases[:] = scene.arrays[f"sum_weights[{layer}]"], scene.arrays[f"sum_biases[{layer}]"]
            else:
                deltas = scene.arrays[f"deltas[{layer}]"]
                weights[:], biases[:] = np.outer(deltas, scene.seen_array(layer)), deltas
            pull = 2.0 * self.gamma * self.n / problem.n
            weights -= pull * scene.weights[layer]
            biases -= pull * scene.biases[layer] if scene.settings.penalty_biases else 0.0
        if problem.options is not None:
            found[problem.options.frozen] = 0.0
        return found / self.n if self.is_mean else found


def batch_symbol(scene: Scene, place: tuple[int, int, int]) -> str:
    """Return the symbol of a weight's sum over the batch."""
    return scene.symbols.weight(*place).replace("w", "G", 1)


def learning_rate(training: Training, updates: int, value: float) -> Formula | None:
    """Return how a schedule comes to the learning rate in force; None without one."""
    rates = schedule(training.schedule)
    first, n = Named(r"\eta_0", training.learning_rate), Named("n", float(updates))
    span = Constant(rates.span)
    right: Expression
    if rates.code == INVERSE:
        right = Quotient(first, Sum((Constant(1.0), Quotient(n, span))))
        general = rf"\eta(n) = \frac{{\eta_0}}{{1 + n / {rates.span:g}}}"
    elif rates.code == STEP:
        right = Product((first, Power(Constant(rates.factor), Function("floor", Quotient(n, span)))))
        general = rf"\eta(n) = \eta_0 \cdot {rates.factor:g}^{{\lfloor n / {rates.span:g} \rfloor}}"
    elif rates.code == EXPONENTIAL:
        right = Product((first, Power(Constant(rates.factor), Quotient(n, span))))
        general = rf"\eta(n) = \eta_0 \cdot {rates.factor:g}^{{n / {rates.span:g}}}"
    else:
        return None
    note = f"After {updates:,} update{'' if updates == 1 else 's'}."
    return Formula(("example",), "learning rate", r"\eta", general, right, value, note)


def clipping(update: Update, places: list[tuple[int, int, int]]) -> list[Formula]:
    """Return how long the gradient is, and by which factor it is shortened."""
    if not update.clips:
        return []
    scene = update.scene
    every = update.all_gradients()
    shown = [place for place in places if place not in scene.settings.frozen][: max(1, scene.focus.most)]
    layout = scene.model.layout
    terms: list[Expression] = []
    rest = every * every
    for layer, unit, source in shown:
        n_out, n_in = layout.layers[layer + 1], layout.layers[layer]
        at = layout.offsets[layer] + (unit * n_in + source if source >= 0 else n_out * n_in + unit)
        symbol = scene.symbols.weight(layer, unit, source).replace("w", "g", 1)
        terms.append(Power(Named(symbol, float(every[at])), Constant(2.0)))
        rest[at] = 0.0
    n_more = layout.n_params - len(scene.settings.frozen) - len(shown)
    square: Expression = scene.and_more(terms, n_more, float(np.sum(rest)))
    length = Named(r"\Vert g\Vert", float(update.phase.arrays["gradient_length"][0]))
    limit, factor = Named(r"g_{\text{max}}", scene.settings.clip_norm), float(update.phase.arrays["clip_factor"][0])
    inner = "G_{ji}" if update.is_batch else r"\delta_j\, x_{ji}"
    if update.gamma:
        inner += rf" - 2 \gamma\, {update.general_share()}w_{{ji}}"
    if update.is_mean:
        inner = rf"\frac{{1}}{{|B|}} ({inner})" if update.gamma else rf"\frac{{1}}{{|B|}}\, {inner}"
    general = rf"\Vert g\Vert = \sqrt{{\sum_{{j,i}} g_{{ji}}^2}}, \quad g_{{ji}} = {inner}"
    is_long = length.value > limit.value
    right: Expression = Quotient(limit, length) if is_long else Constant(1.0)
    note = "The gradient is longer than allowed and is shortened." if is_long else "The gradient is short enough."
    rule = r"c = \frac{g_{\text{max}}}{\Vert g\Vert} \text{ if } \Vert g\Vert > g_{\text{max}}, \text{ otherwise } 1"
    return [
        Formula(("example",), "gradient length", length.symbol, general, Function("sqrt", square), length.value),
        Formula(("example",), "clip factor", "c", rule, right, factor, note),
    ]


def pull(update: Update, place: tuple[int, int, int]) -> Expression | None:
    """Return the penalty's part of a change, -2 eta gamma |B|/|D| w; None where it does not count."""
    if not update.is_penalised(place[2]):
        return None
    gamma = Named(r"\gamma", update.gamma)
    factors = (Constant(2.0), *update.rate(), gamma, *update.share(), update.scene.weight(*place))
    return Negative(Product(factors))
