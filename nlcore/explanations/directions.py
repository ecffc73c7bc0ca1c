"""Where a step on a function goes: the rule of each direction of search, coordinate by coordinate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nlcore.directions import DIRECTIONS
from nlcore.explanations.records import Formula
from nlcore.expressions import Constant, Expression, Named, Negative, Power, Product, Quotient, Sum
from nlcore.families.function import LAST_DIRECTION, LAST_GRADIENT, FunctionModel
from nlcore.records import FloatArray, Phase, TrainState

WORDS = {
    "steepest_descent": "The search direction is that of steepest decrease: the gradient with the opposite sign.",
    "steepest_ascent": "The search direction is that of steepest increase: the gradient itself.",
    "coordinate": "The search direction is along one axis, another at each step, to where the function falls.",
    "newton": "The direction leads to where the parabola that touches the function here has no slope.",
    "conjugate_gradient": "The direction is against the gradient, turned by a share of the last direction.",
    "random": "A line through the point was drawn at random; the direction is down along it, as steep as it is.",
}


def formula(place: int, kind: str, left: str, general: str, right: Expression, value: float, note: str = "") -> Formula:
    """Return a formula about one coordinate."""
    return Formula(("parameter", place), kind, left, general, right, value, note)


@dataclass(frozen=True, eq=False)
class Search:
    """The direction of one step, with everything it was found from."""

    model: FunctionModel
    state: TrainState
    phase: Phase

    @property
    def chosen(self) -> str:
        """The direction's name."""
        return self.model.options.direction

    @cached_property
    def direction(self) -> FloatArray:
        """The direction."""
        return np.asarray(self.phase.arrays["direction"], dtype=np.float64)

    @cached_property
    def gradient(self) -> FloatArray:
        """The gradient at the point."""
        return np.asarray(self.phase.arrays["gradient"], dtype=np.float64)

    def name(self, i: int) -> str:
        """Return the name of a coordinate."""
        return self.model.param_names[i]

    def slope(self, i: int) -> Named:
        """Return the derivative along a coordinate."""
        return Named(rf"\frac{{\partial f}}{{\partial {self.name(i)}}}", float(self.gradient[i]))

    def sentence(self) -> str:
        """Say in words which way the step goes."""
        found = WORDS.get(self.chosen, DIRECTIONS[self.chosen].help)
        if self.chosen in ("newton", "conjugate_gradient") and self._is_descent:
            found += " Here that is the direction of steepest decrease."
        return found

    @property
    def _is_descent(self) -> bool:
        return bool(np.array_equal(self.direction, -self.gradient))

    def formulas(self) -> list[Formula]:
        """Return the formulas of all coordinates, and before them of what they need."""
        general, found = DIRECTIONS[self.chosen].latex, []
        share = self._share() if self.chosen == "conjugate_gradient" and not self._is_descent else None
        if share is not None:
            found.append(share)
        if self.chosen == "conjugate_gradient" and share is None:
            general = DIRECTIONS["steepest_descent"].latex
        for i, value in enumerate(self.direction):
            right, note = self._coordinate(i, share)
            found.append(formula(i, "direction", f"p_{{{self.name(i)}}}", general, right, float(value), note))
        return found

    def _coordinate(self, i: int, share: Formula | None) -> tuple[Expression, str]:
        """Return one coordinate of the direction, and what is special about it."""
        slope = self.slope(i)
        if self.chosen == "steepest_ascent":
            return slope, ""
        if self.chosen == "coordinate" and i != self.state.counters.updates % len(self.gradient):
            return Constant(0.0), "It is not this axis's turn."
        if self.chosen == "newton" and not self._is_descent and len(self.gradient) == 2:
            return self._newton(i), ""
        if self.chosen == "random":
            return self._random(i), ""
        if share is not None:
            last = float(self.state.extra[LAST_DIRECTION][i])
            before = Named(f"p_{{{self.name(i)}}}(n{{-}}1)", last)
            return Sum((Negative(slope), Product((Named(r"\beta", share.value), before)))), ""
        if self.chosen in ("steepest_descent", "coordinate", "newton", "conjugate_gradient"):
            return Negative(slope), ""
        return Named(f"p_{{{self.name(i)}}}", float(self.direction[i])), ""

    def _newton(self, i: int) -> Expression:
        """Solve H p = -g for two unknowns, by determinants."""
        hessian = self.model.function.jet(self.state.params).hessian

        def second(a: int, b: int) -> Named:
            return Named(f"H_{{{self.name(a)}{self.name(b)}}}", float(hessian[a, b]))

        other = 1 - i
        above = Sum(
            (
                Product((second(other, other), self.slope(i))),
                Negative(Product((second(0, 1), self.slope(other)))),
            )
        )
        below = Sum((Product((second(0, 0), second(1, 1))), Negative(Power(second(0, 1), Constant(2.0)))))
        return Negative(Quotient(above, below))

    def _random(self, i: int) -> Expression:
        """Return -(gradient . u) u; which of the two unit vectors along the line u is makes no difference."""
        length = math.hypot(*self.direction)
        if length == 0.0 or not math.isfinite(length):
            return Named(f"p_{{{self.name(i)}}}", float(self.direction[i]))
        line = self.direction / length
        units = [Named(f"u_{{{self.name(k)}}}", float(u)) for k, u in enumerate(line)]
        along = Sum(tuple(Product((self.slope(k), unit)) for k, unit in enumerate(units)))
        return Negative(Product((along, units[i])))

    def _share(self) -> Formula:
        """Return the share of the last direction that is kept (Polak and Ribiere)."""
        last = self.state.extra[LAST_GRADIENT]
        names = [self.name(k) for k in range(len(last))]
        before = [Named(f"g_{{{name}}}", float(value)) for name, value in zip(names, last, strict=True)]
        above: list[Expression] = []
        for k, old in enumerate(before):
            above.append(Product((self.slope(k), Sum((self.slope(k), Negative(old))))))
        below = Sum(tuple(Power(old, Constant(2.0)) for old in before))
        right = Quotient(Sum(tuple(above)), below)
        general = r"\beta = \frac{\nabla f \cdot (\nabla f - \mathbf{g})}{\mathbf{g} \cdot \mathbf{g}}"
        note = "g is the gradient of the step before."
        return Formula(("example",), "share of the last direction", r"\beta", general, right, right.value, note)
