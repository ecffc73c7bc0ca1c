"""Numbers that carry their first and second derivatives along, so that a formula gives its gradient and its Hessian.

Each operation applies the rules of differentiation to one step (sum, product, chain rule): forward-mode automatic
differentiation. numpy's functions accept jets, which is how a formula works on them unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlcore.records import FloatArray

Derivatives = tuple[float, float, float]
"""Value, first and second derivative of a function of one number."""


@dataclass(frozen=True, slots=True, eq=False)
class Jet:
    """A value with its derivatives by some variables.

    Attributes
    ----------
    value : float
        The number itself.
    gradient : ndarray, shape (n,)
        First derivatives.
    hessian : ndarray, shape (n, n)
        Second derivatives.
    """

    value: float
    gradient: FloatArray
    hessian: FloatArray

    @classmethod
    def constant(cls, value: float, n: int) -> Jet:
        """Return a number that depends on none of the n variables."""
        return cls(float(value), np.zeros(n), np.zeros((n, n)))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **_: Any) -> Any:
        """Answer numpy's functions; those without derivatives here are not supported."""
        if method != "__call__":
            return NotImplemented
        n = len(self.gradient)
        jets = [given if isinstance(given, Jet) else Jet.constant(float(given), n) for given in inputs]
        if ufunc in UNARY:
            return _chain(jets[0], UNARY[ufunc](jets[0].value))
        return BINARY[ufunc](*jets) if ufunc in BINARY else NotImplemented


def variables(point: FloatArray) -> tuple[Jet, ...]:
    """Return the coordinates of a point as the variables of differentiation."""
    n = len(point)
    return tuple(Jet(float(x), np.eye(n)[k], np.zeros((n, n))) for k, x in enumerate(point))


def _chain(inner: Jet, outer: Derivatives) -> Jet:
    """Apply the chain rule to f(inner), given f and its derivatives there."""
    value, first, second = outer
    square = np.outer(inner.gradient, inner.gradient)
    return Jet(value, _times(first, inner.gradient), _times(first, inner.hessian) + _times(second, square))


def _times(factor: float, array: FloatArray) -> FloatArray:
    """Multiply; what does not depend on a variable stays 0, whatever the factor."""
    return np.where(array == 0.0, 0.0, factor * array)


def _add(a: Jet, b: Jet) -> Jet:
    return Jet(a.value + b.value, a.gradient + b.gradient, a.hessian + b.hessian)


def _subtract(a: Jet, b: Jet) -> Jet:
    return Jet(a.value - b.value, a.gradient - b.gradient, a.hessian - b.hessian)


def _multiply(a: Jet, b: Jet) -> Jet:
    mixed = np.outer(a.gradient, b.gradient)
    return Jet(
        a.value * b.value,
        _times(b.value, a.gradient) + _times(a.value, b.gradient),
        _times(b.value, a.hessian) + _times(a.value, b.hessian) + mixed + mixed.T,
    )


def _divide(a: Jet, b: Jet) -> Jet:
    one = np.float64(1.0)
    x = np.float64(b.value)
    return _multiply(a, _chain(b, (float(one / x), float(-one / x**2), float(2.0 * one / x**3))))


def _power(a: Jet, b: Jet) -> Jet:
    """Return a^b; with a fixed exponent also where a is not positive."""
    if not b.gradient.any() and not b.hessian.any():
        base, c = np.float64(a.value), b.value
        first = 0.0 if c == 0.0 else float(c * base ** (c - 1.0))
        second = 0.0 if c in (0.0, 1.0) else float(c * (c - 1.0) * base ** (c - 2.0))
        return _chain(a, (float(base**c), first, second))
    if not a.gradient.any() and not a.hessian.any() and a.value > 0.0:
        log = math.log(a.value)
        value = float(np.float64(a.value) ** b.value)
        return _chain(b, (value, value * log, value * log * log))
    return _chain(_multiply(b, _chain(a, _log(a.value))), _exp(_multiply(b, _chain(a, _log(a.value))).value))


def _exp(x: float) -> Derivatives:
    value = float(np.exp(x))
    return value, value, value


def _log(x: float) -> Derivatives:
    number = np.float64(x)
    return float(np.log(number)), float(1.0 / number), float(-1.0 / number**2)


def _sqrt(x: float) -> Derivatives:
    root = np.sqrt(np.float64(x))
    return float(root), float(0.5 / root), float(-0.25 / (root * np.float64(x)))


def _tan(x: float) -> Derivatives:
    t = math.tan(x) if math.isfinite(x) else math.nan
    return t, 1.0 + t * t, 2.0 * t * (1.0 + t * t)


def _tanh(x: float) -> Derivatives:
    t = math.tanh(x)
    return t, 1.0 - t * t, -2.0 * t * (1.0 - t * t)


def _sin(x: float) -> Derivatives:
    s, c = float(np.sin(x)), float(np.cos(x))
    return s, c, -s


def _cos(x: float) -> Derivatives:
    s, c = float(np.sin(x)), float(np.cos(x))
    return c, -s, -c


def _absolute(x: float) -> Derivatives:
    """Take the slope at the kink as 0."""
    return abs(x), float(np.sign(x)), 0.0


UNARY: dict[np.ufunc, Callable[[float], Derivatives]] = {
    np.negative: lambda x: (-x, -1.0, 0.0),
    np.sin: _sin,
    np.cos: _cos,
    np.tan: _tan,
    np.exp: _exp,
    np.log: _log,
    np.sqrt: _sqrt,
    np.absolute: _absolute,
    np.tanh: _tanh,
}
BINARY: dict[np.ufunc, Callable[[Jet, Jet], Jet]] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.power: _power,
}
