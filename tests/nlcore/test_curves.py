"""Curves stay bounded, keep their peaks, and can be cut at any moment."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlcore.curves import Curves
from nlcore.families import Column

COLUMNS = (Column("training", "loss"), Column("validation", "loss"))


def clock(first: int, n: int) -> np.ndarray:
    return np.repeat(np.arange(first, first + n, dtype=float)[:, None], 3, axis=1)


@settings(max_examples=100)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(4, 16), st.integers(0, 2**32))
def test_merged_curves_keep_first_last_smallest_and_largest(parts: list[int], capacity: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(sum(parts), 2))
    curves, at = Curves(COLUMNS, capacity), 0
    for part in parts:
        curves.append(clock(at, part), values[at : at + part])
        at += part
    x, y = curves.series(1, "updates")
    assert curves.n_measurements == len(values)
    assert len(x) == len(y) <= 2 * (capacity + 1) + 1
    assert (x[-1], y[-1]) == (len(values) - 1, values[-1, 1])
    assert np.all(np.diff(x) >= 0)
    assert x[0] == 0
    assert y.min() == values[:, 1].min()
    assert y.max() == values[:, 1].max()
    assert curves.last(1) == values[-1, 1]
    best = curves.best(1)
    assert best is not None
    assert (best.value, best.updates) == (values[:, 1].min(), int(values[:, 1].argmin()))


def test_short_curves_are_exact() -> None:
    curves = Curves(COLUMNS, 100)
    values = np.random.default_rng(0).normal(size=(50, 2))
    curves.append(clock(0, 50), values)
    x, y = curves.series(0, "epochs")
    np.testing.assert_array_equal(x, np.arange(50))
    np.testing.assert_array_equal(y, values[:, 0])


def test_curves_bear_what_is_not_a_number() -> None:
    curves = Curves(COLUMNS, 4)
    curves.append(clock(0, 3), np.array([[1.0, np.nan], [np.inf, np.nan], [np.nan, 2.0]]))
    best = curves.best(1)
    assert best is not None
    assert best.value == 2.0
    curves.append(clock(3, 9), np.full((9, 2), np.nan))
    assert np.nanmax(curves.series(0, "updates")[1]) == np.inf


def test_columns_are_found_by_name() -> None:
    curves = Curves(COLUMNS)
    assert curves.column("validation", "loss") == 1
    assert curves.column("test", "loss") is None


@settings(max_examples=200)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
    st.integers(4, 16),
    st.integers(0, 2**32),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_cut_curve_knows_what_it_holds_and_what_is_missing(
    parts: list[int], capacity: int, seed: int, share: float, has_ties: bool
) -> None:
    rng = np.random.default_rng(seed)
    n = sum(parts)
    values = rng.normal(size=(n, 2)).round(1)
    times = clock(0, n)
    if has_ties:
        times = np.floor(times / rng.integers(1, 4))  # several measurements at one moment
    curves, done = Curves(COLUMNS, capacity), 0
    for part in parts:
        curves.append(times[done : done + part], values[done : done + part])
        done += part
    before = [series.tobytes() for series in curves.series(0, "updates")]
    cut = int(share * times[-1, 0])
    found, missing = curves.until(cut)
    wanted = int(np.sum(times[:, 0] <= cut))
    held = wanted if missing is None else int(np.sum(times[:, 0] < missing))
    assert found.n_measurements == held
    if capacity >= n:
        assert missing is None
    for column in (0, 1):
        best = found.best(column)
        if held:
            assert best is not None
            first = int(values[:held, column].argmin())
            assert (best.value, best.updates) == (values[first, column], int(times[first, 1]))
        else:
            assert best is None
    found.append(times[held:wanted], values[held:wanted])  # as if measured again
    assert found.n_measurements == wanted
    x, y = found.series(1, "updates")
    assert (x[-1], y[-1], found.last(1)) == (times[wanted - 1, 1], values[wanted - 1, 1], values[wanted - 1, 1])
    assert (y.min(), y.max()) == (values[:wanted, 1].min(), values[:wanted, 1].max())
    best = found.best(1)
    assert best is not None
    assert best.updates == int(times[int(values[:wanted, 1].argmin()), 1])
    assert [series.tobytes() for series in curves.series(0, "updates")] == before  # the whole curve did not change


def test_a_short_curve_is_cut_exactly() -> None:
    curves, values = Curves(COLUMNS, 100), np.random.default_rng(0).normal(size=(50, 2))
    curves.append(clock(0, 50), values)
    found, missing = curves.until(20)
    assert missing is None
    np.testing.assert_array_equal(found.series(1, "updates")[1], values[:21, 1])
    assert found.last(1) == values[20, 1]


def test_the_best_is_a_finite_number() -> None:
    curves = Curves(COLUMNS[:1], 2)
    curves.append(clock(0, 6), np.array([[3.0], [-np.inf], [np.nan], [1.0], [2.0], [0.5]]))
    found, missing = curves.until(3)
    assert missing in (None, 0)
    cut = curves.best(0)
    assert cut is not None
    assert (cut.value, cut.updates) == (0.5, 5)
    found.append(
        clock(0, 4)[found.n_measurements :], np.array([[3.0], [-np.inf], [np.nan], [1.0]])[found.n_measurements :]
    )
    best = found.best(0)
    assert best is not None
    assert (best.value, best.updates) == (1.0, 3)
