"""Jets against finite differences and against derivatives found by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlcore import jets
from nlcore.formulas import FormulaError, parse_tree
from nlcore.jets import Jet
from nlcore.objectives import OBJECTIVES, Objective

FORMULAS = (
    "x^2 + 3*x*y - y^3",
    "sin(x)*cos(y) + exp(x/2)",
    "tanh(x + 2*y) / (1 + x^2)",
    "sqrt(1 + x^2 + y^2)",
    "log(3 + x) * abs(y)",
    "2^x + (2 + y)^(x/2)",
    "tan(x/3) - (-y)",
    "(1 - x)^2 + 100*(y - x^2)^2",
)
H = 1e-4


@pytest.mark.parametrize("text", FORMULAS)
@given(x=st.floats(-1.5, 1.5), y=st.floats(0.1, 1.5))
def test_gradient_and_hessian_are_those_of_finite_differences(text: str, x: float, y: float) -> None:
    objective = Objective("", text)
    point = np.array([x, y])
    jet = objective.jet(point)
    assert jet.value == pytest.approx(objective.value(point), rel=1e-12, abs=1e-12)
    for k, step in enumerate(H * np.eye(2)):
        slope = (objective.value(point + step) - objective.value(point - step)) / (2 * H)
        assert jet.gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-4)
        bend = (objective.gradient(point + step) - objective.gradient(point - step)) / (2 * H)
        assert jet.hessian[k] == pytest.approx(bend, rel=1e-5, abs=1e-4)


def test_rosenbrock_by_hand() -> None:
    """At (-1, 1): f = 4, df/dx = -2 (1-x) - 400 x (y - x^2) = -4, df/dy = 200 (y - x^2) = 0; f_xx = 2 - 400 (y - 3 x^2)
    = 802, f_xy = -400 x = 400, f_yy = 200.
    """
    jet = OBJECTIVES["rosenbrock"].jet(np.array([-1.0, 1.0]))
    assert jet.value == 4.0
    assert jet.gradient.tolist() == [-4.0, 0.0]
    assert jet.hessian.tolist() == [[802.0, 400.0], [400.0, 200.0]]


def test_powers_at_zero_and_of_negative_numbers() -> None:
    jet = Objective("", "x^2 + y^3").jet(np.array([0.0, -2.0]))
    assert (jet.value, jet.gradient.tolist()) == (-8.0, [0.0, 12.0])
    assert jet.hessian.tolist() == [[2.0, 0.0], [0.0, -12.0]]
    assert Objective("", "x^1 + y^0").jet(np.array([0.0, 0.0])).gradient.tolist() == [1.0, 0.0]


def test_a_formula_without_variables_has_no_slope() -> None:
    objective = Objective("", "pi")
    assert objective.jet(np.zeros(2)).gradient.tolist() == [0.0, 0.0]
    assert objective.values(np.zeros((3, 2)), np.zeros((3, 2))).tolist() == [[math.pi] * 2] * 3


def test_where_a_formula_has_no_value_the_jet_has_none() -> None:
    for text in ("log(x)", "sqrt(x)", "1/(x + 1)", "(-1)^0.5 + x"):
        jet = Objective("", text).jet(np.array([-1.0, 0.0]))
        assert not math.isfinite(jet.value)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_values_on_a_grid_are_those_of_single_points(name: str) -> None:
    objective = OBJECTIVES[name]
    low_x, high_x, low_y, high_y = objective.view
    x, y = np.meshgrid(np.linspace(low_x, high_x, 5), np.linspace(low_y, high_y, 4))
    singly = [
        [objective.value(np.array(point)) for point in zip(*rows, strict=True)] for rows in zip(x, y, strict=True)
    ]
    assert objective.values(x, y) == pytest.approx(np.array(singly), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("bowl", (0.0, 0.0)),
        ("valley", (0.0, 0.0)),
        ("rosenbrock", (1.0, 1.0)),
        ("himmelblau", (3.0, 2.0)),
        ("saddle", (0.0, math.sqrt(2.0))),
    ],
)
def test_the_lowest_places_are_where_their_titles_say(name: str, place: tuple[float, float]) -> None:
    jet = OBJECTIVES[name].jet(np.array(place))
    assert jet.gradient == pytest.approx([0.0, 0.0], abs=1e-9)
    assert np.all(np.linalg.eigvalsh(jet.hessian) > 0.0)


def test_unknown_names_are_told_with_the_variables_there_are() -> None:
    with pytest.raises(FormulaError, match="unknown name 'z'; known: x, y, pi"):
        parse_tree("x + z", ("x", "y"))


def test_what_has_no_derivative_here_is_refused() -> None:
    x, _ = jets.variables(np.array([1.0, 2.0]))
    assert isinstance(x, Jet)
    with pytest.raises(TypeError):
        np.arctan(x)
