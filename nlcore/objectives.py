"""Functions of two variables to be minimised: the landscapes that optimisers are tried on, and a person's own formula.

Each is written as a formula, from which value, gradient and Hessian follow exactly. Sources: H. Rosenbrock, "An
automatic method for finding the greatest or least value of a function" (1960); D. Himmelblau, *Applied Nonlinear
Programming* (1972).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nlcore import formulas, jets
from nlcore.formulas import Tree
from nlcore.jets import Jet
from nlcore.records import FloatArray

NAMES = ("x", "y")
OWN = "formula"
"""The name under which a person's own formula is chosen."""


@dataclass(frozen=True)
class Objective:
    """A function of a point (x, y).

    Attributes
    ----------
    title : str
        What it looks like, in a few words.
    formula : str
        In x and y, as `nlcore.formulas` reads it.
    view : tuple of float
        A part of the plane worth looking at: lowest and highest x, lowest and highest y.
    """

    title: str
    formula: str
    view: tuple[float, float, float, float] = field(default=(-3.0, 3.0, -3.0, 3.0))

    @cached_property
    def tree(self) -> Tree:
        """The formula, ready to be evaluated; raises a `FormulaError` if it cannot be read."""
        return formulas.parse_tree(self.formula, NAMES)

    def value(self, point: FloatArray) -> float:
        """Return the function's value at a point, shape (2,)."""
        with np.errstate(all="ignore"):
            return float(self.tree((np.float64(point[0]), np.float64(point[1]))))

    def values(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the values at many points, in the shape of x and y together."""
        shape = np.broadcast_shapes(x.shape, y.shape)
        with np.errstate(all="ignore"):
            found: FloatArray = np.broadcast_to(np.asarray(self.tree((x, y)), dtype=np.float64), shape)
        return found

    def jet(self, point: FloatArray) -> Jet:
        """Return value, gradient and Hessian at a point, shape (2,)."""
        with np.errstate(all="ignore"):
            found = self.tree(jets.variables(point))
        return found if isinstance(found, Jet) else Jet.constant(float(found), len(NAMES))

    def gradient(self, point: FloatArray) -> FloatArray:
        """Return the gradient at a point, shape (2,)."""
        return self.jet(point).gradient


OBJECTIVES: dict[str, Objective] = {
    "bowl": Objective("Bowl: half the squared distance from the origin", "(x^2 + y^2)/2"),
    "valley": Objective("Narrow valley: twenty-five times as steep across as along", "(x^2 + 25*y^2)/2"),
    "rosenbrock": Objective(
        "Rosenbrock's curved valley, lowest at (1, 1)", "(1 - x)^2 + 100*(y - x^2)^2", (-2.0, 2.0, -1.0, 3.0)
    ),
    "himmelblau": Objective(
        "Himmelblau's function, with four lowest places", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (-5.0, 5.0, -5.0, 5.0)
    ),
    "hollows": Objective(
        "Plain with a shallow hollow at (0.85, 0) and a deep one at (-1.5, 0)",
        "2 - exp(-(x - 1)^2 - y^2) - 2*exp(-(x + 1.5)^2/2 - y^2/2)",
        (-4.0, 4.0, -2.5, 2.5),
    ),
    "saddle": Objective("Saddle at the origin, lowest at (0, 1.41) and (0, -1.41)", "x^2 - y^2 + y^4/4"),
}
