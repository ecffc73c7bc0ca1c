"""Writes a formula as LaTeX or as plain text, in symbols or with its numbers.

Parentheses are set where the meaning needs them, and around negative numbers within sums and products, as one does by
hand. What is written as text with 17 digits can be read again by `nlcore.expressions.parse`.
"""

from __future__ import annotations

import math
from typing import Final, Protocol

from nlcore.expressions.nodes import (
    Constant,
    Expression,
    Function,
    More,
    Named,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
)
from nlcore.expressions.plain import plain

COMPARED, ADDED, SIGNED, DIVIDED, MULTIPLIED, RAISED, WHOLE = range(7)
"""How tightly what was written holds together."""
Written = tuple[str, int]

_LATEX_FUNCTIONS: Final = {
    "sigma": r"\sigma({})",
    "tanh": r"\tanh({})",
    "exp": "e^{{{}}}",
    "ln": r"\ln({})",
    "sqrt": r"\sqrt{{{}}}",
    "floor": r"\lfloor {} \rfloor",
    "max0": r"\max(0, {})",
    "sign": r"\mathrm{{sign}}({})",
    "softplus": r"\ln(1 + e^{{{}}})",
    "step": "[{} > 0]",
}
_LATEX_SIGNS: Final = {"<=": r"\leq", ">=": r"\geq"}


def latex(expression: Expression, digits: int | None = None) -> str:
    """Write an expression as LaTeX.

    Parameters
    ----------
    expression : Expression
        What to write.
    digits : int, optional
        With how many significant digits its numbers are written; None leaves it in symbols.
    """
    return _written(expression, _Latex(digits))[0]


def text(expression: Expression, digits: int | None = None) -> str:
    """Write an expression as plain text; the parameters are those of `latex`."""
    return _written(expression, _Text(digits))[0]


def latex_terms(expression: Expression, digits: int | None = None) -> tuple[str, ...]:
    """Write an expression as LaTeX in pieces that can stand on several lines: the terms of a sum with their signs.

    Side by side they are what `latex` writes; what is no sum is one piece.
    """
    style = _Latex(digits)
    return tuple(_terms(expression, style)) if isinstance(expression, Sum) else (_written(expression, style)[0],)


def numeral(value: float, digits: int | None) -> tuple[str, int | None]:
    """Write a number with so many significant digits; return its digits and, where needed, its power of ten."""
    if digits is None:
        digits = next(n for n in range(1, 18) if float(f"{value:.{n}g}") == value or not math.isfinite(value))
    mantissa, _, exponent = f"{value:.{max(1, digits) - 1}e}".partition("e")
    power = int(exponent or 0)
    if value == 0.0 or not math.isfinite(value) or -4 <= power < 7:
        decimals = max(0, digits - 1 - power)
        written = "0" if value == 0.0 else f"{value:.{decimals}f}"
        return (written.rstrip("0").rstrip(".") if "." in written else written), None
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa), power


class _Style(Protocol):
    """How the pieces of a formula are written."""

    digits: int | None

    def name(self, symbol: str) -> Written: ...
    def number(self, value: float, digits: int | None) -> Written: ...
    def negative(self, argument: str) -> str: ...
    def product(self, factors: tuple[Expression, ...], written: list[str]) -> str: ...
    def quotient(self, above: Written, below: Written) -> Written: ...
    def power(self, base: str, exponent: Written) -> str: ...
    def call(self, name: str, argument: str) -> str: ...
    def more(self, node: More) -> str: ...
    def sign(self, sign: str) -> str: ...


class _Text:
    """Plain text, with a star between factors."""

    def __init__(self, digits: int | None) -> None:
        self.digits = digits

    def name(self, symbol: str) -> Written:
        return plain(symbol), WHOLE

    def number(self, value: float, digits: int | None) -> Written:
        written, power = numeral(value, digits)
        written = written if power is None else f"{written}e{power}"
        return written, SIGNED if written.startswith("-") else WHOLE

    def negative(self, argument: str) -> str:
        return f"-{argument}"

    def product(self, factors: tuple[Expression, ...], written: list[str]) -> str:
        del factors
        return " * ".join(written)

    def quotient(self, above: Written, below: Written) -> Written:
        return f"{_held(above, MULTIPLIED)} / {_held(below, RAISED)}", DIVIDED

    def power(self, base: str, exponent: Written) -> str:
        return f"{base}^{_held(exponent, WHOLE)}"

    def call(self, name: str, argument: str) -> str:
        return f"{name}({argument})"

    def more(self, node: More) -> str:
        what = f"{node.n} more term{'' if node.n == 1 else 's'}"
        return f"[{what}]" if self.digits is None else f"[{what}: {self.number(node.value, self.digits)[0]}]"

    def sign(self, sign: str) -> str:
        return sign


