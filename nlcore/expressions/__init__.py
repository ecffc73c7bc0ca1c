"""Formulas as small trees: the same one is written in symbols, with its numbers, as LaTeX or as plain text.

A tree is made of frozen nodes that know their value. `latex` and `text` write it, `parse` reads what `text` wrote with
numbers and works it out again, so that every formula on the screen can be checked against what it claims.
"""

from __future__ import annotations

from nlcore.expressions.nodes import (
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
from nlcore.expressions.parsing import parse
from nlcore.expressions.plain import plain
from nlcore.expressions.writing import latex, latex_terms, text

__all__ = [
    "Comparison",
    "Constant",
    "Expression",
    "Function",
    "More",
    "Named",
    "Negative",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "latex",
    "latex_terms",
    "parse",
    "plain",
    "text",
]
