"""Formulas as trees: what they are worth, how they are written, and that what is written means the same."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    latex,
    latex_terms,
    parse,
    plain,
    text,
)

W, X, T = Named(r"w_{o_{1} h_{2}}", -0.3), Named("x_{1}", 0.5), Named("t_{1}", 1.0)


def test_substituted_by_hand() -> None:
    """delta = o (1 - o)(t - o) with o = 0.5 and t = 1 is 0.5 * 0.5 * 0.5 = 0.125."""
    delta = Product((X, Sum((Constant(1.0), Negative(X))), Sum((T, Negative(X)))))
    assert delta.value == 0.125
    assert text(delta) == "x_1 * (1 - x_1) * (t_1 - x_1)"
    assert text(delta, 3) == "0.5 * (1 - 0.5) * (1 - 0.5)"
    assert latex(delta) == r"x_{1}\, (1 - x_{1})\, (t_{1} - x_{1})"
    assert latex(delta, 3) == r"0.5 \cdot (1 - 0.5) \cdot (1 - 0.5)"


def test_negative_numbers_are_held_together() -> None:
    assert text(Sum((W, Product((W, X)), Negative(W))), 3) == "-0.3 + (-0.3) * 0.5 - (-0.3)"
    assert latex(Sum((W, W)), 3) == "{-}0.3 + ({-}0.3)"
    assert text(Power(W, Constant(2.0)), 3) == "(-0.3)^2"
    assert text(Negative(Sum((W, X))), 3) == "-(-0.3 + 0.5)"


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (0.123456, 3, "0.123"),
        (0.000123456, 3, "0.000123"),
        (1.25e-6, 4, "1.25e-6"),
        (99.99, 2, "100"),
        (1234.5, 2, "1234"),
        (-3e20, 5, "-3e20"),
        (math.inf, 3, "inf"),
    ],
)
def test_numbers(value: float, digits: int, written: str) -> None:
    assert text(Named("x", value), digits) == written


def test_long_sums_can_be_broken_into_lines() -> None:
    total = Sum((W, Product((W, X)), Negative(T), More(3, 1.5)))
    assert latex_terms(total, 3) == (
        "{-}0.3",
        r"+ ({-}0.3) \cdot 0.5",
        "- 1",
        r"+ \underbrace{1.5}_{\text{3 more terms}}",
    )
    assert " ".join(latex_terms(total)) == latex(total)
    assert latex_terms(X) == ("x_{1}",)


def test_numbers_in_latex() -> None:
    assert latex(Named("x", -1.25e-6), 4) == r"{-}1.25 \cdot 10^{{-}6}"
    assert latex(Power(Named("x", 1.25e-6), Constant(2.0)), 4) == r"(1.25 \cdot 10^{{-}6})^{2}"
    assert latex(Constant(0.1)) == "0.1"


def test_terms_left_out_are_counted() -> None:
    total = Sum((W, More(954, 2.5)))
    assert total.value == 2.2
    assert text(total) == "w_o1,h2 + [954 more terms]"
    assert text(total, 3) == "-0.3 + [954 more terms: 2.5]"
    assert r"\text{954 more terms}" in latex(total, 3)
    assert parse(text(total, 17)) == total.value


def test_comparison_is_a_statement() -> None:
    fires = Comparison(Product((T, W)), "<=", Constant(0.0))
    assert fires.value == 1.0
    assert text(fires, 3) == "1 * (-0.3) <= 0"
    assert latex(fires) == r"t_{1}\, w_{o_{1} h_{2}} \leq 0"
    assert parse("1 * 0.3 <= 0") == 0.0


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        (r"\delta_{h_{1}}", "δ_h1"),
        (r"\delta_{h_{1}^{(2)}}", "δ_h1(2)"),
        (r"w_{o_{1} h_{2}}", "w_o1,h2"),
        (r"\Delta w_{o_{1} 0}(n{-}1)", "Δw_o1,0(n-1)"),
        (r"\frac{\partial E}{\partial w_{1}}", "∂E / ∂w_1"),
        (r"\frac{1}{1 - p}", "1 / (1 - p)"),
        (r"w_{ji} \leftarrow w_{ji} + \Delta w_{ji}", "w_ji <- w_ji + Δw_ji"),
    ],
)
def test_symbols_in_plain_text(symbol: str, written: str) -> None:
    assert plain(symbol) == written


@pytest.mark.parametrize(
    "written", ["", "1 +", "1 2", "(1", "__import__('os')", "foo(1)", "1 * * 2", "[3 more terms: x]"]
)
def test_nothing_else_is_read(written: str) -> None:
    with pytest.raises(ValueError, match=r"read|expected"):
        parse(written)


numbers = st.floats(-1e6, 1e6)
leaves = st.one_of(
    numbers.map(lambda value: Named("x", value)),
    st.integers(-5, 5).map(lambda value: Constant(float(value))),
    numbers.map(lambda value: More(7, value)),
)
names = st.sampled_from(["sigma", "tanh", "max0", "sign", "step", "floor", "sqrt", "ln", "exp"])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda terms: Sum(tuple(terms))),
        st.lists(inner, min_size=1, max_size=4).map(lambda factors: Product(tuple(factors))),
        inner.map(Negative),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.just(Constant(2.0))),
        st.builds(Function, names, inner),
    ),
    max_leaves=12,
)


@given(trees)
def test_what_is_written_means_the_same(tree: Expression) -> None:
    """Numbers with 17 digits are exact and the order of operations is kept, so the value comes back to the last bit."""
    wanted, read = tree.value, parse(text(tree, 17))
    assert read == wanted or (math.isnan(read) and math.isnan(wanted))
