"""Reads a formula with its numbers, as `text` writes it, and works it out.

A small parser of its own for sums, products, powers, functions and comparisons; nothing else is understood.
"""

from __future__ import annotations

import math
import re
from typing import Final

from nlcore.expressions.nodes import FUNCTIONS, compare, power

_TOKEN: Final = re.compile(
    r"\s*(?:(\d+(?:\.\d*)?(?:e-?\d+)?|inf|nan)|([a-z]+0?)(?=\()|\[\d+ more terms?: ([^\]]*)\]|(<=|>=|[-+*/^()<>=]))"
)
_END: Final = ""


def parse(written: str) -> float:
    """Return the value of a formula written with its numbers.

    Parameters
    ----------
    written : str
        For example ``0.5 * (1 - 0.5) * (-0.3)``. A comparison gives 1 if it holds, else 0.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    reader = _Reader(written)
    found = reader.comparison()
    if reader.token != _END:
        raise ValueError(f"cannot read {written!r} from {reader.token!r} on")
    return found


class _Reader:
    """Goes through the text from left to right; `token` is the piece that is looked at."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.at = 0
        self.token = _END
        self.number: float | None = None
        self.next()

    def next(self) -> None:
        """Go on to the next piece."""
        rest = self.written[self.at :]
        self.number = None
        if not rest.strip():
            self.token = _END
            return
        match = _TOKEN.match(rest)
        if match is None:
            raise ValueError(f"cannot read {self.written!r} from {rest.strip()!r} on")
        self.at += match.end()
        digits, name, more, sign = match.groups()
        self.token = match[0].strip()
        if digits is not None:
            self.number = float(digits)
        elif more is not None:
            self.number = parse(more)
        else:
            self.token = name or sign

    def take(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if self.token != sign:
            raise ValueError(f"{self.written!r}: expected {sign!r} instead of {self.token!r}")
        self.next()

    def comparison(self) -> float:
        """Read two sums with a sign between them, or one sum."""
        left = self.sum()
        if self.token in ("<=", "<", ">=", ">", "="):
            sign = self.token
            self.next()
            return compare(left, sign, self.sum())
        return left

    def sum(self) -> float:
        """Read terms with plus or minus between them."""
        total = self.product()
        while self.token in ("+", "-"):
            sign = self.token
            self.next()
            term = self.product()
            total = total + term if sign == "+" else total - term
        return total

    def product(self) -> float:
        """Read factors with a star or a stroke between them, with a minus before them or without."""
        if self.token == "-":
            self.next()
            return -self.product()
        found = self.power()
        while self.token in ("*", "/"):
            sign = self.token
            self.next()
            factor = self.power()
            if sign == "*":
                found *= factor
            else:
                found = found / factor if factor else math.nan
        return found

    def power(self) -> float:
        """Read a whole, raised to another or not."""
        base = self.whole()
        if self.token == "^":
            self.next()
            return power(base, self.whole())
        return base

    def whole(self) -> float:
        """Read a number, something in parentheses, or a function."""
        if self.number is not None:
            found = self.number
            self.next()
            return found
        name = self.token
        if name in FUNCTIONS:
            self.next()
        self.take("(")
        found = self.comparison()
        self.take(")")
        return FUNCTIONS[name](found) if name in FUNCTIONS else found
