"""Step lengths: how far to go in a direction, the "decide step length" of the lecture's general algorithm.

Fixed takes the learning rate (with its schedule, so it may decay); backtracking halves it until the step pays
(Armijo's condition); exact looks for the lowest place on the way. Source: lecture, "Optimization: general algorithm";
J. Nocedal and S. Wright, *Numerical Optimization* (2006), chapter 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nlcore.objectives import Objective
from nlcore.records import FloatArray

ENOUGH = 1e-4
"""Share of the decrease which the slope promises that a step must bring."""
MOST_HALVINGS = MOST_DOUBLINGS = 60
MOST_CUTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The function along a direction.

    Attributes
    ----------
    objective : Objective
        The function.
    point, direction : ndarray, shape (n,)
        Where it starts and where it leads.
    rate : float
        The learning rate in force.
    """

    objective: Objective
    point: FloatArray
    direction: FloatArray
    rate: float

    def value(self, length: float) -> float:
        """Return the function's value so far along; infinite where it has none."""
        found = self.objective.value(self.point + length * self.direction)
        return math.inf if math.isnan(found) else found

    def slope(self, length: float) -> float:
        """Return how fast the function grows along the direction."""
        return float(self.objective.gradient(self.point + length * self.direction) @ self.direction)


@dataclass(frozen=True, slots=True)
class StepLength:
    """A way to choose how far to go: a title and a sentence for the screen, and the choice itself."""

    title: str
    help: str
    of: Callable[[Line], float]


def _fixed(line: Line) -> float:
    return line.rate


def _backtracking(line: Line) -> float:
    """Halve the learning rate until the step goes down enough; a direction that leads up gets it as it is."""
    slope, here, length = line.slope(0.0), line.value(0.0), line.rate
    if slope >= 0.0:
        return length
    for _ in range(MOST_HALVINGS):
        if line.value(length) <= here + ENOUGH * length * slope:
            return length
        length /= 2.0
    return 0.0


def _exact(line: Line) -> float:
    """Go to the lowest place along the direction: widen until it lies between two lengths, then halve the way to it."""
    if line.rate == 0.0 or line.slope(0.0) >= 0.0:
        return line.rate if line.slope(0.0) > 0.0 else 0.0
    low, high = _bracket(line)
    if math.isinf(high):
        return low
    for _ in range(MOST_CUTS):
        middle = low + (high - low) / 2.0
        if not low < middle < high:
            break
        slope = line.slope(middle)
        if slope < 0.0 or (math.isnan(slope) and line.value(middle) < line.value(low)):
            low = middle
        else:
            high = middle
    return min((0.0, low, high), key=line.value)


def _bracket(line: Line) -> tuple[float, float]:
    """Return two lengths between which the function turns up; the second is infinite if the way down does not end."""
    here, length = line.value(0.0), line.rate
    for _ in range(MOST_HALVINGS):
        if line.value(length) < here:
            break
        length /= 2.0
    low, middle = 0.0, length
    for _ in range(MOST_DOUBLINGS):
        high = 2.0 * middle
        if not line.value(high) < line.value(middle):
            return low, high
        low, middle = middle, high
    return low, math.inf


STEP_LENGTHS: dict[str, StepLength] = {
    "fixed": StepLength("Fixed", "The learning rate times the direction; a schedule lets it decay.", _fixed),
    "backtracking": StepLength(
        "Backtracking", "The learning rate, halved until the step goes down as the slope promises.", _backtracking
    ),
    "exact": StepLength("Exact", "As far as the function falls along the direction.", _exact),
}
