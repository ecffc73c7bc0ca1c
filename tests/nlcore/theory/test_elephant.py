"""The elephant's curve as published, its eye and trunk, and the best fits of outlines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlcore.theory import elephant
from nlcore.theory.elephant import PARAMETERS, TERMS, curve, eye, parameters_of, picture, wiggled
from nlcore.theory.outlines import (
    SHAPES,
    SQUARE,
    TURN,
    along,
    best_weights,
    distance,
    feature_names,
    features,
    fits,
    fitted,
    n_parameters,
    outline,
    parameter_of,
)

T = np.linspace(0.0, TURN, 2000, endpoint=False)


def test_the_curve_is_the_published_one() -> None:
    x = 50 * np.sin(T) + 18 * np.sin(2 * T) + 12 * np.cos(3 * T) - 14 * np.cos(5 * T)
    y = -60 * np.cos(T) - 30 * np.sin(T) + 8 * np.sin(2 * T) - 10 * np.sin(3 * T)
    assert curve(PARAMETERS, T) == pytest.approx(np.stack([x, y], axis=1))
    assert picture(PARAMETERS, T) == pytest.approx(np.stack([y, -x], axis=1))


def test_it_lies_where_it_should_with_the_eye_inside() -> None:
    points = picture(PARAMETERS, T)
    assert np.round([*points.min(axis=0), *points.max(axis=0)]).tolist() == [-71, -61, 84, 83]
    assert eye(PARAMETERS) == (20.0, 20.0)
    angles = np.unwrap(np.arctan2(points[:, 1] - 20.0, points[:, 0] - 20.0))
    assert abs(angles[-1] - angles[0]) == pytest.approx(TURN, abs=0.1)


def test_ten_numbers_make_five_parameters() -> None:
    numbers = tuple(term.value(PARAMETERS) for term in TERMS)
    assert numbers == (50, -30, 18, 8, 12, -10, -14, -60, 40, 20)
    assert parameters_of(numbers) == PARAMETERS
    assert sum(bool(term.coordinate) for term in TERMS) == 8


@pytest.mark.parametrize("number", range(8))
def test_each_number_has_the_wave_it_is_named_after(number: int) -> None:
    numbers = [0.0] * 10
    numbers[number] = 1.0
    term = TERMS[number]
    wave, _, times = term.wave.partition(" ")
    k = int(times[:-1] or 1)
    wanted = {"sin": np.sin, "cos": np.cos}[wave](k * T)
    found = curve(parameters_of(tuple(numbers)), T)
    assert found[:, "xy".index(term.coordinate)] == pytest.approx(wanted)
    assert not np.any(found[:, 1 - "xy".index(term.coordinate)])


def test_the_trunk_moves_and_nothing_else() -> None:
    still = picture(PARAMETERS, T)
    up = wiggled(PARAMETERS, still, 0.5 * math.pi)
    tip = int(np.argmax(still[:, 0]))
    assert np.array_equal(up[:, 0], still[:, 0])
    assert up[tip, 1] - still[tip, 1] == pytest.approx(40.0)
    root = still[:, 0].min() + elephant.TRUNK_FROM * np.ptp(still[:, 0])
    assert np.array_equal(up[still[:, 0] <= root], still[still[:, 0] <= root])
    assert wiggled(PARAMETERS, still, 1.5 * math.pi)[tip, 1] - still[tip, 1] == pytest.approx(-40.0)
    assert wiggled(PARAMETERS, still, 0.0) == pytest.approx(still)


def test_a_line_without_width_can_wiggle() -> None:
    flat = parameters_of((50.0, *[0.0] * 7, 40.0, 0.0))
    assert np.all(np.isfinite(wiggled(flat, picture(flat, T), 1.0)))


# --- outlines --------------------------------------------------------------------------------------------------------


def test_features_and_the_way_back() -> None:
    assert feature_names(2) == ("cos t", "sin t", "cos 2t", "sin 2t")
    assert features(T, 2) == pytest.approx(np.stack([np.cos(T), np.sin(T), np.cos(2 * T), np.sin(2 * T)], axis=1))
    assert parameter_of(features(T, 3)) == pytest.approx(T)
    assert [n_parameters(k) for k in (1, 2, 3, 5, 8)] == [6, 10, 14, 22, 34]


def test_a_polygon_is_gone_round_at_an_even_pace() -> None:
    corners = ((0.0, 0.0), (3.0, 0.0), (3.0, 1.0), (0.0, 1.0))  # 8 long altogether
    at = along(corners, TURN * np.array([0.0, 3.0, 3.5, 4.0, 7.0, 8.0]) / 8.0)
    assert at == pytest.approx(np.array([[0, 0], [3, 0], [3, 0.5], [3, 1], [0, 1], [0, 0]]), abs=1e-12)
    assert outline("square", (), T) == pytest.approx(along(SQUARE, T))


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_about_two_wide_at_most(shape: str) -> None:
    points = outline(shape, (), T)
    assert 1.0 < np.ptp(points, axis=0).max() <= 2.0


@pytest.mark.parametrize(("shape", "needed"), [("circle", 1), ("heart", 4), ("elephant", 5), ("square", 99)])
def test_how_many_harmonics_a_shape_has(shape: str, needed: int) -> None:
    points = outline(shape, (), T)
    for fit in fits((T, points), (T[:0], points[:0]), 6):
        assert (fit.training < 1e-9) == (fit.harmonics >= needed)
        assert np.isnan(fit.validation)


def test_the_error_of_the_elephant_is_what_is_missing() -> None:
    points = outline("elephant", (), TURN * np.arange(24) / 24)
    amplitudes = {2: (18, 8), 3: (12, 10), 5: (14,)}
    for harmonics in range(1, 6):
        missing = sum(a * a for k, both in amplitudes.items() if k > harmonics for a in both)
        weights = best_weights(TURN * np.arange(24) / 24, points, harmonics)
        error = distance(points, fitted(weights, TURN * np.arange(24) / 24))
        assert error == pytest.approx(math.sqrt(missing / 2) / 100, abs=1e-12)


def test_as_many_parameters_as_numbers_fit_anything() -> None:
    t = TURN * np.arange(17) / 17
    points = np.random.default_rng(1).normal(size=(17, 2))
    last = fits((t, points), (t, points), 8)[-1]
    assert (last.n_parameters, points.size) == (34, 34)
    assert last.training < 1e-12


def test_many_points_are_brought_to_a_small_table_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty least-squares problems with a thousand points each would keep a window waiting."""
    lengths, solve = [], np.linalg.lstsq

    def lstsq(a: np.ndarray, b: np.ndarray, rcond: float | None = None) -> object:
        lengths.append(len(a))
        return solve(a, b, rcond)

    t = TURN * np.arange(1000) / 1000
    points = np.random.default_rng(2).normal(size=(1000, 2))
    monkeypatch.setattr(np.linalg, "lstsq", lstsq)
    found = fits((t, points), (t + 0.1, points), 20)
    assert max(lengths) == 41
    for fit in (found[0], found[-1]):
        weights = best_weights(t, points, fit.harmonics)
        assert fit.training == pytest.approx(distance(points, fitted(weights, t)), abs=1e-12)
        assert fit.validation == pytest.approx(distance(points, fitted(weights, t + 0.1)), abs=1e-12)
