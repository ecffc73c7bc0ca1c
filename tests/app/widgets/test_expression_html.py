"""Formulas as rich text: the right signs, parentheses where they are needed, one colour for each kind."""

from __future__ import annotations

import re

import pytest

from app.theme import DARK, LIGHT
from app.widgets.expression_html import ALL_DIGITS, KINDS, Writer, colours, kind_of, symbol_html, written
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

W, X, OUT, D = Named("w_{1}", -0.5), Named("x_{1}", 2.0), Named("o_{1}", 0.25), Named(r"\delta_{h_{1}}", 0.125)
ONE, NET = Constant(1.0), Named("net", 2.0)


def plain(html: str) -> str:
    """Return what is read: without tags, an index in brackets, and ordinary spaces."""
    html = html.replace("<sub>", "[").replace("</sub>", "]").replace("<sup>", "^(").replace("</sup>", ")")
    return re.sub(r"<[^>]*>", "", html).replace("\u00a0", " ").replace("&gt;", ">").replace("&lt;", "<")


@pytest.mark.parametrize(
    ("expression", "symbols", "numbers"),
    [
        (Sum((W, Product((W, X)))), "w[1] + w[1] x[1]", "−0.5 + (−0.5) · 2"),
        (Sum((X, Negative(OUT))), "x[1] − o[1]", "2 − 0.25"),
        (Sum((X, Negative(W))), "x[1] − w[1]", "2 − (−0.5)"),
        (Product((OUT, Sum((ONE, Negative(OUT))), D)), "o[1] (1 − o[1]) δ[h1]", "0.25 · (1 − 0.25) · 0.125"),
        (Negative(Sum((X, OUT))), "−(x[1] + o[1])", "−(2 + 0.25)"),
        (Quotient(ONE, Sum((ONE, Function("exp", Negative(NET))))), "1 / (1 + e^(−net))", "1 / (1 + e^(−2))"),
        (Power(W, Constant(2.0)), "w[1]^(2)", "(−0.5)^(2)"),
        (Power(Sum((X, Negative(OUT))), Constant(2.0)), "(x[1] − o[1])^(2)", "(2 − 0.25)^(2)"),
        (Function("sigma", Named("net", 0.1)), "σ(net)", "σ(0.1)"),
        (Function("tanh", X), "tanh(x[1])", "tanh(2)"),
        (Function("max0", W), "max(0, w[1])", "max(0, −0.5)"),
        (Sum((X, More(954, -1.5))), "x[1] + [954 more]", "2 + [954 more: −1.5]"),
        (Comparison(X, "<=", Constant(0.0)), "x[1] ≤ 0", "2 ≤ 0"),
        (Product((Quotient(ONE, Constant(2.0)), Power(OUT, Constant(2.0)))), "½ o[1]^(2)", "½ · 0.25^(2)"),
        (Product((Quotient(OUT, X), D)), "o[1] / x[1] · δ[h1]", "0.25 / 2 · 0.125"),
        (Product((D, ONE)), "δ[h1] · 1", "0.125 · 1"),
        (Function("exp", Named("net_{o_{1}}", 0.5)), "exp(net[o1])", "exp(0.5)"),
        (Sum(()), "0", "0"),
    ],
)
def test_symbols_and_numbers(expression: Expression, symbols: str, numbers: str) -> None:
    writer = Writer(LIGHT, 4)
    assert plain(writer.symbols(expression)) == symbols
    assert plain(writer.numbers(expression)) == numbers


def test_indices_are_written_on_one_level() -> None:
    assert plain(symbol_html("w_{h_{1} x_{2}}")) == "w[h1,x2]"
    assert plain(symbol_html("w_{o_{1} 0}")) == "w[o1,0]"
    assert plain(symbol_html(r"\Delta w_{o_{1} h_{2}}(n{-}1)")) == "Δw[o1,h2](n−1)"
    assert plain(symbol_html("w_{h_{1}^{(2)} h_{2}^{(1)}}")) == "w[h1^((2)),h2^((1))]"
    assert plain(symbol_html(r"\frac{\partial f}{\partial x_{1}}")) == "∂f/∂x[1]"
    assert plain(symbol_html(r"\tilde{o}_{h_{1}}")) == "o\u0303[h1]"


def test_a_quantity_has_the_same_colour_as_a_symbol_and_as_a_number() -> None:
    for theme in (LIGHT, DARK):
        writer = Writer(theme, 4)
        for named, kind in ((W, "weight"), (X, "input"), (OUT, "output"), (D, "delta")):
            assert kind_of(named.symbol) == kind
            for html in (writer.symbols(named), writer.numbers(named)):
                assert re.findall(r"color:(#\w{6})", html) == [colours(theme)[kind]]
    assert {kind for kind, _, _ in KINDS} == set(colours(LIGHT)) == set(colours(DARK))
    assert kind_of(r"\Delta w_{h_{1} 0}") == "weight"
    assert kind_of(r"\eta") == kind_of("net_{h_{1}}") == kind_of("t_{1}") == "other"


def test_digits() -> None:
    third = 1.0 / 3.0
    assert [written(third, n) for n in (2, 4, 6)] == ["0.33", "0.3333", "0.333333"]
    assert float(written(third, ALL_DIGITS)) == third
    assert written(-2.0, ALL_DIGITS) == "−2"
    assert written(float("nan"), ALL_DIGITS) == "undefined"


def test_small_numbers_are_held_together_in_a_product() -> None:
    assert plain(Writer(LIGHT, 3).numbers(Product((X, Named("x_{2}", 0.000012))))) == "2 · (1.2 × 10⁻⁵)"


def test_products_stay_on_one_line_and_sums_may_break_before_a_plus() -> None:
    html = Writer(LIGHT, 3).numbers(Sum((W, Product((W, X)), Negative(Product((OUT, X))))))
    bare = re.sub(r"<[^>]*>", "", html)
    assert bare.split(" ") == ["−0.5", "+\u00a0(−0.5)\u00a0·\u00a02", "−\u00a00.25\u00a0·\u00a02"]


def test_what_is_not_ours_is_escaped() -> None:
    assert "<b>" not in Writer(LIGHT, 3).symbols(Named("<b>x</b>", 1.0))
    assert "<b>" not in Writer(LIGHT, 3).symbols(Function("<b>", X))
