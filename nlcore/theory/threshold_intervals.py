"""Which biases make a threshold unit compute a Boolean function, once its other weights are chosen.

The unit says true only where w0 + w1 x1 + ... + wn xn > 0. With w1 ... wn fixed, every true case demands that w0 lies
above some number, every false one that it does not exceed another: an interval, open below and closed above. How false
and true are written matters: w0 = -0.3 with weights 0.5 gives OR for inputs 0 and 1, but AND for inputs -1 and +1.

Source: lecture, "Perceptron" and "Decision Surface of a Perceptron"; Mitchell 1997, p. 87.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

from nlcore.records import FloatArray

Coding = Literal["zero_one", "minus_plus"]
FALSE_AND_TRUE: dict[str, tuple[float, float]] = {"zero_one": (0.0, 1.0), "minus_plus": (-1.0, 1.0)}
"""The numbers that stand for false and true."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers above `low`, up to and including `high`; either may be infinite."""

    low: float
    high: float

    def __contains__(self, number: float) -> bool:
        """Tell whether a number lies in it."""
        return self.low < number <= self.high

    @property
    def midpoint(self) -> float:
        """The middle, the safest choice; where one end is infinite, a number 1 away from the other; else 0."""
        if math.isinf(self.low) or math.isinf(self.high):
            if math.isinf(self.low) and math.isinf(self.high):
                return 0.0
            return self.high - 1.0 if math.isinf(self.low) else self.low + 1.0
        return self.low / 2.0 + self.high / 2.0


def cases(n: int, coding: Coding = "zero_one") -> FloatArray:
    """Return all inputs of a Boolean function, shape (2^n, n), in the order 0...00, 0...01, 0...10, ..., 1...11.

    Raises
    ------
    ValueError
        If there is no input, or the coding is unknown.
    """
    if n < 1:
        raise ValueError(f"a Boolean function needs at least one input, not {n}")
    return np.array(list(product(_codes(coding), repeat=n)))


def bias_interval(weights: Any, truth: Sequence[Any], coding: Coding = "zero_one") -> Interval | None:
    """Return the biases with which a threshold unit computes a Boolean function, None if there are none.

    Parameters
    ----------
    weights : array_like, shape (n,)
        w1 ... wn.
    truth : sequence of bool or 0/1, length 2^n
        The function's value for the cases in the order of `cases`.
    coding : {"zero_one", "minus_plus"}
        How false and true are written in the inputs.

    Raises
    ------
    ValueError
        If the table has not 2^n entries, an entry is neither true nor false, or the coding is unknown.
    """
    w = np.asarray(weights, dtype=np.float64)
    inputs = cases(len(w), coding)
    if len(truth) != len(inputs):
        raise ValueError(f"a function of {len(w)} inputs has {len(inputs)} cases, but {len(truth)} values were given")
    values = np.asarray(truth)
    if not np.all((values == 0) | (values == 1)):
        raise ValueError("the values of a Boolean function must be true and false, or 1 and 0")
    return interval_of(inputs @ w, values.astype(np.bool_))


def interval_of(sums: Any, truth: Any) -> Interval | None:
    """Return the biases that are right for some weighted sums w1 x1 + ... + wn xn, None if there are none.

    Parameters
    ----------
    sums : array_like, shape (n,)
        One an example.
    truth : array_like of bool, shape (n,)
        Whether the unit must say true.
    """
    s, is_true = np.asarray(sums, dtype=np.float64), np.asarray(truth, dtype=np.bool_)
    low = -float(np.min(s, where=is_true, initial=np.inf))
    high = -float(np.max(s, where=~is_true, initial=-np.inf))
    return Interval(low + 0.0, high + 0.0) if low < high else None  # + 0.0 turns -0.0 into 0.0


def m_of_n(m: int, n: int) -> tuple[bool, ...]:
    """Return the truth table of "at least m of n inputs are true", length 2^n; OR is 1 of n, AND is n of n.

    Raises
    ------
    ValueError
        If m is not from 1 to n.
    """
    _check_m_of_n(m, n)
    return tuple(sum(case) >= m for case in product((0, 1), repeat=n))


def m_of_n_interval(m: int, n: int, weight: float = 0.5, coding: Coding = "zero_one") -> Interval:
    """Return the biases that make a unit with n equal weights say "at least m of n".

    With k inputs true the weighted sum is weight k for inputs 0 and 1, and weight (2k - n) for inputs -1 and +1. The
    interval lies between its values for k = m and k = m - 1; its midpoint is -(m - 1/2) weight and (n - 2m + 1) weight.

    Parameters
    ----------
    m, n : int
        From 1 to n; any number of inputs.
    weight : float
        The weight of every input, positive.
    coding : {"zero_one", "minus_plus"}
        How false and true are written in the inputs.

    Raises
    ------
    ValueError
        If m is not from 1 to n, the weight is not positive or the coding is unknown.
    """
    _check_m_of_n(m, n)
    if not weight > 0.0:
        raise ValueError(f"the weight must be positive, not {weight}")
    false, true = _codes(coding)
    low, high = (-weight * (k * true + (n - k) * false) + 0.0 for k in (m, m - 1))
    return Interval(low, high)


def _codes(coding: str) -> tuple[float, float]:
    if coding not in FALSE_AND_TRUE:
        raise ValueError(f"the coding must be one of {', '.join(FALSE_AND_TRUE)}, not {coding!r}")
    return FALSE_AND_TRUE[coding]


def _check_m_of_n(m: int, n: int) -> None:
    if not 1 <= m <= n:
        raise ValueError(f"m must be from 1 to n = {n}, not {m}")
