"""The nodes of a formula: names with their numbers, and what is done with them.

Every node is frozen and has a value. Sums and products are worked out from left to right, as the textbook loop does it,
so a formula usually has the engine's number to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nlcore.activations import sigmoid

Sign = Literal["<=", "<", ">=", ">", "="]


@dataclass(frozen=True, slots=True)
class Named:
    """A quantity with a name: written as its symbol (LaTeX, such as ``w_{10}``) or as its number."""

    symbol: str
    value: float


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is part of the formula itself, such as the 1 in 1 - o."""

    value: float


@dataclass(frozen=True, slots=True)
class More:
    """So many terms of a sum that are not written out, and what they add up to."""

    n: int
    value: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added from left to right; a `Negative` term is written as a subtraction."""

    terms: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """The sum; 0 without any terms."""
        if not self.terms:
            return 0.0
        total = self.terms[0].value
        for term in self.terms[1:]:
            total += term.value
        return total


@dataclass(frozen=True, slots=True)
class Negative:
    """An expression with the opposite sign."""

    argument: Expression

    @property
    def value(self) -> float:
        """The opposite of the argument's value."""
        return -self.argument.value


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied from left to right; a product in a product is written, and worked out, without parentheses."""

    factors: tuple[Expression, ...]

    @property
    def value(self) -> float:
        """The product; 1 without any factors."""
        product = 1.0
        for factor in self.flat():
            product *= factor.value
        return product

    def flat(self) -> tuple[Expression, ...]:
        """Return the factors, those of products among them in their place."""
        found: list[Expression] = []
        for factor in self.factors:
            found += factor.flat() if isinstance(factor, Product) else (factor,)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Quotient:
    """One expression divided by another."""

    numerator: Expression
    denominator: Expression

    @property
    def value(self) -> float:
        """The quotient; not a number where the denominator is 0."""
        below = self.denominator.value
        return self.numerator.value / below if below else math.nan


@dataclass(frozen=True, slots=True)
class Power:
    """A base raised to an exponent."""

    base: Expression
    exponent: Expression

    @property
    def value(self) -> float:
        """The power; infinite where it is too large for a number."""
        return power(self.base.value, self.exponent.value)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one argument; `FUNCTIONS` says which there are."""

    name: str
    argument: Expression

    @property
    def value(self) -> float:
        """The function's value."""
        return FUNCTIONS[self.name](self.argument.value)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two expressions side by side: its value is 1 if the statement holds, else 0."""

    left: Expression
    sign: Sign
    right: Expression

    @property
    def value(self) -> float:
        """1 if it holds, else 0."""
        return compare(self.left.value, self.sign, self.right.value)


Expression = Named | Constant | More | Sum | Negative | Product | Quotient | Power | Function | Comparison


def compare(left: float, sign: str, right: float) -> float:
    """Return 1 if the comparison holds, else 0."""
    holds = {
        "<=": left <= right,
        "<": left < right,
        ">=": left >= right,
        ">": left > right,
        "=": left == right,
    }
    return float(holds[sign])


def power(base: float, exponent: float) -> float:
    """Return base to the exponent, infinite instead of an error where it is too large."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf if x == 0.0 else math.nan


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sigma": sigmoid,
    "tanh": math.tanh,
    "exp": _exp,
    "ln": _log,
    "sqrt": lambda x: math.sqrt(x) if x >= 0.0 else math.nan,
    "floor": lambda x: float(math.floor(x)) if math.isfinite(x) else x,
    "max0": lambda x: 0.0 if x <= 0.0 else x,  # noqa: FURB136 - max() would turn nan into 0
    "sign": lambda x: 1.0 if x > 0.0 else -1.0,
    "softplus": lambda x: x + math.log1p(math.exp(-x)) if x > 0.0 else math.log1p(_exp(x)),
    "step": lambda x: 1.0 if x > 0.0 else 0.0,
}
"""Functions that a formula may hold. The sign of 0 is -1, as the lecture's threshold unit has it; its step is 0."""