class _Latex:
    """LaTeX as it is typeset here: a unary minus stands in braces, so that it gets no room around it."""

    def __init__(self, digits: int | None) -> None:
        self.digits = digits

    def name(self, symbol: str) -> Written:
        return symbol, WHOLE

    def number(self, value: float, digits: int | None) -> Written:
        if not math.isfinite(value):
            written = r"\text{?}" if math.isnan(value) else r"\infty"
            return (f"{{-}}{written}", SIGNED) if value < 0.0 else (written, WHOLE)
        written, power = numeral(value, digits)
        is_negative = written.startswith("-")
        if is_negative:
            written = "{-}" + written[1:]
        if power is None:
            return written, SIGNED if is_negative else WHOLE
        raised = f"{{-}}{-power}" if power < 0 else str(power)
        return rf"{written} \cdot 10^{{{raised}}}", SIGNED if is_negative else MULTIPLIED

    def negative(self, argument: str) -> str:
        return f"{{-}}{argument}"

    def product(self, factors: tuple[Expression, ...], written: list[str]) -> str:
        """Set symbols side by side, and a dot before a number."""
        found = written[0]
        for before, factor, piece in zip(factors, factors[1:], written[1:], strict=False):
            is_symbol = self.digits is None and not isinstance(factor, Constant | Quotient)
            close = is_symbol and not isinstance(before, Quotient)
            found += (r"\, " if close else r" \cdot ") + piece
        return found

    def quotient(self, above: Written, below: Written) -> Written:
        return rf"\frac{{{above[0]}}}{{{below[0]}}}", RAISED

    def power(self, base: str, exponent: Written) -> str:
        return f"{base}^{{{exponent[0]}}}"

    def call(self, name: str, argument: str) -> str:
        return _LATEX_FUNCTIONS[name].format(argument)

    def more(self, node: More) -> str:
        what = rf"\text{{{node.n} more term{'' if node.n == 1 else 's'}}}"
        if self.digits is None:
            return rf"\underbrace{{\cdots}}_{{{what}}}"
        return rf"\underbrace{{{self.number(node.value, self.digits)[0]}}}_{{{what}}}"

    def sign(self, sign: str) -> str:
        return _LATEX_SIGNS.get(sign, sign)


def _held(piece: Written, tightness: int) -> str:
    """Set parentheses around what holds together less tightly than needed."""
    return piece[0] if piece[1] >= tightness else f"({piece[0]})"


def _written(node: Expression, style: _Style) -> Written:
    if isinstance(node, Named):
        return style.name(node.symbol) if style.digits is None else style.number(node.value, style.digits)
    if isinstance(node, Constant):
        return style.number(node.value, None)
    if isinstance(node, More):
        return style.more(node), WHOLE
    if isinstance(node, Sum):
        return _sum(node, style)
    if isinstance(node, Negative):
        return style.negative(_held(_written(node.argument, style), DIVIDED)), SIGNED
    if isinstance(node, Product):
        factors = node.flat()
        pieces = [_held(_written(factor, style), MULTIPLIED) for factor in factors]
        if len(pieces) < 2:
            return (pieces[0] if pieces else "1"), MULTIPLIED
        return style.product(factors, pieces), MULTIPLIED
    if isinstance(node, Quotient):
        return style.quotient(_written(node.numerator, style), _written(node.denominator, style))
    if isinstance(node, Power):
        return style.power(_held(_written(node.base, style), WHOLE), _written(node.exponent, style)), RAISED
    if isinstance(node, Function):
        return style.call(node.name, _written(node.argument, style)[0]), WHOLE
    left, right = _held(_written(node.left, style), ADDED), _held(_written(node.right, style), ADDED)
    return f"{left} {style.sign(node.sign)} {right}", COMPARED


def _sum(node: Sum, style: _Style) -> Written:
    if not node.terms:
        return "0", WHOLE
    if len(node.terms) == 1:
        return _written(node.terms[0], style)
    return " ".join(_terms(node, style)), ADDED


def _terms(node: Sum, style: _Style) -> list[str]:
    """Write the terms of a sum, all but the first with plus or minus before them."""
    found = [_held(_written(term, style), ADDED) for term in node.terms[:1]]
    for term in node.terms[1:]:
        is_taken_off = isinstance(term, Negative)
        piece = _held(_written(term.argument if isinstance(term, Negative) else term, style), DIVIDED)
        found.append(f"{'-' if is_taken_off else '+'} {piece}")
    return found or ["0"]
