"""The data set ``function_samples`` and its formulas: what is read, what is refused and where, never an accident."""

from __future__ import annotations

import math
import string

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlcore import formulas
from nlcore.errors import DataError, ExperimentError
from tests.nlcore.datasets.loading import after, loaded, mse, same, sizes


@pytest.mark.parametrize(
    ("text", "at", "value"),
    [
        ("x", 3.0, 3.0),
        ("-x^2", 3.0, -9.0),
        ("2^3^2", 0.0, 512.0),
        ("2^-1", 0.0, 0.5),
        ("1 - 2 - 3", 0.0, -4.0),
        ("8/4/2", 0.0, 1.0),
        ("2+3*x", 2.0, 8.0),
        ("(2+3)*x", 2.0, 10.0),
        ("--x", 2.0, 2.0),
        ("+x*-2", 2.0, -4.0),
        ("1.5e2 + .5 + 3.", 0.0, 153.5),
        ("sin(pi/2) + cos(0) + tan(0)", 0.0, 2.0),
        ("log(e) + exp(0) + sqrt(x) + abs(-x) + tanh(0)", 4.0, 8.0),
        ("e^x", 1.0, math.e),
        ("7", 5.0, 7.0),
    ],
)
def test_formulas_are_read_as_in_mathematics(text: str, at: float, value: float) -> None:
    assert formulas.parse(text)(np.array([at, at])) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column 1: a number, x, a function or . should stand here, not nothing"),
        ("2x", r"column 2: .*not 'x' .a product is written with \*"),
        ("x**2", r"column 3: .*a power is written \^"),
        ("sin x", r"column 5: \( should stand here"),
        ("(x", r"column 3: \) or an operator"),
        ("x)", "column 2: an operator"),
        ("foo(x)", "column 1: unknown name 'foo'; known: x, pi, e, sin"),
        ("x + y", "column 5: unknown name 'y'"),
        ("x; 2", "column 2: ';' has no place"),
        ("x.real", "column 2"),
        ("__import__", "column 1: unknown name"),
        ("١", "column 1"),
        ("(" * 60 + "x" + ")" * 60, "nested more than 40 deep"),
        ("-" * 60 + "x", "nested more than 40 deep"),
        ("1+" * 400 + "1", "longer than 300"),
    ],
)
def test_a_wrong_formula_is_told_with_its_column(text: str, said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        formulas.parse(text)
    with pytest.raises(ExperimentError, match=r"^dataset: formula, column [0-9]+: "):
        loaded("function_samples", function="formula", formula=text)


@settings(max_examples=400)
@example("x" * 10)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(string.digits + "x+-*/^(). e", max_size=60),
        st.lists(st.sampled_from(["x", "2", "+", "-", "*", "/", "^", "(", ")", "sin", "exp", "(", "e", "pi", "x"])).map(
            "".join
        ),
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = formulas.parse(text)(np.linspace(-2.0, 2.0, 5))
    except ExperimentError:
        return
    assert found.shape == (5,)
    assert found.dtype == np.float64


def test_the_named_functions() -> None:
    for name, at in (("sine", np.sin), ("bump", lambda v: np.exp(-((v / np.pi / 0.3) ** 2)))):
        data = loaded("function_samples", function=name, noise=0.0)
        x = data.training.inputs[:, 0]
        np.testing.assert_allclose(data.training.targets[:, 0], at(np.pi * x), atol=1e-12)
    step = loaded("function_samples", function="step", noise=0.0, n=5)
    assert step.training.targets.ravel().tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert step.class_names is None
    assert step.midpoint == 0.5
    assert loaded("function_samples", n=1).n_inputs == 1


def test_noise_and_range_are_said_and_kept() -> None:
    data = loaded(
        "function_samples", function="formula", formula="3", noise=0.5, n=5000, low=2, high=4, spacing="random"
    )
    assert data.notes == ("The targets follow y = 3, plus normal noise with standard deviation 0.5.",)
    assert data.training.targets.std() == pytest.approx(0.5, rel=0.1)
    assert data.training.inputs.min() >= 2.0
    assert data.training.inputs.max() <= 4.0
    assert same(loaded("function_samples", seed=2), loaded("function_samples", seed=2))
    assert not same(loaded("function_samples", seed=2), loaded("function_samples", seed=3))
    assert sizes(loaded("function_samples", test_fraction=0.25)) == (30, 0, 10)


def test_where_a_formula_has_no_value() -> None:
    with pytest.raises(DataError, match=r"log\(x\) has no finite value at x = -1"):
        loaded("function_samples", function="formula", formula="log(x)")
    with pytest.raises(DataError, match="no finite value"):
        loaded("function_samples", function="formula", formula="exp(exp(exp(x+9)))")
    with pytest.raises(ExperimentError, match=r"low \(2\) must be below high \(1\)"):
        loaded("function_samples", low=2.0, high=1.0)


def test_a_network_bends_to_the_sine_and_a_line_does_not() -> None:
    dataset: dict[str, object] = {"name": "function_samples", "noise": 0.05}
    assert mse(after(dataset, [1, 8, 1], ["tanh", "linear"], 500, learning_rate=0.1)) < 0.02
    assert mse(after(dataset, [1, 1], ["linear"], 200, learning_rate=0.1)) > 0.1
