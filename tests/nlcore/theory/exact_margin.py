"""A second way to the largest margin: every set of so few points that they can be independent, in exact fractions.

The nearest point of a hull to the origin is the nearest point of the affine hull of some of the points, with shares
that are not negative; trying all sets finds it without a rounding error. Where the origin lies inside the hull, one set
of one point more than there are coordinates has it inside too, and the distance is 0.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from nlcore.theory.homogeneous import signed_examples


def exact_gamma(inputs: Any, labels: Any) -> float:
    """Return the distance of the hull of y (1, x) from the origin, exact to the last digit of a float."""
    points = [[Fraction(number) for number in row] for row in signed_examples(inputs, labels).tolist()]
    products = [[sum((a * b for a, b in zip(p, q, strict=True)), Fraction(0)) for q in points] for p in points]
    squares = (
        _square(products, chosen) for size in range(len(points[0]) + 1) for chosen in _sets(len(points), size + 1)
    )
    return float(np.sqrt(float(min(square for square in squares if square is not None))))


def _sets(n: int, size: int) -> list[tuple[int, ...]]:
    return list(combinations(range(n), size))


def _square(products: list[list[Fraction]], chosen: tuple[int, ...]) -> Fraction | None:
    """Return the squared distance of some points' affine hull, None if its nearest point is outside their own hull."""
    base, *others = chosen
    rows = [
        [products[i][j] - products[i][base] - products[base][j] + products[base][base] for j in others]
        + [products[base][base] - products[base][i]]
        for i in others
    ]
    shares = _solved(rows)
    if shares is None:
        return None
    shares = [1 - sum(shares, Fraction(0)), *shares]
    if min(shares) < 0:
        return None
    pairs = [(a, i, b, j) for a, i in zip(shares, chosen, strict=True) for b, j in zip(shares, chosen, strict=True)]
    return sum((a * b * products[i][j] for a, i, b, j in pairs), Fraction(0))


def _solved(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Solve linear equations, the right side in the last column; None if they are singular."""
    n = len(rows)
    for i in range(n):
        pivot = next((r for r in range(i, n) if rows[r][i] != 0), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i and rows[r][i] != 0:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def tight_classes(seed: int, n: int, gamma: float) -> tuple[Any, Any]:
    """Return n points in the plane and labels whose largest margin is (nearly always) the given one.

    Two pairs of opposite points face each other across a random line; the others lie further away.
    """
    rng = np.random.default_rng(seed)
    u = rng.normal(size=3) * [0.3, 1.0, 1.0]
    u /= np.linalg.norm(u)
    across = np.linalg.norm(u[1:])
    inputs = rng.uniform(-1.0, 1.0, (n, 2))
    products = inputs @ u[1:] + u[0]
    labels = np.where(products > 0.0, 1.0, -1.0)
    inputs[:4] -= np.outer(products[:4], u[1:]) / across**2
    inputs[1], inputs[3] = inputs[0], inputs[2]
    labels[:4] = [1.0, -1.0, 1.0, -1.0]
    return inputs + np.outer(labels * gamma, u[1:]) / across**2, labels
