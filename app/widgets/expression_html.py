"""Expressions as coloured rich text: in symbols, or with the numbers in their place.

One colour for each kind of quantity, the same for its symbol and its number, so the eye finds in the second line what
the first one names. Products never break across lines, sums may break before each plus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Final, Literal

from app.formula_text import readable
from app.theme import Theme
from app.widgets.numbers import GAP, count, number
from nlcore.expressions import (
    Comparison,
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

Kind = Literal["input", "weight", "output", "delta", "other"]
KINDS: Final[tuple[tuple[Kind, str, str], ...]] = (
    ("input", "x", "inputs"),
    ("weight", "w", "weights and their changes"),
    ("output", "o", "outputs"),
    ("delta", "δ", "error terms"),
)
"""Each kind that has a colour, its letter and its name."""
LIGHT_COLOURS: Final[dict[Kind, str]] = {
    "input": "#00795a",
    "weight": "#0a5fa8",
    "output": "#a34a00",
    "delta": "#9c2a7f",
}
DARK_COLOURS: Final[dict[Kind, str]] = {
    "input": "#3fd0a0",
    "weight": "#63b3ff",
    "output": "#ffac5a",
    "delta": "#f28fd2",
}
INDEX: Final = re.compile(
    r"(?P<head>[^_{}]*|\\tilde\{\w\})_\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}(?P<tail>.*)", re.DOTALL
)
INNER: Final = re.compile(r"_\{?(\w+)\}?")
"""An index, and an index in it."""
DERIVATIVE: Final = re.compile(r"\((∂[^()]*)\)/\((∂[^()]*)\)")
"""A derivative needs no parentheses."""
UPRIGHT: Final = re.compile(r"</?i>")
"""Small letters are easier to read, and faster to lay out, when they stand upright."""
ALL_DIGITS: Final = 17
"""As many as it takes to read back the very same number."""
FUNCTIONS: Final = {
    "sigma": "σ({})",
    "exp": "<i>e</i><sup>{}</sup>",
    "sqrt": "√({})",
    "floor": "⌊{}⌋",
    "max0": f"max(0,{GAP}{{}})",
    "step": f"[{{}}{GAP}&gt;{GAP}0]",
}
"""How functions are written that are not written as their name."""
SIGNS: Final = {"<=": "≤", ">=": "≥"}
HALF: Final = Quotient(Constant(1.0), Constant(2.0))
SUM, PRODUCT, POWER, ATOM = range(4)
"""How strongly an expression holds together."""


def colours(theme: Theme) -> dict[Kind, str]:
    """Return the colour of each kind of quantity."""
    return DARK_COLOURS if theme.is_dark else LIGHT_COLOURS


@lru_cache(maxsize=4000)
def kind_of(symbol: str) -> Kind:
    """Return which kind of quantity a symbol stands for, by its first letter."""
    bare = symbol.lstrip("{ ")
    for before in ("\\Delta", "\\tilde"):
        if bare.startswith(before):
            bare = bare.removeprefix(before).lstrip("{ ")
    if bare.startswith("\\delta"):
        return "delta"
    kinds: dict[str, Kind] = {"x": "input", "w": "weight", "o": "output", "h": "output"}
    return kinds.get(bare[:1], "other")


@lru_cache(maxsize=4000)
def symbol_html(symbol: str) -> str:
    """Return a symbol in letters; what stands in an index is written on one level: w with h1,x2 below."""
    found = INDEX.match(symbol)
    if found is None:
        return DERIVATIVE.sub(r"\1/\2", readable(symbol))
    inner = INNER.sub(r"\1", found["inner"]).replace(" ", ",")
    head, tail = readable(found["head"]), readable(found["tail"])
    return f"{head}<sub>{UPRIGHT.sub('', readable(inner))}</sub>{tail}"


def written(value: float, digits: int) -> str:
    """Write a number with so many significant digits; `ALL_DIGITS` gives exactly those that it takes."""
    if digits < ALL_DIGITS or value != value or abs(value) == float("inf"):
        return number(value, digits)
    return repr(value).removesuffix(".0").replace("-", "−")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes expressions in the colours of a theme.

    Attributes
    ----------
    theme : Theme
        Whose colours.
    digits : int
        Significant digits of numbers.
    """

    theme: Theme
    digits: int

    def symbol(self, symbol: str) -> str:
        """Return a symbol in the colour of its kind."""
        return self._coloured(symbol_html(symbol), kind_of(symbol))

    def value(self, value: float) -> str:
        """Return a number."""
        return escape(written(value, self.digits))

    def symbols(self, expression: Expression) -> str:
        """Return an expression in symbols."""
        return self._write(expression, numbers=False)[0]

    def numbers(self, expression: Expression) -> str:
        """Return an expression with the numbers in place of the symbols."""
        return self._write(expression, numbers=True)[0]

    def _coloured(self, html: str, kind: Kind) -> str:
        colour = colours(self.theme).get(kind)
        return f'<span style="color:{colour}">{html}</span>' if colour else html

    def _number(self, value: float, kind: Kind = "other") -> tuple[str, int]:
        text = written(value, self.digits)
        binds = SUM if text.startswith("−") or "×" in text else ATOM
        return self._coloured(escape(text), kind), binds

    def _inside(self, expression: Expression, least: int, *, numbers: bool) -> str:
        """Return an expression as a part of another one, in parentheses where it would fall apart."""
        html, binds = self._write(expression, numbers=numbers)
        return html if binds >= least else f"({html})"

    def _write(self, expression: Expression, *, numbers: bool) -> tuple[str, int]:
        """Return the HTML, and how strongly it holds together."""
        if isinstance(expression, Named):
            if numbers:
                return self._number(expression.value, kind_of(expression.symbol))
            return self.symbol(expression.symbol), ATOM
        if isinstance(expression, Constant):
            return self._number(expression.value)
        if isinstance(expression, Sum):
            return self._sum(expression, numbers=numbers), SUM
        if isinstance(expression, Negative):
            return "−" + self._inside(expression.argument, PRODUCT, numbers=numbers), SUM
        if isinstance(expression, Product):
            return self._product(expression, numbers=numbers), PRODUCT
        if isinstance(expression, Quotient):
            if expression == HALF:
                return "½", ATOM
            above = self._inside(expression.numerator, PRODUCT, numbers=numbers)
            return f"{above}{GAP}/{GAP}{self._inside(expression.denominator, POWER, numbers=numbers)}", PRODUCT
        if isinstance(expression, Power):
            base = self._inside(expression.base, ATOM, numbers=numbers)
            return f"{base}<sup>{self._write(expression.exponent, numbers=numbers)[0]}</sup>", POWER
        if isinstance(expression, Function):
            return self._function(expression, numbers=numbers)
        if isinstance(expression, Comparison):
            left, right = (self._write(part, numbers=numbers)[0] for part in (expression.left, expression.right))
            sign = SIGNS.get(expression.sign, escape(expression.sign))
            return f"{left}{GAP}{sign} {right}", SUM
        return self._more(expression, numbers=numbers), ATOM

    def _sum(self, expression: Sum, *, numbers: bool) -> str:
        html = ""
        for place, term in enumerate(expression.terms):
            if isinstance(term, Negative):
                html += f"{' ' if place else ''}−{GAP if place else ''}"
                html += self._inside(term.argument, PRODUCT, numbers=numbers)
            elif place:
                html += f" +{GAP}{self._inside(term, PRODUCT, numbers=numbers)}"
            else:
                html += self._write(term, numbers=numbers)[0]
        return html or "0"

    def _product(self, expression: Product, *, numbers: bool) -> str:
        """Return factors with dots between numbers, and none between symbols."""
        html = ""
        for place, factor in enumerate(expression.factors):
            if place:
                before = expression.factors[place - 1]
                is_close = not numbers and not isinstance(factor, Constant | Quotient) and not _is_slanted(before)
                html += GAP if is_close else f"{GAP}·{GAP}"
            html += self._inside(factor, PRODUCT, numbers=numbers)
        return html or "1"

    def _function(self, expression: Function, *, numbers: bool) -> tuple[str, int]:
        inner = self._write(expression.argument, numbers=numbers)[0]
        if expression.name == "exp" and "<sub>" in self._write(expression.argument, numbers=False)[0]:
            return f"exp({inner})", ATOM  # an index cannot stand in an exponent
        pattern = FUNCTIONS.get(expression.name, f"{escape(expression.name)}({{}})")
        return pattern.format(inner), POWER if expression.name == "exp" else ATOM

    def _more(self, expression: More, *, numbers: bool) -> str:
        said = f"{count(expression.n)}{GAP}more"
        if numbers:
            said += f":{GAP}{self.value(expression.value)}"
        return f'<span style="color:{self.theme.muted}">[{said}]</span>'


def _is_slanted(expression: Expression) -> bool:
    """Tell whether an expression is written with a stroke, so that what follows could seem to stand below it."""
    return isinstance(expression, Quotient) and expression != HALF
