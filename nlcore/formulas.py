"""A reader of formulas in x, or in x and y, as a person types them: numbers, + - * / ^, brackets and a few functions.

A small recursive-descent parser builds a tree of functions; nothing is handed to Python to be evaluated. ``^`` binds
tighter than a sign before it and groups to the right, so -x^2 is -(x^2). The tree works on whatever numpy's functions
work on: numbers, arrays, and jets, which carry derivatives along (`nlcore.jets`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from nlcore.errors import ExperimentError
from nlcore.records import FloatArray

Formula = Callable[..., FloatArray]
"""From the values of the variables, one after the other, to the value of the formula."""
Tree = Callable[[Sequence[Any]], Any]
FUNCTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "tanh": np.tanh,
}
CONSTANTS: Final = {"pi": math.pi, "e": math.e}
OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
MAX_LENGTH, MAX_DEPTH = 300, 40
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_]+)"
    r"|(?P<sign>[-+*/^()])"
)


class FormulaError(ExperimentError, ValueError):
    """A formula cannot be read; the message names the column."""


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse(text: str) -> Formula:
    """Turn a formula into a function of x.

    Parameters
    ----------
    text : str
        For example ``"sin(2*pi*x) + 0.5*x^2"``.

    Returns
    -------
    callable
        From an array of x to an array of the same shape; not finite where the formula has no value.

    Raises
    ------
    FormulaError
        Saying in which column (from 1) what is wrong.
    """
    tree = parse_tree(text, ("x",))

    def value(x: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            found = tree((x,))
        return found if np.shape(found) == np.shape(x) else np.full_like(x, found)

    return value


def parse_tree(text: str, names: tuple[str, ...]) -> Tree:
    """Turn a formula into a function of several variables.

    Parameters
    ----------
    text : str
        For example ``"(1 - x)^2 + 100*(y - x^2)^2"``.
    names : tuple of str
        The variables.

    Returns
    -------
    callable
        From the values of the variables, in that order, to the value of the formula; a formula without variables gives
        one number.

    Raises
    ------
    FormulaError
        Saying in which column (from 1) what is wrong.
    """
    parser = _Parser(text, names)
    tree = parser.sum(0)
    parser.expect("end", "an operator (+ - * / ^) or the end")
    return tree


def _tokens(text: str) -> list[_Token]:
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"formula, column {MAX_LENGTH + 1}: longer than {MAX_LENGTH} characters")
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is not None and match.lastgroup is not None:
            found.append(_Token(match.lastgroup, match[0], at + 1))
            at = match.end()
        elif text[at] in " \t":
            at += 1
        else:
            raise FormulaError(f"formula, column {at + 1}: {text[at]!r} has no place in a formula")
    return [*found, _Token("end", "", len(text) + 1)]


class _Parser:
    """Goes through the tokens once; each method reads one level of the grammar."""

    def __init__(self, text: str, names: tuple[str, ...]) -> None:
        self.names = names
        self.tokens = _tokens(text)
        self.at = 0

    def next_is(self, *texts: str) -> bool:
        """Tell whether the next token is one of some signs."""
        return self.tokens[self.at].kind == "sign" and self.tokens[self.at].text in texts

    def take(self) -> _Token:
        """Step over the next token."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, text: str, wanted: str) -> None:
        """Step over a sign, or say that it is missing."""
        token = self.tokens[self.at]
        if text not in (token.text, token.kind):
            raise self.error(token, wanted)
        self.at += 1

    def error(self, token: _Token, wanted: str) -> FormulaError:
        """Say what stands in the place of what should."""
        hint = ""
        if token.text == "*" and self.at and self.tokens[self.at - 1].text == "*":
            hint = " (a power is written ^)"
        elif token.kind != "sign" and "operator" in wanted and token.text:
            hint = f" (a product is written with *, such as 2*{token.text})"
        found = repr(token.text) if token.text else "nothing"
        return FormulaError(f"formula, column {token.column}: {wanted} should stand here, not {found}{hint}")

    def deeper(self, depth: int) -> int:
        """Count nesting, and refuse too much of it."""
        if depth >= MAX_DEPTH:
            column = self.tokens[self.at].column
            raise FormulaError(f"formula, column {column}: nested more than {MAX_DEPTH} deep")
        return depth + 1

    def sum(self, depth: int) -> Tree:
        """Terms with + and - between them."""
        left = self.product(depth)
        while self.next_is("+", "-"):
            left = _apply(self.take().text, left, self.product(depth))
        return left

    def product(self, depth: int) -> Tree:
        """Factors with * and / between them."""
        left = self.signed(depth)
        while self.next_is("*", "/"):
            left = _apply(self.take().text, left, self.signed(depth))
        return left

    def signed(self, depth: int) -> Tree:
        """Return a power, perhaps with a sign before it."""
        if not self.next_is("+", "-"):
            return self.power(depth)
        sign = self.take().text
        inner = self.signed(self.deeper(depth))
        return inner if sign == "+" else lambda v: np.negative(inner(v))

    def power(self, depth: int) -> Tree:
        """Return an atom, perhaps with an exponent."""
        base = self.atom(depth)
        if not self.next_is("^"):
            return base
        return _apply(self.take().text, base, self.signed(self.deeper(depth)))

    def atom(self, depth: int) -> Tree:
        """Return a number, a variable, pi, e, a function of something, or something in brackets."""
        token = self.tokens[self.at]
        if token.kind == "number":
            self.at += 1
            return _constant(float(token.text))
        if token.kind == "name":
            return self.named(depth)
        if not self.next_is("("):
            raise self.error(token, f"a number, {', '.join(self.names)}, a function or (")
        return self.bracket(depth)

    def named(self, depth: int) -> Tree:
        """Return a variable, a constant or a function of something in brackets."""
        token = self.take()
        if token.text in self.names:
            place = self.names.index(token.text)
            return lambda v: v[place]
        if token.text in CONSTANTS:
            return _constant(CONSTANTS[token.text])
        if token.text not in FUNCTIONS:
            known = ", ".join((*self.names, *CONSTANTS, *FUNCTIONS))
            raise FormulaError(f"formula, column {token.column}: unknown name {token.text!r}; known: {known}")
        function = FUNCTIONS[token.text]
        inner = self.bracket(depth)
        return lambda v: function(inner(v))

    def bracket(self, depth: int) -> Tree:
        """Return what stands between brackets."""
        self.expect("(", "(")
        inner = self.sum(self.deeper(depth))
        self.expect(")", ") or an operator")
        return inner


def _constant(number: float) -> Tree:
    return lambda _: np.float64(number)


def _apply(sign: str, left: Tree, right: Tree) -> Tree:
    operator = OPERATORS[sign]
    return lambda v: operator(left(v), right(v))
